package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.IN_TRANS;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.BackendView.Mode;
import org.junit.jupiter.api.Test;

/** Sessions that end for a reason outside of them: a stop, an operator. */
class ShutdownTest extends ProxyTest {

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
        if (!talk.server().closed()) {
            talk.server().drain();
        }
    }

    // --- a stop -----------------------------------------------------------------------------------------------------

    @Test
    void idleSessionsEndAtOnce() {
        Rig rig = rig();
        Talk never = rig.logIn(CLASSIC);
        Talk idle = rig.logIn(CLASSIC).ping();
        rig.sessions.drain();
        ended(rig, never, "shutdown");
        ended(rig, idle, "shutdown");
    }

    @Test
    void aCommandFinishes() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        rig.sessions.drain();
        talk.answer(resultSet(CLASSIC, "1"));
        ended(rig, talk, "shutdown");
    }

    @Test
    void aCommandThatIsStillArrivingFinishes() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ping();
        byte[] command = query("SELECT 1");
        talk.ask(part(command, 0, 9));
        rig.sessions.drain();
        talk.ask(part(command, 9, command.length)).answer(ok(1));
        ended(rig, talk, "shutdown");
    }

    @Test
    void aPipelineFinishes() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(query("DO 1"), query("DO 2"));
        talk.server().expect(query("DO 1"));
        eventually().until(() -> talk.session().stateWord().equals("running"));
        rig.sessions.drain();
        talk.answer(ok(1));
        talk.server().expect(query("DO 2"));
        talk.answer(ok(1));
        ended(rig, talk, "shutdown");
    }

    @Test
    void aTransactionFinishes() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(query("BEGIN")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        rig.sessions.drain();
        talk.ask(query("INSERT")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        talk.ask(query("COMMIT")).answer(ok(1, AUTOCOMMIT));
        ended(rig, talk, "shutdown");
    }

    @Test
    void bytesBehindTheLastReplyAreDropped() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(query("SELECT 1"));
        rig.sessions.drain();
        talk.server().send(join(ok(1), ok(2)));
        talk.client().expect(ok(1));
        ended(rig, talk, "shutdown");
    }

    @Test
    void aStreamDoesNotHoldItUp() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ask(command(0x12, new byte[10])).answer(packet(1, 0, 1, 2));
        rig.sessions.drain();
        ended(rig, talk, "shutdown");
    }

    @Test
    void loginsEndAtOnce() {
        Rig rig = rig();
        Talk talk = rig.meet();
        rig.sessions.drain();
        talk.client().expectError(0, 1053);
        ended(rig, talk, "shutdown");
    }

    @Test
    void whoComesDuringItIsTurnedAway() {
        Rig rig = rig();
        rig.sessions.drain();
        FakeClient client = rig.connect();
        client.expectError(0, 1053);
        client.expectEnd();
    }

    @Test
    void whatDoesNotEndIsEnded() {
        Rig rig = rig();
        Talk running = rig.logIn(CLASSIC).ask(query("SELECT SLEEP(1000)"));
        Talk replying = rig.logIn(CLASSIC).ask(query("SELECT 1")).answer(packet(1, 1));
        Talk inside = rig.logIn(CLASSIC).ask(query("SELECT 1")).answer(packet(1, 1, 2));
        Talk open = rig.logIn(CLASSIC).ask(query("BEGIN")).answer(ok(1, AUTOCOMMIT | IN_TRANS));
        inside.answer(part(Packets.column(2), 0, 9));
        rig.sessions.drain();
        rig.sessions.closeAll();
        running.client().expectError(1, 1053);
        replying.client().expectError(2, 1053);
        open.client().expectError(0, 1053);
        for (Talk talk : new Talk[] {running, replying, inside, open}) {
            ended(rig, talk, "shutdown");
        }
    }

    // --- an operator ------------------------------------------------------------------------------------------------

    @Test
    void kill() {
        Rig rig = rig();
        Talk running = rig.logIn(CLASSIC).ask(query("SELECT SLEEP(1000)"));
        Talk idle = rig.logIn(CLASSIC).ping();
        Talk other = rig.logIn(CLASSIC);
        rig.sessions.find(running.session().id()).orElseThrow().end(CloseCause.KILLED);
        rig.sessions.find(idle.session().id()).orElseThrow().end(CloseCause.KILLED);
        running.client().expectError(1, 1317);
        idle.client().expectError(0, 1317);
        ended(rig, running, "killed");
        ended(rig, idle, "killed");
        other.ping();
        assertThat(rig.sessions.find(running.session().id())).isEmpty();
        assertThat(rig.sessions.all()).containsExactly(other.session());
    }

    @Test
    void aBackendGoesOffline() {
        try (FakeBackend second = new FakeBackend()) {
            Rig rig = rig(settings -> settings.backend(backend.address()).backend(second.address()));
            Talk running = rig.logIn(CLASSIC).ask(query("SELECT SLEEP(1000)"));
            Talk idle = rig.logIn(CLASSIC).ping();
            rig.backends.setMode(1, Mode.DRAIN);
            running.answer(ok(1)).ask(query("SELECT SLEEP(1000)"));
            FakeClient client = rig.connect();
            Peer server = second.accept().send(Packets.greeting(CLASSIC));
            client.expect(Packets.greeting(CLASSIC));

            rig.backends.setMode(1, Mode.OFFLINE);
            assertThat(running.client().expectError(1, 1053)).contains("offline");
            idle.client().expectError(0, 1053);
            ended(rig, running, "backend-offline");
            ended(rig, idle, "backend-offline");
            client.logIn(CLASSIC);
            server.expect(Packets.login(1, CLASSIC)).send(ok(2));
            client.expect(ok(2));
            client.close();
        }
    }

    @Test
    void endingTwiceIsEndingOnce() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.session().end(CloseCause.KILLED);
        talk.session().end(CloseCause.SHUTDOWN);
        talk.client().close();
        talk.server().close();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("killed");
    }
}
