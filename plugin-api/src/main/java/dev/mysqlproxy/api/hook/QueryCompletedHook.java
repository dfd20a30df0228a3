package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.util.EnumSet;
import java.util.Set;

/**
 * Told of every command that went to a server, injected or not: after its reply, or, with the status LOST, when the session
 * ended before that; and of those that a hook answered or refused in the server's place. Observes, decides nothing.
 */
@FunctionalInterface
public non-sealed interface QueryCompletedHook extends Hook {

    /** A command is complete. What it throws is logged and changes nothing for the client. */
    void onQueryCompleted(SessionView session, Command command, QuerySummary summary);

    /**
     * The commands whose ends this hook wants to hear of. Asked whenever the hooks at work change; must always say the
     * same.
     */
    default Set<CommandType> completedTypes() {
        return EnumSet.allOf(CommandType.class);
    }
}
