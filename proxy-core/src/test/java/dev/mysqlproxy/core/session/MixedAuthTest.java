package dev.mysqlproxy.core.session;

import static dev.mysqlproxy.core.session.Packets.AUTOCOMMIT;
import static dev.mysqlproxy.core.session.Packets.CLASSIC;
import static dev.mysqlproxy.core.session.Packets.MODERN;
import static dev.mysqlproxy.core.session.Packets.NONCE;
import static dev.mysqlproxy.core.session.Packets.ascii;
import static dev.mysqlproxy.core.session.Packets.bytes;
import static dev.mysqlproxy.core.session.Packets.command;
import static dev.mysqlproxy.core.session.Packets.encoded;
import static dev.mysqlproxy.core.session.Packets.err;
import static dev.mysqlproxy.core.session.Packets.join;
import static dev.mysqlproxy.core.session.Packets.ok;
import static dev.mysqlproxy.core.session.Packets.packet;
import static dev.mysqlproxy.core.session.Packets.part;
import static dev.mysqlproxy.core.session.Packets.payload;
import static dev.mysqlproxy.core.session.Packets.ping;
import static dev.mysqlproxy.core.session.Packets.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.message.ChangeUserParts;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords on hops that are not alike, and logins that the proxy decides, through the whole engine. */
class MixedAuthTest extends ProxyTest {

    private static final String CACHING = "caching_sha2_password";
    private static final String SHA256 = "sha256_password";
    private static final byte[] PASSWORD = ascii("open sesame");
    private static final byte[] CLEAR = join(PASSWORD, bytes(0));
    private static final byte[] OTHER_NONCE = ascii("ABCDEFGHIJKLMNOPQRST");
    private static final KeyPair KEYS = keys();

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem() {
        return ascii("-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(KEYS.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
    }

    private static byte[] decrypted(byte[] cipher, byte[] nonce) {
        try {
            Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            rsa.init(Cipher.DECRYPT_MODE, KEYS.getPrivate());
            return CachingSha2Exchange.unmask(rsa.doFinal(cipher), nonce);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] encrypted(byte[] keyPacket, byte[] nonce) {
        try {
            return CachingSha2Exchange.encryptPassword(
                    PASSWORD, nonce, CachingSha2Exchange.publicKey(part(payload(keyPacket), 1, keyPacket.length - 4)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] greeting(String plugin) {
        return greeting(plugin, 42);
    }

    private static byte[] greeting(String plugin, int thread) {
        Capabilities capabilities = MODERN.with(Capabilities.SSL);
        Greeting greeting = new Greeting("9.7.1", thread, NONCE, capabilities, 45, AUTOCOMMIT, plugin);
        return packet(0, encoded(greeting::encode));
    }

    private static byte[] login(int sequence, Capabilities capabilities, String plugin, byte[] answer) {
        HandshakeResponse response =
                new HandshakeResponse(capabilities, 1 << 24, 45, "app", answer, Optional.of("shop"), plugin, Map.of());
        return packet(sequence, encoded(response::encode));
    }

    private static byte[] question(int sequence, String plugin, byte[] nonce) {
        return packet(sequence, join(bytes(0xfe), ascii(plugin), bytes(0), nonce, bytes(0)));
    }

    private static LoginParts parts(byte[] login) {
        return LoginParts.parse(Unpooled.wrappedBuffer(payload(login)));
    }

    private static int sequence(byte[] packet) {
        return packet[3] & 0xff;
    }

    private static byte[] scramble(byte[] nonce) {
        return PasswordMethod.CACHING_SHA2_PASSWORD.respond(PASSWORD, nonce);
    }

    /** The client shows its password, as its hop allows. */
    private static void show(Peer client, boolean secret, int sequence, int request, byte[] nonce) {
        if (secret) {
            client.send(packet(sequence, CLEAR));
        } else {
            byte[] key = client.send(packet(sequence, request)).packet();
            assertThat(sequence(key)).isEqualTo(sequence + 1);
            client.send(packet(sequence + 2, encrypted(key, nonce)));
        }
    }

    /** The server is shown the password, as its hop allows. Sequence id of what it says next. */
    private static int see(Peer server, boolean secret, int sequence, int request, byte[] nonce) {
        if (secret) {
            server.expect(packet(sequence, CLEAR));
            return sequence + 1;
        }
        server.expect(packet(sequence, request)).send(packet(sequence + 1, join(bytes(1), pem())));
        byte[] cipher = server.packet();
        assertThat(sequence(cipher)).isEqualTo(sequence + 2);
        assertThat(decrypted(payload(cipher), nonce)).isEqualTo(PASSWORD);
        return sequence + 3;
    }

    // --- relayed ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"true, false, 1", "false, true, 1", "true, false, 65536", "false, true, 65536"})
    void cachingSha2InFull(boolean clientTls, boolean serverTls, int size) {
        Hops hops = Hops.tls(clientTls, serverTls);
        Rig rig = rig(hops::settings);
        rig.fromClient.of(size);
        rig.fromBackend.of(size);
        Talk talk = rig.meet();
        talk.server().send(greeting(CACHING));
        talk.client().packet();
        int c = hops.clientStart();
        byte[] login = login(c, hops.wanted(MODERN), CACHING, scramble(NONCE));
        hops.open(talk.client(), login);
        talk.client().send(login);
        int s = hops.serverStart();
        byte[] heard = login(s, hops.heard(MODERN), CACHING, scramble(NONCE));
        hops.accept(talk.server(), heard);
        talk.server().expect(heard).send(packet(s + 1, 1, 4));
        talk.client().expect(packet(c + 1, 1, 4));
        show(talk.client(), clientTls, c + 2, 2, NONCE);
        int next = see(talk.server(), serverTls, s + 2, 2, NONCE);
        talk.server().send(ok(next));
        talk.client().expect(ok(clientTls ? c + 3 : c + 5));
        talk.ping();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void sha256(boolean clientTls, boolean serverTls) {
        Hops hops = Hops.tls(clientTls, serverTls);
        Talk talk = rig(hops::settings).meet();
        talk.server().send(greeting(SHA256));
        talk.client().packet();
        int c = hops.clientStart();
        byte[] login = login(c, hops.wanted(MODERN), SHA256, clientTls ? CLEAR : bytes(1));
        hops.open(talk.client(), login);
        talk.client().send(login);
        int end = c + 1;
        if (!clientTls) {
            byte[] key = talk.client().packet();
            assertThat(sequence(key)).isEqualTo(c + 1);
            talk.client().send(packet(c + 2, encrypted(key, NONCE)));
            end = c + 3;
        }
        int s = hops.serverStart();
        byte[] heard = login(s, hops.heard(MODERN), SHA256, serverTls ? CLEAR : bytes(1));
        hops.accept(talk.server(), heard);
        talk.server().expect(heard);
        int next = s + 1;
        if (!serverTls) {
            talk.server().send(packet(s + 1, join(bytes(1), pem())));
            assertThat(decrypted(payload(talk.server().packet()), NONCE)).isEqualTo(PASSWORD);
            next = s + 3;
        }
        talk.server().send(ok(next));
        talk.client().expect(ok(end));
        talk.ping();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true"})
    void aClearPasswordIsNotAskedForWhereOthersHear(boolean clientTls, boolean serverTls) {
        Hops hops = Hops.tls(clientTls, serverTls);
        Rig rig = rig(hops::settings);
        Talk talk = hops.begin(rig.meet(), MODERN);
        talk.server().send(packet(hops.serverStart() + 1, join(bytes(0xfe), ascii("mysql_clear_password"), bytes(0))));
        assertThat(talk.client().expectError(hops.clientStart() + 1, 1045)).contains("use TLS");
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("login-refused");
        talk.server().expectEnd();
    }

    @Test
    void aClearPasswordThroughTls() {
        Hops hops = Hops.tls(true, true);
        Talk talk = hops.begin(rig(hops::settings).meet(), MODERN);
        byte[] question = packet(3, join(bytes(0xfe), ascii("mysql_clear_password"), bytes(0)));
        talk.answer(question).ask(packet(4, CLEAR)).answer(ok(5)).ping();
    }

    @ParameterizedTest
    @CsvSource({"true, false, 1", "false, true, 1", "true, false, 65536", "false, true, 65536"})
    void changeUserInFull(boolean clientTls, boolean serverTls, int size) {
        Hops hops = Hops.tls(clientTls, serverTls);
        Rig rig = rig(hops::settings);
        Talk talk = hops.logIn(rig.meet(), MODERN);
        rig.fromClient.of(size);
        rig.fromBackend.of(size);
        Peer client = talk.client();
        Peer server = talk.server();
        // the next command does not wait for the answer, and is longer than any login
        byte[] next = query("SELECT '" + "x".repeat(100_000) + "'");
        client.send(changeUser("other", scramble(NONCE)));
        byte[] asked = server.packet();
        ChangeUserParts sent = ChangeUserParts.parse(Unpooled.wrappedBuffer(payload(asked)), MODERN);
        assertThat(sent.authPlugin()).isEqualTo(AuthTrail.NO_SUCH_METHOD);
        assertThat(sent.authResponse()).isEmpty();
        server.send(question(1, CACHING, OTHER_NONCE));
        client.expect(question(1, CACHING, OTHER_NONCE)).send(packet(2, scramble(OTHER_NONCE)));
        server.expect(packet(2, scramble(OTHER_NONCE))).send(packet(3, 1, 4));
        client.expect(packet(3, 1, 4));
        show(client, clientTls, 4, 2, OTHER_NONCE);
        client.send(next);
        int verdict = see(server, serverTls, 4, 2, OTHER_NONCE);
        server.send(ok(verdict));
        client.expect(ok(clientTls ? 5 : 7));
        server.expect(next).send(ok(1));
        client.expect(ok(1));
        talk.ping();
        assertThat(talk.session().user()).contains("other");
    }

    private static byte[] changeUser(String user, byte[] answer) {
        return command(
                0x11, ascii(user), bytes(0, answer.length), answer, bytes(0, 45, 0), ascii(CACHING), bytes(0, 0));
    }

    // --- the proxy decides ------------------------------------------------------------------------------------------

    private Rig learning(boolean serverTls, Path users) {
        Authentication.Mode mode = users == null ? Authentication.Mode.LEARN : Authentication.Mode.USERS;
        return rig(settings -> {
            Hops.tls(true, serverTls).settings(settings);
            settings.authentication(new Authentication(mode, Optional.ofNullable(users), Duration.ofMinutes(5)));
        });
    }

    /** The client logs in with TLS; the nonce that it was greeted with. */
    private static byte[] logIn(Talk talk, byte[] password) {
        return logIn(talk, password, 42);
    }

    private static byte[] logIn(Talk talk, byte[] password, int thread) {
        talk.server().send(greeting(CACHING, thread));
        byte[] greeting = talk.client().packet();
        byte[] nonce =
                Greeting.decode(Unpooled.wrappedBuffer(payload(greeting))).authData();
        assertThat(nonce).hasSize(20).isNotEqualTo(NONCE);
        byte[] login = login(
                2,
                MODERN.with(Capabilities.SSL),
                CACHING,
                PasswordMethod.CACHING_SHA2_PASSWORD.respond(password, nonce));
        talk.client().send(Hops.sslRequest(login)).encrypt().send(login);
        return nonce;
    }

    /** The proxy logs in at the server, which has the password cached. */
    private static void proxyLogsIn(Peer server, boolean serverTls, byte[] answer) {
        int s = serverTls ? 2 : 1;
        byte[] expected = login(s, MODERN.with(serverTls ? Capabilities.SSL : 0), CACHING, scramble(NONCE));
        if (serverTls) {
            server.expect(Hops.sslRequest(expected)).encrypt();
        }
        byte[] login = server.packet();
        assertThat(sequence(login)).isEqualTo(s);
        assertThat(parts(login).user()).isEqualTo(ascii("app"));
        assertThat(parts(login).authResponse()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPasswordIsLearnedAndThenEnoughProof(boolean serverTls) {
        Rig rig = learning(serverTls, null);
        int s = serverTls ? 2 : 1;
        Talk first = rig.meet();
        logIn(first, PASSWORD);
        first.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
        proxyLogsIn(first.server(), serverTls, scramble(NONCE));
        first.server().send(packet(s + 1, 1, 3), ok(s + 2));
        first.client().expect(ok(5));
        first.ping();
        Talk second = rig.meet();
        logIn(second, PASSWORD);
        proxyLogsIn(second.server(), serverTls, scramble(NONCE));
        second.server().send(packet(s + 1, 1, 3), ok(s + 2));
        second.client().expect(packet(3, 1, 3), ok(4));
        second.ping();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theStatementOfAUserWhosePasswordIsKnownCanBeKilled(boolean serverTls) {
        Rig rig = learning(serverTls, null);
        int s = serverTls ? 2 : 1;
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        talk.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
        proxyLogsIn(talk.server(), serverTls, scramble(NONCE));
        talk.server().send(packet(s + 1, 1, 3), ok(s + 2));
        talk.client().expect(ok(5));
        talk.ask(Packets.modernQuery("SELECT SLEEP(9)"));
        eventually().until(() -> talk.session().waitsForBackend());

        CompletableFuture<Boolean> killed = QueryKill.of(talk.session()).toCompletableFuture();
        Peer by = backend.accept();
        by.send(greeting(CACHING));
        if (serverTls) {
            assertThat(sequence(by.packet())).isOne();
            by.encrypt();
        }
        byte[] login = by.packet();
        assertThat(sequence(login)).isEqualTo(s);
        assertThat(parts(login).user()).isEqualTo(ascii("app"));
        assertThat(parts(login).authResponse()).isEqualTo(scramble(NONCE));
        assertThat(parts(login).database()).isNull();
        by.send(packet(s + 1, 1, 3), ok(s + 2));
        by.expect(query("KILL QUERY 42")).send(ok(1)).expectEnd();
        assertThat(killed.join()).isTrue();
        talk.answer(err(1, 1317, "Query execution was interrupted")).ping();
    }

    @Test
    void aQueryOnAnotherBackendIsKilledThroughAConnectionThatIsOpenedForIt() {
        AtomicInteger sessions = new AtomicInteger();
        try (FakeBackend second = new FakeBackend()) {
            Rig rig = rig(settings -> {
                Hops.tls(true, false).settings(settings);
                settings.backend(backend.address())
                        .backend(second.address())
                        .chooser((session, candidates) -> Optional.of(candidates.get(sessions.getAndIncrement())))
                        .authentication(
                                new Authentication(Authentication.Mode.LEARN, Optional.empty(), Duration.ofMinutes(5)));
            });
            Talk target = rig.meet();
            logIn(target, PASSWORD);
            target.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
            proxyLogsIn(target.server(), false, scramble(NONCE));
            target.server().send(packet(2, 1, 3), ok(3));
            target.client().expect(ok(5));
            FakeClient client = rig.connect();
            Talk killer = new Talk(client, second.accept(), rig.newest());
            logIn(killer, PASSWORD, 43);
            proxyLogsIn(killer.server(), false, scramble(NONCE));
            killer.server().send(packet(2, 1, 3), ok(3));
            client.expect(packet(3, 1, 3), ok(4));

            client.send(Packets.modernQuery("KILL QUERY 42"));
            Peer by = backend.accept();
            by.send(greeting(CACHING));
            assertThat(parts(by.packet()).user()).isEqualTo(ascii("app"));
            by.send(packet(2, 1, 3), ok(3));
            by.expect(query("KILL QUERY 42")).send(ok(1)).expectEnd();
            client.expect(ok(1));

            client.send(Packets.modernQuery("KILL QUERY 42"));
            Peer late = backend.accept();
            late.send(greeting(CACHING));
            late.packet();
            Session gone = target.session();
            target.client().close();
            eventually().until(() -> gone.link() == null);
            late.send(packet(2, 1, 3), ok(3)).expectEnd();
            client.expectError(1, 1105);
            client.close();
        }
    }

    @Test
    void aServerThatLetsNobodyInKillsNothing() {
        Rig rig = learning(false, null);
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        talk.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
        proxyLogsIn(talk.server(), false, scramble(NONCE));
        talk.server().send(packet(2, 1, 3), ok(3));
        talk.client().expect(ok(5));
        talk.ask(Packets.modernQuery("SELECT SLEEP(9)"));
        eventually().until(() -> talk.session().waitsForBackend());

        CompletableFuture<Boolean> full = QueryKill.of(talk.session()).toCompletableFuture();
        Peer by = backend.accept();
        by.send(err(0, 1040, "Too many connections"));
        assertThatThrownBy(full::join).cause().hasMessageEndingWith("cannot be ended: 1040 Too many connections");
        by.expectEnd();
        CompletableFuture<Boolean> lost = QueryKill.of(talk.session()).toCompletableFuture();
        backend.accept().close();
        assertThatThrownBy(lost::join).cause().hasMessageContaining("cannot be ended: ");
        talk.answer(ok(1)).ping();
    }

    @Test
    void aWrongPasswordMakesTheNextAnswerWait() {
        Rig rig = learning(false, null);
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        talk.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
        proxyLogsIn(talk.server(), false, scramble(NONCE));
        // that the server leaves at once tells the client nothing sooner
        talk.server().send(err(2, 1045, "Access denied")).finish();
        talk.client().expect(err(5, 1045, "Access denied")).expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("login-refused");
        // the second wrong answer within a moment waits longer than the first did
        assertThat(rig.sessions.backoff().decided("127.0.0.1 app", false)).isGreaterThan(100);
        assertThat(rig.sessions.backoff().decided("127.0.0.1 other", true)).isZero();
    }

    @Test
    void whoHangsUpAfterAFirstWrongAnswerHasGuessed() {
        Rig rig = learning(false, null);
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        talk.client().expect(packet(3, 1, 4)).close();
        rig.causeOf(talk.session().id());
        assertThat(rig.sessions.backoff().failures("127.0.0.1 app")).isOne();
    }

    @Test
    void whoHangsUpWhenAskedForAnotherMethodHasGuessed() {
        Rig rig = learning(false, null);
        Talk talk = rig.meet();
        talk.server().send(greeting(CACHING));
        byte[] nonce = Greeting.decode(
                        Unpooled.wrappedBuffer(payload(talk.client().packet())))
                .authData();
        PasswordMethod method = PasswordMethod.MYSQL_NATIVE_PASSWORD;
        talk.client().send(login(1, CLASSIC, method.pluginName(), method.respond(PASSWORD, nonce)));
        assertThat(payload(talk.client().packet())[0]).isEqualTo((byte) 0xfe);
        talk.client().close();
        rig.causeOf(talk.session().id());
        assertThat(rig.sessions.backoff().failures("127.0.0.1 app")).isOne();
    }

    @Test
    void aServerThatIsGoneWhenItsOkIsToBePassedOn() {
        Rig rig = learning(false, null);
        rig.sessions.backoff().decided("127.0.0.1 app", false);
        rig.sessions.backoff().decided("127.0.0.1 app", false);
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        talk.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
        proxyLogsIn(talk.server(), false, scramble(NONCE));
        talk.server().send(ok(2)).close();
        talk.client().expectError(5, 1158);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("backend-lost");
    }

    @Test
    void bytesBeforeTheAnswerToALogin() {
        Rig rig = learning(false, null);
        for (int i = 0; i < 6; i++) {
            rig.sessions.backoff().decided("127.0.0.1 app", false);
        }
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        talk.client().expect(packet(3, 1, 4)).send(packet(4, CLEAR));
        proxyLogsIn(talk.server(), false, scramble(NONCE));
        talk.server().send(ok(2));
        eventually().until(() -> ((LoginPhase) phase(talk.session())).lastWord);
        talk.client().send(ping()).expectError(5, 1043);
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("client-protocol-violation");
    }

    private static Phase phase(Session session) {
        return session.phase();
    }

    @Test
    void usersOfAFile(@TempDir Path folder) throws IOException {
        Path users = folder.resolve("users.conf");
        Files.writeString(
                users,
                "users = [ { name = app, password = \"open sesame\","
                        + " backend { user = inner, password = \"other\" } } ]");
        Rig rig = learning(true, users);
        Talk talk = rig.meet();
        logIn(talk, PASSWORD);
        byte[] request = Hops.sslRequest(login(1, MODERN.with(Capabilities.SSL), CACHING, bytes()));
        talk.server().expect(request).encrypt();
        LoginParts sent = parts(talk.server().packet());
        assertThat(sent.user()).isEqualTo(ascii("inner"));
        assertThat(sent.authResponse()).isEqualTo(PasswordMethod.CACHING_SHA2_PASSWORD.respond(ascii("other"), NONCE));
        talk.server().send(packet(3, 1, 3), ok(4));
        talk.client().expect(packet(3, 1, 3), ok(4));
        talk.ping();
    }

    /** As MariaDB's clients want it of a certificate that no authority of theirs has signed. */
    @Test
    void theCertificateIsProvenByThePassword(@TempDir Path folder) throws Exception {
        Path users = folder.resolve("users.conf");
        Files.writeString(users, "users = [ { name = app, password = \"open sesame\" } ]");
        Rig rig = learning(false, users);
        PasswordMethod method = PasswordMethod.MYSQL_NATIVE_PASSWORD;
        Talk talk = rig.meet();
        talk.server().send(greeting(method.pluginName()));
        Greeting greeting =
                Greeting.decode(Unpooled.wrappedBuffer(payload(talk.client().packet())));
        assertThat(greeting.authPlugin()).isEqualTo(method.pluginName());
        byte[] nonce = greeting.authData();
        byte[] login = login(2, MODERN.with(Capabilities.SSL), method.pluginName(), method.respond(PASSWORD, nonce));
        talk.client().send(Hops.sslRequest(login)).encrypt().send(login);
        assertThat(parts(talk.server().packet()).authResponse()).isEqualTo(method.respond(PASSWORD, NONCE));
        talk.server().send(ok(2));
        byte[] shown = CertificateFactory.getInstance("X.509")
                .generateCertificate(Files.newInputStream(TestTls.FOLDER.resolve("server-cert.pem")))
                .getEncoded();
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        byte[] certificate = sha256.digest(shown);
        byte[] proof = sha256.digest(join(method.verifier(PASSWORD), nonce, certificate));
        String info = '\1' + HexFormat.of().withUpperCase().formatHex(proof);
        talk.client().expect(packet(3, encoded(out -> new OkPacket(0, 0, AUTOCOMMIT, 0, info).encode(out, 0))));
        talk.ping();
    }

    /** It cannot name a method, so it has mysql_native_password; what the server wants is the proxy's to answer. */
    @Test
    void aClientFromBeforeMethodsHadNames(@TempDir Path folder) throws IOException {
        Path users = folder.resolve("users.conf");
        Files.writeString(users, "users = [ { name = app, password = \"open sesame\" } ]");
        Rig rig = learning(false, users);
        Capabilities old = CLASSIC.without(
                new Capabilities(Capabilities.PLUGIN_AUTH | Capabilities.PLUGIN_AUTH_LENENC_CLIENT_DATA));
        for (byte[] password : new byte[][] {PASSWORD, ascii("wrong")}) {
            Talk talk = rig.meet();
            talk.server().send(greeting(CACHING));
            byte[] nonce = Greeting.decode(
                            Unpooled.wrappedBuffer(payload(talk.client().packet())))
                    .authData();
            talk.client().send(login(1, old, "", PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(password, nonce)));
            if (password == PASSWORD) {
                LoginParts sent = parts(talk.server().packet());
                assertThat(sent.authPlugin()).isEqualTo(CACHING);
                assertThat(sent.authResponse()).isEqualTo(scramble(NONCE));
                talk.server().send(packet(2, 1, 3), ok(3));
                talk.client().expect(ok(2));
                talk.ping();
            } else {
                assertThat(talk.client().expectError(2, 1045)).contains("Access denied for user 'app'", "too old");
            }
        }
    }

    @Test
    void aWrongPasswordForAUserOfAFile(@TempDir Path folder) throws IOException {
        Path users = folder.resolve("users.conf");
        Files.writeString(users, "users = [ { name = app, password = \"open sesame\" } ]");
        Rig rig = learning(false, users);
        Talk talk = rig.meet();
        logIn(talk, ascii("wrong"));
        talk.client().expect(packet(3, 1, 4)).send(packet(4, join(ascii("wrong"), bytes(0))));
        assertThat(talk.client().expectError(5, 1045)).contains("Access denied for user 'app'");
        talk.client().expectEnd();
        assertThat(rig.causeOf(talk.session().id())).isEqualTo("login-refused");
        talk.server().expectEnd();
        assertThat(rig.sessions.backoff().decided("127.0.0.1 app", false)).isGreaterThan(100);
    }
}
