package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.core.auth.TestEnds.Hop;
import dev.mysqlproxy.core.auth.TestServer.Factor;
import dev.mysqlproxy.core.auth.TestServer.Verdict;
import dev.mysqlproxy.protocol.auth.ShaCrypt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of a client with every method of a server over every mix of hops, when the proxy knows the passwords. */
class ProxyMatrixTest {

    private static final List<String> CLIENT_METHODS = List.of(
            "mysql_native_password",
            "caching_sha2_password",
            "sha256_password",
            "mysql_clear_password",
            "client_ed25519");

    private static final List<String> SERVER_METHODS = List.of(
            "mysql_native_password",
            "caching_sha2_password",
            "sha256_password",
            "mysql_clear_password",
            "client_ed25519");

    static Stream<Arguments> mixes() {
        List<Arguments> all = new ArrayList<>();
        for (String client : CLIENT_METHODS) {
            for (String server : SERVER_METHODS) {
                for (Hop clientHop : Hop.values()) {
                    for (Hop serverHop : Hop.values()) {
                        for (String password : List.of("", "s\u00e4cret", "wrong")) {
                            all.add(Arguments.of(client, server, clientHop, serverHop, password));
                        }
                    }
                }
            }
        }
        return all.stream();
    }

    private static byte[] right(String given) {
        return (given.isEmpty() ? "" : "s\u00e4cret").getBytes(UTF_8);
    }

    private record Result(TestEnds ends, TestServer server) {}

    private static Result logIn(
            Account account, boolean asks, List<String> methods, Hop clientHop, Hop serverHop, String given) {
        TestEnds ends = new TestEnds(clientHop, serverHop);
        TestServer server =
                new TestServer("caching_sha2_password", List.of(new Factor(methods.get(1), right(given))), serverHop);
        ProxyDialog dialog = new ProxyDialog(
                ends,
                (user, host) -> account,
                () -> CompletableFuture.completedFuture(TestRsa.PROXY),
                "10.0.0.1",
                asks,
                true);
        TestClient client = new TestClient(methods.get(0), given.getBytes(UTF_8), clientHop);
        AuthRun.run(dialog, ends, client, server);
        assertThat(server.sawClearPassword).isFalse();
        return new Result(ends, server);
    }

    private static boolean answerable(String method, Hop hop) {
        return !method.equals("client_ed25519") && (!method.equals("mysql_clear_password") || hop != Hop.OPEN);
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void serversDecideAboutLearnedPasswords(String client, String server, Hop clientHop, Hop serverHop, String given) {
        for (boolean asks : clientHop == serverHop ? new boolean[] {false, true} : new boolean[] {false}) {
            CredentialStore store = new CredentialStore(Duration.ofMinutes(5), () -> 0);
            Account account = new LearnedAccount("me", store);
            for (int time = 0; time < 2; time++) {
                Result result = logIn(account, asks, List.of(client, server), clientHop, serverHop, given);
                if (!answerable(server, serverHop)) {
                    assertThat(result.ends.refusal.code()).isEqualTo(1045);
                    assertThat(store.size()).isZero();
                } else {
                    assertThat(result.ends.refusal).isNull();
                    assertThat(result.server.verdict).isEqualTo(given.equals("wrong") ? Verdict.DENIED : Verdict.OK);
                    assertThat(store.size()).isEqualTo(given.equals("wrong") ? 0 : 1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void accountsOfTheFileAreCheckedHere(String client, String server, Hop clientHop, Hop serverHop, String given) {
        CredentialStore store = new CredentialStore(Duration.ofMinutes(5), () -> 0);
        Account account = new UserAccount(
                "me",
                new Secret.Clear(right(given)),
                List.of(),
                List.of(),
                Optional.empty(),
                () -> ShaCrypt.decoy(1000),
                store);
        Result result = logIn(account, false, List.of(client, server), clientHop, serverHop, given);
        if (given.equals("wrong")) {
            assertThat(result.ends.refusal.message())
                    .isEqualTo("Access denied for user 'me'@'10.0.0.1' (using password: YES)");
            assertThat(result.ends.login).isNull();
        } else if (answerable(server, serverHop)) {
            assertThat(result.server.verdict).isEqualTo(Verdict.OK);
        } else {
            assertThat(result.ends.refusal.message()).contains(server);
        }
    }
}
