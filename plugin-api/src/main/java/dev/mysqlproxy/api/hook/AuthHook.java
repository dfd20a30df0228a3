package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.view.SessionView;

/** MySQL Proxy's {@code read_auth}. */
@FunctionalInterface
public non-sealed interface AuthHook extends Hook {

    /**
     * The client has sent its login; the session's user, schema and attributes are known. Called once a login.
     *
     * @param response the HandshakeResponse41 payload that the server will get; a copy
     */
    LoginDecision onAuth(SessionView session, byte[] response);
}
