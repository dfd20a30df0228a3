package it.plugins;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pf4j.Extension;

/** Does what no plugin may: holds up the event loop of whoever asks for it, while there is a file. */
@Extension
public class Hanging implements ProxyPlugin, QueryHook {

    private static final Option<Path> WHILE =
            Option.path("hanging-while", "As long as there is this file.").build();

    private Path file;

    @Override
    public List<Option<?>> options() {
        return List.of(WHILE);
    }

    @Override
    public void start(PluginContext context) {
        file = context.options().get(WHILE);
        context.addHook(this);
    }

    @Override
    public Set<CommandType> commandTypes() {
        return Set.of(CommandType.COM_QUERY);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        while (command.text().contains("hang") && Files.exists(file)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return QueryDecision.forward();
    }
}
