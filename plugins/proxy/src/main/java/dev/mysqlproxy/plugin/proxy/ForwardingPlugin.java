package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.view.BackendView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
        PoolLimits.follow(context);
        Scripts.addHooks(options.get(ProxyOptions.SCRIPTS), context);
        ProxyOptions.requireSome(ProxyOptions.ADDRESSES, "address", options);
        ProxyOptions.requireSome(ProxyOptions.BACKENDS, "server", options);
        Addresses addresses = new Addresses(options);
        List<Addresses.Front> fronts = addresses.listeners(ProxyOptions.ADDRESSES);
        List<Addresses.Back> readWrite = addresses.backends(ProxyOptions.BACKENDS);
        List<Addresses.Back> readOnly = addresses.backends(ProxyOptions.READ_ONLY_BACKENDS);
        requireBackends(fronts, readWrite, readOnly);
        listen(context, fronts);
        XListeners.listen(context, addresses, readWrite);
        context.backends().usualHop(HopOptions.backend(options));
        addBackends(context, ProxyOptions.BACKENDS, readWrite, BackendView.Type.RW);
        addBackends(context, ProxyOptions.READ_ONLY_BACKENDS, readOnly, BackendView.Type.RO);
    }

    private static void listen(PluginContext context, List<Addresses.Front> fronts) {
        OptionValues options = context.options();
        for (int i = 0; i < fronts.size(); i++) {
            Addresses.Front front = fronts.get(i);
            String name = numbered("proxy", i);
            context.listen(new Listener.Forwarding(
                    name,
                    front.address(),
                    name + " listening on port %s",
                    new LeastConnections(),
                    () -> ProxyOptions.timeouts(options),
                    front.hop(),
                    front.authentication(),
                    front.group()));
        }
    }

    /** The first of several has the plain name, as when there was but one. */
    static String numbered(String name, int index) {
        return index == 0 ? name : name + "-" + (index + 1);
    }

    private static void requireBackends(
            List<Addresses.Front> fronts, List<Addresses.Back> readWrite, List<Addresses.Back> readOnly)
            throws StartException {
        Set<String> served = new HashSet<>();
        Stream.concat(readWrite.stream(), readOnly.stream())
                .forEach(back -> served.add(back.hop().group()));
        Set<String> used = new HashSet<>();
        for (Addresses.Front front : fronts) {
            used.add(front.group());
            if (!served.contains(front.group())) {
                throw new StartException(ProxyOptions.ADDRESSES + "=" + front.text()
                        + (front.group().isEmpty()
                                ? ": no backend is without a group"
                                : ": no backend is of group " + front.group()));
            }
        }
        served.removeAll(used);
        for (String group : served) {
            LOG.atWarn().addKeyValue("group", group).log("no listener uses the backends of a group");
        }
    }

    private static void addBackends(
            PluginContext context, Option<?> option, List<Addresses.Back> backends, BackendView.Type type)
            throws StartException {
        for (Addresses.Back backend : backends) {
            try {
                context.backends().add(backend.address(), type, backend.hop());
            } catch (IllegalArgumentException e) {
                throw new StartException(option + "=" + backend.text() + ": " + e.getMessage(), e);
            }
        }
    }

    private static void nameWithoutEffect(OptionValues options, Option<Boolean> option) {
        if (options.get(option)) {
            LOG.atInfo().addKeyValue("option", option).log("an option without effect was given");
        }
    }
}
