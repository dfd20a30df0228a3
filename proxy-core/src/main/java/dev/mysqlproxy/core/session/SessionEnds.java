package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.tls.Handshakes;
import dev.mysqlproxy.protocol.message.ErrPacket;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the two ends of a dialog in a session have in common, at login and in COM_CHANGE_USER. */
abstract class SessionEnds implements AuthEnds {

    private static final Logger LOG = LoggerFactory.getLogger(SessionEnds.class);
    private static final int LONGEST_USER = 96;
    private static final int ER_ACCESS_DENIED = 1045;
    private static final int ER_ACCESS_DENIED_NO_PASSWORD = 1698;

    private final Session session;

    SessionEnds(Session session) {
        this.session = session;
    }

    final Session session() {
        return session;
    }

    /** Whether the dialog has come to its end. */
    abstract boolean over();

    /** The account that is asked for. */
    abstract String user();

    @Override
    public boolean clientTls() {
        return session.tls().isPresent();
    }

    @Override
    public boolean serverTls() {
        return session.link() != null && session.link().tls().isPresent();
    }

    @Override
    public boolean clientSecret() {
        return clientTls() || session.identity().onUnixSocket();
    }

    @Override
    public boolean serverSecret() {
        return session.link() != null && session.link().transport().secret();
    }

    @Override
    public Optional<byte[]> certificateHash() {
        return Optional.ofNullable(session.client().pipeline().get(SslHandler.class))
                .flatMap(Handshakes::shownHash);
    }

    @Override
    public void refuse(ErrPacket error, String why) {
        session.close(CloseCause.LOGIN_REFUSED, error, why);
        session.flush();
    }

    @Override
    public void decided(boolean right, Runnable answer) {
        long millis = session.entrance().relaysLogins()
                ? 0
                : session.services().registry().backoff().decided(guessing(), right);
        if (millis == 0) {
            answer.run();
            return;
        }
        if (!right && !session.closed()) {
            LOG.atWarn()
                    .addKeyValue("listener", session.listener())
                    .addKeyValue("client", session.clientAddress())
                    .addKeyValue("user", Closing.cut(user(), LONGEST_USER))
                    .addKeyValue("delay-ms", millis)
                    .log("wrong login");
        }
        session.client().eventLoop().schedule(() -> later(answer), millis, TimeUnit.MILLISECONDS);
    }

    /** Whose guesses count together: those of one account at one host, so that nobody is slowed by a neighbour. */
    private String guessing() {
        return Identity.host(session.clientAddress()) + ' ' + Closing.cut(user(), LONGEST_USER);
    }

    /**
     * The server has the last word.
     *
     * @param error what it said; null for OK
     * @param answer passes that on
     */
    final void serverDecided(ErrPacket error, Runnable answer) {
        if (error == null || error.code() == ER_ACCESS_DENIED || error.code() == ER_ACCESS_DENIED_NO_PASSWORD) {
            decided(error == null, answer);
        } else {
            answer.run();
        }
    }

    @Override
    public void later(Runnable task) {
        session.client().eventLoop().execute(() -> {
            if (!session.closed() && !over()) {
                session.guarded(task);
                session.flush();
            }
        });
    }
}
