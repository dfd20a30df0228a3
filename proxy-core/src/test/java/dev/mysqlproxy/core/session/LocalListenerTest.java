package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.payload;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that answers by itself: its logins and its commands. */
class LocalListenerTest extends ProxyTest {

    private static final String NATIVE = "mysql_native_password";
    private static final String SHA2 = "caching_sha2_password";

    private Rig rig(CommandHandler handler) {
        return rig(settings -> settings.local(handler));
    }

    private Rig echo() {
        return rig((session, command) -> command.text().isEmpty() ? Reply.ok() : text(command));
    }

    private static Reply text(Command command) {
        return new Reply.ResultSet(List.of(Reply.Column.text("c")), List.of(List.of(command.text())));
    }

    private static byte[] login(Capabilities capabilities, String user, String plugin, byte[] response) {
        HandshakeResponse login = new HandshakeResponse(
                capabilities, 1 << 24, 45, user, response, Optional.empty(), plugin, Map.of("_os", "Linux"));
        return packet(1, encoded(login::encode));
    }

    private static Greeting greeting(FakeClient client) {
        return Greeting.decode(Unpooled.wrappedBuffer(payload(client.packet())));
    }

    /** Sends the login that the greeting asks for. */
    private static void sendNative(FakeClient client, String user, String password) {
        byte[] nonce = greeting(client).authData();
        byte[] response = PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(ascii(password), nonce);
        client.send(login(CLASSIC, user, NATIVE, response));
    }

    /** Sends a login that leads to the other method. */
    private static void sendSha2(FakeClient client, String user, String password, String plugin) {
        greeting(client);
        client.send(login(CLASSIC, user, plugin, new byte[0]));
        byte[] packet = client.packet();
        assertThat(packet[3]).isEqualTo((byte) 2);
        AuthSwitchRequest request = AuthSwitchRequest.decode(Unpooled.wrappedBuffer(payload(packet)));
        assertThat(request.plugin()).isEqualTo(SHA2);
        assertThat(request.data()).hasSize(21).endsWith(0);
        byte[] nonce = part(request.data(), 0, 20);
        client.send(packet(3, PasswordMethod.CACHING_SHA2_PASSWORD.respond(ascii(password), nonce)));
    }

    private static FakeClient loggedIn(Rig rig) {
        FakeClient client = rig.connect();
        sendNative(client, "root", Rig.PASSWORD);
        client.expect(ok(2));
        return client;
    }

    // --- logins -----------------------------------------------------------------------------------------------------

    @Test
    void theGreeting() {
        Greeting greeting = greeting(echo().connect());
        assertThat(greeting.serverVersion()).isEqualTo("9.9.9-admin");
        assertThat(greeting.authPlugin()).isEqualTo(NATIVE);
        assertThat(greeting.authData()).hasSize(20).doesNotContain(0);
        assertThat(greeting.capabilities().has(Capabilities.SSL)).isFalse();
        assertThat(greeting.capabilities().has(Capabilities.DEPRECATE_EOF)).isFalse();
    }

    @Test
    void nativePassword() {
        FakeClient client = loggedIn(echo());
        client.send(Packets.ping()).expect(ok(1));
    }

    @Test
    void aClientThatKnowsNoOtherMethod() {
        FakeClient client = echo().connect();
        byte[] response = PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(
                ascii(Rig.PASSWORD), greeting(client).authData());
        Capabilities old = CLASSIC.without(new Capabilities(
                Capabilities.PLUGIN_AUTH | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA | Capabilities.CONNECT_ATTRS));
        client.send(login(old, "root", "", response)).expect(ok(2));
        client.send(Packets.ping()).expect(ok(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {SHA2, "sha256_password", "client_ed25519", "dialog", ""})
    void cachingSha2PasswordForThoseThatCannot(String plugin) {
        FakeClient client = echo().connect();
        sendSha2(client, "root", Rig.PASSWORD, plugin);
        client.expect(packet(4, 1, 3), ok(5));
        client.send(Packets.ping()).expect(ok(1));
    }

    @Test
    void byteByByte() {
        Rig rig = echo();
        rig.fromClient.of(1);
        FakeClient client = rig.connect();
        eventually().until(() -> rig.sessions.count() == 1);
        rig.sessions.find(1).orElseThrow().client().config().setRecvByteBufAllocator(rig.fromClient);
        sendSha2(client, "root", Rig.PASSWORD, SHA2);
        client.expect(packet(4, 1, 3), ok(5));
        client.send(query("SELECT 1"), Packets.ping());
        client.expect(packet(1, 1));
        assertThat(rig.fromClient.reads()).isGreaterThan(60);
    }

    @Test
    void everyWrongLoginLooksTheSame() {
        Rig rig = echo();
        FakeClient wrongPassword = rig.connect();
        sendNative(wrongPassword, "root", "guess");
        FakeClient noSuchUser = rig.connect();
        sendNative(noSuchUser, "nobody", "guess");
        FakeClient noPassword = rig.connect();
        sendNative(noPassword, "root", "");
        FakeClient sha2 = rig.connect();
        sendSha2(sha2, "root", "guess", SHA2);
        assertThat(wrongPassword.expectError(2, 1045))
                .isEqualTo("Access denied for user 'root'@'127.0.0.1' (using password: YES)");
        assertThat(noSuchUser.expectError(2, 1045))
                .isEqualTo("Access denied for user 'nobody'@'127.0.0.1' (using password: YES)");
        assertThat(noPassword.expectError(2, 1045))
                .isEqualTo("Access denied for user 'root'@'127.0.0.1' (using password: NO)");
        assertThat(sha2.expectError(4, 1045))
                .isEqualTo("Access denied for user 'root'@'127.0.0.1' (using password: YES)");
        wrongPassword.expectEnd();
        assertThat(rig.causeOf(1)).isEqualTo("login-refused");
        // a right one makes the next answer quick again
        loggedIn(rig);
    }

    @Test
    void aNonceIsGoodForOneLogin() {
        Rig rig = echo();
        byte[] first = greeting(rig.connect()).authData();
        FakeClient client = rig.connect();
        assertThat(greeting(client).authData()).isNotEqualTo(first);
        client.send(login(
                CLASSIC, "root", NATIVE, PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(ascii(Rig.PASSWORD), first)));
        client.expectError(2, 1045);
        loggedIn(rig);
    }

    @Test
    void aClientThatLeavesWhileItsWrongLoginWaits() {
        Rig rig = echo();
        FakeClient client = rig.connect();
        sendNative(client, "root", "guess");
        client.close();
        assertThat(rig.causeOf(1)).isIn("client-lost", "login-refused");
        loggedIn(rig);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void loginsThatAreNone(int how) {
        FakeClient client = echo().connect();
        byte[] nonce = greeting(client).authData();
        byte[] right = login(
                CLASSIC, "root", NATIVE, PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(ascii(Rig.PASSWORD), nonce));
        switch (how) {
            case 0 -> client.send(packet(1, 0x85, 0x24, 0, 0, 0, 'a', 0));
            case 1 -> client.send(packet(1, part(payload(right), 0, 40)));
            case 2 -> client.send(login(CLASSIC.with(Capabilities.SSL), "root", NATIVE, new byte[20]));
            default -> client.send(join(right, Packets.ping()));
        }
        client.expectError(2, 1043);
        client.expectEnd();
    }

    @Test
    void aLoginOutOfSequence() {
        FakeClient client = echo().connect();
        greeting(client);
        byte[] login = login(CLASSIC, "root", NATIVE, new byte[20]);
        login[3] = 5;
        client.send(login);
        client.expectError(6, 1043);
        client.expectEnd();
    }

    // --- commands ---------------------------------------------------------------------------------------------------

    @Test
    void commandsAreAnswered() {
        FakeClient client = loggedIn(rig((session, command) -> {
            assertThat(session.user()).contains("root");
            assertThat(session.listener()).isEqualTo("admin");
            return switch (command.text()) {
                case "ok" -> new Reply.Ok(3, 4, 5, "done");
                case "err" -> Reply.error(1064, "42000", "What?");
                default -> Reply.ok();
            };
        }));
        client.send(query("ok")).expect(packet(1, join(bytes(0, 3, 4, 2, 0, 5, 0, 4), ascii("done"))));
        assertThat(client.send(query("err")).expectError(1, 1064)).isEqualTo("What?");
        client.send(Packets.ping()).expect(ok(1));
        // what wants no answer gets none
        client.send(command(0x19, bytes(1, 0, 0, 0)), command(0x18, bytes(1, 0, 0, 0, 0, 0)), Packets.ping());
        client.expect(ok(1));
        client.send(join(query("ok"), Packets.ping()));
        client.packet();
        client.expect(ok(1));
    }

    @Test
    void rows() {
        FakeClient client = loggedIn(echo());
        client.send(query("SELECT 1")).expect(packet(1, 1));
        assertThat(Packets.text(client.packet(), 4)).contains("c");
        client.expect(Packets.eof(3, Packets.AUTOCOMMIT), packet(4, join(bytes(8), ascii("SELECT 1"))));
        client.expect(Packets.eof(5, Packets.AUTOCOMMIT));
    }

    @Test
    void quit() {
        Rig rig = echo();
        FakeClient client = loggedIn(rig);
        client.send(Packets.quit()).expectEnd();
        assertThat(rig.causeOf(1)).isEqualTo("client-quit");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aHandlerThatFails(int how) {
        FakeClient client = loggedIn(rig((session, command) -> {
            if (command.text().isEmpty()) {
                return Reply.ok();
            }
            return switch (how) {
                case 0 -> throw new IllegalStateException("test");
                case 1 -> throw new NoClassDefFoundError("test");
                default -> null;
            };
        }));
        client.send(query("SELECT 1")).expectError(1, 1105);
        client.send(Packets.ping()).expect(ok(1));
    }

    @Test
    void aClientThatDoesNotReadItsAnswers() {
        String text = "x".repeat(10_000);
        Rig rig =
                rig((session, command) -> new Reply.ResultSet(List.of(Reply.Column.text("c")), List.of(List.of(text))));
        FakeClient client = loggedIn(rig);
        byte[] first = client.send(query("first")).packet();
        byte[] answer = join(first, client.packet(), client.packet(), client.packet(), client.packet());
        // 60 MB, more than the sockets on the way hold
        byte[] commands =
                join(Collections.nCopies(3000, query("x".repeat(20_000))).toArray(new byte[0][]));
        CompletableFuture<Peer> sent = client.sendAside(commands);
        Session session = rig.sessions.find(1).orElseThrow();
        eventually().until(() -> !session.client().config().isAutoRead());
        assertThat(sent).isNotDone();
        for (int i = 0; i < 3000; i++) {
            client.expectLong(answer);
        }
        sent.join();
        client.send(Packets.ping()).expectLong(answer);
    }

    @Test
    void aHandlerThatKillsItsOwnSession() {
        Rig rig = rig((session, command) -> {
            ((Session) session).end(CloseCause.KILLED);
            return Reply.ok();
        });
        FakeClient client = loggedIn(rig);
        client.send(query("KILL 1")).expect(ok(1)).expectError(0, 1317);
        client.expectEnd();
        assertThat(rig.causeOf(1)).isEqualTo("killed");
    }

    @Test
    void commandsThatAreNone() {
        Rig rig = echo();
        loggedIn(rig).send(packet(7, 0x0e)).expectError(8, 1835);
        loggedIn(rig).send(packet(0)).expectError(1, 1835);
        loggedIn(rig).send(part(packet(0, new byte[2 << 20]), 0, 1000)).expectError(1, 1835);
        assertThat(List.of(rig.causeOf(1), rig.causeOf(2), rig.causeOf(3))).containsOnly("client-protocol-violation");
    }

    @Test
    void modernClientsAreAnsweredInTheirOwnWay() {
        FakeClient client = echo().connect();
        byte[] nonce = greeting(client).authData();
        byte[] response = PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(ascii(Rig.PASSWORD), nonce);
        // wants more than was offered: gets what was
        client.send(login(MODERN, "root", NATIVE, response)).expect(ok(2));
        client.send(query("x")).expect(packet(1, 1));
        client.packet();
        client.expect(Packets.eof(3, Packets.AUTOCOMMIT));
    }

    @Test
    void aStopEndsThem() {
        Rig rig = echo();
        FakeClient idle = loggedIn(rig);
        FakeClient waiting = rig.connect();
        greeting(waiting);
        rig.sessions.drain();
        idle.expectError(0, 1053);
        waiting.expectError(1, 1053);
    }
}
