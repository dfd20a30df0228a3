package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.column;
import static dev.mysqlproxy.core.session.Packets.eof;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.resultSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.hook.QueryHook;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Injections whose hook, server or client fails on the way. */
class InjectionFailureTest extends ProxyTest {

    private static final Injection FIRST = Injection.query(1, "SELECT 1");
    private static final Injection SECOND = Injection.query(2, "SELECT 2");
    private static final byte[] ONE = resultSet(CLASSIC, "one");
    private static final byte[] TWO = resultSet(CLASSIC, "two", "rows");

    private Talk logIn(QueryHook hook) {
        return rig(settings -> settings.hook(hook)).logIn(CLASSIC);
    }

    private static void serve(Talk talk, Object... commandsAndReplies) {
        InjectionTest.serve(talk, commandsAndReplies);
    }

    private static Script failing() {
        return Script.injects(FIRST.needingResult()).then(result -> {
            throw new IllegalStateException("test");
        });
    }

    @Test
    void aHookThatThrowsPassesTheResult() {
        Talk talk = logIn(failing());
        serve(talk, "SELECT 1", ONE);
        talk.client().expect(ONE);
        talk.ping();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHookThatThrowsAndFailsClosedEndsTheSession(boolean surplus) {
        Rig rig = rig(settings -> settings.closedHook(failing()));
        Talk talk = rig.logIn(CLASSIC);
        serve(talk, "SELECT 1", surplus ? join(ONE, ok(9)) : ONE);
        talk.client().expectError(1, 1105);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("plugin-failed");
    }

    @Test
    void theServerLeavesBeforeAResult() {
        for (Injection injection : List.of(FIRST, FIRST.needingResult())) {
            Talk talk = logIn(Script.injects(injection));
            serve(talk, "SELECT 1", new byte[0]);
            talk.server().close();
            talk.client().expectError(1, 1158);
            talk.client().expectEnd();
        }
    }

    @Test
    void theServerLeavesInsideAResult() {
        byte[] head = join(packet(1, 1), column(2), eof(3, 2));
        for (Injection injection : List.of(FIRST, FIRST.needingResult())) {
            Talk talk = logIn(Script.injects(injection));
            serve(talk, "SELECT 1", head);
            if (!injection.resultNeeded()) {
                talk.client().expect(head);
            }
            talk.server().close();
            // of a kept result, the client has nothing
            talk.client().expectError(injection.resultNeeded() ? 1 : 4, 1158);
            talk.client().expectEnd();
        }
    }

    @Test
    void theServerLeavesWhenTheClientHasItsAnswer() {
        Talk talk = logIn(Script.injects(FIRST, SECOND.needingResult()));
        serve(talk, "SELECT 1", ONE, "SELECT 2", part(TWO, 0, 9));
        talk.client().expect(ONE);
        talk.server().close();
        talk.client().expectEnd();
    }

    @Test
    void theClientLeavesInsideAResult() {
        for (Injection injection : List.of(FIRST, FIRST.needingResult())) {
            Rig rig = rig(settings -> settings.hook(Script.injects(injection)));
            Talk talk = rig.logIn(CLASSIC);
            serve(talk, "SELECT 1", part(ONE, 0, 20));
            talk.client().close();
            talk.server().drain();
            assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-lost");
        }
    }

    @Test
    void theServerBreaksTheProtocolInsideAKeptResult() {
        Rig rig = rig(settings -> settings.hook(Script.injects(FIRST.needingResult())));
        Talk talk = rig.logIn(CLASSIC);
        serve(talk, "SELECT 1", join(packet(1, 1), column(2), eof(9, 2)));
        talk.client().expectError(1, 1105);
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-protocol-violation");
    }
}
