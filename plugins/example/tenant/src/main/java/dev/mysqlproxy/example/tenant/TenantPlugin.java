package dev.mysqlproxy.example.tenant;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pf4j.Extension;

/** Gives each tenant a schema of its own: the user {@code acme.app} works in {@code tenant_acme}. */
@Extension
public final class TenantPlugin implements ProxyPlugin, QueryHook, QueryResultHook {

    private static final SessionKey<byte[]> WAITING = new SessionKey<>("the command that waits for its schema");

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    @Override
    public boolean failClosed() {
        return true;
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY, CommandType.COM_STMT_PREPARE, CommandType.COM_INIT_DB);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        String user = session.user().orElse("");
        if (!user.matches("[a-z0-9_]+\\..+")) {
            return QueryDecision.forward();
        }
        if (leaves(command)) {
            return QueryDecision.answer(Reply.error(1044, "42000", "Tenants have one schema"));
        }
        String schema = "tenant_" + user.substring(0, user.indexOf('.'));
        if (session.schema().orElse("").equals(schema)) {
            return QueryDecision.forward();
        }
        session.put(WAITING, command.packet());
        return QueryDecision.inject(
                Injection.command(1, CommandType.COM_INIT_DB, schema.getBytes(StandardCharsets.UTF_8))
                        .needingResult());
    }

    private static boolean leaves(Command command) {
        return command.is(CommandType.COM_INIT_DB) || command.text().strip().matches("(?is)use\\b.*");
    }

    @Override
    public ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
        if (injection.id() != 1 || summary.status() != QuerySummary.Status.OK) {
            return ResultDecision.pass(); // the command's own result; or there is no such schema, says the server
        }
        byte[] waiting = session.get(WAITING);
        session.put(WAITING, null);
        return new ResultDecision.Ignore(List.of(new Injection(2, waiting, false, true)));
    }
}
