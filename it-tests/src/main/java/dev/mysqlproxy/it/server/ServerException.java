package dev.mysqlproxy.it.server;

/** A server could not be prepared, started, reached or administered; the message says why and quotes its log. */
public final class ServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ServerException(String message) {
        super(message);
    }

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }

    static ServerException interrupted(String during) {
        Thread.currentThread().interrupt();
        return new ServerException("interrupted while " + during);
    }
}
