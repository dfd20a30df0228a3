package dev.mysqlproxy.core.net;

import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** An address as an operator writes it. Immutable; names are resolved when they are used, each time anew. */
public sealed interface NetAddress {

    /** MySQL's own port. */
    int DEFAULT_PORT = 3306;

    /** {@code host:port}; an empty host means every IPv4 interface when listening. */
    record Tcp(String host, int port) implements NetAddress {
        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /** A unix-domain socket. */
    sealed interface Local extends NetAddress {
        /** What the system knows it by. */
        DomainSocketAddress socketAddress();
    }

    /** A unix-domain socket, by its absolute path. */
    record Unix(String path) implements Local {
        @Override
        public DomainSocketAddress socketAddress() {
            return new DomainSocketAddress(path);
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /** A unix-domain socket in Linux' abstract namespace: no file, gone with its last user. See unix(7). */
    record Abstract(String name) implements Local {
        @Override
        public DomainSocketAddress socketAddress() {
            return new DomainSocketAddress('\0' + name);
        }

        @Override
        public String toString() {
            return '@' + name;
        }
    }

    /** Longest path that every system's sockaddr_un holds, in bytes; an abstract name is as long. */
    int LONGEST_UNIX_PATH = 107;

    /**
     * Reads {@code host:port}, {@code :port}, {@code host}, {@code [v6]:port}, {@code [v6]}, {@code /path} or {@code
     * @name}.
     *
     * @throws IllegalArgumentException with a sentence that names the text and what is wrong with it
     */
    static NetAddress parse(String text) {
        String address = text.strip();
        if (address.isEmpty()) {
            throw new IllegalArgumentException("the address is empty");
        }
        if (address.startsWith("/")) {
            if (address.getBytes(StandardCharsets.UTF_8).length > LONGEST_UNIX_PATH) {
                throw new IllegalArgumentException("the socket path '" + address + "' is longer than "
                        + LONGEST_UNIX_PATH + " bytes, which no system takes");
            }
            return new Unix(address);
        }
        if (address.startsWith("@")) {
            return new Abstract(abstractName(address));
        }
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            if (end < 0) {
                throw new IllegalArgumentException("'" + address + "' has no ] after the IPv6 address");
            }
            String rest = address.substring(end + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                throw new IllegalArgumentException("'" + address + "' needs the form [address]:port");
            }
            String host = address.substring(1, end);
            return new Tcp(
                    host.toLowerCase(Locale.ROOT), rest.isEmpty() ? DEFAULT_PORT : port(rest.substring(1), address));
        }
        int colon = address.indexOf(':');
        if (colon != address.lastIndexOf(':')) {
            throw new IllegalArgumentException(
                    "'" + address + "' looks like an IPv6 address: write it as [address]:port");
        }
        if (colon < 0) {
            return new Tcp(address, DEFAULT_PORT);
        }
        return new Tcp(address.substring(0, colon), port(address.substring(colon + 1), address));
    }

    private static String abstractName(String address) {
        String name = address.substring(1);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'@' needs the name of an abstract socket after it");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_UNIX_PATH) {
            throw new IllegalArgumentException("the name of the abstract socket '" + address + "' is longer than "
                    + LONGEST_UNIX_PATH + " bytes, which no system takes");
        }
        return name;
    }

    /** A socket's path or {@code @name} as an operator writes it; empty for one that was never bound. */
    static String shown(DomainSocketAddress address) {
        String path = address.path();
        return path.startsWith("\0") ? '@' + path.substring(1) : path;
    }

    private static int port(String text, String address) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the port in '" + address + "' is not a number", e);
        }
        throw new IllegalArgumentException("the port in '" + address + "' is not within 0 to 65535");
    }
}
