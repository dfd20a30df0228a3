package dev.mysqlproxy.api.lifecycle;

/** The process cannot start; the message is one sentence that says what is wrong, where, and what to do. */
public class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
