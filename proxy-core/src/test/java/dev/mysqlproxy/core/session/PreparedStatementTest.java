package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What hooks are told of the statements behind COM_STMT_EXECUTE and its kind. */
class PreparedStatementTest extends ProxyTest {

    private static final int PREPARE = 0x16;
    private static final int EXECUTE = 0x17;
    private static final int LONG_DATA = 0x18;
    private static final int CLOSE = 0x19;
    private static final int RESET = 0x1a;
    private static final int FETCH = 0x1c;
    private static final int RESET_CONNECTION = 0x1f;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();

    private static String shown(Command command) {
        return "0x" + Integer.toHexString(command.code())
                + command.preparedStatement().map(bytes -> " " + text(bytes, 0)).orElse("")
                + command.parameters().stream()
                        .map(value -> " " + value.orElse("NULL"))
                        .reduce("", String::concat)
                + command.attributes().stream()
                        .map(attribute ->
                                " " + attribute.name() + "=" + attribute.value().orElse("NULL"))
                        .reduce("", String::concat);
    }

    private final class Watcher implements QueryHook, QueryCompletedHook {
        private final boolean needs;

        Watcher(boolean needs) {
            this.needs = needs;
        }

        @Override
        public QueryDecision onQuery(SessionView session, Command command) {
            asked.add(shown(command));
            return QueryDecision.forward();
        }

        @Override
        public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
            told.add(shown(command));
        }

        @Override
        public Set<CommandType> commandTypes() {
            return EnumSet.allOf(CommandType.class);
        }

        @Override
        public boolean needsPreparedStatements() {
            return needs;
        }
    }

    private Rig watched() {
        return rig(settings -> settings.closedHook(new Watcher(true)));
    }

    private static byte[] id(int id) {
        return bytes(id & 0xff, id >> 8 & 0xff, id >> 16 & 0xff, id >>> 24);
    }

    private static Talk prepare(Talk talk, int id, int parameters, String sql) {
        talk.ask(command(PREPARE, ascii(sql)));
        byte[] head = packet(1, join(bytes(0), id(id), bytes(0, 0, parameters, 0, 0, 0, 0)));
        byte[] reply = head;
        if (parameters > 0) {
            for (int i = 0; i < parameters; i++) {
                reply = join(reply, Packets.column(2 + i));
            }
            reply = join(reply, eof(2 + parameters, 2));
        }
        return talk.answer(reply);
    }

    private static Talk execute(Talk talk, int id, int... parameters) {
        return talk.ask(command(EXECUTE, id(id), bytes(0, 1, 0, 0, 0), bytes(parameters)))
                .answer(ok(1));
    }

    private String last() {
        eventually().until(() -> told.size() == asked.size());
        assertThat(told).isEqualTo(asked);
        return asked.get(asked.size() - 1);
    }

    @Test
    void textAndParameters() {
        Talk talk = prepare(watched().logIn(CLASSIC), 300, 3, "INSERT INTO t VALUES (?, ?, ?)");
        assertThat(last()).isEqualTo("0x16");
        execute(talk, 300, 2, 1, 3, 0, 0xfd, 0, 0xfd, 0, 5, 0, 0, 0, 1, 'x');
        assertThat(last()).isEqualTo("0x17 INSERT INTO t VALUES (?, ?, ?) 5 NULL x");
        // the types are those of the last time
        execute(talk, 300, 0, 0, 6, 0, 0, 0, 1, 'y', 1, 'z');
        assertThat(last()).isEqualTo("0x17 INSERT INTO t VALUES (?, ?, ?) 6 y z");
        execute(talk, 301);
        assertThat(last()).isEqualTo("0x17");
        talk.ask(command(FETCH, id(300), id(1))).answer(err(1, 1243, "no"));
        assertThat(last()).isEqualTo("0x1c INSERT INTO t VALUES (?, ?, ?)");
    }

    @Test
    void longData() {
        Talk talk = prepare(watched().logIn(CLASSIC), 1, 2, "SELECT ?, ?");
        talk.ask(command(LONG_DATA, id(1), bytes(0, 0), ascii("abc")));
        execute(talk, 1, 0, 1, 0xfc, 0, 1, 0, 7);
        assertThat(last()).isEqualTo("0x17 SELECT ?, ? <long data> 7");
        // once only
        execute(talk, 1, 0, 0, 1, 'x', 8);
        assertThat(last()).isEqualTo("0x17 SELECT ?, ? x 8");
        talk.ask(command(LONG_DATA, id(1), bytes(1, 0), ascii("abc")));
        talk.ask(command(RESET, id(1))).answer(ok(1));
        execute(talk, 1, 0, 0, 1, 'y', 9);
        assertThat(last()).isEqualTo("0x17 SELECT ?, ? y 9");
    }

    @Test
    void attributes() {
        Rig rig = watched();
        Talk talk = rig.logIn(MODERN);
        talk.ask(command(PREPARE, ascii("SELECT ?")));
        talk.answer(join(packet(1, join(bytes(0), id(1), bytes(0, 0, 1, 0, 0, 0, 0))), Packets.column(2)));
        talk.ask(command(LONG_DATA, id(1), bytes(0, 0), ascii("abc")));
        byte[] block = bytes(2, 0, 1, 0xfc, 0, 0, 0xfe, 0, 1, 'a', 2, 'v', 'w');
        talk.ask(command(EXECUTE, id(1), bytes(8, 1, 0, 0, 0), block)).answer(ok(1));
        assertThat(last()).isEqualTo("0x17 SELECT ? <long data> a=vw");
    }

    @Test
    void attributesBehindLongDataAreNotGuessed() {
        Talk talk = rig(settings -> settings.closedHook(new Watcher(false))).logIn(MODERN);
        byte[] block = bytes(2, 0, 1, 1, 0, 0, 0xfe, 0, 1, 'a', 7, 2, 'v', 'w');
        talk.ask(command(EXECUTE, id(1), bytes(8, 1, 0, 0, 0), block)).answer(ok(1));
        assertThat(last()).isEqualTo("0x17 a=vw");
        talk.ask(command(LONG_DATA, id(1), bytes(0, 0), ascii("abc")));
        block = bytes(2, 0, 1, 0xfc, 0, 0, 0xfe, 0, 1, 'a', 2, 'v', 'w');
        talk.ask(command(EXECUTE, id(1), bytes(8, 1, 0, 0, 0), block)).answer(ok(1));
        assertThat(last()).isEqualTo("0x17");
    }

    @Test
    void theStatementThatWasPreparedLast() {
        Talk talk = prepare(watched().logIn(CLASSIC), 1, 0, "SELECT 1");
        prepare(talk, 2, 0, "SELECT 2");
        execute(talk, -1);
        assertThat(last()).isEqualTo("0x17 SELECT 2");
        talk.ask(command(PREPARE, ascii("SELEC"))).answer(err(1, 1064, "no"));
        execute(talk, -1);
        assertThat(last()).isEqualTo("0x17 SELECT 2");
    }

    @Test
    void whatEndsThem() {
        Talk talk = prepare(watched().logIn(CLASSIC), 1, 0, "SELECT 1");
        talk.ask(command(CLOSE, id(1)));
        eventually().until(() -> told.size() == 2);
        assertThat(last()).isEqualTo("0x19 SELECT 1");
        execute(talk, 1);
        assertThat(last()).isEqualTo("0x17");
        prepare(talk, 2, 0, "SELECT 2");
        talk.ask(command(RESET_CONNECTION)).answer(ok(1));
        execute(talk, 2);
        assertThat(last()).isEqualTo("0x17");
    }

    @Test
    void nobodyWhoNeedsThemNothingIsKept() {
        Talk talk =
                prepare(rig(settings -> settings.closedHook(new Watcher(false))).logIn(CLASSIC), 1, 0, "SELECT 1");
        execute(talk, 1);
        assertThat(last()).isEqualTo("0x17");
    }

    @Test
    void aTextThatIsNotKeptWhole() {
        Rig rig = rig(settings -> settings.closedHook(new Watcher(true)).limits(10, Duration.ofSeconds(20), 100));
        Talk talk = prepare(rig.logIn(CLASSIC), 1, 0, "SELECT '" + "x".repeat(200) + "'");
        execute(talk, 1);
        assertThat(last()).isEqualTo("0x17");
    }

    @Test
    void theOldestAreForgotten() {
        Rig rig = rig(settings -> settings.closedHook(new Watcher(true)).limits(10, Duration.ofSeconds(20), 8 << 20));
        Talk talk = rig.logIn(CLASSIC);
        int each = PreparedStatements.LIMIT / 4;
        for (int i = 1; i <= 4; i++) {
            String sql = i + "x".repeat(each);
            var sent = talk.client().sendAside(command(PREPARE, ascii(sql)));
            talk.server().expectLong(command(PREPARE, ascii(sql)));
            sent.join();
            talk.answer(packet(1, join(bytes(0), id(i), bytes(0, 0, 0, 0, 0, 0, 0))));
        }
        execute(talk, 1);
        assertThat(last()).isEqualTo("0x17");
        execute(talk, 2);
        assertThat(last()).startsWith("0x17 2xx").hasSize(6 + each);
    }
}
