package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.view.LoginSummary;
import dev.mysqlproxy.api.view.SessionView;

/** Told of each login's end, whoever decided it. Observes, decides nothing. */
@FunctionalInterface
public non-sealed interface LoginCompletedHook extends Hook {

    /**
     * A login has succeeded or failed: the first of a session, or a COM_CHANGE_USER. A client that leaves before it has
     * said who it is had no login.
     */
    void onLoginCompleted(SessionView session, LoginSummary login);
}
