package dev.mysqlproxy.protocol.wire;

/** SERVER_STATUS_* flags in OK and EOF packets, as far as the proxy looks at them. */
public final class ServerStatus {

    public static final int IN_TRANS = 0x0001;
    public static final int AUTOCOMMIT = 0x0002;
    public static final int MORE_RESULTS_EXISTS = 0x0008;
    public static final int CURSOR_EXISTS = 0x0040;
    public static final int PS_OUT_PARAMS = 0x1000;
    public static final int SESSION_STATE_CHANGED = 0x4000;

    public static final int NO_BACKSLASH_ESCAPES = 0x0200;
    private static final int IN_TRANS_READONLY = 0x2000;
    private static final int ANSI_QUOTES = 0x8000;
    private static final int LASTING = IN_TRANS | AUTOCOMMIT | NO_BACKSLASH_ESCAPES | IN_TRANS_READONLY | ANSI_QUOTES;

    private ServerStatus() {}

    /** The flags that say how the session is, without those that were about one reply. */
    public static int lasting(int status) {
        return status & LASTING;
    }
}
