package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Peers that say nothing, and peers that do not listen. */
class TimeoutTest extends ProxyTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration NEVER = Duration.ZERO;

    private Rig reading(Duration read) {
        return rig(settings -> settings.timeouts(LONG, read, NEVER));
    }

    private Rig writing(Duration write) {
        return rig(settings -> settings.timeouts(LONG, NEVER, write));
    }

    private Rig handshaking(Duration handshake) {
        return rig(settings -> settings.limits(10, handshake, 1 << 20));
    }

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
    }

    // --- the login --------------------------------------------------------------------------------------------------

    @Test
    void aClientThatDoesNotLogIn() {
        Rig rig = handshaking(Duration.ofMillis(600));
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(CLASSIC));
        talk.client().packet();
        talk.client().expectError(1, 1159);
        ended(rig, talk, "handshake-timeout");
        talk.server().expectEnd();
    }

    @Test
    void aServerThatDoesNotAnswerTheLogin() {
        Rig rig = handshaking(Duration.ofMillis(600));
        Talk talk = rig.meet();
        talk.server().send(Packets.greeting(CLASSIC));
        talk.client().packet();
        talk.client().logIn(CLASSIC);
        talk.client().expectError(2, 1159);
        ended(rig, talk, "handshake-timeout");
    }

    @Test
    void aClientThatLogsInInTime() {
        Rig rig = rig(
                settings -> settings.limits(10, Duration.ofSeconds(3), 1 << 20).timeouts(LONG, SHORT, NEVER));
        Talk talk = rig.logIn(CLASSIC);
        // the handshake's time is over when this one runs out, which then is about something else
        talk.client().expectError(0, 4031);
        ended(rig, talk, "client-idle-timeout");
    }

    @Test
    void aServerThatDoesNotGreet() {
        Rig rig = handshaking(Duration.ofMillis(600));
        Talk talk = rig.meet();
        assertThat(talk.client().expectError(0, 1105)).isEqualTo("(proxy) all backends are down");
        ended(rig, talk, "no-backend");
        assertThat(rig.backends.snapshot().get(0).state()).isEqualTo(BackendView.State.DOWN);
    }

    @Test
    void aServerThatDoesNotGreetGivesWayToTheNext() {
        try (FakeBackend second = new FakeBackend()) {
            Rig rig = rig(settings -> settings.backend(backend.address())
                    .backend(second.address())
                    .limits(10, Duration.ofSeconds(1), 1 << 20));
            FakeClient client = rig.connect();
            Peer silent = backend.accept();
            Peer server = second.accept();
            silent.expectEnd();
            server.send(Packets.greeting(CLASSIC));
            client.expect(Packets.greeting(CLASSIC));
            client.logIn(CLASSIC);
            server.expect(Packets.login(1, CLASSIC)).send(ok(2));
            client.expect(ok(2));
            assertThat(rig.backends.snapshot())
                    .extracting(BackendView::state)
                    .containsExactly(BackendView.State.DOWN, BackendView.State.UP);
            client.close();
        }
    }

    @Test
    void aClientOfALocalListenerThatDoesNotLogIn() {
        Rig rig = rig(settings ->
                settings.local((session, command) -> Reply.ok()).limits(10, Duration.ofMillis(300), 1 << 20));
        FakeClient client = rig.connect();
        client.packet();
        client.expectError(1, 1159);
        client.expectEnd();
    }

    // --- reading ----------------------------------------------------------------------------------------------------

    @Test
    void anIdleClient() {
        Rig rig = reading(SHORT);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().expectError(0, 4031);
        ended(rig, talk, "client-idle-timeout");
    }

    @Test
    void aClientThatStopsInsideACommand() {
        Rig rig = reading(SHORT);
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(Packets.part(query("SELECT 1"), 0, 8));
        talk.client().expectError(1, 4031);
        ended(rig, talk, "client-idle-timeout");
    }

    @Test
    void aServerThatDoesNotAnswer() {
        Rig rig = reading(SHORT);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT SLEEP(1000)"));
        assertThat(talk.client().expectError(1, 1105)).contains("timed out");
        ended(rig, talk, "backend-timeout");
    }

    @Test
    void aServerThatStopsInsideItsReply() {
        Rig rig = reading(SHORT);
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        talk.answer(Packets.part(resultSet(CLASSIC, "1"), 0, 20));
        ended(rig, talk, "backend-timeout");
    }

    // --- writing ----------------------------------------------------------------------------------------------------

    private Talk stuck(Rig rig) {
        backend.receiveBuffer(16 * 1024);
        FakeClient client = rig.connect(16 * 1024);
        Peer server = backend.accept();
        server.send(Packets.greeting(CLASSIC));
        client.packet();
        client.logIn(CLASSIC);
        server.packet();
        server.send(ok(2));
        client.expect(ok(2));
        return new Talk(client, server, rig.newest());
    }

    @Test
    void aClientThatDoesNotRead() {
        Rig rig = writing(SHORT);
        Talk talk = stuck(rig).ask(query("SELECT everything"));
        byte[] reply = Packets.join(packet(1, 1), Packets.column(2), Packets.eof(3, 2), packet(4, new byte[64 << 20]));
        CompletableFuture<Peer> sent = talk.server().sendAside(reply);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("write-timeout");
        sent.handle((peer, error) -> error).join();
    }

    @Test
    void aServerThatDoesNotRead() {
        Rig rig = writing(SHORT);
        Talk talk = stuck(rig);
        byte[] command = packet(0, new byte[64 << 20]);
        command[4] = 3;
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("write-timeout");
        sent.handle((peer, error) -> error).join();
    }

    @Test
    void nobodyIsLateWhenTimeoutsAreOff() {
        Rig rig = rig(settings -> settings.limits(10, NEVER, 1 << 20).timeouts(LONG, NEVER, NEVER));
        rig.logIn(CLASSIC, new Capabilities(CLASSIC.bits())).ping();
        Rig hurried = reading(SHORT);
        // a whole timeout of another proxy later
        Talk talk = hurried.logIn(CLASSIC);
        talk.client().expectError(0, 4031);
        assertThat(rig.sessions.count()).isEqualTo(1);
    }
}
