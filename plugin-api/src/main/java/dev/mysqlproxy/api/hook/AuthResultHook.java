package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.view.SessionView;

/** MySQL Proxy's {@code read_auth_result}. */
@FunctionalInterface
public non-sealed interface AuthResultHook extends Hook {

    /**
     * The server has answered a login: OK, ERR, a switch of method or more data. What happens next follows the
     * server's packet, not what a hook puts in its place.
     *
     * @param packet the payload; a copy
     */
    LoginDecision onAuthResult(SessionView session, byte[] packet);
}
