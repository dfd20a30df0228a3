package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.BackendView.Mode;
import dev.mysqlproxy.api.view.BackendView.State;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backends that cannot be reached, and clients that do not wait for it. */
class FailoverTest extends ProxyTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private final List<Integer> asked = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private static String closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<State> states(Rig rig) {
        return rig.backends.snapshot().stream().map(BackendView::state).toList();
    }

    /** The client gets its greeting from {@link #backend}, and has heard of nothing else. */
    private void greeted(FakeClient client) {
        backend.accept().send(Packets.greeting(CLASSIC));
        client.expect(Packets.greeting(CLASSIC));
    }

    private static void refused(Rig rig, FakeClient client) {
        assertThat(client.expectError(0, 1105)).isEqualTo("(proxy) all backends are down");
        client.expectEnd();
        assertThat(rig.causeOf(1)).isEqualTo("no-backend");
    }

    @Test
    void aPortThatIsClosed() {
        Rig rig = rig(settings -> settings.backend(closedPort()).backend(backend.address()));
        greeted(rig.connect());
        assertThat(states(rig)).containsExactly(State.DOWN, State.UP);
        greeted(rig.connect());
        assertThat(rig.connectedClients()).isEqualTo(2);
    }

    @Test
    void aNameThatCannotBeResolved() {
        Rig rig = rig(settings -> settings.backend("no-such-host.invalid:3306").backend(backend.address()));
        greeted(rig.connect());
        assertThat(states(rig)).containsExactly(State.DOWN, State.UP);
    }

    @Test
    void aNameWithSeveralAddresses() {
        // localhost may be ::1 first, where nobody listens
        Rig rig = rig(settings -> settings.backend(backend.address().replace("127.0.0.1", "localhost")));
        greeted(rig.connect());
    }

    @Test
    void aServerThatHangsUpAtOnce() {
        try (FakeBackend rude = new FakeBackend()) {
            Rig rig = rig(settings -> settings.backend(rude.address()).backend(backend.address()));
            FakeClient client = rig.connect();
            rude.accept().close();
            greeted(client);
            assertThat(states(rig)).containsExactly(State.DOWN, State.UP);
        }
    }

    @Test
    void aServerThatHangsUpInsideItsGreeting() {
        try (FakeBackend rude = new FakeBackend()) {
            Rig rig = rig(settings -> settings.backend(rude.address()).backend(backend.address()));
            FakeClient client = rig.connect();
            rude.accept().send(part(Packets.greeting(CLASSIC), 0, 30)).reset();
            greeted(client);
        }
    }

    @Test
    void nobodyIsLeft() {
        Rig rig = rig(settings -> settings.backend(closedPort()).backend(closedPort()));
        refused(rig, rig.connect());
        assertThat(states(rig)).containsExactly(State.DOWN, State.DOWN);
        FakeClient second = rig.connect();
        second.expectError(0, 1105);
    }

    @Test
    void whatTheOperatorTookOutIsNotTried() {
        for (Mode mode : List.of(Mode.OFFLINE, Mode.DRAIN)) {
            Rig rig = rig();
            rig.backends.setMode(1, mode);
            refused(rig, rig.connect());
            rig.backends.setMode(1, Mode.ONLINE);
            greeted(rig.connect());
        }
    }

    // --- choosing ---------------------------------------------------------------------------------------------------

    @Test
    void clientsThatArriveTogetherSpread() {
        try (FakeBackend second = new FakeBackend()) {
            Rig rig = rig(settings -> settings.backend(backend.address())
                    .backend(second.address())
                    .chooser((session, candidates) ->
                            candidates.stream().min(Comparator.comparingInt(BackendView::connectedClients))));
            List<FakeClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(rig.connect());
            }
            for (int i = 0; i < 5; i++) {
                backend.accept().send(Packets.greeting(CLASSIC));
                second.accept().send(Packets.greeting(CLASSIC));
            }
            clients.forEach(client -> client.expect(Packets.greeting(CLASSIC)));
            assertThat(rig.backends.snapshot())
                    .extracting(BackendView::connectedClients)
                    .containsExactly(5, 5);
            clients.forEach(Peer::close);
        }
    }

    @Test
    void aHookChooses() {
        try (FakeBackend second = new FakeBackend()) {
            ConnectHook hook = session -> {
                asked.add(1);
                return ConnectDecision.use(2);
            };
            Rig rig = rig(settings -> settings.backend(backend.address())
                    .backend(second.address())
                    .hook(hook));
            FakeClient client = rig.connect();
            // asked again when its choice fails; then the listener's own choice counts
            second.accept().close();
            greeted(client);
            assertThat(asked).hasSize(2);
        }
    }

    @Test
    void aChooserThatThrows() {
        Rig rig = rig(settings -> settings.chooser((session, candidates) -> {
            throw new IllegalStateException("test");
        }));
        FakeClient client = rig.connect();
        client.expectError(0, 1105);
        client.expectEnd();
        assertThat(rig.causeOf(1)).isEqualTo("internal-error");
    }

    // --- clients that do not wait -----------------------------------------------------------------------------------

    @Test
    void theClientLeavesWhileANameIsLookedUp() {
        Rig rig = rig(settings -> settings.backend("no-such-host.invalid:3306").backend(backend.address()));
        FakeClient client = rig.connect();
        rig.newest();
        client.reset();
        assertThat(rig.causeOf(1)).isIn("client-lost", "no-backend");
    }

    /** A port that takes no connection: its queue is full. */
    private static final class FullPort implements AutoCloseable {
        private final ServerSocket server;
        private final List<Socket> waiting = new ArrayList<>();

        FullPort() throws IOException {
            server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            for (int i = 0; i < 2; i++) {
                waiting.add(new Socket(server.getInetAddress(), server.getLocalPort()));
            }
        }

        String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
            server.close();
        }
    }

    @Test
    void aServerThatDoesNotAccept() throws IOException {
        try (FullPort full = new FullPort()) {
            Rig rig = rig(settings -> settings.backend(full.address())
                    .backend(backend.address())
                    .timeouts(SHORT, Duration.ZERO, Duration.ZERO));
            greeted(rig.connect());
            assertThat(states(rig)).containsExactly(State.DOWN, State.UP);
        }
    }

    @Test
    void theClientLeavesWhileTheConnectIsUnderWay() throws IOException {
        try (FullPort full = new FullPort()) {
            Rig rig = rig(settings -> settings.backend(full.address()).timeouts(SHORT, Duration.ZERO, Duration.ZERO));
            FakeClient client = rig.connect();
            assertThat(rig.newest().stateWord()).isEqualTo("connecting");
            eventually().until(() -> rig.connectedClients() == 1);
            client.close();
            assertThat(rig.causeOf(1)).isEqualTo("client-lost");
            eventually().until(() -> rig.connectedClients() == 0);
        }
    }

    // --- other families ---------------------------------------------------------------------------------------------

    @Test
    void aUnixSocket() {
        Path path = folder.resolve("mysqld.sock");
        try (FakeBackend unix = new FakeBackend(path)) {
            Rig rig = rig(settings -> settings.backend(path.toString()).backend(backend.address()));
            FakeClient client = rig.connect();
            if (io == Io.EPOLL) {
                unix.accept().send(Packets.greeting(CLASSIC));
                client.expect(Packets.greeting(CLASSIC));
                assertThat(rig.newest().backend()).contains(path.toString());
                client.close();
            } else {
                // cannot be reached without native loops, like any other backend that cannot
                greeted(client);
                assertThat(states(rig)).containsExactly(State.DOWN, State.UP);
            }
        }
    }

    /** What is safe to say on one hop must not be said on the other: there the proxy's own key hides the password. */
    @Test
    void aPasswordIsEncryptedByATcpClientForAUnixSocket() throws GeneralSecurityException {
        assumeTrue(io == Io.EPOLL, "unix-domain sockets need native loops");
        Path path = folder.resolve("mysqld.sock");
        try (FakeBackend unix = new FakeBackend(path)) {
            Rig rig = rig(settings -> settings.backend(path.toString()));
            FakeClient client = rig.connect();
            Peer server = unix.accept().send(Packets.greeting(CLASSIC));
            client.expect(Packets.greeting(CLASSIC)).send(Packets.login(1, CLASSIC));
            byte[] other = Packets.join(
                    Packets.bytes(0xfe),
                    Packets.ascii("caching_sha2_password"),
                    new byte[1],
                    Packets.ascii("abcdefghijklmnopqrst"),
                    new byte[1]);
            server.expect(Packets.login(1, CLASSIC)).send(Packets.packet(2, other));
            client.expect(Packets.packet(2, other)).send(Packets.packet(3, Packets.SCRAMBLE));
            server.expect(Packets.packet(3, Packets.SCRAMBLE)).send(Packets.packet(4, 1, 4));
            client.expect(Packets.packet(4, 1, 4)).send(Packets.packet(5, 2));
            byte[] answer = Packets.payload(client.packet());
            byte[] key = CachingSha2Exchange.encryptPassword(
                    Packets.ascii("secret"),
                    Packets.ascii("abcdefghijklmnopqrst"),
                    CachingSha2Exchange.publicKey(Arrays.copyOfRange(answer, 1, answer.length)));
            client.send(Packets.packet(7, key));
            // the server takes the next packet for the password itself
            server.expect(Packets.packet(5, Packets.join(Packets.ascii("secret"), new byte[1])))
                    .send(Packets.ok(6));
            client.expect(Packets.ok(8));
            client.close();
            server.expectEnd();
        }
    }

    @Test
    void aUnixSocketThatIsNotThere() {
        Rig rig = rig(settings ->
                settings.backend(folder.resolve("nothing").toString()).backend(backend.address()));
        greeted(rig.connect());
        assertThat(states(rig)).containsExactly(State.DOWN, State.UP);
    }

    @Test
    void version6() throws IOException {
        ServerSocket server;
        try {
            server = new ServerSocket(0, 10, InetAddress.getByName("::1"));
        } catch (IOException e) {
            assumeTrue(false, "no IPv6 here");
            return;
        }
        try (server) {
            Rig rig = rig(settings -> settings.backend("[::1]:" + server.getLocalPort()));
            FakeClient client = rig.connect();
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(Packets.greeting(CLASSIC));
                client.expect(Packets.greeting(CLASSIC));
                assertThat(rig.newest().backend()).contains("[::1]:" + server.getLocalPort());
                client.close();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }
}
