package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.ping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression.Method;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pooled server connections that are encrypted and compressed. */
class PooledTlsTest extends PoolingTest {

    private static final byte[] QUESTION =
            join(bytes(0xfe), ascii("mysql_native_password"), bytes(0), ascii("x".repeat(20)), bytes(0));

    private Talk logIn(Rig rig, Hops hops, int backendIndex) {
        hands.onConnect = session -> ConnectDecision.use(backendIndex);
        FakeClient client = rig.connect();
        Peer server = (backendIndex == 1 ? backend : second).accept();
        Session session = rig.newest();
        Talk talk = hops.logIn(new Talk(client, server, session), CLASSIC);
        eventually().until(() -> session.stateWord().equals("idle"));
        return talk;
    }

    private static void said(Talk talk, String sql, int value) {
        assertThat(ask(talk.client(), CLASSIC, sql)).as(sql).isEqualTo(value);
    }

    @Test
    void whoWasPromisedTlsGetsNoPlainConnection() {
        Rig rig = pooling(
                settings -> settings.hop(ClientTls.Mode.PREFERRED).backendHop(TestTls.servers(TlsMode.AS_CLIENT)));
        Talk plain = logIn(rig, Hops.tls(false, false), 1);
        said(plain, "park", 1);
        Talk encrypted = logIn(rig, Hops.tls(true, true), 2);
        said(encrypted, "idle 1", 0);
        said(encrypted, "take 1", 0);
        encrypted.ping();
        said(encrypted, "park", 1);
        // nor the other way round: it would be one that a client with TLS could have had
        Talk another = logIn(rig, Hops.tls(false, false), 1);
        said(another, "idle 2", 0);
        said(another, "take 2", 0);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
    }

    @ParameterizedTest
    @CsvSource({"1, ", "2, ", "1, ZLIB", "2, ZLIB", "2, ZSTD"})
    void aConnectionGoesFromSessionToSession(int loops, Method compression) {
        Hops hops = new Hops(true, true, null, compression);
        Rig rig = pooling(settings -> {
            hops.settings(settings);
            settings.loops(loops);
        });
        Talk first = logIn(rig, hops, 1);
        first.ping();
        said(first, "park", 1);
        for (int i = 0; i < 3; i++) {
            Talk next = logIn(rig, hops, 2);
            said(next, "take 1", 1);
            resetAndPing(next.client(), first.server(), SET_NAMES);
            next.client().send(ping());
            first.server().expect(ping()).send(ok(1));
            next.client().expect(ok(1));
            said(next, "park", 1);
            next.client().close();
            rig.causeOf(next.session().id());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLoginOnAPooledConnection(boolean compressed) {
        Method method = compressed ? Method.ZLIB : null;
        Hops hops = new Hops(true, true, null, method);
        Rig rig = pooling(settings -> {
            hops.settings(settings);
            settings.loops(2);
        });
        Talk first = logIn(rig, hops, 1);
        said(first, "park", 1);
        first.client().close();
        rig.causeOf(first.session().id());
        hands.onConnect = session -> {
            assertThat(session.take(1)).isTrue();
            return ConnectDecision.useTaken();
        };
        FakeClient client = rig.connect();
        client.packet();
        byte[] login = Packets.login(2, hops.wanted(CLASSIC));
        client.send(Hops.sslRequest(login)).encrypt().send(login);
        Peer server = first.server();
        assertThat(server.packet()[4]).isEqualTo((byte) 0x11);
        server.send(packet(1, QUESTION));
        client.expect(packet(3, QUESTION)).send(packet(4, ascii("scramble")));
        server.expect(packet(2, ascii("scramble"))).send(ok(3));
        client.expect(ok(5)).send(ping());
        server.expect(ping()).send(ok(1));
        client.expect(ok(1));
    }

    @Test
    void aPooledConnectionThatTheServerEndsByTlsOnly() {
        Hops hops = Hops.tls(false, true);
        Rig rig = pooling(hops::settings);
        Talk first = logIn(rig, hops, 1);
        said(first, "park", 1);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        first.server().closeNotify();
        eventually().until(() -> idle(1).isEmpty());
    }

    @Test
    void aPooledConnectionThatIsLostBeforeItsLoginGoesOnWithANewOne() {
        Hops hops = Hops.tls(true, true);
        Rig rig = pooling(hops::settings);
        Talk first = logIn(rig, hops, 1);
        said(first, "park", 1);
        first.client().close();
        rig.causeOf(first.session().id());
        hands.onConnect = session -> {
            assertThat(session.take(1)).isTrue();
            return ConnectDecision.useTaken();
        };
        FakeClient client = rig.connect();
        client.packet();
        Session session = rig.newest();
        byte[] login = Packets.login(2, hops.wanted(CLASSIC));
        client.send(Hops.sslRequest(login)).encrypt();
        first.server().close();
        eventually().until(() -> session.link() == null);
        client.send(login);
        Peer server = backend.accept();
        server.send(Packets.greeting(CLASSIC.with(Capabilities.SSL)));
        byte[] request = server.packet();
        assertThat(request).hasSize(36);
        server.encrypt();
        assertThat(server.packet()[3]).isEqualTo((byte) 2);
        server.send(packet(3, QUESTION));
        client.expect(packet(3, QUESTION)).send(packet(4, ascii("scramble")));
        server.expect(packet(4, ascii("scramble"))).send(ok(5));
        client.expect(ok(5)).send(ping());
        server.expect(ping()).send(ok(1));
        client.expect(ok(1));
    }
}
