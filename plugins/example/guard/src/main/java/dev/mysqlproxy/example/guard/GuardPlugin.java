package dev.mysqlproxy.example.guard;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.option.Option;
import java.util.List;
import org.pf4j.Extension;

/** The plugin {@code guard}: blocks UPDATE and DELETE without WHERE. The manual builds it step by step. */
@Extension
public final class GuardPlugin implements ProxyPlugin {

    private static final Option<List<String>> EXEMPT = Option.list("guard-exempt", "users who may change whole tables")
            .changeable()
            .build();

    private static final Option<Boolean> LOG_ONLY = Option.flag(
                    "guard-log-only", "block nothing, only count and list what would be blocked")
            .changeable()
            .build();

    @Override
    public List<Option<?>> options() {
        return List.of(EXEMPT, LOG_ONLY);
    }

    @Override
    public void start(PluginContext context) {
        BlockedStatements blocked = new BlockedStatements();
        Exemptions exemptions = new Exemptions(context.options().get(EXEMPT));
        context.onChange(EXEMPT, exemptions::replace);
        context.addHook(new Guard(
                exemptions,
                () -> context.options().get(LOG_ONLY),
                blocked,
                context.metrics().counter("guard_blocked_total", "Statements without WHERE, by user.", "user")));
        context.addTable(blocked);
        context.addCommand(exemptions);
    }

    /** A guard that stumbles must not let through. */
    @Override
    public boolean failClosed() {
        return true;
    }
}
