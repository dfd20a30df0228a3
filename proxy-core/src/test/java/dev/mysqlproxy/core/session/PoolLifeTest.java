package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.IN_TRANS;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.quit;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static dev.mysqlproxy.core.session.PoolingTest.Account.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.view.BackendView.Mode;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** When connections go to the pool and leave it, and sessions that have none. */
class PoolLifeTest extends PoolingTest {

    // --- where it is allowed ----------------------------------------------------------------------------------------

    @Test
    void notBeforeTheServerHasSaidOk() {
        List<Boolean> parked = new CopyOnWriteArrayList<>();
        Rig rig = pooling(settings -> settings.hook((HandshakeHook) (session, greeting) -> {
                    parked.add(session.park() || session.take(2));
                    return LoginDecision.proceed();
                })
                .hook((AuthHook) (session, response) -> {
                    parked.add(session.park() || session.take(2));
                    return LoginDecision.proceed();
                }));
        hands.onAuthResult = (session, packet) -> {
            parked.add(session.park());
            return LoginDecision.proceed();
        };
        FakeClient client = rig.connect();
        Peer server = backend.accept();
        server.send(Packets.greeting(CLASSIC));
        client.packet();
        client.send(APP.login());
        server.expect(APP.login());
        byte[] more = Packets.packet(2, 1, 3);
        server.send(more);
        client.expect(more);
        server.send(ok(3));
        client.expect(ok(3));
        assertThat(parked).containsExactly(false, false, false, true);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isZero();
        assertThat(ask(client, CLASSIC, "take 1")).isOne();
        client.send(ping());
        server.expect(ping()).send(ok(1));
        client.expect(ok(1));
    }

    @Test
    void notWhenTheServerIsNotDoneWithTheLogin() {
        Rig rig = pooling();
        List<Boolean> parked = new CopyOnWriteArrayList<>();
        hands.onAuthResult = (session, packet) -> {
            parked.add(session.park());
            return LoginDecision.proceed();
        };
        FakeClient client = rig.connect();
        Peer server = backend.accept();
        server.send(Packets.greeting(CLASSIC));
        client.packet();
        client.send(APP.login());
        server.expect(APP.login());
        byte[] goodbye = err(0, 1053, "Server shutdown in progress");
        server.send(join(ok(2), part(goodbye, 0, 6)));
        client.expect(ok(2));
        assertThat(parked).containsExactly(false);
        server.send(part(goodbye, 6, goodbye.length));
        client.expectError(0, 1053);
        server.drain();
    }

    @Test
    void inResultHooks() {
        pooling();
        List<Boolean> parked = new CopyOnWriteArrayList<>();
        hands.onResult = session -> parked.add(session.park());
        Talk talk = logIn(1);
        talk.client().send(query("inject DO 1"));
        talk.server().expect(query("DO 1")).send(ok(1));
        talk.client().expect(ok(1));
        assertThat(parked).containsExactly(true);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
    }

    @Test
    void notWithGoodbyeBehindTheResult() {
        Rig rig = pooling();
        List<Boolean> parked = new CopyOnWriteArrayList<>();
        hands.onResult = session -> parked.add(session.park());
        hands.onDisconnect = session -> parked.add(session.park());
        Talk talk = logIn(1);
        talk.client().send(query("inject DO 1"));
        talk.server().expect(query("DO 1")).send(join(ok(1), err(0, 1053, "Server shutdown in progress")));
        talk.client().expect(ok(1)).expectError(0, 1053);
        rig.causeOf(talk.session().id());
        assertThat(parked).containsExactly(false, false);
        talk.server().drain();
    }

    @Test
    void notWithHalfAGoodbyeRead() {
        pooling();
        Talk talk = logIn(1);
        byte[] goodbye = err(0, 1053, "Server shutdown in progress");
        talk.ask(ping());
        talk.server().send(join(ok(1), part(goodbye, 0, 6)));
        talk.client().expect(ok(1));
        assertThat(ask(talk, "park")).isZero();
        talk.server().send(part(goodbye, 6, goodbye.length));
        talk.client().expectError(0, 1053);
        talk.server().drain();
    }

    @Test
    void atTheEndOfItsSession() {
        Rig rig = pooling();
        hands.onDisconnect = SessionView::park;
        Talk talk = logIn(1).ask(query("BEGIN")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        talk.client().close();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isZero();
        Talk next = logIn(2);
        assertThat(ask(next, "take 1")).isOne();
        resetAndPing(next.client(), talk.server(), SET_NAMES);
    }

    @Test
    void notInTheMiddleOfACommand() {
        Rig rig = pooling();
        List<Boolean> parked = new CopyOnWriteArrayList<>();
        hands.onDisconnect = session -> parked.add(session.park());
        Talk running = logIn(1).ask(query("SELECT 1"));
        running.client().close();
        rig.causeOf(running.session().id());
        running.server().drain();
        Talk sending = logIn(1);
        byte[] command = command(0x02, Packets.ascii("shop"));
        sending.ask(part(command, 0, 6));
        sending.client().close();
        rig.causeOf(sending.session().id());
        sending.server().drain();
        Talk quitting = logIn(1).ask(quit());
        quitting.client().close();
        rig.causeOf(quitting.session().id());
        quitting.server().drain();
        assertThat(parked).containsExactly(false, false, false);
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void notWhenTheServerHasLeft() {
        Rig rig = pooling();
        List<Boolean> parked = new CopyOnWriteArrayList<>();
        hands.onDisconnect = session -> parked.add(session.park());
        Talk talk = logIn(1);
        talk.server().close();
        rig.causeOf(talk.session().id());
        Talk reset = logIn(1);
        reset.server().reset();
        rig.causeOf(reset.session().id());
        assertThat(parked).containsExactly(false, false);
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void takingIsNotForTheEnd() {
        Rig rig = pooling();
        Peer server = idleConnection();
        List<Boolean> taken = new CopyOnWriteArrayList<>();
        hands.onDisconnect = session -> taken.add(session.take(1));
        Talk talk = logIn(2);
        talk.client().close();
        rig.causeOf(talk.session().id());
        assertThat(taken).containsExactly(false);
        server.close();
    }

    // --- out of the pool --------------------------------------------------------------------------------------------

    @Test
    void theServerClosesAnIdleConnection() {
        pooling();
        idleConnection().close();
        eventually().until(() -> idle(1).isEmpty());
        idleConnection().reset();
        eventually().until(() -> idle(1).isEmpty());
    }

    @Test
    void theServerSaysGoodbyeToAnIdleConnection() {
        pooling();
        Peer server = idleConnection();
        server.send(err(0, 4031, "The client was disconnected by the server because of inactivity."));
        server.drain();
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void theServerSaysGoodbyeJustAfterItWasTaken() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        assertThat(ask(talk, "take 1")).isOne();
        server.send(err(0, 1053, "Server shutdown in progress"));
        talk.client().expectError(0, 1053);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-closed");
        server.drain();
    }

    @Test
    void theServerSaysGoodbyeInPlaceOfTheReset() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET).send(err(0, 1053, "Server shutdown in progress"));
        talk.client().expectError(1, 1158);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-lost");
        server.drain();
        assertThat(rig.backends.pool(1).map(Pool::idle)).contains(Map.of());
    }

    @Test
    void theServerClosesDuringTheReset() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(query("SELECT 1"));
        server.expect(RESET).close();
        talk.client().expectError(1, 1158);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-lost");
    }

    @Test
    void theClientLeavesDuringTheReset() {
        Rig rig = pooling();
        hands.onDisconnect = SessionView::park;
        Peer server = idleConnection();
        Talk talk = logIn(2);
        ask(talk, "take 1");
        talk.client().send(ping());
        server.expect(RESET);
        talk.client().close();
        rig.causeOf(talk.session().id());
        server.drain();
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void idleForTooLong() {
        Rig rig = pooling();
        rig.backends.limits(new Pool.Limits(10, Duration.ofNanos(1), Duration.ZERO, true));
        Peer server = idleConnection();
        rig.backends.sweepPools();
        server.drain();
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void tooOldToBeKept() {
        Rig rig = pooling();
        rig.backends.limits(new Pool.Limits(10, Duration.ZERO, Duration.ofNanos(1), true));
        Peer server = idleConnection();
        server.drain();
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void anOperatorDrainsTheBackend() {
        Rig rig = pooling();
        Peer server = idleConnection();
        Talk talk = logIn(1);
        rig.backends.setMode(1, Mode.DRAIN);
        server.drain();
        // later ones are not kept either
        assertThat(ask(talk, "park")).isOne();
        talk.server().drain();
        assertThat(idle(1)).isEmpty();
        assertThat(ask(talk, "idle 1")).isZero();
        assertThat(ask(talk, "take 1")).isZero();
        assertThat(rig.connectedClients()).isZero();
    }

    @Test
    void anOperatorTakesTheBackendOffline() {
        Rig rig = pooling();
        hands.onDisconnect = SessionView::park;
        Peer server = idleConnection();
        Talk talk = logIn(1);
        rig.backends.setMode(1, Mode.OFFLINE);
        server.drain();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-offline");
        talk.server().drain();
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void aStopWhileItIsParked() {
        Rig rig = pooling();
        Talk talk = logIn(1);
        ask(talk, "park");
        rig.sessions.drain();
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("shutdown");
        rig.backends.clearPools();
        talk.server().drain();
    }

    // --- sessions without a server ----------------------------------------------------------------------------------

    @Test
    void aCommandNeedsAServer() {
        Rig rig = pooling();
        Talk talk = logIn(1);
        ask(talk, "park");
        talk.client().send(ping());
        talk.client().expectError(1, 1105);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("no-backend");
        Talk other = logIn(1);
        ask(other, "park");
        other.client().send(query("inject DO 1"));
        other.client().expectError(1, 1105);
        assertThat(rig.causeOf(other.session().id())).isEqualTo("no-backend");
    }

    @Test
    void quittingNeedsNone() {
        Rig rig = pooling();
        Talk talk = logIn(1);
        ask(talk, "park");
        talk.client().send(quit());
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-quit");
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
    }

    @Test
    void itsServersEndIsNotItsOwn() {
        pooling();
        Talk talk = logIn(1);
        ask(talk, "park");
        talk.server().close();
        eventually().until(() -> idle(1).isEmpty());
        assertThat(ask(talk, "take 1")).isZero();
        assertThat(ask(talk, "idle 1")).isZero();
    }

    // --- the last answer --------------------------------------------------------------------------------------------

    @Test
    void aPluginEndsTheSessionWithItsAnswer() {
        Rig rig = pooling();
        Talk talk = logIn(1);
        assertThat(ask(talk, "last")).isEqualTo(7);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("closed-by-plugin");
        talk.server().drain();
    }

    @Test
    void aPluginEndsTheSessionWithTheServersAnswer() {
        Rig rig = pooling();
        hands.onDisconnect = SessionView::park;
        Talk talk = logIn(1).ask(query("last SELECT")).answer(resultSet(CLASSIC, "1", "2"));
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("closed-by-plugin");
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
    }

    // --- slow clients -----------------------------------------------------------------------------------------------

    @Test
    void aClientThatIsBehindHoldsTheNewServerToo() {
        Rig rig = pooling();
        Peer server = idleConnection();
        hands.onConnect = session -> ConnectDecision.use(2);
        FakeClient client = rig.connect(4096);
        Peer own = second.accept();
        own.send(Packets.greeting(CLASSIC));
        client.packet();
        client.send(APP.login());
        own.expect(APP.login()).send(ok(2));
        client.expect(ok(2));
        Session session = rig.newest();
        client.send(query("big"), query("take 1"), ping());
        eventually().until(() -> idle(1).isEmpty());
        eventually().until(() -> {
            // none while they change
            BackendLink taken = session.link();
            return taken != null && !taken.channel().config().isAutoRead();
        });
        for (int packets = 0; packets < 6; packets++) {
            // five of the big answer, one of the taking
            client.packet();
        }
        server.expect(RESET).send(ok(1));
        server.expect(SET_NAMES).send(ok(1));
        server.expect(ping()).send(ok(1));
        client.expect(ok(1));
    }
}
