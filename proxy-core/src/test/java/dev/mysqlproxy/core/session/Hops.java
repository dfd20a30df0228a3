package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.greeting;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.login;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression.Method;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.Unpooled;

/**
 * What is beneath MySQL's packets on the two hops of a session.
 *
 * @param clientTls whether the client speaks TLS
 * @param serverTls whether the proxy does to the server
 * @param client how the client compresses; null for not at all
 * @param server how the server compresses; null for not at all
 */
record Hops(boolean clientTls, boolean serverTls, Method client, Method server) {

    private static final int HEAD = 32;

    static Hops tls(boolean client, boolean server) {
        return new Hops(client, server, null, null);
    }

    static Hops compressed(Method client, Method server) {
        return new Hops(false, false, client, server);
    }

    /** A proxy before such a server. */
    void settings(Rig.Settings settings) {
        settings.hop(ClientTls.Mode.PREFERRED, Method.ZLIB, Method.ZSTD)
                .backendHop(TestTls.servers(
                        serverTls ? TlsMode.REQUIRED : TlsMode.DISABLED,
                        server == null ? new Method[0] : new Method[] {server}));
    }

    private static long flag(Method method) {
        return method == null ? 0 : ServerTransport.flag(method);
    }

    /** What the client says of itself. */
    Capabilities wanted(Capabilities capabilities) {
        return capabilities.with((clientTls ? Capabilities.SSL : 0) | flag(client));
    }

    /** What the server hears. */
    Capabilities heard(Capabilities capabilities) {
        return capabilities.with((serverTls ? Capabilities.SSL : 0) | flag(server));
    }

    /** The request for TLS that goes before this login. */
    static byte[] sslRequest(byte[] login) {
        return packet(1, part(payload(login), 0, HEAD));
    }

    /** Sequence id of the client's login. */
    int clientStart() {
        return clientTls ? 2 : 1;
    }

    /** Sequence id of the login at the server. */
    int serverStart() {
        return serverTls ? 2 : 1;
    }

    /** The client begins TLS if it does. */
    Hops open(FakeClient client, byte[] login) {
        if (clientTls) {
            client.send(sslRequest(login)).encrypt();
        }
        return this;
    }

    /** The same at the server. */
    Hops accept(Peer server, byte[] login) {
        if (serverTls) {
            server.expect(sslRequest(login)).encrypt();
        }
        return this;
    }

    static Capabilities offered(byte[] greeting) {
        return Greeting.decode(Unpooled.wrappedBuffer(payload(greeting))).capabilities();
    }

    /** Greeting and login go through; the server's verdict is still to come. */
    Talk begin(Talk talk, Capabilities capabilities) {
        talk.server()
                .send(greeting(capabilities.with(
                        Capabilities.SSL | Capabilities.COMPRESS | Capabilities.ZSTD_COMPRESSION_ALGORITHM)));
        assertThat(offered(talk.client().packet()).has(Capabilities.SSL)).isTrue();
        byte[] said = level(login(clientStart(), wanted(capabilities)), client);
        open(talk.client(), said);
        talk.client().send(said);
        byte[] heard = level(login(serverStart(), heard(capabilities)), server);
        accept(talk.server(), heard);
        talk.server().expect(heard);
        return talk;
    }

    /** A login that asks for zstd ends with the level. */
    private static byte[] level(byte[] login, Method method) {
        return method == Method.ZSTD ? packet(login[3], join(payload(login), new byte[] {3})) : login;
    }

    Talk logIn(Talk talk, Capabilities capabilities) {
        begin(talk, capabilities);
        talk.server().send(ok(serverStart() + 1));
        talk.client().expect(ok(clientStart() + 1));
        talk.client().compress(client);
        talk.server().compress(server);
        return talk;
    }
}
