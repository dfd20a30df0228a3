package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.hook.HookFailedException;
import dev.mysqlproxy.core.tls.Handshakes;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a session ends because of what goes wrong in it. On the session's event loop. */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Session session;

    Faults(Session session) {
        this.session = session;
    }

    /** One side sent what the protocol forbids at this point. */
    void violation(Side side, ProtocolViolationException violation) {
        if (side == Side.CLIENT) {
            session.close(
                    CloseCause.CLIENT_VIOLATION,
                    session.loggedIn() ? Errors.BAD_CLIENT_PACKET : Errors.BAD_HANDSHAKE,
                    violation.getMessage());
        } else {
            session.close(CloseCause.BACKEND_VIOLATION, Errors.BAD_BACKEND_PACKET, violation.getMessage());
        }
    }

    /** A plugin that fails closed has failed. */
    void hookFailed(HookFailedException failure) {
        session.close(CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, failure.getMessage());
    }

    /** TLS with one side could not be agreed on, or broke. */
    void tlsFailed(Side side, Throwable error) {
        String why = Handshakes.reason(error);
        if (side == Side.CLIENT) {
            session.close(CloseCause.CLIENT_TLS, null, why);
        } else {
            session.close(CloseCause.BACKEND_TLS, Errors.backendTls(why), why);
        }
        session.flush();
    }

    /** Whatever else a channel or a step of the session ends with. */
    void failed(Side side, Throwable error) {
        if (error instanceof ProtocolViolationException violation) {
            // found beneath the packets
            violation(side, violation);
            session.flush();
        } else if (error instanceof IOException && !(error instanceof SSLException)) {
            // a reset: the close event that follows, or this one, ends the session
            if (side == Side.CLIENT) {
                session.clientClosed();
            } else {
                session.backendClosed();
            }
        } else if (error instanceof SSLException || error.getCause() instanceof SSLException) {
            tlsFailed(side, error);
        } else {
            LOG.atError()
                    .setCause(error)
                    .addKeyValue("session", session.id())
                    .addKeyValue("state", session.stateWord())
                    .log("internal error");
            session.close(CloseCause.INTERNAL_ERROR, Errors.INTERNAL, error.toString());
        }
    }
}
