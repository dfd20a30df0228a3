package dev.mysqlproxy.plugin.admin.engine;

/** A query that the engine could not answer. */
public final class EngineException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The engine says so: see {@link EngineException#code}. */
        SQL,
        /** The result has more rows or bytes than allowed. */
        TOO_LARGE,
        /** The statement is nested too deeply. */
        TOO_DEEP,
        /** It took too long. */
        TOO_SLOW,
        /** It needed more memory than allowed. */
        NO_MEMORY,
        /** Too many queries at once. */
        BUSY,
        /** The engine cannot be started or has failed. */
        UNAVAILABLE
    }

    private final Reason reason;
    private final int code;

    EngineException(Reason reason, int code, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.code = code;
    }

    EngineException(Reason reason, String message) {
        this(reason, 0, message);
    }

    public Reason reason() {
        return reason;
    }

    /** H2's error number when the reason is SQL, else 0. */
    public int code() {
        return code;
    }
}
