package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.core.auth.TestEnds.Hop;
import dev.mysqlproxy.core.auth.TestServer.Factor;
import dev.mysqlproxy.core.auth.TestServer.Verdict;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.auth.ShaCrypt;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyDialogTest {

    private static final OkPacket OK = new OkPacket(0, 0, 2, 0, "");
    private static final byte[] SECRET = "s3cret".getBytes(UTF_8);
    private static final String HASH =
            "0x2435242F7F4C65017625504A3E532B2E292F223525036224745951524E6361496A494163685A515A4F63724C3134774976563439654E5"
                    + "579326343684F65756E4F3530";

    private final AtomicLong clock = new AtomicLong();
    private final CredentialStore store = new CredentialStore(Duration.ofMinutes(5), clock::get);
    private final Account learned = new LearnedAccount("me", store);

    /** Remembers what the client was told. */
    private static final class Listening implements AuthRun.Answers {
        final List<String> heard = new ArrayList<>();
        private final TestClient client;

        Listening(TestClient client) {
            this.client = client;
        }

        @Override
        public String plugin() {
            return client.plugin();
        }

        @Override
        public byte[] logIn(AuthDialog.Challenge challenge) {
            return client.logIn(challenge);
        }

        @Override
        public byte[] receive(byte[] payload) {
            heard.add(payload.length == 2 ? "1," + payload[1] : String.valueOf(payload[0] & 0xff));
            return client.receive(payload);
        }
    }

    private ProxyDialog dialog(TestEnds ends, Account account) {
        return new ProxyDialog(
                ends,
                (user, host) -> account,
                () -> CompletableFuture.completedFuture(TestRsa.PROXY),
                "h",
                false,
                true);
    }

    private UserAccount account(Secret secret, Account.BackendAccount backend) {
        return new UserAccount(
                "me",
                secret,
                List.of(),
                List.of(HostPattern.like("sales%")),
                Optional.ofNullable(backend),
                () -> ShaCrypt.decoy(1000),
                store);
    }

    /** What a client hears that logs in with a password at a server that has another one, or the same. */
    private List<String> logIn(Account account, String method, String given, TestServer server, TestEnds ends) {
        Listening client = new Listening(new TestClient(method, given.getBytes(UTF_8), Hop.TLS));
        AuthRun.run(dialog(ends, account), ends, client, server);
        return client.heard;
    }

    private static TestServer server(String method, String password) {
        return new TestServer("caching_sha2_password", List.of(new Factor(method, password.getBytes(UTF_8))), Hop.TLS);
    }

    private List<String> learn(String given, String right) {
        return logIn(learned, "caching_sha2_password", given, server("caching_sha2_password", right), tls());
    }

    private static TestEnds tls() {
        return new TestEnds(Hop.TLS, Hop.TLS);
    }

    @Test
    void secondLoginIsFastUntilTrustEnds() {
        assertThat(learn("s3cret", "s3cret")).containsExactly("1,4");
        assertThat(learn("s3cret", "s3cret")).containsExactly("1,3");
        clock.addAndGet(Duration.ofSeconds(299).toNanos());
        assertThat(learn("s3cret", "s3cret")).containsExactly("1,3");
        clock.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThat(learn("s3cret", "s3cret")).containsExactly("1,4");
    }

    @Test
    void passwordThatTheServerRefusesIsForgotten() {
        learn("s3cret", "s3cret");
        assertThat(learn("s3cret", "changed")).containsExactly("1,3");
        assertThat(store.size()).isZero();
        assertThat(learn("s3cret", "changed")).containsExactly("1,4");
    }

    @Test
    void strangersGuessDoesNotPushOutWhatIsKnown() {
        learn("s3cret", "s3cret");
        assertThat(learn("guess", "s3cret")).containsExactly("1,4");
        assertThat(learn("s3cret", "s3cret")).containsExactly("1,3");
    }

    @Test
    void nativeAnswersAreBelievedOnceThePasswordIsKnown() {
        learn("s3cret", "s3cret");
        TestServer again = server("sha256_password", "s3cret");
        assertThat(logIn(learned, "mysql_native_password", "s3cret", again, tls()))
                .isEmpty();
        assertThat(again.verdict).isEqualTo(Verdict.OK);
    }

    @Test
    void unknownUserHearsWhatOneWithAWrongPasswordHears() {
        UserAccount known = account(new Secret.Clear(SECRET), null);
        UserAccount hashed = account(Secret.hash(HASH).orElseThrow(), null);
        UserAccount unknown = account(Secret.decoy(), null);
        for (String method :
                List.of("caching_sha2_password", "mysql_native_password", "sha256_password", "client_ed25519")) {
            for (String given : List.of("", "wrong", "x".repeat(300))) {
                TestEnds first = tls();
                TestEnds second = tls();
                TestEnds third = tls();
                TestServer any = server("caching_sha2_password", "s3cret");
                List<String> heard = logIn(known, method, given, any, first);

                assertThat(logIn(unknown, method, given, any, second)).isEqualTo(heard);
                assertThat(logIn(hashed, method, given, any, third)).isEqualTo(heard);
                assertThat(second.refusal).isEqualTo(first.refusal).isEqualTo(third.refusal);
                assertThat(second.refusal.code()).isEqualTo(1045);
            }
        }
    }

    @Test
    void hashedAccountIsFastOnceAServerAgreed() {
        UserAccount hashed = account(Secret.hash(HASH).orElseThrow(), null);
        TestServer first = server("caching_sha2_password", "s3cret");
        assertThat(logIn(hashed, "caching_sha2_password", "s3cret", first, tls()))
                .containsExactly("1,4");
        assertThat(first.verdict).isEqualTo(Verdict.OK);
        TestServer second = server("caching_sha2_password", "s3cret");
        assertThat(logIn(hashed, "caching_sha2_password", "s3cret", second, tls()))
                .containsExactly("1,3");
        assertThat(second.verdict).isEqualTo(Verdict.OK);
    }

    @Test
    void nativeHashOpensServersThatHaveItToo() {
        byte[] verifier = PasswordMethod.MYSQL_NATIVE_PASSWORD.verifier(SECRET);
        UserAccount hashed = account(new Secret.NativeHash(verifier), null);
        TestServer same = server("mysql_native_password", "s3cret");
        assertThat(logIn(hashed, "mysql_native_password", "s3cret", same, tls()))
                .isEmpty();
        assertThat(same.verdict).isEqualTo(Verdict.OK);

        TestEnds ends = tls();
        logIn(
                account(new Secret.NativeHash(verifier), null),
                "mysql_native_password",
                "s3cret",
                server("sha256_password", "s3cret"),
                ends);
        assertThat(ends.refusal.message()).contains("hash only");
    }

    @Test
    void clientLogsInAsTheServersAccount() {
        UserAccount mapped = account(
                new Secret.Clear(SECRET),
                new Account.BackendAccount("other", Credential.ofPassword("others".getBytes(UTF_8))));
        for (int time = 0; time < 2; time++) {
            TestEnds ends = tls();
            TestServer server = server("caching_sha2_password", "others");
            logIn(mapped, "caching_sha2_password", "s3cret", server, ends);
            assertThat(ends.login.user()).isEqualTo("other");
            assertThat(server.verdict).isEqualTo(Verdict.OK);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sales", "sales_2"})
    void schemasOfTheFileMayBeNamed(String schema) {
        assertThat(loginNaming(schema).refusal).isNull();
    }

    @Test
    void otherSchemasMayNot() {
        assertThat(loginNaming("hr").refusal.code()).isEqualTo(1044);
        assertThat(loginNaming("hr").login).isNull();
    }

    private TestEnds loginNaming(String schema) {
        TestEnds ends = tls();
        ProxyDialog dialog = dialog(ends, account(new Secret.Clear(SECRET), null));
        AuthDialog.Challenge ours = dialog.challenge(new AuthDialog.Challenge("caching_sha2_password", Nonce.create()));
        dialog.schema(schema);
        dialog.answer(
                "me", "caching_sha2_password", PasswordMethod.CACHING_SHA2_PASSWORD.respond(SECRET, ours.nonce()));
        return ends;
    }

    @Test
    void clientTooOldForMethodsIsVerifiedOrRefused() {
        UserAccount known = account(new Secret.Clear(SECRET), null);
        for (boolean right : new boolean[] {true, false}) {
            TestEnds ends = tls();
            ProxyDialog dialog = dialog(ends, known);
            AuthDialog.Challenge ours = dialog.challenge(new AuthDialog.Challenge("", Nonce.create()));
            byte[] response = PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(SECRET, ours.nonce());
            response[0] = (byte) (right ? response[0] : response[0] ^ 1);
            dialog.answer("me", "", response);
            assertThat(ends.refusal == null).isEqualTo(right);
            assertThat(ends.login != null).isEqualTo(right);
            assertThat(ends.toClient).isEmpty();
        }
    }

    /** As of MariaDB's clients, whose plugins are files that need not be installed. */
    @ParameterizedTest
    @ValueSource(strings = {"mysql_native_password", "dummy_fallback_auth"})
    void clientThatCouldNotAnswerTheGreetingIsAskedForWhatItHas(String named) {
        UserAccount known = account(new Secret.Clear(SECRET), null);
        for (String given : List.of("s3cret", "wrong", "")) {
            TestEnds ends = tls();
            ProxyDialog dialog = dialog(ends, known);
            dialog.challenge(new AuthDialog.Challenge("caching_sha2_password", Nonce.create()));
            dialog.answer("me", named, new byte[0]);
            byte[] question = ends.toClient.remove();
            String text = new String(question, ISO_8859_1);
            assertThat(text).startsWith("\u00femysql_native_password\0").endsWith("\0");
            byte[] nonce = Arrays.copyOfRange(question, question.length - 21, question.length - 1);
            dialog.client(PasswordMethod.MYSQL_NATIVE_PASSWORD.respond(given.getBytes(UTF_8), nonce));
            assertThat(ends.login != null).isEqualTo(given.equals("s3cret"));
            assertThat(ends.refusal == null).isEqualTo(given.equals("s3cret"));
            assertThat(ends.toClient).isEmpty();
        }
    }

    @Test
    void everyLoginHasAChallengeOfItsOwn() {
        AuthDialog.Challenge server = new AuthDialog.Challenge("caching_sha2_password", Nonce.create());
        byte[] one = dialog(tls(), learned).challenge(server).nonce();
        byte[] two = dialog(tls(), learned).challenge(server).nonce();
        assertThat(one).isNotEqualTo(two).isNotEqualTo(server.nonce()).hasSize(20);
    }

    @Test
    void serverThatAgreesBeforeItWasAskedIsAViolation() {
        TestEnds ends = tls();
        ProxyDialog dialog = dialog(ends, learned);
        dialog.challenge(new AuthDialog.Challenge("caching_sha2_password", Nonce.create()));
        violation(() -> dialog.accepted(OK));
        dialog.answer("me", "caching_sha2_password", new byte[32]);
        violation(() -> dialog.accepted(OK));
        violation(() -> dialog.server(new byte[] {1, 3}));
        assertThat(store.size()).isZero();
    }

    @Test
    void anySequenceOfPacketsIsEndured() {
        Random random = new Random(20261125);
        int logins = 0;
        for (int round = 0; round < 5_000; round++) {
            TestEnds ends = new TestEnds(
                    List.of(Hop.values()).get(random.nextInt(3)),
                    List.of(Hop.values()).get(random.nextInt(3)));
            ProxyDialog dialog = dialog(ends, learned);
            try {
                dialog.challenge(new AuthDialog.Challenge(plugin(random), Nonce.create()));
                for (int step = 0; step < 12 && ends.refusal == null; step++) {
                    while (!ends.tasks.isEmpty()) {
                        ends.tasks.remove().run();
                    }
                    hostile(dialog, random, step);
                }
            } catch (ProtocolViolationException e) {
                assertThat(e).hasMessageNotContaining("s3cret");
            }
            logins += ends.logins;
            boolean shown =
                    ends.toServer.stream().anyMatch(packet -> new String(packet, ISO_8859_1).contains("s3cret"));
            assertThat(shown && ends.server == Hop.OPEN).as("round %d", round).isFalse();
            dialog.release();
        }
        assertThat(logins).isPositive();
        assertThat(store.size()).isZero();
    }

    private static void hostile(ProxyDialog dialog, Random random, int step) {
        byte[] noise = new byte[6 + random.nextInt(600)];
        random.nextBytes(noise);
        byte[] clear = Arrays.copyOf(SECRET, SECRET.length + 1);
        byte[][] clients = {{}, {0}, {1}, {2}, clear, new byte[256], noise};
        byte[][] servers = {
            {1, 3},
            {1, 4},
            {2},
            {},
            {(byte) 0xfe},
            noise,
            AuthMethods.moreData(TestRsa.SERVER.publicPem()),
            ("\u00fe" + plugin(random) + "\0ABCDEFGHIJKLMNOPQRST\0").getBytes(ISO_8859_1)
        };
        int what = step == 0 ? 0 : random.nextInt(9);
        if (what == 0) {
            dialog.answer("me", plugin(random), clients[random.nextInt(clients.length)]);
        } else if (what < 4) {
            dialog.client(clients[random.nextInt(clients.length)]);
        } else {
            dialog.server(servers[random.nextInt(servers.length)]);
        }
    }

    private static String plugin(Random random) {
        String[] names = {
            "caching_sha2_password", "sha256_password", "mysql_clear_password", "mysql_native_password", "dialog", ""
        };
        return names[random.nextInt(names.length)];
    }

    private static void violation(Runnable act) {
        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(act::run);
    }
}
