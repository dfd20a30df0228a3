package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.view.BackendView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The plugin that {@link ProxyRig} puts beside the one under test: forwards its clients to one backend. */
public final class RigPlugin implements ProxyPlugin {

    /** Its name in {@code --plugins}. */
    static final String ID = "rig";

    /** Its log line begins so; the address follows. */
    static final String LISTENS = "rig listening on ";

    private static final Option<List<String>> BACKENDS =
            Option.list("rig-backends", "where its clients are forwarded to").build();

    @Override
    public List<Option<?>> options() {
        return List.of(BACKENDS);
    }

    @Override
    public void start(PluginContext context) {
        context.options().get(BACKENDS).forEach(address -> context.backends().add(address, BackendView.Type.RW));
        context.listen(new Listener.Forwarding(
                ID,
                "127.0.0.1:0",
                LISTENS + "%s",
                (session, candidates) -> candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(0)),
                new Listener.Timeouts(Duration.ofSeconds(10), Duration.ZERO, Duration.ZERO)));
    }
}
