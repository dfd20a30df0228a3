package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.core.auth.TestEnds.Hop;
import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayDialogTest {

    private static final byte[] FULL = {1, 4};
    private static final byte[] SECRET = "s3cret".getBytes(UTF_8);
    private static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(UTF_8);

    private final CompletableFuture<RsaDecryptor> key = CompletableFuture.completedFuture(TestRsa.PROXY);
    private TestEnds ends;
    private RelayDialog dialog;

    private void begin(Hop client, Hop server, String plugin, byte[] response) {
        begin(client, server, plugin, response, key);
    }

    private void begin(Hop client, Hop server, String plugin, byte[] response, CompletableFuture<RsaDecryptor> rsa) {
        ends = new TestEnds(client, server);
        dialog = new RelayDialog(ends, () -> rsa, false);
        dialog.challenge(new AuthDialog.Challenge("caching_sha2_password", NONCE.clone()));
        dialog.answer("me", plugin, response);
    }

    private void runTasks() {
        while (!ends.tasks.isEmpty()) {
            ends.tasks.remove().run();
        }
    }

    private static byte[] asked(int header, String plugin) {
        return ((char) header + plugin + "\0" + "ABCDEFGHIJKLMNOPQRST\0").getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"client_ed25519", "parsec", "dialog", "auth_gssapi_client", "authentication_webauthn_client"})
    void otherMethodsPassUntouched(String plugin) {
        byte[] response = {0, 1, 2, 3};
        begin(Hop.TLS, Hop.OPEN, plugin, response);

        assertThat(ends.login).isEqualTo(new AuthEnds.Login(null, null, plugin, response));
        Random random = new Random(4);
        for (int round = 0; round < 10; round++) {
            byte[] server = new byte[1 + random.nextInt(300)];
            random.nextBytes(server);
            server[0] = (byte) (3 + random.nextInt(100));
            byte[] client = new byte[random.nextInt(300)];
            random.nextBytes(client);

            dialog.server(server);
            assertThat(ends.toClient.remove()).isSameAs(server);
            dialog.client(client);
            assertThat(ends.toServer.remove()).isSameAs(client);
        }
    }

    @Test
    void cipherForTheServersKeyIsRefusedWithAdvice() throws GeneralSecurityException {
        begin(Hop.OPEN, Hop.TLS, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);
        dialog.client(CachingSha2Exchange.encryptPassword(SECRET, NONCE, TestRsa.SERVER.publicKey()));
        runTasks();

        assertThat(ends.refusal.code()).isEqualTo(1045);
        assertThat(ends.refusal.message()).contains("the proxy's public key");
        assertThat(ends.toServer).isEmpty();
    }

    @Test
    void cipherForAnotherNonceIsRefused() throws GeneralSecurityException {
        begin(Hop.OPEN, Hop.TLS, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);
        byte[] other = "tsrqponmlkjihgfedcba".getBytes(UTF_8);
        dialog.client(CachingSha2Exchange.encryptPassword(SECRET, other, TestRsa.PROXY.publicKey()));
        runTasks();

        assertThat(ends.refusal.code()).isEqualTo(1045);
    }

    @Test
    void clientWaitsForTheKey() {
        CompletableFuture<RsaDecryptor> late = new CompletableFuture<>();
        begin(Hop.OPEN, Hop.TLS, "caching_sha2_password", new byte[32], late);
        dialog.server(FULL);
        ends.toClient.clear();
        dialog.client(new byte[] {2});
        assertThat(ends.toClient).isEmpty();

        late.complete(TestRsa.PROXY);
        runTasks();
        assertThat(ends.toClient.remove()).isEqualTo(AuthMethods.moreData(TestRsa.PROXY.publicPem()));
    }

    @Test
    void packetsWhileTheKeyIsMadeAreViolations() {
        begin(Hop.OPEN, Hop.TLS, "caching_sha2_password", new byte[32], new CompletableFuture<>());
        dialog.server(FULL);
        dialog.client(new byte[] {2});

        violation(() -> dialog.client(new byte[] {2}));
        violation(() -> dialog.server(FULL.clone()));
    }

    @Test
    void keyThatCannotBeMadeRefuses() {
        begin(
                Hop.OPEN,
                Hop.TLS,
                "caching_sha2_password",
                new byte[32],
                CompletableFuture.failedFuture(new IllegalStateException("no entropy")));
        dialog.server(FULL);
        dialog.client(new byte[] {2});
        runTasks();

        assertThat(ends.refusal.code()).isEqualTo(1105);
        assertThat(ends.why).contains("no entropy");
    }

    @Test
    void keyThatComesAfterTheEndIsNotShown() {
        CompletableFuture<RsaDecryptor> late = new CompletableFuture<>();
        begin(Hop.OPEN, Hop.TLS, "caching_sha2_password", new byte[32], late);
        dialog.server(FULL);
        ends.toClient.clear();
        dialog.client(new byte[] {2});
        dialog.release();
        late.complete(TestRsa.PROXY);
        runTasks();

        assertThat(ends.toClient).isEmpty();
        assertThat(ends.refusal).isNull();
    }

    @Test
    void clientsPasswordIsWiped() {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);
        byte[] password = Arrays.copyOf(SECRET, SECRET.length + 1);
        dialog.client(password);

        assertThat(password).containsOnly(0);
        assertThat(ends.toServer.remove()).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\1", "\1no key", "\1\4", "\3x", "\1-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----"})
    void serversKeyThatIsNoneIsAViolation(String packet) {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);
        dialog.client(Arrays.copyOf(SECRET, SECRET.length + 1));

        violation(() -> dialog.server(packet.getBytes(ISO_8859_1)));
        assertThat(ends.toServer).hasSize(1);
    }

    @Test
    void passwordLongerThanTheServersKeyTakesIsRefused() {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);
        byte[] password = new byte[300];
        Arrays.fill(password, 0, 299, (byte) 'x');
        dialog.client(password);
        dialog.server(AuthMethods.moreData(TestRsa.SERVER.publicPem()));

        assertThat(ends.refusal.message()).contains("longer than");
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1024, true", "1025, false", "60000, false"})
    void passwordsHaveALongestLength(int length, boolean taken) {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);
        byte[] password = new byte[length + 1];
        Arrays.fill(password, 0, length, (byte) 'x');
        if (taken) {
            dialog.client(password);
            assertThat(ends.toServer).hasSize(1);
        } else {
            violation(() -> dialog.client(password));
        }
    }

    @Test
    void passwordWithoutItsEndIsAViolation() {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);

        violation(() -> dialog.client(SECRET.clone()));
    }

    @Test
    void oversizedCipherIsAViolation() {
        begin(Hop.OPEN, Hop.TLS, "caching_sha2_password", new byte[32]);
        dialog.server(FULL);

        violation(() -> dialog.client(new byte[2049]));
    }

    @Test
    void oldPasswordsAreRefusedOnUnlikeHops() {
        begin(Hop.TLS, Hop.OPEN, "mysql_native_password", new byte[20]);
        dialog.server(new byte[] {(byte) 0xfe});
        assertThat(ends.refusal.message()).contains("mysql_old_password");

        begin(Hop.OPEN, Hop.TLS, "mysql_native_password", new byte[20]);
        dialog.server(asked(0xfe, "mysql_old_password"));
        assertThat(ends.refusal.message()).contains("mysql_old_password");
    }

    @Test
    void oldPasswordsPassOnHopsThatAreAlike() {
        byte[] answer = "12345678".getBytes(ISO_8859_1);
        for (byte[] question : List.of(new byte[] {(byte) 0xfe}, asked(0xfe, "mysql_old_password"))) {
            begin(Hop.OPEN, Hop.OPEN, "mysql_native_password", new byte[20]);
            dialog.server(question);
            dialog.client(answer);
            assertThat(ends.toClient).containsExactly(question);
            assertThat(ends.toServer).containsExactly(answer);
        }
    }

    @Test
    void clearPasswordNobodyAskedForStaysHere() {
        byte[] response = Arrays.copyOf(SECRET, SECRET.length + 1);
        begin(Hop.TLS, Hop.OPEN, "mysql_clear_password", response);

        assertThat(ends.login.plugin()).isEqualTo("mysql_proxy_asks");
        assertThat(ends.login.response()).isEmpty();
        assertThat(response).containsOnly(0);
        dialog.server(asked(0xfe, "mysql_native_password"));
        dialog.client(new byte[20]);
        assertThat(ends.toServer).hasSize(1);
    }

    @Test
    void dialogsQuestionIsNoNextFactor() {
        begin(Hop.OPEN, Hop.OPEN, "mysql_native_password", new byte[20]);
        dialog.server(asked(0xfe, "dialog"));
        dialog.client(new byte[] {0});
        dialog.server("\2Password: ".getBytes(ISO_8859_1));
        dialog.client(Arrays.copyOf(SECRET, SECRET.length + 1));
        dialog.server(asked(2, "mysql_clear_password"));

        assertThat(ends.refusal.message()).contains("mysql_clear_password");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 0xfe})
    void nameWithoutItsEndIsStillAName(int header) {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        dialog.server(((char) header + "mysql_clear_password").getBytes(ISO_8859_1));

        assertThat(ends.refusal.message()).contains("mysql_clear_password");
    }

    @Test
    void serverMayNotGoOnForever() {
        begin(Hop.OPEN, Hop.OPEN, "dialog", new byte[0]);
        for (int round = 0; round < 128; round++) {
            dialog.server(new byte[] {3});
            dialog.client(new byte[] {3});
        }
        violation(() -> dialog.server(new byte[] {3}));
    }

    @Test
    void wordsOutOfTurnAreViolations() {
        begin(Hop.OPEN, Hop.OPEN, "caching_sha2_password", new byte[32]);
        violation(() -> dialog.client(new byte[] {2}));
        dialog.server(FULL);
        violation(() -> dialog.server(FULL));
        violation(() -> dialog.answer("me", "caching_sha2_password", new byte[32]));

        ends = new TestEnds(Hop.OPEN, Hop.OPEN);
        dialog = new RelayDialog(ends, () -> key, false);
        dialog.challenge(new AuthDialog.Challenge("caching_sha2_password", NONCE));
        violation(() -> dialog.client(new byte[1]));
        violation(() -> dialog.server(FULL));
        violation(() -> dialog.accepted(new OkPacket(0, 0, 2, 0, "")));
    }

    @Test
    void okBeforeTheLoginIsAViolation() {
        // the client's encrypted password is on its way, the server has not been told anything
        begin(Hop.OPEN, Hop.TLS, "sha256_password", new byte[] {1});

        assertThat(ends.login).isNull();
        violation(() -> dialog.accepted(new OkPacket(0, 0, 2, 0, "")));
        violation(() -> dialog.server(FULL));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 19, 21, 200})
    void nonceOfAnotherLengthIsAViolationWhereItMatters(int length) {
        begin(Hop.TLS, Hop.OPEN, "caching_sha2_password", new byte[32]);
        byte[] name = "\u00fesha256_password\0".getBytes(ISO_8859_1);
        byte[] payload = Arrays.copyOf(name, name.length + length);
        Arrays.fill(payload, name.length, payload.length, (byte) 'n');
        dialog.server(payload);

        violation(() -> dialog.client(Arrays.copyOf(SECRET, SECRET.length + 1)));
    }

    /** What two hostile peers say, in any order, never ends in anything but a violation or a refusal. */
    @Test
    void anySequenceOfPacketsIsEndured() {
        Random random = new Random(20261123);
        int sentSomething = 0;
        for (int round = 0; round < 5_000; round++) {
            Hop client = List.of(Hop.values()).get(random.nextInt(3));
            Hop server = List.of(Hop.values()).get(random.nextInt(3));
            ends = new TestEnds(client, server);
            dialog = new RelayDialog(ends, () -> key, random.nextInt(10) == 0);
            int steps = 1 + random.nextInt(12);
            try {
                if (random.nextInt(20) != 0) {
                    dialog.challenge(new AuthDialog.Challenge(plugin(random, 6), Nonce.create()));
                }
                for (int step = 0; step < steps && ends.refusal == null; step++) {
                    hostile(random, step);
                }
            } catch (ProtocolViolationException e) {
                assertThat(e).hasMessageNotContaining("s3cret");
            }
            sentSomething += ends.toServer.size();
            dialog.release();
        }
        assertThat(sentSomething).isPositive();
    }

    /** A server on an open connection says what it likes; the client, on TLS, does as it is told. */
    @Test
    void hostileServerIsNeverShownThePassword() {
        Random random = new Random(20261124);
        int encrypted = 0;
        for (int round = 0; round < 5_000; round++) {
            ends = new TestEnds(Hop.TLS, Hop.OPEN);
            dialog = new RelayDialog(ends, () -> key, random.nextInt(10) == 0);
            TestClient client = new TestClient(plugin(random, 4), SECRET, Hop.TLS);
            try {
                byte[] response =
                        client.logIn(dialog.challenge(new AuthDialog.Challenge(plugin(random, 4), Nonce.create())));
                dialog.answer("me", client.plugin(), response);
                for (int step = 0; step < 8 && ends.refusal == null; step++) {
                    dialog.server(serverPacket(random, 4));
                    byte[] answer = ends.toClient.isEmpty() ? null : client.receive(ends.toClient.remove());
                    if (answer != null) {
                        dialog.client(answer);
                    }
                }
            } catch (ProtocolViolationException | IllegalStateException | IndexOutOfBoundsException e) {
                // the proxy or the client has had enough
            }
            assertThat(ends.toServer).as("round %d", round).noneMatch(RelayDialogTest::showsSecret);
            assertThat(ends.login.response()).as("round %d", round).matches(response -> !showsSecret(response));
            encrypted += (int) ends.toServer.stream()
                    .filter(packet -> packet.length == 256)
                    .count();
        }
        assertThat(encrypted).isPositive();
    }

    private void hostile(Random random, int step) {
        runTasks();
        int what = step == 0 ? 0 : random.nextInt(9);
        if (what == 0) {
            dialog.answer("me", plugin(random, 6), clientPacket(random));
        } else if (what < 5) {
            dialog.client(clientPacket(random));
        } else {
            dialog.server(serverPacket(random, 6));
        }
    }

    private static boolean showsSecret(byte[] payload) {
        return new String(payload, ISO_8859_1).equals("s3cret\0");
    }

    private static String plugin(Random random, int among) {
        String[] names = {
            "caching_sha2_password", "sha256_password", "mysql_clear_password", "mysql_native_password", "dialog", ""
        };
        return names[random.nextInt(among)];
    }

    private static byte[] clientPacket(Random random) {
        byte[] noise = new byte[random.nextInt(600)];
        random.nextBytes(noise);
        byte[][] packets = {{}, {0}, {1}, {2}, Arrays.copyOf(SECRET, SECRET.length + 1), new byte[256], noise};
        return packets[random.nextInt(packets.length)];
    }

    private static byte[] serverPacket(Random random, int methods) {
        byte[] noise = new byte[1 + random.nextInt(100)];
        random.nextBytes(noise);
        byte[][] packets = {
            {1, 3},
            {1, 4},
            {1},
            {2},
            {},
            AuthMethods.moreData(TestRsa.SERVER.publicPem()),
            asked(0xfe, plugin(random, methods)),
            asked(2, plugin(random, methods)),
            {(byte) 0xfe},
            noise
        };
        return packets[random.nextInt(packets.length)];
    }

    private static void violation(Runnable act) {
        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(act::run);
    }
}
