package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;

/** Who a session is. Written on its event loop, read by any thread. */
final class Identity {

    private final Channel client;

    private volatile String user;
    private volatile String schema;
    private volatile String authPlugin;
    private volatile String serverVersion = "";
    private volatile long threadId;
    private volatile Map<String, String> attributes = Map.of();

    Identity(Channel client) {
        this.client = client;
    }

    void greeted(Greeting greeting) {
        serverVersion = greeting.serverVersion();
        threadId = greeting.threadId();
        authPlugin = greeting.authPlugin().isEmpty() ? null : greeting.authPlugin();
    }

    void loggingIn(HandshakeResponse response) {
        user = response.user();
        schema = response.database().orElse(null);
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

    void authPlugin(String plugin) {
        authPlugin = plugin;
    }

    void changed(String newUser, String newSchema) {
        user = newUser;
        schema = newSchema.isEmpty() ? null : newSchema;
    }

    void schema(String newSchema) {
        schema = newSchema.isEmpty() ? null : newSchema;
    }

    String clientAddress() {
        SocketAddress peer = client.remoteAddress();
        // a client of a unix socket has no address of its own worth showing
        return peer instanceof InetSocketAddress ? text(peer) : text(client.localAddress());
    }

    String localAddress() {
        return text(client.localAddress());
    }

    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            // the short form of RFC 5952, which is also what people type
            String host = NetUtil.toAddressString(inet.getAddress());
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return address == null ? "-" : address.toString();
    }

    Optional<String> user() {
        return Optional.ofNullable(user);
    }

    Optional<String> schema() {
        return Optional.ofNullable(schema);
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

    Map<String, String> attributes() {
        return attributes;
    }
}
