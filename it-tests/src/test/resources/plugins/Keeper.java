package it.plugins;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.pf4j.Extension;

/** Sends every statement as an injection, keeps its whole result and passes it on: nobody may notice. */
@Extension
public class Keeper implements ProxyPlugin, QueryHook, QueryResultHook {

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    @Override
    public Set<CommandType> commandTypes() {
        return EnumSet.of(CommandType.COM_QUERY);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (!command.complete()) {
            return QueryDecision.forward();
        }
        byte[] statement = command.statement();
        byte[] payload = new byte[statement.length + 1];
        payload[0] = (byte) CommandType.COM_QUERY.code();
        System.arraycopy(statement, 0, payload, 1, statement.length);
        return QueryDecision.inject(new Injection(1, payload, true, true));
    }

    @Override
    public ResultDecision onQueryResult(
            SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
        // reading it must not change it either
        result.orElseThrow().columns();
        int rows = 0;
        for (Object row : result.orElseThrow().rows()) {
            rows++;
        }
        return rows < 0 ? ResultDecision.ignore() : ResultDecision.pass();
    }
}
