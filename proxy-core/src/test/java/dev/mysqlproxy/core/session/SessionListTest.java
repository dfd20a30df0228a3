package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.modernQuery;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lists say of a session: its statement, and why it keeps its server connection. */
class SessionListTest extends ProxyTest {

    private static String statement(Talk talk) {
        return talk.session().statement();
    }

    @Test
    void statementsAreShownOnceSomebodyWantsThem() {
        Rig rig = rig();
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(query("SELECT 1")).answer(ok(1));
        assertThat(statement(talk)).isEmpty();
        rig.sessions.showStatements(10);
        talk.ask(query("SELECT 1"));
        eventually().until(() -> statement(talk).equals("SELECT 1"));
        talk.answer(ok(1));
        assertThat(statement(talk)).isEqualTo("SELECT 1");
        talk.ask(query("SELECT 'a long one'")).answer(ok(1));
        assertThat(statement(talk)).isEqualTo("SELECT 'a ");
        talk.ping();
        assertThat(statement(talk)).isEmpty();
        rig.sessions.showStatements(0);
        talk.ask(query("SELECT 2")).answer(ok(1));
        assertThat(statement(talk)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 64 * 1024})
    void whateverTheChunks(int size) {
        Rig rig = rig();
        rig.sessions.showStatements(12);
        Talk talk = rig.logIn(MODERN);
        rig.fromClient.of(size);
        talk.ask(modernQuery("INSERT INTO t VALUES (1, 2, 3)")).answer(ok(1));
        // text whose beginning behind the attributes was not there in the first chunk is not looked for
        assertThat("INSERT INTO t").startsWith(statement(talk));
        talk.ask(command(0x16, ascii("SELECT ?"))).answer(err(1, 1064, "no"));
        assertThat(statement(talk)).isEqualTo("SELECT ?");
    }

    @Test
    void behindQueryAttributes() {
        Rig rig = rig();
        rig.sessions.showStatements(100);
        Talk talk = rig.logIn(MODERN);
        talk.ask(command(0x03, bytes(1, 1, 0, 1, 0xfe, 0, 1, 'n', 1, 'v'), ascii("SELECT 1")))
                .answer(ok(1));
        assertThat(statement(talk)).isEqualTo("SELECT 1");
    }

    @Test
    void theTextBehindAnExecution() {
        QueryCompletedHook needs = new QueryCompletedHook() {
            @Override
            public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {}

            @Override
            public boolean needsPreparedStatements() {
                return true;
            }
        };
        Rig rig = rig(settings -> settings.hook(needs));
        rig.sessions.showStatements(100);
        Talk talk = rig.logIn(CLASSIC);
        talk.ask(command(0x16, ascii("SELECT 42"))).answer(packet(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        talk.ping();
        talk.ask(command(0x17, bytes(1, 0, 0, 0, 0, 1, 0, 0, 0))).answer(ok(1));
        assertThat(statement(talk)).isEqualTo("SELECT 42");
    }

    @Test
    void aReaderSeesWholeStatementsOnly() throws InterruptedException {
        Rig rig = rig();
        rig.sessions.showStatements(1000);
        Talk talk = rig.logIn(CLASSIC);
        AtomicBoolean torn = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                String seen = statement(talk);
                if (!seen.isEmpty() && !seen.equals("a".repeat(900)) && !seen.equals("b".repeat(300))) {
                    torn.set(true);
                }
            }
        });
        reader.start();
        try {
            for (int i = 0; i < 300; i++) {
                talk.ask(query(i % 2 == 0 ? "a".repeat(900) : "b".repeat(300))).answer(ok(1));
            }
        } finally {
            reader.interrupt();
            reader.join();
        }
        assertThat(torn).isFalse();
    }

    @Test
    void whyItIsPinned() {
        Talk talk = rig().logIn(CLASSIC);
        assertThat(talk.session().pinned()).isEmpty();
        talk.ask(query("BEGIN")).answer(ok(1, Packets.AUTOCOMMIT | Packets.IN_TRANS));
        assertThat(talk.session().pinned()).isEqualTo("transaction");
        talk.ask(query("COMMIT")).answer(ok(1));
        assertThat(talk.session().pinned()).isEmpty();
        talk.ask(command(0x16, ascii("SELECT 1"))).answer(packet(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(talk.session().pinned()).isEqualTo("prepared-statements");
        talk.ask(command(0x19, bytes(1, 0, 0, 0)));
        talk.ping();
        assertThat(talk.session().pinned()).isEmpty();
        talk.ask(command(0x16, ascii("SELECT 1"))).answer(packet(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        talk.ask(command(0x1f)).answer(ok(1));
        assertThat(talk.session().pinned()).isEmpty();
        talk.ask(command(0x70)).answer(ok(1));
        assertThat(talk.session().pinned()).isEqualTo("stream");
    }
}
