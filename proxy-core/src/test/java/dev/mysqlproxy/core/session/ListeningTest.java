package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.ClientHop;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.listener.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a listener may listen, and what it says when it cannot. */
class ListeningTest extends ProxyTest {

    @TempDir
    Path folder;

    private AbstractThrowableAssert<?, ? extends Throwable> opening(Rig rig, String address) {
        return assertThatThrownBy(() -> Listening.open(listener(address), rig.services))
                .isInstanceOf(StartException.class);
    }

    private static Listener listener(String address) {
        Listener.Timeouts none = new Listener.Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new Listener.Forwarding(
                "second", address, "listening on %s", (session, candidates) -> Optional.empty(), none);
    }

    @Test
    void anAddressInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String address = "127.0.0.1:" + other.getLocalPort();
            opening(rig(), address)
                    .hasMessage("listener second cannot listen on " + address
                            + ": the address is in use by another program");
        }
    }

    @Test
    void anUnknownHost() {
        opening(rig(), "no-such-host.invalid:4040")
                .hasMessage("listener second cannot listen on no-such-host.invalid:4040: the host"
                        + " 'no-such-host.invalid' is unknown");
    }

    @Test
    void anAddressOfAnotherMachine() {
        opening(rig(), "192.0.2.1:4040").hasMessageContaining("192.0.2.1:4040").hasMessageContaining("no such address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "::1:4040", "host:port", "host:70000", "[::1", "[::1]4040"})
    void addressesThatMakeNoSense(String address) {
        opening(rig(), address).hasMessageStartingWith("listener second: ");
        assertThatThrownBy(() -> Listening.check(listener(address)))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("listener second: ");
    }

    @Test
    void relaysHaveServersAddressesToCheck() {
        Listener relay = new Listener.Relay(
                "x",
                "127.0.0.1:0",
                "%s",
                List.of("good:33060", "bad:x"),
                new Listener.Timeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO));
        assertThatThrownBy(() -> Listening.check(relay))
                .isInstanceOf(StartException.class)
                .hasMessage("listener x: the port in 'bad:x' is not a number");
    }

    @Test
    void everyInterface() {
        Rig rig = rig(settings -> settings.address(":0"));
        rig.logIn(CLASSIC).ping();
        assertThat(rig.listening.socketFile()).isEmpty();
    }

    @Test
    void aPortCanBeOpenedAgainAtOnce() {
        Rig first = rig();
        Talk talk = first.logIn(CLASSIC).ping();
        String address = "127.0.0.1:" + first.port();
        first.listening.close();
        // its sessions go on
        talk.ping();
        Rig second = rig(settings -> settings.address(address));
        second.logIn(CLASSIC).ping();
    }

    private static ClientHop hop(List<String> proxyNetworks, int socketMode) {
        return new ClientHop(ClientTls.DISABLED, Compression.NONE, proxyNetworks, socketMode);
    }

    private static Listening open(Rig rig, String address, ClientHop hop) throws StartException {
        Listener.Timeouts none = new Listener.Timeouts(Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);
        return Listening.open(
                new Listener.Forwarding(
                        "second",
                        address,
                        "listening on %s",
                        (session, candidates) -> candidates.stream().findFirst(),
                        none,
                        hop,
                        Authentication.RELAY,
                        ""),
                rig.services);
    }

    @Test
    void headersOfListedNetworks() throws StartException {
        Rig rig = rig();
        try (Listening listening = open(rig, "127.0.0.1:0", hop(List.of("127.0.0.1"), -1));
                FakeClient client = FakeClient.connect(listening.localAddress())) {
            client.send(Packets.ascii("PROXY TCP4 10.0.0.7 10.0.0.1 5911 4040\r\n"));
            backend.accept().send(Packets.greeting(CLASSIC));
            assertThat(client.packet()).isNotEmpty();
        }
    }

    @Test
    void connectionsOfListedNetworksWithoutAHeader() throws StartException {
        Rig rig = rig();
        try (Listening listening = open(rig, "127.0.0.1:0", hop(List.of("127.0.0.0/8"), -1));
                FakeClient client = FakeClient.connect(listening.localAddress())) {
            client.send(Packets.login(1, CLASSIC)).expectEnd();
            assertThat(rig.sessions.count()).isZero();
        }
    }

    @Test
    void headersOfOthersAreNoLogin() throws StartException {
        Rig rig = rig();
        try (Listening listening = open(rig, "127.0.0.1:0", hop(List.of("10.0.0.0/8"), -1));
                FakeClient client = FakeClient.connect(listening.localAddress())) {
            backend.accept().send(Packets.greeting(CLASSIC));
            client.packet();
            client.send(Packets.ascii("PROXY TCP4 10.0.0.7 10.0.0.1 5911 4040\r\n"));
            client.drain();
            eventually().until(() -> rig.sessions.count() == 0);
        }
    }

    @Nested
    class UnixSockets {

        private Path path;

        @BeforeEach
        void choosePath() {
            path = folder.resolve("proxy.sock");
        }

        private void needEpoll() {
            assumeTrue(io == Io.EPOLL, "unix-domain sockets need native loops");
        }

        @Test
        void bothSides() {
            needEpoll();
            Path server = folder.resolve("mysqld.sock");
            try (FakeBackend unix = new FakeBackend(server)) {
                Rig rig = rig(settings -> settings.address(path.toString()).backend(server.toString()));
                assertThat(rig.listening.socketFile()).contains(path);
                FakeClient client = rig.connect();
                Peer peer = unix.accept().send(Packets.greeting(CLASSIC));
                client.expect(Packets.greeting(CLASSIC)).send(Packets.login(1, CLASSIC));
                peer.expect(Packets.login(1, CLASSIC)).send(Packets.ok(2));
                client.expect(Packets.ok(2));
                assertThat(rig.newest().clientAddress()).isEqualTo(path.toString());
                assertThat(rig.newest().backend()).contains(server.toString());
                rig.listening.close();
                assertThat(path).doesNotExist();
                client.close();
            }
        }

        @Test
        void aSocketLeftFromACrashIsReplaced() throws IOException {
            needEpoll();
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(path))
                    .close();
            assertThat(path).exists();
            rig(settings -> settings.address(path.toString())).logIn(CLASSIC).ping();
        }

        @Test
        void aSocketInUseIsNot() throws IOException {
            needEpoll();
            try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                other.bind(UnixDomainSocketAddress.of(path));
                opening(rig(), path.toString()).hasMessageContaining("in use by another program");
                assertThat(path).exists();
            }
        }

        @Test
        void aFileOfSomebodyElseIsNot() throws IOException {
            needEpoll();
            Files.writeString(path, "precious");
            opening(rig(), path.toString()).hasMessageContaining("is not a socket");
            assertThat(path).hasContent("precious");
            Path directory = Files.createDirectory(folder.resolve("d"));
            opening(rig(), directory.toString()).hasMessageContaining("is not a socket");
            assertThat(directory).exists();
        }

        @Test
        void aFolderThatIsNotThere() {
            needEpoll();
            opening(rig(), folder.resolve("no/such/proxy.sock").toString())
                    .hasMessageContaining("cannot listen on " + folder.resolve("no/such/proxy.sock"));
        }

        @ParameterizedTest
        @ValueSource(ints = {0777, 0770, 0700, 0666, 0})
        void theFileHasTheModeThatIsWanted(int mode) throws StartException, IOException {
            needEpoll();
            Rig rig = rig();
            try (Listening listening = open(rig, path.toString(), hop(List.of(), mode))) {
                assertThat(listening.socketFile()).contains(path);
                assertThat((int) Files.getAttribute(path, "unix:mode") & 0777).isEqualTo(mode);
            }
            assertThat(path).doesNotExist();
        }

        @Test
        void headersOfUnixSockets() throws StartException {
            needEpoll();
            Rig rig = rig();
            try (Listening listening = open(rig, path.toString(), hop(List.of("unix"), 0700));
                    FakeClient client = FakeClient.connect(UnixDomainSocketAddress.of(path))) {
                assertThat(listening.socketFile()).contains(path);
                client.send(Packets.ascii("PROXY UNKNOWN\r\n"));
                backend.accept().send(Packets.greeting(CLASSIC));
                assertThat(client.packet()).isNotEmpty();
            }
        }

        /** The JDK's own sockets know no abstract names: a relay stands for the client. */
        @Test
        void abstractNamesOnBothSides() throws StartException {
            needEpoll();
            Rig rig = rig();
            String name = "@mysql-proxy-test-" + ProcessHandle.current().pid();
            Listener.Timeouts timeouts = new Listener.Timeouts(Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);
            Listener relay = new Listener.Relay("x", "127.0.0.1:0", "listening on %s", List.of(name), timeouts);
            try (Listening inner = open(rig, name, ClientHop.PLAIN);
                    Listening outer = Listening.open(relay, rig.services);
                    FakeClient client = FakeClient.connect(outer.localAddress())) {
                assertThat(inner.socketFile()).isEmpty();
                backend.accept().send(Packets.greeting(CLASSIC));
                assertThat(client.packet()).isNotEmpty();
                opening(rig, name).hasMessageContaining("in use by another program");
            }
        }

        @Test
        void withoutNativeLoopsThereAreNone() {
            assumeTrue(io == Io.NIO);
            opening(rig(), path.toString()).hasMessageContaining("unix-domain sockets need Linux");
            opening(rig(), "@name").hasMessageContaining("unix-domain sockets need Linux");
        }
    }
}
