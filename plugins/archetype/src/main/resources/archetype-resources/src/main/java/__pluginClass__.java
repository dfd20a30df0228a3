package ${package};

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.List;
import java.util.Set;
import org.pf4j.Extension;

/** Answers the query HELLO in the server's place, and counts how often. */
@Extension
public final class ${pluginClass} implements ProxyPlugin, QueryHook {

    private static final Option<String> GREETING =
            Option.text("${artifactId}-greeting", "the word that comes before the user's name")
                    .defaultsTo("Hello")
                    .build();

    private String greeting;
    private Metrics.Counter answered;

    @Override
    public List<Option<?>> options() {
        return List.of(GREETING);
    }

    @Override
    public void start(PluginContext context) {
        greeting = context.options().get(GREETING);
        answered = context.metrics().counter("hello_answered_total", "Greetings given.").with();
        context.addHook(this);
    }

    /** Other commands pass by without a look at them. */
    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY);
    }

    /** On the session's event loop: must not block. */
    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (!command.text().equalsIgnoreCase("HELLO")) {
            return QueryDecision.forward();
        }
        answered.increment();
        String text = greeting + " " + session.user().orElse("");
        return QueryDecision.answer(
                new Reply.ResultSet(List.of(Reply.Column.text("greeting")), List.of(List.of(text))));
    }
}
