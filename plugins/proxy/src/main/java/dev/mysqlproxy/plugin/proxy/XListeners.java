package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.OptionValues;
import java.util.List;

/** Listeners for the X protocol, which has a port of its own and is passed on as it is. */
final class XListeners {

    private static final String PORT = ":33060";

    private XListeners() {}

    /**
     * Adds them to what the plugin listens on.
     *
     * @param readWrite the servers whose X protocol it is, unless an option names others
     */
    static void listen(PluginContext context, Addresses addresses, List<Addresses.Back> readWrite)
            throws StartException {
        OptionValues options = context.options();
        List<Addresses.Front> fronts = addresses.relays(ProxyOptions.X_ADDRESSES);
        if (fronts.isEmpty() && !options.get(ProxyOptions.X_BACKENDS).isEmpty()) {
            throw new StartException(ProxyOptions.X_BACKENDS + " needs " + ProxyOptions.X_ADDRESSES);
        }
        for (int i = 0; i < fronts.size(); i++) {
            Addresses.Front front = fronts.get(i);
            List<String> servers = options.get(ProxyOptions.X_BACKENDS);
            if (servers.isEmpty()) {
                servers = readWrite.stream()
                        .filter(back -> back.hop().group().equals(front.group()))
                        .map(Addresses.Back::address)
                        .filter(address -> !address.startsWith("/") && !address.startsWith("@"))
                        .map(XListeners::onXPort)
                        .distinct()
                        .toList();
            }
            if (servers.isEmpty()) {
                throw new StartException(ProxyOptions.X_ADDRESSES + "=" + front.text() + ": no read/write server "
                        + (front.group().isEmpty() ? "" : "of group " + front.group() + " ")
                        + "is reached by TCP; name servers with " + ProxyOptions.X_BACKENDS);
            }
            String name = ForwardingPlugin.numbered("x", i);
            context.listen(new Listener.Relay(
                    name,
                    front.address(),
                    "X protocol" + (i == 0 ? "" : " (" + name + ")") + " listening on port %s",
                    servers,
                    () -> ProxyOptions.timeouts(options),
                    front.hop()));
        }
    }

    /** The same host, another port. */
    private static String onXPort(String address) {
        int bracket = address.lastIndexOf(']');
        int colon = address.indexOf(':', bracket + 1);
        return (colon < 0 ? address : address.substring(0, colon)) + PORT;
    }
}
