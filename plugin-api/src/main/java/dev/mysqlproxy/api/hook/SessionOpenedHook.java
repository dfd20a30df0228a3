package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.view.SessionView;

/** Told of each client as it is accepted. Observes, decides nothing; {@link ConnectHook} decides. */
@FunctionalInterface
public non-sealed interface SessionOpenedHook extends Hook {

    /**
     * A client has connected to a forwarding or local listener; nobody knows yet who it is. Each such session ends with one
     * {@link DisconnectHook}.
     */
    void onSessionOpened(SessionView session);
}
