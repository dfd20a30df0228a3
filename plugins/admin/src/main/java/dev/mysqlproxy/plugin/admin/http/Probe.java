package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.view.BackendView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Connects to a server and leaves: enough to see that somebody listens again. Each server is tried once a second at
 * most, however many ask, because servers count clients that leave without a login.
 */
final class Probe implements Predicate<BackendView> {

    private static final int CONNECT_MILLIS = 1000;

    private final Map<Integer, Outcome> last = new HashMap<>();

    private record Outcome(boolean reached, long at) {}

    @Override
    public synchronized boolean test(BackendView backend) {
        Outcome known = last.get(backend.index());
        if (known != null && System.nanoTime() - known.at() < TimeUnit.SECONDS.toNanos(1)) {
            return known.reached();
        }
        Outcome outcome = new Outcome(reaches(backend.address()), System.nanoTime());
        last.put(backend.index(), outcome);
        return outcome.reached();
    }

    private static boolean reaches(String address) {
        try {
            if (address.startsWith("/")) {
                SocketChannel.open(UnixDomainSocketAddress.of(address)).close();
                return true;
            }
            int colon = address.lastIndexOf(':');
            String host = address.substring(0, colon);
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), CONNECT_MILLIS);
                return true;
            }
        } catch (IOException e) {
            return false;
        }
    }
}
