package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MAX;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.quit;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in the middle of something else: kills, quits, goodbyes, and commands that do not wait for their turn. */
class InterruptionTest extends ProxyTest {

    private static final byte[] CHANGE_USER =
            command(0x11, ascii("other"), bytes(0, 0), ascii("library"), bytes(0, 45, 0));
    private static final byte[] GOODBYE = err(0, 1053, "Server shutdown in progress");

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
        if (!talk.server().closed()) {
            talk.server().drain();
        }
    }

    /** A session in which a hook thinks about each query until the stage has a decision. */
    private Talk deliberating(Rig rig) {
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(query("DO 1"));
        eventually().until(() -> talk.session().stateWord().equals("deciding"));
        return talk;
    }

    private Rig deciding(CompletableFuture<QueryDecision> stage) {
        return rig(settings -> settings.hook(
                Script.decides(command -> QueryDecision.later(stage)).watching(CommandType.COM_QUERY)));
    }

    // --- while a hook deliberates -----------------------------------------------------------------------------------

    @Test
    void aQuitBehindACommandThatWaits() {
        CompletableFuture<QueryDecision> stage = new CompletableFuture<>();
        Rig rig = deciding(stage);
        Talk talk = deliberating(rig);
        talk.client().send(quit());
        stage.complete(QueryDecision.forward());
        talk.server().expect(query("DO 1"));
        talk.answer(ok(1));
        talk.server().expect(quit()).close();
        ended(rig, talk, "client-quit");
    }

    @Test
    void aChangeOfUserBehindACommandThatWaits() {
        CompletableFuture<QueryDecision> stage = new CompletableFuture<>();
        Talk talk = deliberating(deciding(stage));
        talk.client().send(join(CHANGE_USER, ping()));
        assertThat(talk.session().user()).contains("app");
        stage.complete(QueryDecision.answer(Reply.ok()));
        talk.client().expect(ok(1));
        talk.server().expect(CHANGE_USER);
        talk.answer(ok(1));
        talk.server().expect(ping());
        talk.answer(ok(1));
        assertThat(talk.session().user()).contains("other");
    }

    @Test
    void aGoodbyeWhileACommandWaits() {
        Rig rig = deciding(new CompletableFuture<>());
        Talk talk = deliberating(rig);
        talk.server().send(GOODBYE);
        talk.client().expectError(1, 1053);
        ended(rig, talk, "backend-closed");
    }

    @Test
    void aReplyToACommandThatIsNotThereYet() {
        CompletableFuture<QueryDecision> stage = new CompletableFuture<>();
        Rig rig = deciding(stage);
        Talk talk = deliberating(rig);
        talk.server().send(resultSet(CLASSIC, "planted"));
        talk.client().expectError(1, 1105);
        ended(rig, talk, "backend-protocol-violation");
        stage.complete(QueryDecision.forward());
    }

    // --- a goodbye in the moment of a command -----------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 9})
    void aGoodbyeThatHasBegunBeforeACommand(int before) {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.server().send(part(GOODBYE, 0, before));
        eventually().until(() -> !talk.session().phase().serverIdle());
        talk.ask(query("DO 1"));
        talk.server().send(part(GOODBYE, before, GOODBYE.length));
        talk.client().expectError(1, 1053);
        ended(rig, talk, "backend-closed");
    }

    // --- in a file --------------------------------------------------------------------------------------------------

    @Test
    void aQuitInTheMiddleOfAFile() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("f"))));
        talk.ask(packet(2, ascii("1\n")));
        talk.client().send(quit());
        talk.client().expectEnd();
        // it is neither data nor, as far as the server knows, the client's wish
        talk.server().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-protocol-violation");
    }

    /** With the next sequence id it is one more byte of the file. */
    @Test
    void whatOnlyLooksLikeAQuitIsData() {
        Talk talk = rig().logIn(CLASSIC);
        talk.ask(query("LOAD DATA LOCAL")).answer(packet(1, join(bytes(0xfb), ascii("f"))));
        talk.ask(packet(2, 1)).ask(packet(3)).answer(ok(4)).ping();
    }

    // --- kills ------------------------------------------------------------------------------------------------------

    @Test
    void killedDuringInjections() {
        byte[] head = join(packet(1, 1), column(2), eof(3, 2));
        Injection first = Injection.query(1, "SELECT 1");
        for (Injection injection : List.of(first, first.needingResult())) {
            List<QuerySummary.Status> told = new CopyOnWriteArrayList<>();
            QueryCompletedHook watcher = (session, command, summary) -> told.add(summary.status());
            Script script =
                    Script.injects(injection, Injection.query(2, "SELECT 2").needingResult());
            Rig rig = rig(settings -> settings.hook(script).hook(watcher));
            Talk talk = rig.logIn(CLASSIC);
            talk.client().send(query("DO 1"));
            talk.server().expect(query("SELECT 1")).send(head);
            eventually().until(() -> talk.session().phase().word().equals("running"));
            if (!injection.resultNeeded()) {
                talk.client().expect(head);
            }
            talk.session().end(CloseCause.KILLED);
            talk.client().expectError(injection.resultNeeded() ? 1 : 4, 1317);
            ended(rig, talk, "killed");
            // the injection that ran, and none that did not
            assertThat(told).containsExactly(QuerySummary.Status.LOST);
            assertThat(script.injections).isEmpty();
        }
    }

    @Test
    void killedWhenTheClientHasItsAnswer() {
        Injection first = Injection.query(1, "SELECT 1");
        Rig rig = rig(settings -> settings.hook(
                Script.injects(first, Injection.query(2, "SELECT 2").needingResult())));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(query("DO 1"), ping());
        talk.server().expect(query("SELECT 1"));
        talk.answer(resultSet(CLASSIC, "1"));
        talk.server().expect(query("SELECT 2"));
        talk.session().end(CloseCause.KILLED);
        // nothing more: an error would answer the next command, which nobody has seen
        ended(rig, talk, "killed");
    }

    // --- sizes at which something begins or ends --------------------------------------------------------------------

    /** As long as a login may be, which is more than what else may wait. */
    @ParameterizedTest
    @ValueSource(ints = {64 * 1024 - 5, 64 * 1024 - 4, 64 * 1024, 79 * 1024})
    void aLongChangeOfUser(int length) {
        byte[] head = part(CHANGE_USER, 4, CHANGE_USER.length);
        byte[] change = packet(0, join(head, new byte[length - head.length]));
        Talk talk = rig().logIn(CLASSIC);
        CompletableFuture<Peer> sent = talk.client().sendAside(change);
        talk.server().expectLong(change);
        sent.join();
        talk.answer(ok(1)).ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX - 1, MAX, 2 * MAX})
    void aCommandBehindALongOneThatAHookAnswers(int length) {
        Script script = Script.always(QueryDecision.answer(Reply.ok()));
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        byte[] payload = new byte[length];
        payload[0] = 3;
        CompletableFuture<Peer> sent = talk.client().sendAside(join(packet(0, payload), ping()));
        talk.client().expect(ok(1 + length / MAX));
        sent.join();
        talk.server().expect(ping());
        talk.answer(ok(1)).ping();
    }
}
