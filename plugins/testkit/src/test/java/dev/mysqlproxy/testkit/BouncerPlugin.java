package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.List;
import java.util.Set;

/** A plugin to be tested: answers, refuses and rewrites by the first letter of a query. */
public final class BouncerPlugin implements ProxyPlugin, QueryHook {

    private static final Option<String> WORD =
            Option.text("bouncer-word", "what it says").defaultsTo("no").build();

    private String word = "";

    @Override
    public List<Option<?>> options() {
        return List.of(WORD);
    }

    @Override
    public void start(PluginContext context) {
        word = context.options().get(WORD);
        context.addHook(this);
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        Reply.Err error = Reply.error(1234, "HY000", word + " " + session.user().orElse(""));
        return switch (command.text().charAt(0)) {
            case 'a' -> QueryDecision.answer(error);
            case 'r' -> QueryDecision.refuse(error);
            case 'i' -> QueryDecision.inject(Injection.query(1, command.text().substring(1)));
            default -> QueryDecision.forward();
        };
    }
}
