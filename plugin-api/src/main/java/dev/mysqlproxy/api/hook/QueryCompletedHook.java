package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;

/**
 * Told of every command that went to a server, injected or not: after its reply, or, with the status LOST, when the session
 * ended before that. Observes, decides nothing.
 */
@FunctionalInterface
public non-sealed interface QueryCompletedHook extends Hook {

    /** A command is complete. What it throws is logged and changes nothing for the client. */
    void onQueryCompleted(SessionView session, Command command, QuerySummary summary);
}
