package dev.mysqlproxy.example.guard;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Looks at each statement. Event loops of all sessions. */
final class Guard implements QueryHook {

    /** What servers say under --safe-updates. */
    private static final Reply.Err BLOCKED =
            Reply.error(1175, "HY000", "UPDATE and DELETE without WHERE are blocked by the proxy");

    private final Exemptions exemptions;
    private final BooleanSupplier logOnly;
    private final BlockedStatements blocked;
    private final Metrics.Labelled<Metrics.Counter> counter;

    Guard(
            Exemptions exemptions,
            BooleanSupplier logOnly,
            BlockedStatements blocked,
            Metrics.Labelled<Metrics.Counter> counter) {
        this.exemptions = exemptions;
        this.logOnly = logOnly;
        this.blocked = blocked;
        this.counter = counter;
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY, CommandType.COM_STMT_PREPARE);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        String user = session.user().orElse("");
        if (exemptions.contains(user) || !WholeTable.isChangedBy(command.statement())) {
            return QueryDecision.forward();
        }
        counter.with(user).increment();
        blocked.add(user, session.clientAddress(), session.schema().orElse(""), command.text());
        return logOnly.getAsBoolean() ? QueryDecision.forward() : QueryDecision.answer(BLOCKED);
    }
}
