package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.view.SessionView;

/** MySQL Proxy's {@code read_handshake}. */
@FunctionalInterface
public non-sealed interface HandshakeHook extends Hook {

    /**
     * The server has sent its greeting.
     *
     * @param greeting the payload that the client will get, capabilities already masked; a copy
     */
    LoginDecision onHandshake(SessionView session, byte[] greeting);
}
