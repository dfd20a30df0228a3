package dev.mysqlproxy.core.tls;

/**
 * TLS cannot be had as it was asked for. The message is a sentence for the operator: which file or setting, and why.
 */
public final class TlsException extends Exception {

    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
