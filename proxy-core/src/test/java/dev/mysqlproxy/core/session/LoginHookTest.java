package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.payload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.api.hook.AuthResultHook;
import dev.mysqlproxy.api.hook.ConnectHook;
import dev.mysqlproxy.api.hook.DisconnectHook;
import dev.mysqlproxy.api.hook.HandshakeHook;
import dev.mysqlproxy.api.hook.Hook;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Hooks of the connection phase: connect, handshake, auth, auth result, disconnect. */
class LoginHookTest extends ProxyTest {

    private static final Reply.Err DENIED = Reply.error(1130, "HY000", "not from here");
    private static final byte[] GREETING = Packets.greeting(CLASSIC);
    private static final byte[] LOGIN = Packets.login(1, CLASSIC);

    private final List<String> calls = new CopyOnWriteArrayList<>();

    private static void ended(Rig rig, FakeClient client, String cause) {
        client.expectEnd();
        assertThat(rig.causeOf(1)).isEqualTo(cause);
    }

    @Test
    void allAreAskedInTurn() {
        ConnectHook connect = session -> {
            calls.add("connect " + session.id() + session.backend() + session.serverVersion());
            return ConnectDecision.proceed();
        };
        HandshakeHook handshake = (session, greeting) -> {
            calls.add("handshake " + session.serverVersion());
            assertThat(greeting).isEqualTo(payload(GREETING));
            return LoginDecision.proceed();
        };
        AuthHook auth = (session, response) -> {
            calls.add("auth " + session.user().orElse("-"));
            assertThat(response).isEqualTo(payload(LOGIN));
            return LoginDecision.proceed();
        };
        AuthResultHook result = (session, answer) -> {
            calls.add("result 0x" + Integer.toHexString(answer[0] & 0xff));
            return null;
        };
        DisconnectHook disconnect = (session, cause) -> calls.add("disconnect " + cause);
        Rig rig = rig(settings -> settings.closedHook(connect)
                .closedHook(handshake)
                .closedHook(auth)
                .closedHook(result)
                .closedHook(disconnect));
        Talk talk = rig.meet().answer(GREETING).ask(LOGIN);
        talk.answer(packet(2, join(bytes(0xfe), ascii("dialog"), bytes(0)))).ask(packet(3, ascii("x")));
        talk.answer(packet(4, 1, 3)).answer(ok(5)).ping();
        talk.client().close();
        assertThat(rig.causeOf(1)).isEqualTo("client-lost");
        eventually().until(() -> calls.size() == 7);
        assertThat(calls)
                .containsExactly(
                        "connect 1Optional.empty",
                        "handshake 9.7.1",
                        "auth app",
                        "result 0xfe",
                        "result 0x1",
                        "result 0x0",
                        "disconnect client-lost");
    }

    // --- replace ----------------------------------------------------------------------------------------------------

    @Test
    void packetsMayBeReplaced() {
        HandshakeHook handshake = (session, greeting) -> LoginDecision.replace(ascii("\12another greeting"));
        AuthHook auth = (session, response) -> LoginDecision.replace(ascii("another login"));
        AuthResultHook result = (session, answer) -> LoginDecision.replace(bytes(0, 0, 0, 2, 0, 0, 0, 'h', 'i'));
        Talk talk = rig(settings -> settings.hook(handshake).hook(auth).hook(result))
                .meet();
        talk.server().send(GREETING);
        talk.client().expect(packet(0, ascii("\12another greeting"))).send(LOGIN);
        talk.server().expect(packet(1, ascii("another login"))).send(ok(2));
        talk.client().expect(packet(2, 0, 0, 0, 2, 0, 0, 0, 'h', 'i'));
        talk.ping();
    }

    @Test
    void theServersAnswerDecidesNotTheReplacement() {
        AuthResultHook result = (session, answer) -> LoginDecision.replace(payload(ok(0)));
        Rig rig = rig(settings -> settings.hook(result));
        Talk talk = rig.meet().answer(GREETING).ask(LOGIN);
        talk.server().send(err(2, 1045, "Access denied"));
        talk.client().expect(ok(2));
        ended(rig, talk.client(), "login-refused");
    }

    // --- refuse -----------------------------------------------------------------------------------------------------

    @Test
    void connectRefuses() {
        ConnectHook hook = session -> ConnectDecision.refuse(DENIED);
        Rig rig = rig(settings -> settings.hook(hook));
        FakeClient client = rig.connect();
        assertThat(client.expectError(0, 1130)).isEqualTo("not from here");
        ended(rig, client, "refused-by-plugin");
    }

    @Test
    void handshakeRefuses() {
        HandshakeHook hook = (session, greeting) -> LoginDecision.refuse(DENIED);
        Rig rig = rig(settings -> settings.hook(hook));
        Talk talk = rig.meet();
        talk.server().send(GREETING);
        talk.client().expectError(0, 1130);
        ended(rig, talk.client(), "refused-by-plugin");
    }

    @Test
    void authRefuses() {
        AuthHook hook = (session, response) -> LoginDecision.refuse(DENIED);
        Rig rig = rig(settings -> settings.hook(hook));
        Talk talk = rig.meet().answer(GREETING);
        talk.client().send(LOGIN).expectError(2, 1130);
        ended(rig, talk.client(), "refused-by-plugin");
        talk.server().expectEnd();
    }

    @Test
    void authResultRefuses() {
        AuthResultHook hook = (session, answer) -> LoginDecision.refuse(DENIED);
        Rig rig = rig(settings -> settings.hook(hook));
        Talk talk = rig.meet().answer(GREETING).ask(LOGIN);
        talk.server().send(ok(2));
        talk.client().expectError(2, 1130);
        ended(rig, talk.client(), "refused-by-plugin");
    }

    // --- throw ------------------------------------------------------------------------------------------------------

    @SuppressWarnings("TypeParameterUnusedInFormals") // never returns
    private static <T> T fail() {
        throw new IllegalStateException("test");
    }

    private static final ConnectHook CONNECT_FAILS = session -> fail();
    private static final HandshakeHook HANDSHAKE_FAILS = (session, greeting) -> fail();
    private static final AuthHook AUTH_FAILS = (session, response) -> fail();
    private static final AuthResultHook RESULT_FAILS = (session, answer) -> fail();

    @Test
    void hooksThatThrowHaveNoSay() {
        DisconnectHook disconnect = (session, cause) -> fail();
        Rig rig = rig(settings -> settings.hook(CONNECT_FAILS)
                .hook(HANDSHAKE_FAILS)
                .hook(AUTH_FAILS)
                .hook(RESULT_FAILS)
                .closedHook(disconnect));
        Talk talk = rig.meet().answer(GREETING).ask(LOGIN).answer(ok(2)).ping();
        talk.client().close();
        assertThat(rig.causeOf(1)).isEqualTo("client-lost");
    }

    private Rig closed(Hook hook) {
        return rig(settings -> settings.closedHook(hook));
    }

    @Test
    void connectFailsClosed() {
        Rig rig = closed(CONNECT_FAILS);
        FakeClient client = rig.connect();
        client.expectError(0, 1105);
        ended(rig, client, "plugin-failed");
    }

    @Test
    void handshakeFailsClosed() {
        Rig rig = closed(HANDSHAKE_FAILS);
        Talk talk = rig.meet();
        talk.server().send(GREETING);
        talk.client().expectError(0, 1105);
        ended(rig, talk.client(), "plugin-failed");
    }

    @Test
    void authFailsClosed() {
        Rig rig = closed(AUTH_FAILS);
        Talk talk = rig.meet().answer(GREETING);
        talk.client().send(LOGIN).expectError(2, 1105);
        ended(rig, talk.client(), "plugin-failed");
    }

    @Test
    void authResultFailsClosed() {
        Rig rig = closed(RESULT_FAILS);
        Talk talk = rig.meet().answer(GREETING).ask(LOGIN);
        talk.server().send(ok(2));
        talk.client().expectError(2, 1105);
        ended(rig, talk.client(), "plugin-failed");
    }
}
