package it.plugins;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.util.List;
import org.pf4j.Extension;

/** Fails to start in the way that its option names. */
@Extension
public class Faulty implements ProxyPlugin {
    private static final Option<String> WAY =
            Option.text("faulty-way", "How to fail.").defaultsTo("refuse").build();

    @Override
    public List<Option<?>> options() {
        return List.of(WAY);
    }

    @Override
    public void start(PluginContext context) throws StartException {
        if (context.options().get(WAY).equals("throw")) {
            throw new IllegalStateException("thrown at the start");
        }
        throw new StartException("the faulty plugin wants another world");
    }
}
