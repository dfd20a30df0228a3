package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.view.SessionView;

/** MySQL Proxy's {@code connect_server}. */
@FunctionalInterface
public non-sealed interface ConnectHook extends Hook {

    /** A client needs a backend. Asked again when the chosen one could not be reached. */
    ConnectDecision onConnect(SessionView session);
}
