package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.view.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Results that a plugin wants to keep, and that are too large for it. */
class KeptResultTest extends ProxyTest {

    private static final int MOST = 5000;
    private static final Injection INJECTION = Injection.query(1, "SELECT 1").needingResult();
    private static final byte[] LARGE = resultSet(CLASSIC, "x".repeat(3000), "y".repeat(3000));

    private final List<Boolean> shown = new CopyOnWriteArrayList<>();

    private Script script(ResultDecision decision) {
        return Script.injects(INJECTION).then(result -> {
            shown.add(result.view().isPresent());
            return decision;
        });
    }

    private Talk logIn(Script script) {
        return rig(settings -> settings.hook(script).limits(10, Duration.ofSeconds(20), MOST))
                .logIn(CLASSIC);
    }

    private static void serve(Talk talk, byte[] reply) {
        talk.client().send(query("the client's own"));
        talk.server().expect(query("SELECT 1")).send(reply);
    }

    @Test
    void oneThatIsTooLargeIsAnErrorForTheClient() {
        Script script = script(ResultDecision.pass());
        Talk talk = logIn(script);
        serve(talk, LARGE);
        assertThat(talk.client().expectError(1, 1105)).contains("--max-hook-packet");
        talk.ping();
        assertThat(shown).containsExactly(false);
        assertThat(script.summaries.get(0).rows()).isEqualTo(2);
        // and the next one is kept again
        serve(talk, resultSet(CLASSIC, "small"));
        talk.client().expect(resultSet(CLASSIC, "small"));
    }

    @Test
    void theHookMayStillReplaceOrIgnoreIt() {
        Talk replaced = logIn(script(ResultDecision.replace(Reply.ok())));
        serve(replaced, LARGE);
        replaced.client().expect(ok(1));
        replaced.ping();

        Injection second = Injection.query(2, "SELECT 2");
        Talk ignored = logIn(script(new ResultDecision.Ignore(List.of(second))));
        serve(ignored, LARGE);
        ignored.server().expect(query("SELECT 2"));
        ignored.answer(resultSet(CLASSIC, "2")).ping();
        assertThat(shown).containsExactly(false, false);
    }

    @Test
    void aFileBehindOneThatIsTooLarge() {
        Talk talk = logIn(script(ResultDecision.pass()));
        byte[] rows = resultSet(CLASSIC, 1, Packets.AUTOCOMMIT | Packets.MORE_RESULTS, "x".repeat(6000));
        serve(talk, join(rows, packet(6, join(bytes(0xfb), ascii("data.csv")))));
        // nobody can be asked for it
        talk.server().expect(packet(7)).send(ok(8));
        talk.client().expectError(1, 1105);
        talk.ping();
    }

    @Test
    void oneThatNobodyWantsTakesNoRoom() {
        Script script = Script.injects(Injection.query(1, "SELECT 1")).watching(CommandType.COM_STMT_CLOSE);
        Talk talk = logIn(script);
        talk.client().send(command(0x19, bytes(1, 0, 0, 0)));
        talk.server().expect(query("SELECT 1")).send(LARGE);
        talk.ping();
        assertThat(script.summaries.get(0).rows()).isEqualTo(2);
    }
}
