package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MAX;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.MORE_RESULTS;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static dev.mysqlproxy.core.session.Packets.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.decision.RowDecision;
import dev.mysqlproxy.api.hook.RowHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.ResultView.Column;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows seen and changed on their way to the client. */
class RowHookTest extends ProxyTest {

    private static final Capabilities PLAIN_MODERN = MODERN.without(new Capabilities(Capabilities.QUERY_ATTRIBUTES));
    /** A MariaDB server says so by a flag that it clears. */
    private static final Capabilities CACHING = PLAIN_MODERN
            .without(new Capabilities(Capabilities.LONG_PASSWORD))
            .with(Capabilities.MARIADB_CACHE_METADATA);

    private static final int LONG = 3;
    private static final int VAR_STRING = 253;

    /** What hooks were shown, and the ends that they were told of. */
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Does this to each row; null passes results. */
    private RowHook rows(Function<List<byte[]>, List<byte[]>> each) {
        return shows(columns -> columns, each);
    }

    private RowHook shows(Function<List<Column>, List<Column>> shown, Function<List<byte[]>, List<byte[]>> each) {
        return new RowHook() {
            @Override
            public RowDecision onResultSet(SessionView session, Command command, List<Column> columns) {
                log.add("0x" + Integer.toHexString(command.code()) + " "
                        + columns.stream()
                                .map(column -> column.name() + ":" + column.type())
                                .toList());
                return each == null
                        ? RowDecision.pass()
                        : RowDecision.transform(shown.apply(columns), new RowDecision.RowTransformer() {
                            @Override
                            public List<byte[]> onRow(List<byte[]> values) {
                                return each.apply(values);
                            }

                            @Override
                            public void onEnd() {
                                log.add("end");
                            }
                        });
            }
        };
    }

    private static List<byte[]> upper(List<byte[]> values) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                values.set(i, ascii(text(values.get(i), 0).toUpperCase(Locale.ROOT)));
            }
        }
        return values;
    }

    private Rig with(RowHook... hooks) {
        return rig(settings -> List.of(hooks).forEach(settings::closedHook));
    }

    static List<Capabilities> hops() {
        return List.of(CLASSIC, PLAIN_MODERN);
    }

    // --- text -------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("hops")
    void rowsAreChangedWhateverTheChunks(Capabilities hop) {
        Rig rig = with(rows(RowHookTest::upper));
        Talk talk = rig.logIn(hop);
        for (int size : new int[] {64 * 1024, 1, 2, 3, 5, 11}) {
            rig.fromBackend.of(size);
            talk.ask(query("SELECT c"));
            talk.server().send(resultSet(hop, "abc", "", "x"));
            talk.client().expect(resultSet(hop, "ABC", "", "X"));
        }
        talk.ping();
        assertThat(log).hasSize(12).startsWith("0x3 [c:253]", "end");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 64 * 1024})
    void resultsThatPassAreUntouched(int chunk) {
        Rig rig = with(rows(null));
        Talk talk = rig.logIn(CLASSIC);
        rig.fromBackend.of(chunk);
        talk.ask(query("SELECT c")).answer(resultSet(CLASSIC, "abc", "", "x"));
        talk.ask(query("SELECT c")).answer(resultSet(CLASSIC));
        talk.ask(query("DO 1")).answer(ok(1));
        talk.ask(query("SELEC")).answer(err(1, 1064, "no"));
        talk.ping();
        assertThat(log).containsExactly("0x3 [c:253]", "0x3 [c:253]");
    }

    @Test
    void aHookThatDoesNotWantTheCommandSeesNothing() {
        RowHook picky = new RowHook() {
            @Override
            public RowDecision onResultSet(SessionView session, Command command, List<Column> columns) {
                throw new AssertionError();
            }

            @Override
            public Set<CommandType> rowTypes() {
                return Set.of(CommandType.COM_STMT_EXECUTE);
            }
        };
        Talk talk = with(picky).logIn(CLASSIC);
        talk.ask(query("SELECT c")).answer(resultSet(CLASSIC, "abc")).ping();
    }

    @Test
    void rowsAreLeftOutAndTheOthersNumberedAnew() {
        Rig rig = with(rows(values -> text(values.get(0), 0).startsWith("secret") ? null : values));
        Talk talk = rig.logIn(CLASSIC);
        String[] sent = new String[600];
        List<String> left = new ArrayList<>();
        for (int i = 0; i < sent.length; i++) {
            sent[i] = i % 3 == 0 ? "secret" + i : "open" + i;
            if (i % 3 != 0) {
                left.add(sent[i]);
            }
        }
        for (int size : new int[] {64 * 1024, 13}) {
            rig.fromBackend.of(size);
            talk.ask(query("SELECT c"));
            talk.server().send(resultSet(CLASSIC, sent));
            talk.client().expect(resultSet(CLASSIC, left.toArray(new String[0])));
            talk.ping();
        }
    }

    @Test
    void severalResultsEachAreDecidedUpon() {
        // of the first a row is left out, which shifts what follows; the second passes; then an OK
        int[] count = {0};
        RowHook first = (session, command, columns) ->
                count[0]++ == 0 ? RowDecision.transform(columns, values -> null) : RowDecision.pass();
        Rig rig = with(first);
        Talk talk = rig.logIn(CLASSIC);
        byte[] sent = join(
                resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | MORE_RESULTS, "a"),
                resultSet(CLASSIC, 6, Packets.AUTOCOMMIT | MORE_RESULTS, "b"),
                ok(11));
        byte[] seen = join(
                resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | MORE_RESULTS),
                resultSet(CLASSIC, 5, Packets.AUTOCOMMIT | MORE_RESULTS, "b"),
                ok(10));
        for (int size : new int[] {64 * 1024, 1, 6}) {
            count[0] = 0;
            rig.fromBackend.of(size);
            talk.ask(query("CALL p()"));
            talk.server().send(sent);
            talk.client().expect(seen);
            talk.ping();
        }
    }

    @Test
    void eachHookSeesWhatThoseBeforeItHaveMade() {
        RowHook appends = shows(
                columns -> List.of(new Column("renamed", "", "", "", "", VAR_STRING, 45, 0)),
                values -> List.of(join(values.get(0), ascii("!"))));
        Talk talk = with(rows(RowHookTest::upper), appends, rows(values -> {
                    log.add(text(values.get(0), 0));
                    return values;
                }))
                .logIn(PLAIN_MODERN);
        talk.ask(query("SELECT c"));
        talk.server().send(resultSet(PLAIN_MODERN, "abc"));
        talk.client().expect(packet(1, 1));
        assertThat(text(talk.client().packet(), 4)).contains("renamed");
        talk.client().expect(packet(3, 4, 'A', 'B', 'C', '!'));
        talk.client().packet();
        assertThat(log).containsExactly("0x3 [c:253]", "0x3 [c:253]", "0x3 [renamed:253]", "ABC!", "end", "end", "end");
        talk.ping();
    }

    @Test
    void nullsBothWays() {
        Talk talk = with(rows(
                        values -> values.get(0) == null ? List.of(ascii("was null")) : Collections.singletonList(null)))
                .logIn(PLAIN_MODERN);
        talk.ask(query("SELECT c"));
        talk.server().send(join(packet(1, 1), column(2), packet(3, 0xfb), packet(4, 1, 'a'), end(5)));
        talk.client()
                .expect(packet(1, 1), column(2), packet(3, join(bytes(8), ascii("was null"))), packet(4, 0xfb), end(5));
        talk.ping();
    }

    private static byte[] end(int sequence) {
        return packet(sequence, 0xfe, 0, 0, 2, 0, 0, 0);
    }

    @Test
    void anErrorInTheMiddle() {
        Talk talk = with(rows(RowHookTest::upper)).logIn(CLASSIC);
        byte[] head = join(packet(1, 1), column(2), eof(3, 2), packet(4, 1, 'a'));
        talk.ask(query("SELECT c"));
        talk.server().send(join(head, err(5, 1317, "killed")));
        talk.client().expect(packet(1, 1), column(2), eof(3, 2), packet(4, 1, 'A'), err(5, 1317, "killed"));
        talk.ping();
        assertThat(log).containsExactly("0x3 [c:253]", "end");
        // and among the columns
        talk.ask(query("SELECT c")).answer(join(packet(1, 2), column(2), err(3, 1317, "killed")));
        talk.ping();
        assertThat(log).hasSize(2);
    }

    // --- failures ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 64 * 1024})
    void aRowThatFailsEndsTheResult(int chunk) {
        Rig rig = rig(settings -> settings.hook(rows(values -> {
            if (text(values.get(0), 0).equals("bad")) {
                throw new IllegalStateException("test");
            }
            return values;
        })));
        Talk talk = rig.logIn(CLASSIC);
        rig.fromBackend.of(chunk);
        talk.ask(query("SELECT c"));
        talk.server()
                .send(join(
                        resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | MORE_RESULTS, "good", "bad", "good"),
                        resultSet(CLASSIC, 8, Packets.AUTOCOMMIT, "more")));
        talk.client()
                .expect(
                        packet(1, 1),
                        column(2),
                        eof(3, Packets.AUTOCOMMIT | MORE_RESULTS),
                        packet(4, 4, 'g', 'o', 'o', 'd'));
        talk.client().expectError(5, 1105);
        talk.ping();
        assertThat(log).containsExactly("0x3 [c:253]", "end");
    }

    @Test
    void aRowThatFailsInAPluginThatFailsClosedEndsTheSession() {
        Rig rig = with(rows(values -> {
            throw new IllegalStateException("test");
        }));
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("SELECT c"));
        talk.server().send(resultSet(CLASSIC, "a", "b"));
        talk.client().expect(packet(1, 1), column(2), eof(3, 2));
        talk.client().expectError(4, 1105);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("plugin-failed");
        assertThat(log).containsExactly("0x3 [c:253]", "end");
    }

    @Test
    void asManyValuesAsColumns() {
        Talk talk = rig(settings -> settings.hook(rows(values -> List.of()))).logIn(CLASSIC);
        talk.ask(query("SELECT c"));
        talk.server().send(resultSet(CLASSIC, "a"));
        talk.client().expect(packet(1, 1), column(2), eof(3, 2));
        talk.client().expectError(4, 1105);
        talk.ping();
    }

    @Test
    void asManyColumnsAsThereAre() {
        Talk talk = rig(settings -> settings.hook(shows(columns -> List.of(), values -> values)))
                .logIn(CLASSIC);
        // as a hook that throws: it has no say
        talk.ask(query("SELECT c")).answer(resultSet(CLASSIC, "a")).ping();
    }

    @Test
    void aFileThatIsAskedForBehindAFailureIsNotSent() {
        Talk talk = rig(settings -> settings.hook(rows(values -> {
                    throw new IllegalStateException("test");
                })))
                .logIn(CLASSIC);
        talk.ask(query("SELECT c; LOAD DATA LOCAL INFILE 'f'"));
        talk.server()
                .send(join(
                        resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | MORE_RESULTS, "a"),
                        packet(6, join(bytes(0xfb), ascii("f")))));
        talk.client().expect(packet(1, 1), column(2), eof(3, Packets.AUTOCOMMIT | MORE_RESULTS));
        talk.client().expectError(4, 1105);
        talk.server().expect(packet(7));
        talk.server().send(ok(8));
        talk.ping();
    }

    @Test
    void aFileAfterRowsThatWereLeftOut() {
        Talk talk = with(rows(values -> null)).logIn(CLASSIC);
        talk.ask(query("SELECT c; LOAD DATA LOCAL INFILE 'f'"));
        talk.server()
                .send(join(
                        resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | MORE_RESULTS, "a", "b"),
                        packet(7, join(bytes(0xfb), ascii("f")))));
        talk.client()
                .expect(
                        packet(1, 1),
                        column(2),
                        eof(3, Packets.AUTOCOMMIT | MORE_RESULTS),
                        eof(4, Packets.AUTOCOMMIT | MORE_RESULTS))
                .expect(packet(5, join(bytes(0xfb), ascii("f"))));
        talk.client().send(join(packet(6, 'x'), packet(7)));
        talk.server().expect(join(packet(8, 'x'), packet(9)));
        talk.server().send(ok(10));
        talk.client().expect(ok(8));
        talk.ping();
    }

    // --- long rows --------------------------------------------------------------------------------------------------

    private static byte[] longText(int length) {
        byte[] value = new byte[length];
        Arrays.fill(value, (byte) 'x');
        return encoded(out -> Wire.writeLenEncBytes(out, value));
    }

    @ParameterizedTest
    @ValueSource(ints = {MAX - 4, MAX - 5, MAX + 100})
    void rowsOfSeveralPackets(int length) {
        Rig rig = rig(settings -> settings.limits(10, Duration.ofSeconds(20), 20 << 20)
                .closedHook(rows(values -> {
                    byte[] value = values.get(0).clone();
                    value[value.length - 1] = '!';
                    return List.of(value);
                })));
        Talk talk = rig.logIn(PLAIN_MODERN);
        byte[] row = longText(length);
        int parts = row.length / MAX + 1;
        talk.ask(query("SELECT c"));
        var sent = talk.server()
                .sendAside(join(packet(1, 1), column(2), packet(3, row), packet(3 + parts, 1, 'a'), end(4 + parts)));
        row[row.length - 1] = '!';
        talk.client().expect(packet(1, 1), column(2));
        talk.client().expectLong(packet(3, row));
        talk.client().expect(packet(3 + parts, 1, '!'), end(4 + parts));
        sent.join();
        talk.ping();
    }

    @Test
    void aRowThatIsTooLongEndsTheResult() {
        Rig rig = rig(
                settings -> settings.limits(10, Duration.ofSeconds(20), 1000).closedHook(rows(RowHookTest::upper)));
        Talk talk = rig.logIn(PLAIN_MODERN);
        talk.ask(query("SELECT c"));
        var sent = talk.server()
                .sendAside(join(
                        packet(1, 1),
                        column(2),
                        packet(3, 1, 'a'),
                        packet(4, longText(MAX)),
                        packet(6, 1, 'b'),
                        end(7)));
        talk.client().expect(packet(1, 1), column(2), packet(3, 1, 'A'));
        assertThat(talk.client().expectError(4, 1105)).contains("--max-hook-packet");
        sent.join();
        talk.ping();
    }

    @Test
    void aRowThatGrowsBeyondAPacket() {
        Talk talk = with(rows(values -> List.of(new byte[MAX]))).logIn(PLAIN_MODERN);
        talk.ask(query("SELECT c"));
        talk.server().send(resultSet(PLAIN_MODERN, "a"));
        talk.client().expect(packet(1, 1), column(2));
        talk.client().expectLong(packet(3, encoded(out -> Wire.writeLenEncBytes(out, new byte[MAX]))));
        talk.client().expect(end(5));
        talk.ping();
    }

    // --- prepared statements ----------------------------------------------------------------------------------------

    private static byte[] numberColumn(int sequence, String name) {
        return packet(
                sequence, encoded(out -> PacketWriter.column(name, LONG, 11).encode(out, false)));
    }

    private static byte[] execute(int id, int flags) {
        return command(0x17, bytes(id, 0, 0, 0, flags, 1, 0, 0, 0));
    }

    private static byte[] fetch(int id) {
        return command(0x1c, bytes(id, 0, 0, 0, 10, 0, 0, 0));
    }

    /** A prepared statement of one number column. */
    private static void prepare(Talk talk, int id, boolean deprecateEof) {
        talk.ask(command(0x16, ascii("SELECT n")));
        byte[] reply = join(packet(1, 0, id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), numberColumn(2, "n"));
        talk.answer(deprecateEof ? reply : join(reply, eof(3, 2)));
    }

    @Test
    void binaryRows() {
        Talk talk = with(rows(values -> {
                    if (values.get(0) != null) {
                        values.set(0, ascii("-" + text(values.get(0), 0)));
                    }
                    return values;
                }))
                .logIn(PLAIN_MODERN);
        prepare(talk, 1, true);
        talk.ask(execute(1, 0));
        byte[] head = join(packet(1, 1), numberColumn(2, "n"));
        talk.server().send(join(head, packet(3, 0, 0, 5, 0, 0, 0), packet(4, 0, 4), end(5)));
        talk.client().expect(head, packet(3, 0, 0, 0xfb, 0xff, 0xff, 0xff), packet(4, 0, 4), end(5));
        talk.ping();
        assertThat(log).containsExactly("0x17 [n:3]", "end");
    }

    private RowHook masks() {
        return shows(
                columns -> columns.stream()
                        .map(column -> new Column(column.name(), "", "", "", "", VAR_STRING, 45, 0))
                        .toList(),
                values -> List.of(join(ascii("#"), values.get(0))));
    }

    @Test
    void aNumberShownAsText() {
        Talk talk = with(masks()).logIn(PLAIN_MODERN);
        prepare(talk, 1, true);
        talk.ask(execute(1, 0));
        talk.server().send(join(packet(1, 1), numberColumn(2, "n"), packet(3, 0, 0, 5, 0, 0, 0), end(4)));
        talk.client().expect(packet(1, 1));
        byte[] column = talk.client().packet();
        assertThat(column[column.length - 6]).isEqualTo((byte) VAR_STRING);
        talk.client().expect(packet(3, 0, 0, 2, '#', '5'), end(4));
        talk.ping();
    }

    @Test
    void aValueThatItsColumnCannotHold() {
        Talk talk = rig(settings -> settings.hook(rows(values -> List.of(ascii("none")))))
                .logIn(PLAIN_MODERN);
        prepare(talk, 1, true);
        talk.ask(execute(1, 0));
        talk.server().send(join(packet(1, 1), numberColumn(2, "n"), packet(3, 0, 0, 5, 0, 0, 0), end(4)));
        talk.client().expect(packet(1, 1), numberColumn(2, "n"));
        talk.client().expectError(3, 1105);
        talk.ping();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cursors(boolean deprecateEof) {
        Capabilities hop = deprecateEof ? PLAIN_MODERN : CLASSIC;
        Talk talk = with(masks()).logIn(hop);
        prepare(talk, 7, deprecateEof);
        talk.ask(execute(7, 1));
        int cursor = 2 | 0x40;
        byte[] columnsEnd = deprecateEof ? packet(3, 0xfe, 0, 0, cursor, 0, 0, 0) : eof(3, cursor);
        talk.server().send(join(packet(1, 1), numberColumn(2, "n"), columnsEnd));
        talk.client().expect(packet(1, 1));
        talk.client().packet();
        talk.client().expect(columnsEnd);
        for (int i = 0; i < 2; i++) {
            byte[] rowsEnd = deprecateEof ? end(2) : eof(2, cursor);
            talk.ask(fetch(7));
            talk.server().send(join(packet(1, 0, 0, 5, 0, 0, 0), rowsEnd));
            talk.client().expect(packet(1, 0, 0, 2, '#', '5'), rowsEnd);
        }
        talk.ask(fetch(7)).answer(err(1, 1243, "no cursor")).ping();
        assertThat(log).containsExactly("0x17 [n:3]", "end", "0x1c [n:3]", "end", "0x1c [n:3]", "end");
    }

    @Test
    void rowsOfAnExecutionThatNobodySaw() {
        Talk talk = with(masks()).logIn(CLASSIC);
        talk.ask(fetch(9));
        talk.server().send(join(packet(1, 0, 0, 5, 0, 0, 0), eof(2, 2)));
        talk.client().expectError(1, 1105);
        talk.ping();
    }

    @Test
    void columnsThatTheClientIsThoughtToKnow() {
        Talk talk = with(masks()).logIn(CACHING);
        talk.ask(command(0x16, ascii("SELECT n")));
        talk.answer(join(packet(1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1), numberColumn(2, "n")));
        // the server sends none: the client has seen them when it prepared the statement, but as numbers
        talk.ask(execute(1, 0));
        talk.server().send(join(packet(1, 1, 0), packet(2, 0, 0, 5, 0, 0, 0), end(3)));
        talk.client().expect(packet(1, 1, 1));
        assertThat(talk.client().packet()[3]).isEqualTo((byte) 2);
        talk.client().expect(packet(3, 0, 0, 2, '#', '5'), end(4));
        // from here on it does know them
        talk.ask(execute(1, 0));
        talk.server().send(join(packet(1, 1, 0), packet(2, 0, 0, 6, 0, 0, 0), end(3)));
        talk.client().expect(packet(1, 1, 0), packet(2, 0, 0, 2, '#', '6'), end(3));
        talk.ping();
    }

    @Test
    void columnsThatNobodyTells() {
        Capabilities hop = PLAIN_MODERN.with(Capabilities.OPTIONAL_RESULTSET_METADATA);
        Talk talk = with(masks()).logIn(hop);
        talk.ask(query("SELECT c"));
        talk.server().send(join(packet(1, 1, 0), packet(2, 1, 'a'), end(3)));
        assertThat(talk.client().expectError(1, 1105)).contains("resultset_metadata");
        talk.ping();
    }

    // --- injections -------------------------------------------------------------------------------------------------

    @Test
    void resultsOfInjectionsThatStream() {
        Script script = Script.injects(Injection.query(1, "SET @a = 1").needingResult(), Injection.query(2, "SELECT c"))
                .then(ResultDecision.ignore());
        Talk talk = rig(settings -> settings.hook(script).hook(rows(RowHookTest::upper)))
                .logIn(CLASSIC);
        talk.client().send(query("SELECT b"));
        talk.server().expect(query("SET @a = 1"));
        talk.server().send(ok(1));
        talk.server().expect(query("SELECT c"));
        talk.server().send(resultSet(CLASSIC, "abc"));
        talk.client().expect(resultSet(CLASSIC, "ABC"));
        talk.ping();
    }

    @Test
    void resultsThatWereKeptForAHook() {
        Script script = Script.injects(Injection.query(1, "SELECT c").needingResult());
        Talk talk = rig(settings -> settings.hook(script).hook(rows(RowHookTest::upper)))
                .logIn(CLASSIC);
        talk.client().send(query("SELECT b"));
        talk.server().expect(query("SELECT c"));
        talk.server().send(resultSet(CLASSIC, "abc"));
        talk.client().expect(resultSet(CLASSIC, "ABC"));
        talk.ping();
    }

    @Test
    void answersOfHooksAreTheirOwn() {
        Script script = Script.always(
                QueryDecision.answer(new Reply.ResultSet(List.of(Reply.Column.text("a")), List.of(List.of("abc")))));
        Talk talk = rig(settings -> settings.hook(script).hook(rows(RowHookTest::upper)))
                .logIn(PLAIN_MODERN);
        talk.client().send(query("SELECT b")).expect(packet(1, 1));
        talk.client().packet();
        talk.client().expect(packet(3, 3, 'a', 'b', 'c'));
        talk.client().packet();
        assertThat(log).isEmpty();
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    @Test
    void aServerThatIsLostInTheMiddle() {
        Rig rig = with(rows(RowHookTest::upper));
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("SELECT c"));
        byte[] begun = resultSet(CLASSIC, "abc", "def");
        talk.server().send(part(begun, 0, begun.length - 12)).close();
        talk.client().expect(packet(1, 1), column(2), eof(3, 2), packet(4, 3, 'A', 'B', 'C'));
        talk.client().expectError(5, 1158);
        talk.client().expectEnd();
        eventually().until(() -> log.contains("end"));
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-lost");
    }

    @Test
    void aClientThatLeavesInTheMiddle() {
        Rig rig = with(rows(RowHookTest::upper));
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("SELECT c"));
        byte[] begun = resultSet(CLASSIC, "abc", "def");
        talk.server().send(part(begun, 0, begun.length - 12));
        talk.client().expect(packet(1, 1), column(2), eof(3, 2), packet(4, 3, 'A', 'B', 'C'));
        talk.client().close();
        eventually().until(() -> log.contains("end"));
        assertThat(log).containsExactly("0x3 [c:253]", "end");
    }
}
