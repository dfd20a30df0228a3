package dev.mysqlproxy.core.session;

/** A statement could not be ended; the message is a sentence for the operator. */
public final class QueryKillException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QueryKillException(String message) {
        super(message);
    }
}
