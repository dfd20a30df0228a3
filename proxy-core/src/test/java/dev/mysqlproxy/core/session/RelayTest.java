package dev.mysqlproxy.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.ClientHop;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.listener.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections whose bytes nobody reads. */
class RelayTest extends ProxyTest {

    private static final Listener.Timeouts PATIENT =
            new Listener.Timeouts(Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);

    private final List<Listening> open = new ArrayList<>();

    @AfterEach
    void closeListeners() {
        open.forEach(Listening::close);
    }

    private Listening listen(Rig rig, Listener.Timeouts timeouts, ClientHop hop, String... servers) {
        try {
            Listening listening = Listening.open(
                    new Listener.Relay("x", "127.0.0.1:0", "listening on %s", List.of(servers), timeouts, hop),
                    rig.services);
            open.add(listening);
            return listening;
        } catch (StartException e) {
            throw new AssertionError(e);
        }
    }

    private FakeClient connect(Rig rig) {
        return connect(rig, PATIENT);
    }

    private FakeClient connect(Rig rig, Listener.Timeouts timeouts) {
        return FakeClient.connect(
                listen(rig, timeouts, ClientHop.PLAIN, backend.address()).localAddress());
    }

    private static byte[] random(int bytes) {
        byte[] all = new byte[bytes];
        new Random(bytes).nextBytes(all);
        return all;
    }

    private static void awaitNone(Rig rig) {
        eventually().until(() -> rig.sessions.count() == 0);
    }

    private static String closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void bytesGoBothWays() {
        Rig rig = rig();
        FakeClient client = connect(rig);
        Peer server = backend.accept();
        server.send(new byte[] {5, 0, 0, 0, 1});
        client.expect(new byte[] {5, 0, 0, 0, 1}).send(new byte[] {1, 2, 3});
        server.expect(new byte[] {1, 2, 3});
        assertThat(rig.sessions.count()).isEqualTo(1);
        client.close();
        server.expectEnd();
        server.close();
        awaitNone(rig);
    }

    @Test
    void clientsMaySpeakFirst() {
        FakeClient client = connect(rig());
        client.send(new byte[] {1, 2, 3});
        backend.accept().expect(new byte[] {1, 2, 3}).close();
        client.close();
    }

    @Test
    void manyBytes() {
        FakeClient client = connect(rig());
        Peer server = backend.accept();
        byte[] up = random(5_000_000);
        byte[] down = random(7_000_000);
        CompletableFuture<Peer> sending = client.sendAside(up);
        CompletableFuture<Peer> answering = server.sendAside(down);
        CompletableFuture<Peer> receiving = CompletableFuture.supplyAsync(() -> server.expectLong(up));
        client.expectLong(down);
        receiving.join();
        sending.join();
        answering.join();
        client.close();
        server.close();
    }

    /** A side that does not read keeps the other from sending more than the buffers on the way hold. */
    @Test
    void aSlowSideHoldsTheOther() {
        backend.receiveBuffer(16 * 1024);
        Rig rig = rig();
        FakeClient client = connect(rig);
        Peer server = backend.accept();
        byte[] bytes = random(64_000_000);
        CompletableFuture<Peer> sending = client.sendAside(bytes);
        server.expectLong(Arrays.copyOf(bytes, 1000));
        assertThat(sending).isNotDone();
        server.expectLong(Arrays.copyOfRange(bytes, 1000, bytes.length));
        sending.join();
        client.close();
        server.close();
    }

    @Test
    void halfOfAConnectionCanEnd() {
        Rig rig = rig();
        FakeClient client = connect(rig);
        Peer server = backend.accept();
        client.send(new byte[] {1});
        client.finish();
        server.expect(new byte[] {1}).expectEnd();
        server.send(new byte[] {2});
        client.expect(new byte[] {2});
        assertThat(rig.sessions.count()).isEqualTo(1);
        server.finish();
        client.expectEnd();
        awaitNone(rig);
    }

    @Test
    void theServersHalfCanEndFirst() {
        Rig rig = rig();
        FakeClient client = connect(rig);
        Peer server = backend.accept();
        server.send(new byte[] {2});
        server.finish();
        client.expect(new byte[] {2}).expectEnd();
        client.send(new byte[] {1});
        server.expect(new byte[] {1});
        client.finish();
        server.expectEnd();
        awaitNone(rig);
    }

    @Test
    void aResetEndsBothSides() {
        Rig rig = rig();
        FakeClient client = connect(rig);
        Peer server = backend.accept();
        server.send(new byte[] {1});
        client.expect(new byte[] {1});
        server.reset();
        client.expectEnd();
        awaitNone(rig);
        client.close();
    }

    @Test
    void theFirstServerThatCanBeReachedIsTaken() {
        Rig rig = rig();
        Listening listening =
                listen(rig, PATIENT, ClientHop.PLAIN, closedPort(), "no-such-host.invalid:1", backend.address());
        FakeClient client = FakeClient.connect(listening.localAddress());
        backend.accept().send(new byte[] {1}).close();
        client.expect(new byte[] {1});
        client.close();
    }

    @Test
    void whenNoneCanBeReachedTheClientGoes() {
        Rig rig = rig();
        FakeClient client = FakeClient.connect(
                listen(rig, PATIENT, ClientHop.PLAIN, closedPort()).localAddress());
        client.expectEnd();
        awaitNone(rig);
        client.close();
    }

    @Test
    void theyCountAsConnections() {
        Rig rig = rig(settings -> settings.limits(1, Duration.ofSeconds(20), 1 << 20));
        FakeClient first = connect(rig);
        Peer server = backend.accept();
        server.send(new byte[] {1});
        first.expect(new byte[] {1});
        FakeClient second = connect(rig);
        second.expectEnd();
        second.close();
        first.close();
        server.close();
        awaitNone(rig);
        FakeClient third = connect(rig);
        backend.accept().send(new byte[] {1}).close();
        third.expect(new byte[] {1}).close();
    }

    @Test
    void silenceOnBothSidesEndsIt() {
        Rig rig = rig();
        FakeClient client =
                connect(rig, new Listener.Timeouts(Duration.ofSeconds(5), Duration.ofMillis(600), Duration.ZERO));
        Peer server = backend.accept();
        server.expectEnd();
        client.expectEnd();
        awaitNone(rig);
        client.close();
    }

    @Test
    void aSideThatTakesNothingEndsIt() {
        Rig rig = rig();
        FakeClient client =
                connect(rig, new Listener.Timeouts(Duration.ofSeconds(5), Duration.ZERO, Duration.ofMillis(600)));
        backend.accept();
        CompletableFuture<Peer> sending = client.sendAside(random(64_000_000));
        assertThatThrownBy(sending::join).hasRootCauseInstanceOf(IOException.class);
        awaitNone(rig);
        client.close();
    }

    @Test
    void aDrainLeavesThemAloneAndTheEndDoesNot() {
        Rig rig = rig();
        FakeClient client = connect(rig);
        Peer server = backend.accept();
        server.send(new byte[] {1});
        client.expect(new byte[] {1});
        rig.sessions.drain();
        server.send(new byte[] {2});
        client.expect(new byte[] {2});
        rig.sessions.closeAll();
        client.expectEnd();
        server.expectEnd();
        awaitNone(rig);
        client.close();
    }

    @Test
    void aProxyHeaderIsTakenOff() {
        Rig rig = rig();
        ClientHop hop = new ClientHop(ClientTls.DISABLED, Compression.NONE, List.of("127.0.0.0/8"), -1);
        FakeClient client =
                FakeClient.connect(listen(rig, PATIENT, hop, backend.address()).localAddress());
        client.send(Packets.ascii("PROXY TCP4 10.0.0.7 10.0.0.1 5911 4040\r\nhello"));
        backend.accept().expect(Packets.ascii("hello")).close();
        client.close();
    }

    @Test
    void serversWhoseAddressMakesNoSense() {
        Rig rig = rig();
        assertThatThrownBy(() -> Listening.open(
                        new Listener.Relay("x", "127.0.0.1:0", "%s", List.of("a:b"), PATIENT), rig.services))
                .isInstanceOf(StartException.class)
                .hasMessage("listener x: the port in 'a:b' is not a number");
    }
}
