package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MAX;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QueryAttribute;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hook may decide on a command. */
class QueryHookTest extends ProxyTest {

    private static final Reply.Err DENIED = Reply.error(1142, "42000", "denied");

    private static void ended(Rig rig, Talk talk, String cause) {
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo(cause);
    }

    @Test
    void forwardsUnchanged() {
        Script script = Script.always(QueryDecision.forward());
        Rig rig = rig(settings -> settings.hook(script));
        Talk talk = rig.logIn(CLASSIC);
        for (int size : new int[] {64 * 1024, 1, 3}) {
            rig.fromClient.of(size);
            talk.ask(query("SELECT 1")).answer(resultSet(CLASSIC, "1")).ping();
        }
        assertThat(script.texts).containsExactly("SELECT 1", "SELECT 1", "SELECT 1");
        assertThat(script.injections)
                .as("forwarded commands have no result hook")
                .isEmpty();
    }

    @Test
    void isAskedForTheCommandsItWants() {
        Script script = Script.always(QueryDecision.forward()).watching(CommandType.COM_INIT_DB);
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC).ping();
        talk.ask(query("SELECT 1")).answer(ok(1));
        talk.ask(command(0x02, ascii("library"))).answer(ok(1)).ping();
        assertThat(script.texts).containsExactly("library");
    }

    @Test
    void theFirstDecisionCounts() {
        Script passes = Script.always(QueryDecision.forward());
        Script saysNothing = Script.always(null);
        Script decides = Script.always(QueryDecision.answer(Reply.ok()));
        Script isNotAsked = Script.always(QueryDecision.refuse(DENIED));
        Talk talk = rig(settings ->
                        settings.hook(passes).hook(saysNothing).hook(decides).hook(isNotAsked))
                .logIn(CLASSIC);
        talk.client().send(query("DO 1")).expect(ok(1));
        talk.ping();
        assertThat(Stream.of(passes, saysNothing, decides).map(script -> script.texts.size()))
                .containsExactly(1, 1, 1);
        assertThat(isNotAsked.texts).isEmpty();
    }

    // --- answers ----------------------------------------------------------------------------------------------------

    static Stream<Capabilities> hops() {
        return Stream.of(CLASSIC, MODERN.without(new Capabilities(Capabilities.QUERY_ATTRIBUTES)));
    }

    @ParameterizedTest
    @MethodSource("hops")
    void answersWithRows(Capabilities hop) {
        List<Reply.Column> columns = List.of(Reply.Column.text("name"), Reply.Column.number("n"));
        Reply rows = new Reply.ResultSet(columns, List.of(List.of("a", "1"), Arrays.asList("b", null)));
        Talk talk = rig(settings -> settings.hook(Script.always(QueryDecision.answer(rows))))
                .logIn(hop);
        talk.client().send(query("SELECT 1"));
        talk.client().expect(packet(1, 2));
        assertThat(Packets.text(talk.client().packet(), 4)).contains("name");
        talk.client().packet();
        int next = 4;
        if (!hop.has(Capabilities.DEPRECATE_EOF)) {
            talk.client().expect(Packets.eof(next++, Packets.AUTOCOMMIT));
        }
        talk.client().expect(packet(next, 1, 'a', 1, '1'), packet(next + 1, 1, 'b', 0xfb));
        byte[] end = talk.client().packet();
        assertThat(end[3]).isEqualTo((byte) (next + 2));
        assertThat(end[4]).isEqualTo((byte) 0xfe);
        talk.ping();
    }

    @Test
    void answersWithAnError() {
        Talk talk = rig(settings -> settings.hook(Script.always(QueryDecision.answer(DENIED))))
                .logIn(CLASSIC);
        assertThat(talk.client().send(query("DROP TABLE t")).expectError(1, 1142))
                .isEqualTo("denied");
        talk.ping();
    }

    @Test
    void answersWithPacketsOfItsOwn() {
        Reply raw = new Reply.Raw(List.of(bytes(0, 0, 0, 2, 0, 0, 0), bytes(7)));
        Talk talk = rig(settings -> settings.hook(Script.always(QueryDecision.answer(raw))))
                .logIn(CLASSIC);
        talk.client().send(query("DO 1")).expect(ok(1), packet(2, 7));
        talk.ping();
    }

    @Test
    void anAnswerHasTheServersStatus() {
        Talk talk = rig(settings -> settings.hook(Script.decides(command ->
                        command.text().equals("DO 1") ? QueryDecision.answer(Reply.ok()) : QueryDecision.forward())))
                .logIn(CLASSIC);
        // that of the login, then that of the last reply
        talk.client().send(query("DO 1")).expect(ok(1, Packets.AUTOCOMMIT));
        talk.ask(query("BEGIN")).answer(ok(1, Packets.AUTOCOMMIT | Packets.IN_TRANS));
        talk.client().send(query("DO 1")).expect(ok(1, Packets.AUTOCOMMIT | Packets.IN_TRANS));
    }

    @Test
    void aClientThatWaitsForNothingGetsNothing() {
        Script script = Script.always(QueryDecision.answer(Reply.ok())).watching(CommandType.COM_STMT_CLOSE);
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        talk.client().send(command(0x19, bytes(1, 0, 0, 0)));
        talk.ping();
    }

    @Test
    void answersToAPipeline() {
        Script script = Script.always(QueryDecision.answer(Reply.ok()));
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        talk.client().send(join(query("DO 1"), Packets.ping(), query("DO 2"), query("DO 3")));
        talk.client().expect(ok(1));
        talk.server().expect(Packets.ping());
        talk.answer(ok(1));
        talk.client().expect(ok(1), ok(1));
        assertThat(script.texts).containsExactly("DO 1", "DO 2", "DO 3");
    }

    @Test
    void aQuitThatIsAnsweredIsStillOne() {
        Script script = Script.always(QueryDecision.answer(Reply.ok())).watching(CommandType.COM_QUIT);
        Rig rig = rig(settings -> settings.hook(script));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(Packets.quit()).expect(ok(1)).close();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-quit");
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    @Test
    void refuses() {
        Script script = Script.decides(
                command -> command.text().startsWith("DROP") ? QueryDecision.refuse(DENIED) : QueryDecision.forward());
        Rig rig = rig(settings -> settings.hook(script));
        Talk talk = rig.logIn(CLASSIC);
        // an earlier reply's sequence ids do not count
        talk.ask(query("SELECT 1")).answer(resultSet(CLASSIC, "1"));
        talk.client().send(query("DROP TABLE t")).expectError(1, 1142);
        ended(rig, talk, "refused-by-plugin");
    }

    @Test
    void refusesACommandWithoutAReply() {
        Script script = Script.always(QueryDecision.refuse(DENIED)).watching(CommandType.COM_STMT_CLOSE);
        Rig rig = rig(settings -> settings.hook(script));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(command(0x19, bytes(1, 0, 0, 0)));
        ended(rig, talk, "refused-by-plugin");
    }

    // --- failures ---------------------------------------------------------------------------------------------------

    static Stream<Throwable> failures() {
        return Stream.of(new IllegalStateException("test"), new NoClassDefFoundError("test"), new StackOverflowError());
    }

    private static Script failing(Throwable failure) {
        return Script.decides(command -> {
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            throw (Error) failure;
        });
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aHookThatThrowsHasNoSay(Throwable failure) {
        Script next = Script.always(QueryDecision.answer(Reply.ok()));
        Talk talk = rig(settings -> settings.hook(failing(failure)).hook(next)).logIn(CLASSIC);
        talk.client().send(query("DO 1")).expect(ok(1));
        talk.ping();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aHookThatThrowsAndFailsClosedEndsTheSession(Throwable failure) {
        Rig rig = rig(settings -> settings.closedHook(failing(failure)));
        Talk talk = rig.logIn(CLASSIC).ping();
        talk.client().send(query("DO 1")).expectError(1, 1105);
        ended(rig, talk, "plugin-failed");
    }

    // --- query attributes -------------------------------------------------------------------------------------------

    /** Two attributes: trace = "abc", and an unsigned tiny number without a name. */
    private static final byte[] ATTRIBUTES = join(
            bytes(2, 1, 0, 1),
            bytes(0xfe, 0, 5),
            ascii("trace"),
            bytes(1, 0x80, 0),
            bytes(3),
            ascii("abc"),
            bytes(200));

    private static byte[] attributed(String sql) {
        return command(0x03, ATTRIBUTES, ascii(sql));
    }

    @Test
    void queryAttributesAreApartFromTheStatement() {
        List<QueryAttribute> seen = new CopyOnWriteArrayList<>();
        Script script = Script.decides(command -> {
            seen.addAll(command.attributes());
            assertThat(command.statement()).isEqualTo(ascii("SELECT 1"));
            assertThat(command.statement(6)).isEqualTo(ascii("SELECT"));
            assertThat(command.statement(9)).isEqualTo(ascii("SELECT 1"));
            byte[] copy = ascii("<      >");
            assertThat(command.copyStatement(copy, 1, 6)).isEqualTo(6);
            assertThat(copy).isEqualTo(ascii("<SELECT>"));
            assertThat(command.copyStatement(copy, 0, 99)).isEqualTo(8);
            assertThatThrownBy(() -> command.copyStatement(copy, 1, 8)).isInstanceOf(IndexOutOfBoundsException.class);
            return QueryDecision.forward();
        });
        Talk talk = rig(settings -> settings.closedHook(script)).logIn(MODERN);
        talk.ask(attributed("SELECT 1")).answer(ok(1)).ping();
        assertThat(seen)
                .containsExactly(
                        new QueryAttribute("trace", Optional.of("abc")), new QueryAttribute("", Optional.of("200")));
        talk.ask(Packets.modernQuery("SELECT 1")).answer(ok(1));
        assertThat(seen).hasSize(2);
        assertThat(script.texts).containsExactly("SELECT 1", "SELECT 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRewrittenQueryKeepsItsAttributes(boolean withoutThem) {
        Injection rewritten = Injection.query(1, "SELECT 2");
        Script script = Script.injects(withoutThem ? rewritten.withoutAttributes() : rewritten);
        Talk talk = rig(settings -> settings.hook(script)).logIn(MODERN);
        talk.client().send(attributed("SELECT 1"));
        talk.server().expect(withoutThem ? Packets.modernQuery("SELECT 2") : attributed("SELECT 2"));
        talk.answer(ok(1)).ping();
    }

    @Test
    void aHopWithoutAttributesHasNone() {
        // the server can, the client cannot
        Talk talk = rig(settings -> settings.hook(Script.injects(Injection.query(1, "SELECT 2"))))
                .logIn(MODERN, CLASSIC);
        talk.client().send(query("SELECT 1"));
        talk.server().expect(query("SELECT 2"));
        talk.answer(ok(1)).ping();
    }

    @Test
    void attributesThatMakeNoSenseAreTheClientsFault() {
        Script script = Script.always(QueryDecision.forward());
        Rig rig = rig(settings -> settings.hook(script));
        Talk talk = rig.logIn(MODERN);
        talk.client().send(command(0x03, bytes(5, 1, 0))).expectError(1, 1835);
        ended(rig, talk, "client-protocol-violation");
    }

    // --- long commands ----------------------------------------------------------------------------------------------

    private static byte[] longQuery(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');
        System.arraycopy(ascii("\3INSERT"), 0, payload, 0, 7);
        return packet(0, payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1000, 1001, 5000})
    void seesTheBeginningOfALongCommand(int length) {
        List<Object> seen = new CopyOnWriteArrayList<>();
        Script script = Script.decides(command -> {
            seen.addAll(List.of(command.complete(), command.length(), command.is(CommandType.COM_QUERY)));
            return QueryDecision.forward();
        });
        Rig rig = rig(settings -> settings.hook(script).limits(10, Duration.ofSeconds(20), 1000));
        Talk talk = rig.logIn(CLASSIC);
        for (int size : new int[] {64 * 1024, 1}) {
            rig.fromClient.of(size);
            seen.clear();
            talk.ask(longQuery(length)).answer(ok(1));
            assertThat(seen).containsExactly(length <= 1000, (long) length, true);
        }
        assertThat(script.texts).allMatch(text -> text.startsWith("INSERTxxx") && text.length() <= 1000);
    }

    @Test
    void theBeginningOfALongCommandHasNoAttributesInItsText() {
        Script script = Script.always(QueryDecision.forward());
        Rig rig = rig(settings -> settings.hook(script).limits(10, Duration.ofSeconds(20), 100));
        Talk talk = rig.logIn(MODERN);
        talk.ask(attributed("INSERT" + "x".repeat(500))).answer(ok(1)).ping();
        assertThat(script.texts).singleElement().asString().startsWith("INSERTxxx");
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX - 1, MAX, 2 * MAX + 7})
    void answersALongCommandWhenAllOfItHasCome(int length) {
        Script script = Script.always(QueryDecision.answer(Reply.ok()));
        Talk talk = rig(settings -> settings.hook(script)).logIn(CLASSIC);
        byte[] command = longQuery(length);
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.client().expect(ok(1 + length / MAX));
        sent.join();
        talk.ping();
    }

    @Test
    void seesACommandOfSeveralPacketsWhole() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        QueryHook hook = (session, command) -> {
            seen.add(command.complete() ? command.length() : -1);
            seen.add((long) command.statement().length);
            return QueryDecision.forward();
        };
        Rig rig = rig(settings -> settings.hook(hook).limits(10, Duration.ofSeconds(20), 20 << 20));
        Talk talk = rig.logIn(CLASSIC);
        byte[] command = longQuery(MAX + 7);
        CompletableFuture<Peer> sent = talk.client().sendAside(command);
        talk.server().expectLong(command);
        sent.join();
        talk.answer(ok(2));
        assertThat(seen).containsExactly((long) MAX + 7, (long) MAX + 6);
    }

    @Test
    void refusesALongCommandWithoutWaitingForItsEnd() {
        Script script = Script.always(QueryDecision.refuse(DENIED));
        Rig rig = rig(settings -> settings.hook(script).limits(10, Duration.ofSeconds(20), 1000));
        Talk talk = rig.logIn(CLASSIC);
        talk.client().send(part(longQuery(5000), 0, 3000)).expectError(1, 1142);
        ended(rig, talk, "refused-by-plugin");
    }

    // --- state ------------------------------------------------------------------------------------------------------

    @Test
    void eachSessionHasItsOwnState() {
        SessionKey<Integer> count = new SessionKey<>("count");
        SessionKey<Integer> other = new SessionKey<>("count");
        QueryHook hook = (session, command) -> {
            if (!command.is(CommandType.COM_QUERY)) {
                return QueryDecision.forward();
            }
            Integer old = session.get(count);
            session.put(count, old == null ? 1 : old + 1);
            assertThat(session.get(other)).isNull();
            if (command.text().equals("FORGET")) {
                session.put(count, null);
            }
            return QueryDecision.answer(new Reply.Ok(old == null ? 0 : old, 0, 0, ""));
        };
        Rig rig = rig(settings -> settings.closedHook(hook));
        Talk first = rig.logIn(CLASSIC);
        Talk second = rig.logIn(CLASSIC);
        byte[][] answers = {packet(1, 0, 0, 0, 2, 0, 0, 0), packet(1, 0, 1, 0, 2, 0, 0, 0)};
        first.client().send(query("A")).expect(answers[0]);
        first.client().send(query("FORGET")).expect(answers[1]);
        first.client().send(query("A")).expect(answers[0]);
        second.client().send(query("A")).expect(answers[0]);
        second.client().send(query("A")).expect(answers[1]);
    }
}
