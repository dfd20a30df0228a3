package it.plugins;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/** Answers "who am I" with what it knows of the client's TLS. */
@Extension
public class TlsWitness implements ProxyPlugin, QueryHook {

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (!command.text().equals("who am I")) {
            return QueryDecision.forward();
        }
        Optional<TlsView> tls = session.tls();
        List<String> row = List.of(
                tls.map(TlsView::version).orElse("none"),
                tls.map(TlsView::cipher).orElse("none"),
                tls.flatMap(TlsView::peer).orElse("nobody"));
        return QueryDecision.answer(new Reply.ResultSet(
                List.of(Reply.Column.text("version"), Reply.Column.text("cipher"), Reply.Column.text("peer")),
                List.of(row)));
    }
}
