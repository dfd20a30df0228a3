package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.QuerySummary.Status;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.core.hook.HookChain;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What is told of every command that went to a server. */
class CompletedTest extends ProxyTest {

    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<QuerySummary> summaries = new CopyOnWriteArrayList<>();
    private final QueryCompletedHook recorder = (session, command, summary) -> {
        texts.add(command.code() == 3 ? command.text() : "0x" + Integer.toHexString(command.code()));
        summaries.add(summary);
    };

    private Rig recorded() {
        return rig(settings -> settings.hook(recorder));
    }

    private QuerySummary only() {
        eventually().until(() -> !summaries.isEmpty());
        assertThat(summaries).hasSize(1);
        QuerySummary only = summaries.get(0);
        assertThat(only.queuedNanos()).isNotNegative();
        assertThat(only.firstByteNanos()).isNotNegative();
        assertThat(only.totalNanos()).isGreaterThanOrEqualTo(only.firstByteNanos());
        return only;
    }

    @Test
    void rows() {
        Rig rig = recorded();
        Talk talk = rig.logIn(CLASSIC);
        byte[] reply = join(
                resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | Packets.MORE_RESULTS, "a", "b"),
                packet(7, 0, 5, 9, Packets.AUTOCOMMIT | Packets.IN_TRANS, 0, 3, 0));
        rig.fromBackend.of(3);
        talk.ask(query("CALL p()")).answer(reply);
        QuerySummary summary = only();
        assertThat(texts).containsExactly("CALL p()");
        assertThat(summary.injection()).isEmpty();
        assertThat(summary.status()).isEqualTo(Status.OK);
        assertThat(summary.resultSets()).isEqualTo(1);
        assertThat(summary.rows()).isEqualTo(2);
        assertThat(summary.affectedRows()).isEqualTo(5);
        assertThat(summary.lastInsertId()).isEqualTo(9);
        assertThat(summary.warnings()).isEqualTo(3);
        assertThat(summary.serverStatus()).isEqualTo(Packets.AUTOCOMMIT | Packets.IN_TRANS);
        assertThat(summary.requestBytes()).isEqualTo(query("CALL p()").length);
        assertThat(summary.replyBytes()).isEqualTo(reply.length);
        assertThat(summary.firstByteNanos()).isLessThan(summary.totalNanos());
    }

    @Test
    void anError() {
        recorded().logIn(CLASSIC).ask(query("SELEC")).answer(err(1, 1064, "You have an error"));
        QuerySummary summary = only();
        assertThat(summary.status()).isEqualTo(Status.ERR);
        assertThat(summary.errorCode()).isEqualTo(1064);
        assertThat(summary.sqlState()).isEqualTo("HY000");
        assertThat(summary.errorMessage()).isEqualTo("You have an error");
    }

    @Test
    void aCommandWithoutAReply() {
        Talk talk = recorded().logIn(CLASSIC);
        talk.ask(command(0x19, bytes(1, 0, 0, 0)));
        QuerySummary summary = only();
        assertThat(summary.status()).isEqualTo(Status.OK);
        assertThat(summary.requestBytes()).isEqualTo(9);
        assertThat(summary.replyBytes()).isZero();
    }

    @Test
    void aQuit() {
        Talk talk = recorded().logIn(CLASSIC).ask(Packets.quit());
        talk.server().close();
        talk.client().expectEnd();
        assertThat(only().status()).isEqualTo(Status.OK);
        assertThat(texts).containsExactly("0x1");
    }

    @Test
    void aStream() {
        Talk talk = recorded().logIn(CLASSIC).ask(command(0x12, bytes(4, 0, 0, 0, 0, 0, 1, 0, 0, 0)));
        talk.answer(packet(1, 0, 1, 2, 3));
        talk.server().close();
        talk.client().expectEnd();
        assertThat(only().status()).isEqualTo(Status.OPAQUE);
    }

    @Test
    void aReplyThatOnlyTheNextCommandEnds() {
        Talk talk = recorded().logIn(CLASSIC).ask(command(0x13, ascii("shop"))).answer(packet(1, 7, 7, 7));
        assertThat(summaries).isEmpty();
        talk.ping();
        eventually().until(() -> summaries.size() == 2);
        assertThat(summaries.get(0).status()).isEqualTo(Status.OPAQUE);
        assertThat(summaries.get(0).replyBytes()).isEqualTo(7);
    }

    @Test
    void theServerLeaves() {
        Talk talk = recorded().logIn(CLASSIC).ask(query("SELECT 1"));
        talk.answer(part(resultSet(CLASSIC, "a"), 0, 20)).server().close();
        talk.client().expectEnd();
        QuerySummary summary = only();
        assertThat(summary.status()).isEqualTo(Status.LOST);
        assertThat(summary.replyBytes()).isEqualTo(20);
    }

    @Test
    void theClientLeaves() {
        Talk talk = recorded().logIn(CLASSIC).ask(query("SELECT SLEEP(1000)"));
        talk.client().close();
        assertThat(only().status()).isEqualTo(Status.LOST);
    }

    @Test
    void theClientLeavesBetweenCommands() {
        Rig rig = recorded();
        Talk talk = rig.logIn(CLASSIC).ask(query("DO 1")).answer(ok(1));
        talk.client().close();
        rig.causeOf(talk.session().id());
        assertThat(only().status()).isEqualTo(Status.OK);
    }

    @Test
    void theServerLeavesAnIdleClient() {
        Rig rig = recorded();
        Talk talk = rig.logIn(CLASSIC).ask(query("DO 1")).answer(ok(1));
        talk.server().close();
        rig.causeOf(talk.session().id());
        assertThat(only().status()).isEqualTo(Status.OK);
    }

    @Test
    void aServerThatHadEnough() {
        Talk talk = recorded().logIn(CLASSIC);
        byte[] head = part(packet(0, new byte[Packets.MAX - 1]), 0, 2 << 20);
        head[4] = 3;
        talk.ask(head).server().send(err(1, 1153, "too big")).close();
        talk.client().expectError(1, 1153);
        QuerySummary summary = only();
        assertThat(summary.status()).isEqualTo(Status.ERR);
        assertThat(summary.errorCode()).isEqualTo(1153);
    }

    @Test
    void injections() {
        Script script = Script.injects(
                Injection.query(7, "SET a").needingResult(),
                Injection.query(8, "SELECT 1").needingResult());
        Talk talk = rig(settings -> settings.hook(script).hook(recorder)).logIn(CLASSIC);
        talk.client().send(query("SELECT 2"));
        talk.server().expect(query("SET a")).send(ok(1)).expect(query("SELECT 1"));
        talk.server().send(resultSet(CLASSIC, "1"));
        talk.client().expect(ok(1));
        talk.ping();
        eventually().until(() -> summaries.size() == 3);
        assertThat(summaries.stream().map(QuerySummary::injection))
                .containsExactly(OptionalInt.of(7), OptionalInt.of(8), OptionalInt.empty());
        assertThat(texts).as("the client's command").containsExactly("SELECT 2", "SELECT 2", "0xe");
        assertThat(summaries.get(1).rows()).isEqualTo(1);
        assertThat(summaries.get(1)).isEqualTo(script.summaries.get(1));
    }

    @Test
    void anAnswerOfAPlugin() {
        Script script = Script.always(QueryDecision.answer(new Reply.Ok(3, 4, 5, "")));
        Talk talk = rig(settings -> settings.hook(script).hook(recorder)).logIn(CLASSIC);
        talk.client().send(query("DO 1")).expect(packet(1, 0, 3, 4, Packets.AUTOCOMMIT, 0, 5, 0));
        QuerySummary summary = answered();
        assertThat(texts).containsExactly("DO 1");
        assertThat(summary.injection()).isEmpty();
        assertThat(summary.errorCode()).isZero();
        assertThat(summary.affectedRows()).isEqualTo(3);
        assertThat(summary.lastInsertId()).isEqualTo(4);
        assertThat(summary.warnings()).isEqualTo(5);
        talk.ping();
        eventually().until(() -> texts.size() == 2);
        assertThat(texts).containsExactly("DO 1", "0xe");
    }

    private QuerySummary answered() {
        QuerySummary summary = only();
        assertThat(summary.status()).isEqualTo(Status.ANSWERED);
        assertThat(summary.requestBytes()).isZero();
        assertThat(summary.replyBytes()).isZero();
        assertThat(summary.totalNanos()).isZero();
        return summary;
    }

    @Test
    void rowsOfAPlugin() {
        Reply rows = new Reply.ResultSet(List.of(Reply.Column.text("a")), List.of(List.of("1"), List.of("2")));
        Script script = Script.always(QueryDecision.answer(rows));
        Talk talk = rig(settings -> settings.hook(script).hook(recorder)).logIn(CLASSIC);
        talk.client().send(query("SELECT 1")).packet();
        QuerySummary summary = answered();
        assertThat(summary.resultSets()).isEqualTo(1);
        assertThat(summary.rows()).isEqualTo(2);
    }

    @Test
    void anErrorOfAPlugin() {
        Script script = Script.always(QueryDecision.answer(Reply.error(1142, "42000", "denied")));
        Talk talk = rig(settings -> settings.hook(script).hook(recorder)).logIn(CLASSIC);
        talk.client().send(query("DROP TABLE t")).expectError(1, 1142);
        QuerySummary summary = answered();
        assertThat(summary.errorCode()).isEqualTo(1142);
        assertThat(summary.sqlState()).isEqualTo("42000");
        assertThat(summary.errorMessage()).isEqualTo("denied");
    }

    @Test
    void aRefusalIsToldBeforeTheEnd() {
        List<String> order = new CopyOnWriteArrayList<>();
        Script script = Script.always(QueryDecision.refuse(Reply.error(1142, "42000", "denied")));
        QueryCompletedHook told = (session, command, summary) -> order.add(summary.status() + " " + command.text());
        DisconnectHook ended = (session, cause) -> order.add(cause);
        Talk talk = rig(settings ->
                        settings.hook(script).hook(recorder).hook(told).hook(ended))
                .logIn(CLASSIC);
        talk.client().send(query("DROP TABLE t")).expectError(1, 1142);
        talk.client().expectEnd();
        assertThat(answered().errorCode()).isEqualTo(1142);
        eventually().until(() -> order.size() == 2);
        assertThat(order).containsExactly("ANSWERED DROP TABLE t", "refused-by-plugin");
    }

    @Test
    void onlyOfTheCommandsThatItWants() {
        QueryCompletedHook picky = new QueryCompletedHook() {
            @Override
            public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
                recorder.onQueryCompleted(session, command, summary);
            }

            @Override
            public Set<CommandType> completedTypes() {
                return EnumSet.of(CommandType.COM_QUERY);
            }
        };
        Talk talk = rig(settings -> settings.hook(picky)).logIn(CLASSIC).ping();
        talk.ask(query("DO 1")).answer(ok(1)).ping();
        assertThat(texts).containsExactly("DO 1");
    }

    @Test
    void theHooksOfACommandAreThoseOfItsBeginning() {
        Rig rig = recorded();
        Talk talk = rig.logIn(CLASSIC).ask(query("DO 1"));
        HookChain old = rig.services.hooks();
        rig.services.chain().set(HookChain.NONE);
        talk.answer(ok(1)).ping();
        assertThat(texts).containsExactly("DO 1");
        rig.services.chain().set(old);
        talk.ping();
        eventually().until(() -> texts.size() == 2);
    }

    @Test
    void aHookThatThrowsChangesNothing() {
        QueryCompletedHook broken = (session, command, summary) -> {
            throw new IllegalStateException("test");
        };
        Talk talk = rig(settings -> settings.closedHook(broken).hook(recorder)).logIn(CLASSIC);
        talk.ask(query("DO 1")).answer(ok(1)).ping();
        assertThat(texts).containsExactly("DO 1", "0xe");
    }

    @Test
    void aFile() {
        Talk talk = recorded().logIn(CLASSIC);
        talk.ask(query("LOAD DATA")).answer(packet(1, join(bytes(0xfb), ascii("f"))));
        talk.ask(join(packet(2, ascii("1\n")), packet(3))).answer(packet(4, 0, 1, 0, 2, 0, 0, 0));
        QuerySummary summary = only();
        assertThat(summary.status()).isEqualTo(Status.OK);
        assertThat(summary.affectedRows()).isEqualTo(1);
        assertThat(summary.requestBytes()).isEqualTo(query("LOAD DATA").length);
    }

    @Test
    void aFetch() {
        Talk talk = recorded().logIn(CLASSIC).ask(command(0x1c, bytes(1, 0, 0, 0, 2, 0, 0, 0)));
        talk.answer(join(packet(1, 0, 0, 1, 'x'), packet(2, 0, 0, 1, 'y'), eof(3, 0x80)));
        assertThat(only().rows()).isEqualTo(2);
    }
}
