package it.plugins;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.pf4j.Extension;
import org.slf4j.LoggerFactory;

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
        switch (context.options().get(WAY)) {
            case "throw" -> throw new IllegalStateException("thrown at the start");
            case "break" -> throw new AssertionError("broken at the start");
            case "hang" -> hang();
            default -> throw new StartException("the faulty plugin wants another world");
        }
    }

    private static void hang() {
        LoggerFactory.getLogger(Faulty.class).error("faulty hangs");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
