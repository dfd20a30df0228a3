package it.plugins;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import org.pf4j.Extension;

/** Looks at every command and its end, and changes nothing. */
@Extension
public class Observer implements ProxyPlugin, QueryHook, QueryCompletedHook {

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        command.text();
        command.attributes();
        return QueryDecision.forward();
    }

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        command.text();
    }
}
