package dev.mysqlproxy.plugin.admin.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where to listen: {@code host:port}, {@code [v6]:port}, {@code *:port} for all addresses of the machine, {@code
 * :port} for its loopback address, which no other machine reaches.
 */
final class HttpAddress {

    private static final int MAX_PORT = 65_535;

    private HttpAddress() {}

    /**
     * Reads an address; the port 0 is one of the system's choice.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("write host:port, [v6]:port, *:port or :port");
        }
        String host = text.substring(0, colon);
        String port = text.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw new IllegalArgumentException("the port has to be a number from 0 to " + MAX_PORT);
        }
        return new InetSocketAddress(host(host), Integer.parseInt(port));
    }

    private static InetAddress host(String host) {
        try {
            if (host.isEmpty()) {
                return InetAddress.getLoopbackAddress();
            }
            if (host.equals("*")) {
                return new InetSocketAddress(0).getAddress();
            }
            if (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]"))) {
                throw new IllegalArgumentException("an IPv6 address is written in brackets: [::1]:4042");
            }
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("there is no host of that name", e);
        }
    }
}
