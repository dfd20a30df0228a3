package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.modernQuery;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.hook.QueryResultHook;
import dev.mysqlproxy.api.listener.Compression.Method;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions whose hops compress, each in its own way or not at all. */
class CompressedSessionTest extends ProxyTest {

    static Stream<Hops> mixes() {
        List<Hops> all = new ArrayList<>();
        Method[] methods = {null, Method.ZLIB, Method.ZSTD};
        for (Method client : methods) {
            for (Method server : methods) {
                all.add(Hops.compressed(client, server));
            }
        }
        all.add(new Hops(true, true, Method.ZSTD, Method.ZLIB));
        return all.stream();
    }

    private Talk talk(Hops hops) {
        return hops.logIn(rig(hops::settings).meet(), MODERN);
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void whatIsSaidAndAnswered(Hops hops) {
        Talk talk = talk(hops);
        String text = "SELECT " + "'some text', ".repeat(20_000) + "1";
        for (int i = 0; i < 3; i++) {
            talk.ping();
            talk.ask(modernQuery(text)).answer(resultSet(MODERN, "x", "y".repeat(100_000), ""));
            talk.ask(modernQuery("SELEC")).answer(err(1, 1064, "syntax"));
        }
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void byteByByte(Hops hops) {
        Rig rig = rig(hops::settings);
        rig.fromClient.of(1);
        rig.fromBackend.of(1);
        Talk talk = hops.logIn(rig.meet(), MODERN);
        talk.ping();
        talk.ask(modernQuery("SELECT " + "1, ".repeat(100) + "1")).answer(resultSet(MODERN, "x", "y".repeat(300)));
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void commandsThatDoNotWait(Hops hops) {
        Talk talk = talk(hops);
        byte[] first = modernQuery("SELECT 1");
        talk.client().send(first).send(ping());
        talk.server().expect(first).send(resultSet(MODERN, "1"));
        talk.client().expect(resultSet(MODERN, "1"));
        talk.server().expect(ping()).send(ok(1));
        talk.client().expect(ok(1));
        talk.ping();
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void aLocalFile(Hops hops) {
        Talk talk = talk(hops);
        talk.ask(modernQuery("LOAD DATA LOCAL INFILE 'f'")).answer(packet(1, join(bytes(0xfb), ascii("f"))));
        byte[] block = packet(2, ascii("a line of the file\n".repeat(3_000)));
        talk.ask(block).ask(packet(3, bytes())).answer(ok(4));
        talk.ping();
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void injectionsAndKeptResults(Hops hops) {
        Rig rig = rig(settings -> {
            hops.settings(settings);
            settings.hook(new Twice());
        });
        Talk talk = hops.logIn(rig.meet(), MODERN);
        talk.ping();
        talk.client().send(modernQuery("twice"));
        talk.server().expect(modernQuery("SELECT 1")).send(resultSet(MODERN, "y".repeat(200)));
        talk.server().expect(modernQuery("SELECT 2")).send(resultSet(MODERN, "z".repeat(200), "z".repeat(100_000)));
        talk.client().expect(resultSet(MODERN, "z".repeat(200), "z".repeat(100_000)));
        talk.ping();
    }

    /** Asks the server something of its own before what the client wants to know. */
    private static final class Twice implements QueryHook, QueryResultHook {
        @Override
        public QueryDecision onQuery(SessionView session, Command command) {
            return command.text().startsWith("twice")
                    ? QueryDecision.inject(
                            new Injection(1, join(bytes(3), ascii("SELECT 1")), true, false),
                            new Injection(2, join(bytes(3), ascii("SELECT 2")), true, false))
                    : QueryDecision.forward();
        }

        @Override
        public ResultDecision onQueryResult(
                SessionView session, Injection injection, QuerySummary summary, Optional<ResultView> result) {
            return injection.id() == 1 ? ResultDecision.ignore() : ResultDecision.pass();
        }
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void aChangeOfTheUser(Hops hops) {
        Talk talk = talk(hops);
        talk.ping();
        byte[] change = Packets.command(
                0x11, ascii("other"), bytes(0, 0), bytes(0, 45, 0), ascii("mysql_native_password"), bytes(0, 0));
        byte[] question = packet(1, join(bytes(0xfe), ascii("mysql_native_password"), bytes(0), ascii("x".repeat(20))));
        talk.client().send(change);
        assertThat(talk.server().packet()[4]).isEqualTo((byte) 0x11);
        talk.answer(question).ask(packet(2, ascii("scramble"))).answer(ok(3, AUTOCOMMIT));
        talk.ping();
        assertThat(talk.session().user()).contains("other");
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void aGoodbyeThatComesWithTheOk(Hops hops) {
        Rig rig = rig(hops::settings);
        Talk talk = hops.begin(rig.meet(), MODERN);
        talk.server().send(ok(hops.serverStart() + 1));
        talk.server().compress(hops.server()).send(err(0, 1053, "Server shutdown in progress"));
        talk.client().expect(ok(hops.clientStart() + 1)).compress(hops.client());
        talk.client().expectError(0, 1053);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-closed");
    }
}
