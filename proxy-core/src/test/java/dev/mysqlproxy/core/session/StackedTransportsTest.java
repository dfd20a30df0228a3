package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.greeting;
import static dev.mysqlproxy.core.session.Packets.login;
import static dev.mysqlproxy.core.session.Packets.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may stand on what: TLS on unix sockets, and behind PROXY headers. */
class StackedTransportsTest extends ProxyTest {

    private static final String FROM_ELSEWHERE = "PROXY TCP4 203.0.113.7 127.0.0.1 4711 4040\r\n";
    private static final int TLS_REQUIRED = 3159;

    @TempDir
    private Path folder;

    private String unixSocket() {
        assumeTrue(io == Io.EPOLL, "unix-domain sockets need native loops");
        return folder.resolve("proxy.sock").toString();
    }

    @Test
    void tlsOnUnixSockets() {
        String address = unixSocket();
        try (FakeBackend unix = new FakeBackend(folder.resolve("mysqld.sock"))) {
            Rig rig = rig(settings -> settings.address(address)
                    .backend(unix.address())
                    .hop(ClientTls.Mode.PREFERRED)
                    .backendHop(TestTls.servers(TlsMode.REQUIRED)));
            FakeClient client = rig.connect();
            Talk talk = new Talk(client, unix.accept(), rig.newest());
            Hops.tls(true, true).logIn(talk, CLASSIC).ping();
            assertThat(talk.session().tls()).isPresent();
            assertThat(talk.session().link().tls()).isPresent();
            assertThat(talk.session().clientAddress()).isEqualTo(address);
            client.close();
        }
    }

    @Test
    void tlsBehindAHeader() {
        Rig rig = rig(settings -> {
            Hops.tls(true, true).settings(settings);
            settings.headersFrom("127.0.0.0/8");
        });
        FakeClient client = rig.connect();
        client.send(ascii(FROM_ELSEWHERE));
        Talk talk = new Talk(client, backend.accept(), rig.newest());
        Hops.tls(true, true).logIn(talk, CLASSIC).ping();
        assertThat(talk.session().tls()).isPresent();
        assertThat(talk.session().clientAddress()).isEqualTo("203.0.113.7:4711");
    }

    /** Its own socket is safe, but not the way to the one who sent the header. */
    @Test
    void whoIsFromElsewhereIsNotOnTheUnixSocketThatBringsIt() {
        String address = unixSocket();
        Rig rig = rig(settings ->
                settings.address(address).hop(ClientTls.Mode.REQUIRED).headersFrom("unix"));
        Capabilities offered = CLASSIC.with(Capabilities.SSL);

        FakeClient remote = rig.connect();
        remote.send(ascii(FROM_ELSEWHERE));
        backend.accept().send(greeting(offered));
        remote.packet();
        remote.send(login(1, CLASSIC)).expectError(2, TLS_REQUIRED);

        FakeClient local = rig.connect();
        local.send(ascii("PROXY UNKNOWN\r\n"));
        Peer server = backend.accept().send(greeting(offered));
        local.packet();
        local.send(login(1, CLASSIC));
        server.expect(login(1, CLASSIC)).send(ok(2));
        local.expect(ok(2));
    }
}
