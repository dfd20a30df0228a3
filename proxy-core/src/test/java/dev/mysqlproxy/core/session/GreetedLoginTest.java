package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.SCRAMBLE;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.greeting;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.payload;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.query;
import static dev.mysqlproxy.core.session.PoolingTest.Account.APP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.AuthHook;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Logins on pooled connections. */
class GreetedLoginTest extends PoolingTest {

    private static final byte[] NONCE = ascii("ABCDEFGHIJKLMNOPQRST");
    private static final byte[] ANSWER = ascii("98765432109876543210");
    private static final Account ROOT = APP.user("root");

    private static byte[] changeUser(Account account) {
        return command(
                0x11,
                ascii(account.user()),
                bytes(0, 0),
                ascii(account.schema()),
                bytes(0, account.characterSet(), 0),
                ascii(AuthTrail.NO_SUCH_METHOD),
                bytes(0, 18, 12),
                ascii("program_name"),
                bytes(4),
                ascii("fake"));
    }

    private static byte[] question(int sequence, String plugin) {
        return packet(sequence, join(bytes(0xfe), ascii(plugin), bytes(0), NONCE, bytes(0)));
    }

    private static byte[] question(int sequence) {
        return question(sequence, "mysql_native_password");
    }

    /** What a client that was greeted before is made to say to a new server. */
    private static byte[] held(Account account) {
        return account.login(new byte[0], AuthTrail.NO_SUCH_METHOD);
    }

    /** A client that is greeted for a pooled connection. */
    private FakeClient greeted(Rig rig) {
        return greeted(rig, greeting(CLASSIC));
    }

    private FakeClient greeted(Rig rig, byte[] with) {
        hands.onConnect = session -> {
            assertThat(session.take(1)).isTrue();
            return ConnectDecision.useTaken();
        };
        FakeClient client = rig.connect();
        client.expect(with);
        return client;
    }

    private static void pings(Peer client, Peer server) {
        client.send(ping());
        server.expect(ping()).send(ok(1));
        client.expect(ok(1));
    }

    /** The login goes on with a new connection. */
    private Peer afresh(Peer client, Account account) {
        Peer server = backend.accept();
        server.send(greeting(CLASSIC)).expect(held(account)).send(question(2));
        client.expect(question(2)).send(packet(3, ANSWER));
        server.expect(packet(3, ANSWER)).send(ok(4));
        client.expect(ok(4));
        pings(client, server);
        return server;
    }

    // --- on the pooled connection -----------------------------------------------------------------------------------

    @Test
    void theServerAsksTheClient() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        assertThat(rig.connectedClients()).isOne();
        client.send(ROOT.login());
        server.expect(changeUser(ROOT)).send(question(1));
        client.expect(question(2)).send(packet(3, ANSWER));
        server.expect(packet(2, ANSWER)).send(ok(3));
        client.expect(ok(4));
        pings(client, server);
        assertThat(ask(client, CLASSIC, "park")).isOne();
        assertThat(idle(1)).isEqualTo(Map.of("root", 1));
    }

    @Test
    void methodsOfSeveralRounds() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        client.send(APP.login());
        server.expect(changeUser(APP)).send(question(1, "caching_sha2_password"));
        client.expect(question(2, "caching_sha2_password")).send(packet(3, ANSWER));
        server.expect(packet(2, ANSWER)).send(packet(3, 1, 4));
        client.expect(packet(4, 1, 4)).send(packet(5, 2));
        server.expect(packet(4, 2)).send(packet(5, 1, 'k', 'e', 'y'));
        client.expect(packet(6, 1, 'k', 'e', 'y')).send(packet(7, ANSWER));
        server.expect(packet(6, ANSWER)).send(ok(7));
        client.expect(ok(8));
        pings(client, server);
    }

    @Test
    void aServerThatKnowsThePassword() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        client.send(APP.login());
        server.expect(changeUser(APP)).send(question(1, "caching_sha2_password"));
        client.expect(question(2, "caching_sha2_password")).send(packet(3, ANSWER));
        server.expect(packet(2, ANSWER)).send(join(packet(3, 1, 3), ok(4)));
        client.expect(packet(4, 1, 3), ok(5));
        pings(client, server);
    }

    @Test
    void theServerRefuses() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        Session session = rig.newest();
        client.send(ROOT.login());
        server.expect(changeUser(ROOT)).send(err(1, 1045, "Access denied"));
        client.expectError(2, 1045);
        client.expectEnd();
        assertThat(rig.causeOf(session.id())).isEqualTo("login-refused");
        server.drain();
        assertThat(idle(1)).isEmpty();
    }

    @Test
    void onAnotherEventLoop() {
        Rig rig = pooling(settings -> settings.loops(2));
        Peer server = idleConnection();
        for (int i = 0; i < 6; i++) {
            FakeClient client = i == 0 ? greeted(rig) : greeted(rig, regreeted());
            client.send(APP.login());
            server.expect(changeUser(APP)).send(question(1));
            client.expect(question(2)).send(packet(3, ANSWER));
            server.expect(packet(2, ANSWER)).send(ok(3));
            client.expect(ok(4));
            pings(client, server);
            assertThat(ask(client, CLASSIC, "park")).isOne();
        }
    }

    /** The greeting with the nonce of the last question. */
    private static byte[] regreeted() {
        byte[] greeting = greeting(CLASSIC);
        System.arraycopy(NONCE, 0, greeting, 4 + 1 + 6 + 4, 8);
        System.arraycopy(NONCE, 8, greeting, 4 + 1 + 6 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10, 12);
        return greeting;
    }

    @Test
    void anAnswerBeforeTheQuestionGoesNowhere() {
        Rig rig = pooling(settings -> settings.loops(2));
        for (int i = 0; i < 2; i++) {
            // on the same loop and on the other
            Peer server = idleConnection();
            FakeClient client = greeted(rig);
            Session session = rig.newest();
            client.send(join(ROOT.login(), packet(2, ascii("\3DROP DATABASE shop"))));
            client.drain();
            assertThat(rig.causeOf(session.id())).isEqualTo("client-protocol-violation");
            byte[] command = changeUser(ROOT);
            byte[] got = rest(server);
            assertThat(got).isIn(new byte[0], command);
        }
    }

    private static byte[] rest(Peer server) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        try {
            while (server.channel().read(buffer.clear()) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toByteArray();
    }

    @Test
    void strangersLeaveThePoolAsItIs() {
        Rig rig = pooling();
        Talk owner = logIn(1);
        ask(owner, "park");
        FakeClient client = greeted(rig);
        Session session = rig.newest();
        assertThat(ask(owner, "take 1")).isZero();
        client.close();
        rig.causeOf(session.id());
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        // that was the owner's only chance to get its own back; now it is one of many
        assertThat(ask(owner, "take 1")).isOne();
        resetAndPing(owner.client(), owner.server(), SET_NAMES);
    }

    @Test
    void strangersLeaveConnectionsAsTheyAre() {
        Rig rig = pooling();
        Talk owner = logIn(1);
        ask(owner, "park");
        FakeClient client = greeted(rig);
        Session session = rig.newest();
        client.close();
        rig.causeOf(session.id());
        assertThat(ask(owner, "take 1")).isOne();
        owner.ping();
    }

    @Test
    void theMinimumIsLeftAlone() {
        Rig rig = pooling();
        rig.backends.pool(1).orElseThrow().minIdle(1);
        Peer idle = idleConnection();
        AtomicReference<Integer> seen = new AtomicReference<>();
        hands.onConnect = session -> {
            seen.set(session.idle(1) + (session.take(1) ? 10 : 0));
            return ConnectDecision.useTaken();
        };
        FakeClient client = rig.connect();
        Peer server = backend.accept();
        server.send(greeting(CLASSIC));
        client.packet();
        assertThat(seen.get()).isZero();
        idle.close();
    }

    @Test
    void aTakenConnectionThatIsNotUsedGoesBack() {
        Rig rig = pooling();
        Peer idle = idleConnection();
        hands.onConnect = session -> session.take(1) ? ConnectDecision.use(2) : ConnectDecision.proceed();
        FakeClient client = rig.connect();
        second.accept().send(greeting(CLASSIC));
        client.packet();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isOne();
        idle.close();
    }

    @Test
    void severalStatementsAreSwitchedBackFirst() {
        Rig rig = pooling();
        Talk talk = logIn(1);
        byte[] off = command(0x1b, bytes(1, 0));
        talk.ask(off).answer(Packets.eof(1, Packets.AUTOCOMMIT));
        ask(talk, "park");
        FakeClient client = greeted(rig);
        client.send(ROOT.login());
        talk.server().expect(command(0x1b, bytes(0, 0))).send(Packets.eof(1, Packets.AUTOCOMMIT));
        talk.server().expect(changeUser(ROOT)).send(ok(1));
        client.expect(ok(2));
        pings(client, talk.server());
    }

    // --- not on this one --------------------------------------------------------------------------------------------

    @Test
    void theServerLeavesBeforeTheClientAnswers() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        Session session = rig.newest();
        server.close();
        eventually().until(() -> session.backend().isEmpty());
        client.send(APP.login());
        afresh(client, APP);
    }

    @Test
    void theServerSaysGoodbyeBeforeTheClientAnswers() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        server.send(err(0, 4031, "The client was disconnected by the server because of inactivity."));
        server.drain();
        client.send(APP.login());
        afresh(client, APP);
    }

    @Test
    void theServerLeavesBeforeItsFirstWord() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        client.send(APP.login());
        server.expect(changeUser(APP)).close();
        afresh(client, APP);
        assertThat(rig.connectedClients()).isOne();
    }

    @Test
    void theServersFirstWordIsGoodbye() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        client.send(APP.login());
        server.expect(changeUser(APP)).send(err(0, 4031, "inactivity"));
        afresh(client, APP);
        server.drain();
    }

    @Test
    void theServerLeavesWhileItMoves() {
        Rig rig = pooling(settings -> settings.loops(2));
        for (int i = 0; i < 4; i++) {
            Peer server = idleConnection();
            FakeClient client = greeted(rig);
            server.close();
            client.send(APP.login());
            afresh(client, APP);
        }
    }

    @Test
    void theServerLeavesAfterItsFirstWord() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        Session session = rig.newest();
        client.send(APP.login());
        server.expect(changeUser(APP)).send(question(1)).close();
        client.expect(question(2));
        client.expectError(3, 1158);
        assertThat(rig.causeOf(session.id())).isEqualTo("backend-lost");
    }

    @Test
    void aClientOfAnotherProtocolGetsAnotherConnection() {
        Rig rig = pooling();
        Peer modern = idleConnection(APP.speaking(MODERN));
        Peer classic = idleConnection();
        FakeClient client = greeted(rig, greeting(MODERN));
        client.send(ROOT.login());
        classic.expect(changeUser(ROOT)).send(question(1));
        client.expect(question(2)).send(packet(3, ANSWER));
        classic.expect(packet(2, ANSWER)).send(ok(3));
        client.expect(ok(4));
        pings(client, classic);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        modern.close();
    }

    @Test
    void aClientOfAnotherProtocolGetsANewConnection() {
        Rig rig = pooling();
        Peer modern = idleConnection(APP.speaking(MODERN));
        FakeClient client = greeted(rig, greeting(MODERN));
        client.send(ROOT.login());
        afresh(client, ROOT);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isOne();
        modern.close();
    }

    @Test
    void aNewServerThatSpeaksLessThanTheOldOne() {
        Rig rig = pooling();
        Peer modern = idleConnection(APP.speaking(MODERN));
        FakeClient client = greeted(rig, greeting(MODERN));
        Session session = rig.newest();
        modern.close();
        eventually().until(() -> session.backend().isEmpty());
        client.send(APP.speaking(MODERN).login());
        Peer server = backend.accept();
        server.send(greeting(CLASSIC));
        client.expectError(2, 1158);
        assertThat(rig.causeOf(session.id())).isEqualTo("no-backend");
        server.drain();
    }

    @Test
    void aNewServerThatRefuses() {
        Rig rig = pooling();
        Peer modern = idleConnection(APP.speaking(MODERN));
        FakeClient client = greeted(rig, greeting(MODERN));
        Session session = rig.newest();
        client.send(APP.login());
        Peer server = backend.accept();
        server.send(err(0, 1040, "Too many connections"));
        client.expectError(2, 1040);
        assertThat(rig.causeOf(session.id())).isEqualTo("backend-refused");
        modern.close();
        server.drain();
    }

    @Test
    void aNewServerThatCannotBeReached() {
        Rig rig = pooling();
        Peer modern = idleConnection(APP.speaking(MODERN));
        FakeClient client = greeted(rig, greeting(MODERN));
        Session session = rig.newest();
        backend.stop();
        client.send(APP.login());
        client.expectError(2, 1158);
        assertThat(rig.causeOf(session.id())).isEqualTo("no-backend");
        modern.close();
    }

    @Test
    void aClientThatCannotBeAsked() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        Session session = rig.newest();
        Capabilities old = CLASSIC.without(
                new Capabilities(Capabilities.PLUGIN_AUTH | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA));
        client.send(APP.speaking(old).login());
        client.expectError(2, 1158);
        assertThat(rig.causeOf(session.id())).isEqualTo("no-backend");
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        server.close();
    }

    // --- without COM_CHANGE_USER ------------------------------------------------------------------------------------

    @Test
    void theVeryLoginGetsItAsItWasLeft() {
        Rig rig = pooling(settings -> settings.loops(2));
        changeUser(false);
        Peer server = idleConnection();
        for (int i = 0; i < 4; i++) {
            FakeClient client = greeted(rig);
            client.send(APP.login()).expect(ok(2));
            pings(client, server);
            assertThat(ask(client, CLASSIC, "park")).isOne();
        }
    }

    @Test
    void anyOtherLoginIsRefused() {
        Rig rig = pooling();
        changeUser(false);
        Peer server = idleConnection();
        for (byte[] login : List.of(ROOT.login(), APP.login(ANSWER, "mysql_native_password"))) {
            FakeClient client = greeted(rig);
            client.send(login);
            assertThat(client.expectError(2, 1045)).isEqualTo("(proxy-pool) login failed");
            client.expectEnd();
            assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        }
        server.close();
    }

    @Test
    void theSameLoginToAnotherSchemaGetsANewConnection() {
        Rig rig = pooling();
        changeUser(false);
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        Account elsewhere = APP.schema("elsewhere");
        client.send(elsewhere.login());
        afresh(client, elsewhere);
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        server.close();
    }

    @Test
    void anAnswerThatIsNoProofOpensNothing() {
        Rig rig = pooling();
        changeUser(false);
        byte[] keyPlease = APP.login(bytes(1), "sha256_password");
        FakeClient first = rig.connect();
        Peer server = backend.accept();
        server.send(greeting(CLASSIC));
        first.packet();
        first.send(keyPlease);
        server.expect(keyPlease).send(packet(2, 1, 'k'));
        first.expect(packet(2, 1, 'k')).send(packet(3, ANSWER));
        server.expect(packet(3, ANSWER)).send(ok(4));
        first.expect(ok(4));
        assertThat(ask(first, CLASSIC, "park")).isOne();
        FakeClient thief = greeted(rig);
        Session session = rig.newest();
        thief.send(keyPlease);
        // not this connection: the server has to be asked
        Peer fresh = backend.accept();
        fresh.send(greeting(CLASSIC)).expect(held(APP)).send(err(2, 1045, "Access denied"));
        thief.expectError(2, 1045);
        assertThat(rig.causeOf(session.id())).isEqualTo("login-refused");
        fresh.drain();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        server.close();
    }

    // --- plugins ----------------------------------------------------------------------------------------------------

    private void speaksForAServer() {
        hands.onConnect = session -> ConnectDecision.answer(new Reply.Raw(List.of(payload(greeting(CLASSIC)))));
    }

    @Test
    void aPluginsOwnGreeting() {
        Rig rig = pooling();
        Peer server = idleConnection();
        speaksForAServer();
        FakeClient client = rig.connect();
        client.expect(greeting(CLASSIC)).send(APP.login());
        client.expect(ok(2));
        assertThat(ask(client, CLASSIC, "park")).isZero();
        // nobody has looked at its password
        assertThat(ask(client, CLASSIC, "idle 1")).isZero();
        assertThat(ask(client, CLASSIC, "take 1")).isZero();
        client.send(query("DO 1"));
        client.expectError(1, 1105);
        server.close();
    }

    @Test
    void whoIsVouchedForGetsNobodyElses() {
        Rig rig = pooling(settings -> settings.hook((AuthHook) (session, response) ->
                session.backend().isEmpty() ? LoginDecision.answer(Reply.ok()) : LoginDecision.proceed()));
        Peer server = idleConnection(ROOT);
        speaksForAServer();
        FakeClient client = rig.connect();
        client.expect(greeting(CLASSIC)).send(APP.login());
        client.expect(ok(2));
        assertThat(ask(client, CLASSIC, "take 1")).isZero();
        server.close();
    }

    @Test
    void aPluginThatVouchesForAUser() {
        Rig rig = pooling(settings -> settings.hook((AuthHook) (session, response) ->
                session.backend().isEmpty() ? LoginDecision.answer(Reply.ok()) : LoginDecision.proceed()));
        Peer server = idleConnection();
        speaksForAServer();
        FakeClient client = rig.connect();
        client.expect(greeting(CLASSIC)).send(APP.login());
        client.expect(ok(2));
        assertThat(ask(client, CLASSIC, "idle 1")).isOne();
        assertThat(ask(client, CLASSIC, "take 1")).isOne();
        resetAndPing(client, server, SET_NAMES);
    }

    @Test
    void aPluginRefusesInPlaceOfAGreeting() {
        Rig rig = pooling();
        hands.onConnect = session -> ConnectDecision.answer(Reply.error(1040, "08004", "full"));
        FakeClient client = rig.connect();
        client.expectError(0, 1040);
        client.expectEnd();
        assertThat(rig.connectedClients()).isZero();
    }

    @Test
    void aGreetingThatMakesNoSense() {
        Rig rig = pooling();
        hands.onConnect = session -> ConnectDecision.answer(new Reply.Raw(List.of(bytes(0x0a, '5', 0))));
        rig.connect().expectError(0, 1105);
        assertThat(rig.causeOf(1)).isEqualTo("plugin-failed");
    }

    @Test
    void aPluginAnswersALoginOnAPooledConnection() {
        AtomicReference<LoginDecision> decision = new AtomicReference<>(LoginDecision.proceed());
        Rig rig = pooling(settings -> settings.hook((AuthHook) (session, response) -> decision.get()));
        Peer server = idleConnection();
        decision.set(LoginDecision.answer(Reply.error(1045, "28000", "not you")));
        FakeClient client = greeted(rig);
        client.send(ROOT.login());
        client.expectError(2, 1045);
        client.expectEnd();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        decision.set(LoginDecision.answer(Reply.ok()));
        FakeClient other = greeted(rig);
        other.send(ROOT.login()).expect(ok(2));
        assertThat(ask(other, CLASSIC, "idle 1")).isZero();
        assertThat(idle(1)).isEqualTo(Map.of("app", 1));
        assertThat(rig.connectedClients()).isZero();
        server.close();
    }

    @Test
    void aPluginAnswersInPlaceOfTheServer() {
        Rig rig = pooling();
        Peer server = idleConnection();
        FakeClient client = greeted(rig);
        hands.onAuthResult = (session, packet) ->
                packet[0] == 0 ? LoginDecision.answer(new Reply.Ok(3, 0, 0, "")) : LoginDecision.proceed();
        client.send(ROOT.login());
        server.expect(changeUser(ROOT)).send(ok(1));
        client.expect(packet(2, 0, 3, 0, Packets.AUTOCOMMIT, 0, 0, 0));
        pings(client, server);
    }

    @Test
    void aLoginThatAPluginChangedIsWhoItBecame() {
        HandshakeResponse response = new HandshakeResponse(
                CLASSIC, 1 << 24, UTF8, "backend", SCRAMBLE, Optional.of("shop"), "mysql_native_password", Map.of());
        byte[] other = encoded(response::encode);
        Rig rig = pooling(settings -> settings.hook((AuthHook) (session, packet) -> LoginDecision.replace(other)));
        FakeClient client = rig.connect();
        Peer server = backend.accept();
        server.send(greeting(CLASSIC));
        client.packet();
        client.send(APP.login());
        server.expect(packet(1, other)).send(ok(2));
        client.expect(ok(2));
        assertThat(ask(client, CLASSIC, "park")).isOne();
        assertThat(idle(1)).isEqualTo(Map.of("backend", 1));
        assertThat(ask(client, CLASSIC, "take 1")).isOne();
        pings(client, server);
    }

    @Test
    void aPluginLogsInWithoutTheServer() {
        Rig rig = pooling(settings -> settings.hook((AuthHook) (session, packet) -> LoginDecision.answer(Reply.ok())));
        FakeClient client = rig.connect();
        Peer server = backend.accept();
        server.send(greeting(CLASSIC));
        client.packet();
        client.send(APP.login()).expect(ok(2));
        server.drain();
        assertThat(rig.connectedClients()).isZero();
        assertThat(ask(client, CLASSIC, "park")).isZero();
    }
}
