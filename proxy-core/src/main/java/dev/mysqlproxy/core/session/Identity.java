package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.net.ProxyHeaderHandler;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;

/** Who a session is. Written on its event loop, read by any thread. */
final class Identity {

    private final Channel client;

    private volatile TlsView tls;
    private volatile Optional<String> user = Optional.empty();
    private volatile Optional<String> schema = Optional.empty();
    private volatile String authPlugin;
    private volatile String serverVersion = "";
    private volatile long threadId;
    private volatile long greetedThreadId;
    private volatile Map<String, String> attributes = Map.of();

    Identity(Channel client) {
        this.client = client;
    }

    void greeted(Greeting greeting) {
        serverVersion = greeting.serverVersion();
        threadId = greeting.threadId();
        if (greetedThreadId == 0) {
            // a login that goes on with another connection shows its client no second greeting
            greetedThreadId = threadId;
        }
        authPlugin = greeting.authPlugin().isEmpty() ? null : greeting.authPlugin();
    }

    void loggingIn(HandshakeResponse response) {
        user = Optional.ofNullable(response.user());
        schema = response.database();
        attributes = response.attributes();
        if (!response.authPlugin().isEmpty()) {
            authPlugin = response.authPlugin();
        }
    }

    /** The session uses another server connection. */
    void server(Greeting greeting) {
        serverVersion = greeting.serverVersion();
        threadId = greeting.threadId();
    }

    /** The client speaks TLS from now on. */
    void encrypted(TlsView with) {
        tls = with;
    }

    Optional<TlsView> tls() {
        return Optional.ofNullable(tls);
    }

    void authPlugin(String plugin) {
        authPlugin = plugin;
    }

    void changed(String newUser, String newSchema) {
        user = Optional.ofNullable(newUser);
        schema(newSchema);
    }

    void schema(String newSchema) {
        schema = newSchema.isEmpty() ? Optional.empty() : Optional.of(newSchema);
    }

    String clientAddress() {
        Optional<SocketAddress> told = ProxyHeaderHandler.header(client).flatMap(ProxyHeader::source);
        SocketAddress peer = told.orElseGet(client::remoteAddress);
        if (told.isPresent()) {
            return text(peer);
        }
        // a client of a unix socket has no address of its own worth showing
        return peer instanceof InetSocketAddress ? text(peer) : text(client.localAddress());
    }

    String localAddress() {
        return text(ProxyHeaderHandler.header(client)
                .flatMap(ProxyHeader::destination)
                .orElseGet(client::localAddress));
    }

    /** Whether it has come by a unix socket from this machine, and not through a program that says it is from elsewhere. */
    boolean onUnixSocket() {
        return client.localAddress() instanceof DomainSocketAddress
                && !(ProxyHeaderHandler.header(client)
                                .flatMap(ProxyHeader::source)
                                .orElse(null)
                        instanceof InetSocketAddress);
    }

    /** The host of an address as sessions show it; {@code localhost} for unix sockets. */
    static String host(String address) {
        int port = address.lastIndexOf(':');
        return address.startsWith("/") || address.startsWith("@") || port < 0
                ? "localhost"
                : address.substring(0, port);
    }

    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            // the short form of RFC 5952, which is also what people type
            String host = NetUtil.toAddressString(inet.getAddress());
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        if (address instanceof DomainSocketAddress unix) {
            return NetAddress.shown(unix);
        }
        return address == null ? "-" : address.toString();
    }

    Optional<String> user() {
        return user;
    }

    Optional<String> schema() {
        return schema;
    }

    Optional<String> authPlugin() {
        return Optional.ofNullable(authPlugin);
    }

    String serverVersion() {
        return serverVersion;
    }

    long threadId() {
        return threadId;
    }

    /** The number by which the client knows its own connection, whatever server it has come to use. */
    long greetedThreadId() {
        return greetedThreadId;
    }

    Map<String, String> attributes() {
        return attributes;
    }
}
