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
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that a hook sends in place of the client's: the client gets exactly one answer, whatever happens. */
class InjectionTest extends ProxyTest {

    private static final Injection FIRST = Injection.query(1, "SELECT 1");
    private static final Injection SECOND = Injection.query(2, "SELECT 2");
    private static final byte[] ONE = resultSet(CLASSIC, "one");
    private static final byte[] TWO = resultSet(CLASSIC, "two", "rows");

    private Talk logIn(QueryHook hook) {
        return rig(settings -> settings.hook(hook)).logIn(CLASSIC);
    }

    /** The client asks; the server gets these in this order and answers so, one by one. */
    static void serve(Talk talk, Object... commandsAndReplies) {
        talk.client().send(query("the client's own"));
        for (int i = 0; i < commandsAndReplies.length; i += 2) {
            talk.server().expect(query((String) commandsAndReplies[i]));
            talk.server().send((byte[]) commandsAndReplies[i + 1]);
        }
    }

    // --- one result -------------------------------------------------------------------------------------------------

    @Test
    void streamsTheResult() {
        Script script = Script.injects(FIRST);
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", part(ONE, 0, 20));
        // before its end is there
        talk.client().expect(part(ONE, 0, 20));
        talk.answer(part(ONE, 20, ONE.length)).ping();
        assertThat(script.injections).containsExactly(1);
        assertThat(script.summaries.get(0).rows()).isEqualTo(1);
    }

    @Test
    void showsAKeptResult() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Script script = Script.injects(SECOND.needingResult()).then(result -> {
            ResultView view = result.view().orElseThrow();
            view.columns().forEach(column -> seen.add(column.name()));
            view.rows().forEach(row -> row.forEach(value -> seen.add(Packets.text(value, 0))));
            seen.add(view.packets().size() + " packets");
            return ResultDecision.pass();
        });
        Rig rig = rig(settings -> settings.closedHook(script));
        Talk talk = rig.logIn(CLASSIC);
        for (int size : new int[] {64 * 1024, 1}) {
            rig.fromBackend.of(size);
            serve(talk, "SELECT 2", TWO);
            talk.client().expect(TWO);
            talk.ping();
        }
        assertThat(seen).containsExactly("c", "two", "rows", "6 packets");
    }

    @Test
    void showsRowsOfThePreparedStatementAsText() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Injection execute = Injection.command(1, CommandType.COM_STMT_EXECUTE, bytes(1, 0, 0, 0, 0, 1, 0, 0, 0));
        Script script = Script.injects(execute.needingResult()).then(result -> {
            result.view()
                    .orElseThrow()
                    .rows()
                    .forEach(row -> seen.add(row.get(0) == null ? "NULL" : Packets.text(row.get(0), 0)));
            return ResultDecision.ignore();
        });
        script.then(ResultDecision.pass());
        Talk talk = rig(settings -> settings.closedHook(script)).logIn(CLASSIC);
        talk.client().send(query("the client's own"));
        talk.server().expect(command(0x17, bytes(1, 0, 0, 0, 0, 1, 0, 0, 0)));
        talk.server().send(packet(1, 1), column(2), eof(3, 2), packet(4, 0, 0, 1, 'x'), packet(5, 0, 4), eof(6, 2));
        talk.client().expectError(1, 1105);
        assertThat(seen).containsExactly("x", "NULL");
    }

    @Test
    void replacesAResult() {
        Reply other = new Reply.Ok(7, 0, 0, "");
        Talk talk = logIn(Script.injects(FIRST.needingResult()).then(ResultDecision.replace(other)));
        serve(talk, "SELECT 1", ONE);
        talk.client().expect(packet(1, 0, 7, 0, 2, 0, 0, 0));
        talk.ping();
    }

    @Test
    void passesAnErrorOn() {
        Script script = Script.injects(FIRST.needingResult());
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", err(1, 1064, "syntax"));
        talk.client().expectError(1, 1064);
        talk.ping();
        assertThat(script.summaries.get(0).status()).isEqualTo(QuerySummary.Status.ERR);
    }

    @Test
    void keepsAllResultsOfOneReply() {
        Script script = Script.injects(FIRST.needingResult());
        Talk talk = logIn(script);
        byte[] both = join(resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | Packets.MORE_RESULTS, "a"), ok(6));
        serve(talk, "SELECT 1", both);
        talk.client().expect(both);
        assertThat(script.summaries.get(0).resultSets()).isEqualTo(1);
        talk.ping();
    }

    @Test
    void worksForAHookThatLooksAtNoResults() {
        QueryHook hook = (session, command) -> command.is(CommandType.COM_QUERY)
                ? QueryDecision.inject(FIRST.needingResult())
                : QueryDecision.forward();
        Talk talk = logIn(hook);
        serve(talk, "SELECT 1", ONE);
        talk.client().expect(ONE);
        talk.ping();
    }

    // --- several ----------------------------------------------------------------------------------------------------

    @Test
    void beforeAndAfter() {
        Script script = Script.injects(
                        Injection.query(1, "SET a").needingResult(),
                        Injection.query(2, "the client's own"),
                        Injection.query(3, "SHOW WARNINGS").needingResult())
                .then(ResultDecision.ignore())
                .then(ResultDecision.pass())
                .then(ResultDecision.ignore());
        Talk talk = logIn(script);
        serve(talk, "SET a", ok(1), "the client's own", ONE, "SHOW WARNINGS", TWO);
        talk.client().expect(ONE);
        talk.ping();
        assertThat(script.injections).containsExactly(1, 2, 3);
    }

    @Test
    void furtherInjectionsComeAfterThoseQueued() {
        Script script = Script.injects(FIRST.needingResult(), SECOND.needingResult())
                .then(new ResultDecision.Ignore(List.of(Injection.query(3, "SELECT 3"))))
                .then(ResultDecision.ignore());
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", ok(1), "SELECT 2", ok(1), "SELECT 3", ONE);
        talk.client().expect(ONE);
        talk.ping();
        assertThat(script.injections).containsExactly(1, 2, 3);
    }

    @Test
    void aSecondKeptResultIsDropped() {
        Script script = Script.injects(FIRST.needingResult(), SECOND.needingResult());
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", ONE, "SELECT 2", TWO);
        talk.client().expect(ONE);
        talk.ping();
    }

    @Test
    void aSecondReplacementIsDropped() {
        Script script = Script.injects(FIRST.needingResult(), SECOND.needingResult())
                .then(ResultDecision.replace(new Reply.Ok(1, 0, 0, "")))
                .then(ResultDecision.replace(new Reply.Ok(2, 0, 0, "")));
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", ONE, "SELECT 2", TWO);
        talk.client().expect(packet(1, 0, 1, 0, 2, 0, 0, 0));
        talk.ping();
    }

    @Test
    void aSecondStreamedResultEndsTheSession() {
        Rig rig = rig(settings -> settings.hook(Script.injects(FIRST, SECOND)));
        Talk talk = rig.logIn(CLASSIC);
        serve(talk, "SELECT 1", ONE);
        talk.client().expect(ONE);
        talk.client().expectEnd();
        talk.server().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("plugin-failed");
    }

    @Test
    void anAnswerIsNeverMissing() {
        Script script = Script.injects(FIRST.needingResult()).then(ResultDecision.ignore());
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", ONE);
        assertThat(talk.client().expectError(1, 1105)).contains("without an answer");
        talk.ping();
    }

    @Test
    void aStreamedResultCannotBeChanged() {
        Script script = Script.injects(FIRST).then(ResultDecision.replace(Reply.ok()));
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", ONE);
        talk.client().expect(ONE);
        talk.ping();
    }

    @Test
    void aCommandWithoutAReplyIsNoResult() {
        Injection close = Injection.command(1, CommandType.COM_STMT_CLOSE, bytes(9, 0, 0, 0));
        Script script = Script.injects(close, SECOND, close);
        Talk talk = logIn(script);
        talk.client().send(query("the client's own"));
        talk.server().expect(command(0x19, bytes(9, 0, 0, 0)), query("SELECT 2"));
        talk.server().send(TWO).expect(command(0x19, bytes(9, 0, 0, 0)));
        talk.client().expect(TWO);
        talk.ping();
        assertThat(script.injections).as("result hooks").containsExactly(2);
    }

    @Test
    void onlyCommandsWithoutRepliesLeaveNoAnswer() {
        Injection close = Injection.command(1, CommandType.COM_STMT_CLOSE, bytes(9, 0, 0, 0));
        Talk talk = logIn(Script.injects(close));
        talk.client().send(query("the client's own"));
        talk.server().expect(command(0x19, bytes(9, 0, 0, 0)));
        talk.client().expectError(1, 1105);
        talk.ping();
    }

    // --- clients that wait for nothing ------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resultsForAClientThatWaitsForNothing(boolean kept) {
        Injection own = Injection.command(1, CommandType.COM_STMT_CLOSE, bytes(1, 0, 0, 0));
        Script script = Script.injects(
                        own, kept ? FIRST.needingResult() : FIRST, kept ? SECOND.needingResult() : SECOND)
                .watching(CommandType.COM_STMT_CLOSE);
        Talk talk = logIn(script);
        talk.client().send(command(0x19, bytes(1, 0, 0, 0)), Packets.ping());
        talk.server().expect(command(0x19, bytes(1, 0, 0, 0)), query("SELECT 1"));
        talk.server().send(ONE).expect(query("SELECT 2"));
        talk.server().send(TWO).expect(Packets.ping());
        talk.answer(ok(1)).ping();
        assertThat(script.injections).containsExactly(1, 2).isEqualTo(List.of(1, 2));
    }

    // --- files ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileIsAskedOfTheClient(boolean kept) {
        Script script = Script.injects(kept ? FIRST.needingResult() : FIRST);
        Talk talk = logIn(script);
        serve(talk, "SELECT 1", packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.client().expect(packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.ask(join(packet(2, ascii("1\n")), packet(3))).answer(ok(4)).ping();
        assertThat(script.injections).containsExactly(1);
    }

    @Test
    void aClientThatHasItsAnswerSendsNoFile() {
        Talk talk = logIn(Script.injects(FIRST.needingResult(), SECOND.needingResult()));
        serve(talk, "SELECT 1", ONE, "SELECT 2", packet(1, join(bytes(0xfb), ascii("data.csv"))));
        talk.client().expect(ONE);
        talk.server().expect(packet(2));
        talk.server().send(ok(3));
        talk.ping();
    }

    // --- sequence ids -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aShortCommandForALongOne(boolean kept) {
        Talk talk = logIn(Script.injects(kept ? FIRST.needingResult() : FIRST));
        byte[] payload = new byte[MAX + 5];
        payload[0] = 3;
        CompletableFuture<Peer> sent = talk.client().sendAside(packet(0, payload));
        talk.server().expect(query("SELECT 1")).send(ONE);
        sent.join();
        talk.client().expect(resultSet(CLASSIC, 2, Packets.AUTOCOMMIT, "one"));
        talk.ping();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongCommandForAShortOne(boolean kept) {
        byte[] payload = new byte[MAX + 5];
        Arrays.fill(payload, (byte) 'x');
        payload[0] = 3;
        Talk talk = logIn(Script.injects(new Injection(1, payload, kept, true)));
        talk.client().send(query("the client's own"));
        talk.server().expectLong(packet(0, payload)).send(resultSet(CLASSIC, 2, Packets.AUTOCOMMIT, "one"));
        talk.client().expect(ONE);
        talk.ping();
    }
}
