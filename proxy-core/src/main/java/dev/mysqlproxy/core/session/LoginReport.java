package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.message.ErrPacket;

/**
 * One login, from what the client says to its end, which is counted and told to hooks once. On the session's event loop.
 */
final class LoginReport {

    private static final String NONE = "";

    private final Session session;
    private final HookChain hooks;
    private final boolean changeUser;
    private final String user;
    private final String schema;
    private final long since;

    private ErrPacket told;
    private boolean over;

    /**
     * A login begins.
     *
     * @param since {@link System#nanoTime} of the client's connection, or of its COM_CHANGE_USER
     */
    LoginReport(Session session, boolean changeUser, String user, String schema, long since) {
        this.session = session;
        this.hooks = session.services().hooks();
        this.changeUser = changeUser;
        this.user = user;
        this.schema = schema;
        this.since = since;
    }

    /** The client is told why not; the session's end follows, or not. */
    void refused(ErrPacket error) {
        told = error;
    }

    /** The client is logged in, unless it has been told otherwise. */
    void ended() {
        report(told == null ? LoginSummary.Status.OK : LoginSummary.Status.ERR);
    }

    /**
     * The session ends.
     *
     * @param error what its client is told; null for nothing
     */
    void closed(ErrPacket error) {
        if (told == null) {
            told = error;
        }
        report(told == null ? LoginSummary.Status.LOST : LoginSummary.Status.ERR);
    }

    private void report(LoginSummary.Status status) {
        if (over) {
            return;
        }
        over = true;
        session.services().registry().counters().countLogin(status == LoginSummary.Status.OK);
        if (!hooks.seesLoginCompleted()) {
            return;
        }
        hooks.loginCompleted(
                session,
                new LoginSummary(
                        changeUser,
                        user,
                        schema,
                        status,
                        told == null ? 0 : told.code(),
                        told == null ? NONE : told.sqlState(),
                        told == null ? NONE : told.message(),
                        System.nanoTime() - since));
    }
}
