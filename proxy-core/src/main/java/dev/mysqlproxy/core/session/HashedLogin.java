package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.auth.LocalAccounts;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.util.concurrent.TimeUnit;

/**
 * The part of a {@link LocalLogin} that is otherwise when the proxy has only hashes of some passwords: the client proves what
 * it can, and shows its password where that is not enough. On the session's event loop.
 */
final class HashedLogin extends SessionEnds {

    private static final AuthDialog.Challenge NO_SERVER =
            new AuthDialog.Challenge(PasswordMethod.MYSQL_NATIVE_PASSWORD.pluginName(), new byte[0]);

    private final LocalLogin login;
    private final ClientSide client;
    private final AuthDialog dialog;
    private String user = "";
    private boolean answered;

    HashedLogin(Session session, LocalLogin login, ClientSide client, LocalAccounts accounts) {
        super(session);
        this.login = login;
        this.client = client;
        this.dialog = accounts.dialog(this, Identity.host(session.clientAddress()));
    }

    /** What the client is challenged with, whatever the method. */
    byte[] nonce() {
        return dialog.challenge(NO_SERVER).nonce();
    }

    /** The client's first answer. */
    void answer(String name, String plugin, byte[] response) {
        user = name;
        answered = true;
        dialog.answer(name, plugin, response);
    }

    /** A further packet of the client; its first answer when it was asked for caching_sha2_password. */
    void packet(String name, byte[] payload) {
        if (answered) {
            dialog.client(payload);
        } else {
            answer(name, PasswordMethod.CACHING_SHA2_PASSWORD.pluginName(), payload);
        }
    }

    void release() {
        dialog.release();
    }

    @Override
    boolean over() {
        return session().loggedIn() || session().closed() || login.over();
    }

    @Override
    String user() {
        return user;
    }

    @Override
    public void decided(boolean right, Runnable answer) {
        long millis = login.counted(right);
        if (millis == 0) {
            answer.run();
        } else {
            session().client().eventLoop().schedule(() -> later(answer), millis, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void toClient(byte[] payload) {
        client.hop().send(payload);
    }

    @Override
    public void toServer(byte[] payload) {
        throw new IllegalStateException("there is no server");
    }

    /** The client has proven who it is. */
    @Override
    public void logIn(AuthEnds.Login unused) {
        dialog.accepted(login.welcome());
    }
}
