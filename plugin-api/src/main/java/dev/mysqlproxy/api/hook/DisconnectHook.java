package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.view.SessionView;

/** MySQL Proxy's {@code disconnect_client}. */
@FunctionalInterface
public non-sealed interface DisconnectHook extends Hook {

    /**
     * The session is over, for whatever reason; called exactly once for each session that was accepted, also for those
     * of local listeners.
     *
     * @param cause a stable word for the reason, for example {@code client-quit}, {@code backend-lost}
     */
    void onDisconnect(SessionView session, String cause);
}
