package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.view.BackendView;
import java.util.List;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plugin {@code proxy}: forwards clients to backends. */
@Extension
public final class ForwardingPlugin implements ProxyPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(ForwardingPlugin.class);

    /** For PF4J. */
    public ForwardingPlugin() {}

    @Override
    public List<Option<?>> options() {
        return ProxyOptions.ALL;
    }

    @Override
    public void start(PluginContext context) throws StartException {
        OptionValues options = context.options();
        if (options.get(ProxyOptions.NO_PROXY)) {
            return;
        }
        nameWithoutEffect(options, ProxyOptions.SKIP_PROFILING);
        nameWithoutEffect(options, ProxyOptions.FIX_BUG_25371);
        context.backends().limits(ProxyOptions.pool(options));
        Scripts.addHooks(options.get(ProxyOptions.SCRIPTS), context);
        context.listen(new Listener.Forwarding(
                "proxy",
                options.get(ProxyOptions.ADDRESS),
                "proxy listening on port %s",
                new LeastConnections(),
                ProxyOptions.timeouts(options)));
        addBackends(context, ProxyOptions.BACKENDS, ProxyOptions.backends(options), BackendView.Type.RW);
        addBackends(
                context,
                ProxyOptions.READ_ONLY_BACKENDS,
                options.get(ProxyOptions.READ_ONLY_BACKENDS),
                BackendView.Type.RO);
    }

    private static void addBackends(
            PluginContext context, Option<?> option, List<String> addresses, BackendView.Type type)
            throws StartException {
        for (String address : addresses) {
            try {
                context.backends().add(address, type);
            } catch (IllegalArgumentException e) {
                throw new StartException(option + "=" + address + ": " + e.getMessage(), e);
            }
        }
    }

    private static void nameWithoutEffect(OptionValues options, Option<Boolean> option) {
        if (options.get(option)) {
            LOG.atInfo().addKeyValue("option", option).log("an option without effect was given");
        }
    }
}
