package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.EnumSet;
import java.util.Set;

/** MySQL Proxy's {@code read_query}. */
@FunctionalInterface
public non-sealed interface QueryHook extends Hook {

    /** A client has sent a command of a type in {@link #commandTypes()}. */
    QueryDecision onQuery(SessionView session, Command command);

    /**
     * The commands this hook wants to see. Asked whenever the hooks at work change; must always say the
     * same. Unknown commands always pass by.
     */
    default Set<CommandType> commandTypes() {
        return EnumSet.allOf(CommandType.class);
    }
}
