package dev.mysqlproxy.example.trace;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QueryAttribute;
import dev.mysqlproxy.api.view.SessionView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.pf4j.Extension;

/** Tells the server in a comment where a query comes from, for its process list and its logs. */
@Extension
public final class TraceCommentPlugin implements ProxyPlugin, QueryHook {

    private static final Option<String> ATTRIBUTE = Option.text(
                    "trace-attribute", "the query attribute in which applications give their trace")
            .defaultsTo("traceparent")
            .build();

    private String attribute = "";

    @Override
    public List<Option<?>> options() {
        return List.of(ATTRIBUTE);
    }

    @Override
    public void start(PluginContext context) {
        attribute = context.options().get(ATTRIBUTE);
        context.addHook(this);
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (!command.complete()) {
            return QueryDecision.forward();
        }
        String trace = command.attributes().stream()
                .filter(candidate -> candidate.name().equals(attribute))
                .findFirst()
                .flatMap(QueryAttribute::value)
                .orElse("-");
        String comment = "/* session=" + session.id() + " client=" + harmless(session.clientAddress()) + " trace="
                + harmless(trace) + " */ ";
        // bytes, not text: the statement is in the client's character set
        ByteArrayOutputStream sql = new ByteArrayOutputStream();
        sql.writeBytes(comment.getBytes(StandardCharsets.US_ASCII));
        sql.writeBytes(command.statement());
        return QueryDecision.inject(Injection.command(1, CommandType.COM_QUERY, sql.toByteArray()));
    }

    /** Nothing that a client says may end the comment. */
    private static String harmless(String text) {
        return text.replaceAll("[^A-Za-z0-9_.:@-]", "_");
    }
}
