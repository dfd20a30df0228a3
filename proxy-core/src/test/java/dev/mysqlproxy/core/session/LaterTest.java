package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.Command;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks that decide later, on a thread of their own, or never. */
class LaterTest extends ProxyTest {

    private final Queue<CompletableFuture<QueryDecision>> stages = new ConcurrentLinkedQueue<>();

    private Script later() {
        return Script.decides(command -> {
            CompletableFuture<QueryDecision> stage = new CompletableFuture<>();
            stages.add(stage);
            return QueryDecision.later(stage);
        });
    }

    /** The stage of a command that a hook has been asked about. */
    private CompletableFuture<QueryDecision> asked(Talk talk) {
        eventually().until(() -> talk.session().stateWord().equals("deciding"));
        return stages.remove();
    }

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
    }

    @Test
    void everyKindOfDecision() {
        Talk talk = rig(settings -> settings.hook(later())).logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        asked(talk).complete(QueryDecision.forward());
        talk.server().expect(query("DO 1"));
        talk.answer(ok(1));

        talk.client().send(query("DO 2"));
        asked(talk).complete(QueryDecision.inject(Injection.query(1, "DO 3")));
        talk.server().expect(query("DO 3"));
        talk.answer(resultSet(CLASSIC, "3"));

        talk.client().send(query("DO 4"));
        asked(talk).complete(QueryDecision.answer(Reply.ok()));
        talk.client().expect(ok(1));

        talk.ping().client().send(query("DO 5"));
        asked(talk).complete(QueryDecision.refuse(Reply.error(1142, "42000", "denied")));
        talk.client().expectError(1, 1142);
        talk.client().expectEnd();
    }

    @Test
    void theSameHookTwiceIsAskedTwice() {
        Script script = later();
        Talk talk = rig(settings -> settings.hook(script).hook(script)).logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        asked(talk).complete(QueryDecision.forward());
        eventually().until(() -> !stages.isEmpty());
        asked(talk).complete(QueryDecision.forward());
        talk.server().expect(query("DO 1"));
        talk.answer(ok(1)).ping();
        assertThat(script.texts).hasSize(2);
    }

    @Test
    void aDecisionThatIsThereAlready() {
        Script script =
                Script.always(QueryDecision.later(CompletableFuture.completedFuture(QueryDecision.answer(Reply.ok()))));
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        talk.client().send(join(query("DO 1"), query("DO 2"), Packets.ping()));
        talk.client().expect(ok(1), ok(1));
        talk.server().expect(Packets.ping());
        talk.answer(ok(1));
    }

    @Test
    void afterForwardTheNextHookIsAsked() {
        Script next = Script.always(QueryDecision.answer(Reply.ok()));
        Talk talk = rig(settings -> settings.hook(later()).hook(next)).logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        asked(talk).complete(QueryDecision.forward());
        talk.client().expect(ok(1));
        assertThat(next.texts).containsExactly("DO 1");
    }

    @Test
    void severalHooksMayDecideLater() {
        Talk talk = rig(settings -> settings.hook(later()).hook(later())).logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        asked(talk).complete(QueryDecision.forward());
        eventually().until(() -> !stages.isEmpty());
        stages.remove().complete(QueryDecision.forward());
        talk.server().expect(query("DO 1"));
        talk.answer(ok(1));
    }

    @Test
    void theCommandCanBeReadUntilTheDecision() {
        CompletableFuture<Command> seen = new CompletableFuture<>();
        CompletableFuture<QueryDecision> stage = new CompletableFuture<>();
        Script script = Script.decides(command -> {
            seen.complete(command);
            return QueryDecision.later(stage);
        });
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        talk.client().send(query("SELECT 'now'"), query("SELECT 'next'"));
        assertThat(seen.join().text()).isEqualTo("SELECT 'now'");
        stage.complete(QueryDecision.answer(Reply.ok()));
        talk.client().expect(ok(1));
    }

    /** A stage of a library of its own, which tells as often as it likes. */
    private static final class Repeater extends CompletableFuture<QueryDecision> {

        private volatile BiConsumer<? super QueryDecision, ? super Throwable> told;

        @Override
        public CompletableFuture<QueryDecision> whenComplete(
                BiConsumer<? super QueryDecision, ? super Throwable> action) {
            told = action;
            return this;
        }
    }

    @Test
    void aStageThatCompletesTwiceDecidesOnce() {
        Repeater repeater = new Repeater();
        CompletableFuture<QueryDecision> second = new CompletableFuture<>();
        Script script =
                Script.decides(command -> QueryDecision.later(command.text().equals("DO 1") ? repeater : second));
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        eventually().until(() -> repeater.told != null);
        repeater.told.accept(QueryDecision.answer(Reply.ok()), null);
        talk.client().expect(ok(1));
        talk.client().send(query("DO 2"));
        eventually().until(() -> script.texts.size() == 2);
        // comes while another command waits for its own
        repeater.told.accept(QueryDecision.refuse(Reply.error(1142, "42000", "denied")), null);
        second.complete(QueryDecision.forward());
        talk.server().expect(query("DO 2"));
        talk.answer(ok(1)).ping();
    }

    // --- failures ---------------------------------------------------------------------------------------------------

    private static void fail(CompletableFuture<QueryDecision> stage, int how) {
        switch (how) {
            case 0 -> stage.completeExceptionally(new IllegalStateException("test"));
            case 1 -> stage.complete(null);
            default -> stage.complete(QueryDecision.later(new CompletableFuture<>()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFailureIsNoDecision(int how) {
        Talk talk = rig(settings -> settings.hook(later())).logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        fail(asked(talk), how);
        talk.server().expect(query("DO 1"));
        talk.answer(ok(1)).ping();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aFailureOfAHookThatFailsClosedEndsTheSession(int how) {
        Rig rig = rig(settings -> settings.closedHook(later()));
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(query("DO 1"));
        fail(asked(talk), how);
        talk.client().expectError(1, 1105);
        ended(rig, talk, "plugin-failed");
    }

    @Test
    void theClientLeavesBeforeTheDecision() {
        Rig rig = rig(settings -> settings.hook(later()));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        CompletableFuture<QueryDecision> stage = asked(talk);
        talk.client().close();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
        talk.server().expectEnd();
        // and if it comes after all, it is too late
        stage.complete(QueryDecision.forward());
    }

    @Test
    void theServerLeavesBeforeTheDecision() {
        Rig rig = rig(settings -> settings.hook(later()));
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(Packets.ping()).answer(ok(1));
        talk.client().send(query("DO 1"));
        asked(talk);
        talk.server().close();
        talk.client().expectError(1, 1158);
        ended(rig, talk, "backend-lost");
    }

    @Test
    void isKilledBeforeTheDecision() {
        Rig rig = rig(settings -> settings.hook(later()));
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(query("DO 1"));
        asked(talk);
        talk.session().end(CloseCause.KILLED);
        talk.client().expectError(1, 1317);
        ended(rig, talk, "killed");
    }

    /** What a client sends meanwhile waits, within limits. */
    @Test
    void aClientThatKeepsSending() {
        Rig rig = rig(settings -> settings.hook(later()));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        CompletableFuture<QueryDecision> stage = asked(talk);
        byte[] more = packet(0, join(new byte[] {0x0d}, new byte[16 << 10]));
        byte[] flood = new byte[more.length * 1000];
        for (int i = 0; i < 1000; i++) {
            System.arraycopy(more, 0, flood, i * more.length, more.length);
        }
        CompletableFuture<Peer> sent = talk.client().sendAside(flood);
        eventually().until(() -> !talk.session().client().config().isAutoRead());
        stage.complete(QueryDecision.forward());
        talk.server().expect(query("DO 1"));
        talk.answer(ok(1));
        for (int i = 0; i < 1000; i++) {
            talk.server().expectLong(more);
            talk.answer(ok(1));
        }
        sent.join();
        talk.ping();
    }

    @Test
    void aClientThatKeepsSendingAndLeaves() {
        Rig rig = rig(settings -> settings.hook(later()));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(query("DO 1"));
        CompletableFuture<QueryDecision> stage = asked(talk);
        CompletableFuture<Peer> sent = talk.client().sendAside(new byte[64 << 20]);
        eventually().until(() -> !talk.session().client().config().isAutoRead());
        talk.client().reset();
        assertThat(sent.handle((peer, error) -> error.getCause()).join()).isInstanceOf(UncheckedIOException.class);
        // nobody reads any more, so this alone may tell
        stage.complete(QueryDecision.answer(Reply.ok()));
        talk.server().expectEnd();
    }
}
