package dev.mysqlproxy.api.hook;

import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Sees and changes the rows of results as they stream to the client, one at a time, text and binary protocol alike: a
 * result of any size takes the memory of its longest row. A result that nobody transforms passes untouched. With several
 * such hooks each sees what those before it have made of a row.
 */
@FunctionalInterface
public non-sealed interface RowHook extends Hook {

    /**
     * A result set begins.
     *
     * @param command what the client sent
     * @param columns of the result set; for a COM_STMT_FETCH those of the statement's execution
     */
    RowDecision onResultSet(SessionView session, Command command, List<ResultView.Column> columns);

    /**
     * The commands whose results this hook wants to see. Asked whenever the hooks at work change; must always say the
     * same.
     */
    default Set<CommandType> rowTypes() {
        return EnumSet.of(CommandType.COM_QUERY, CommandType.COM_STMT_EXECUTE, CommandType.COM_STMT_FETCH);
    }
}
