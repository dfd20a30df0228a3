package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.auth.Authenticator;
import dev.mysqlproxy.core.auth.LocalAccounts;
import dev.mysqlproxy.core.tls.ListenerTls;
import java.util.Optional;

/**
 * What the sessions of one listener share.
 *
 * @param listener as its plugin wants it
 * @param tls its certificate and the like
 * @param authenticator checks who clients are, or lets the servers do it; only of forwarding listeners
 * @param local checks them where accounts are hashed; only of local listeners
 */
public record Entrance(
        Listener listener, ListenerTls tls, Optional<Authenticator> authenticator, Optional<LocalAccounts> local) {

    /**
     * The dialog of a client's login.
     *
     * @param asks whether the client's answer is for another challenge than the server's
     */
    AuthDialog dialog(AuthEnds ends, Session session, boolean asks) {
        return authenticator.orElseThrow().dialog(ends, session.clientAddress(), asks);
    }

    /** Whether the servers alone know who clients are. */
    boolean relaysLogins() {
        return !(listener instanceof Listener.Forwarding forwarding)
                || forwarding.authentication().mode() == Authentication.Mode.RELAY;
    }
}
