package it.plugins;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.pf4j.Extension;

/** Writes down how each command ended; {@code SHOW LEDGER} gives a client its entries since the last time. */
@Extension
public class Ledger implements ProxyPlugin, QueryHook, QueryCompletedHook, DisconnectHook {
    private static final int TEXT = 200;
    private static final List<Reply.Column> COLUMNS = List.of(
            Reply.Column.number("code"),
            Reply.Column.text("text"),
            Reply.Column.text("status"),
            Reply.Column.number("sets"),
            Reply.Column.number("data_rows"),
            Reply.Column.number("affected"),
            Reply.Column.number("warnings"),
            Reply.Column.number("error"),
            Reply.Column.number("bytes"));

    private final Map<Long, List<List<String>>> entries = new ConcurrentHashMap<>();

    @Override
    public void start(PluginContext context) {
        context.addHook(this);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (!command.text().equals("SHOW LEDGER")) {
            return QueryDecision.forward();
        }
        List<List<String>> own = entries.remove(session.id());
        return QueryDecision.answer(new Reply.ResultSet(COLUMNS, own == null ? List.of() : own));
    }

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        if (summary.status() == QuerySummary.Status.ANSWERED) {
            return; // by this plugin: no server said it
        }
        String text = command.code() == 3 || command.code() == 22 ? command.text() : "";
        entries.computeIfAbsent(session.id(), id -> new ArrayList<>())
                .add(List.of(
                        Integer.toString(command.code()),
                        text.substring(0, Math.min(text.length(), TEXT)),
                        summary.status().name(),
                        Integer.toString(summary.resultSets()),
                        Long.toString(summary.rows()),
                        Long.toString(summary.affectedRows()),
                        Integer.toString(summary.warnings()),
                        Integer.toString(summary.errorCode()),
                        Long.toString(summary.replyBytes())));
    }

    @Override
    public void onDisconnect(SessionView session, String cause) {
        entries.remove(session.id());
    }
}
