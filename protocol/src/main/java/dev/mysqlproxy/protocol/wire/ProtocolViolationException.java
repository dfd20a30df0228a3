package dev.mysqlproxy.protocol.wire;

/**
 * A peer sent bytes that the protocol does not allow. The message says what was wrong, in words fit for a log line;
 * whoever catches it adds the side and the state and closes the session.
 */
public final class ProtocolViolationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ProtocolViolationException(String message) {
        // hostile peers must not be able to make us collect stack traces
        super(message, null, false, false);
    }
}
