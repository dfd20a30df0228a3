package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.core.auth.TestEnds.Hop;
import dev.mysqlproxy.core.auth.TestServer.Factor;
import dev.mysqlproxy.core.auth.TestServer.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method over every mix of hops, with every place for it in a login, and right, wrong and empty passwords. */
class RelayMatrixTest {

    /** Where the method comes up. */
    enum Place {
        LOGIN,
        SWITCH,
        NEXT_FACTOR,
        ASKED
    }

    private static final List<String> METHODS = List.of(
            "mysql_native_password", "caching_sha2_password", "sha256_password", "mysql_clear_password", "dialog");

    private static final byte[] FIRST = "first factor".getBytes(UTF_8);

    static Stream<Arguments> mixes() {
        List<Arguments> all = new ArrayList<>();
        for (String method : METHODS) {
            for (Hop client : Hop.values()) {
                for (Hop server : Hop.values()) {
                    for (Place place : Place.values()) {
                        for (String password : List.of("", "s\u00e4cret", "wrong")) {
                            all.add(Arguments.of(method, client, server, place, password));
                        }
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void serverHearsWhatItWouldHearDirectly(String method, Hop client, Hop server, Place place, String given) {
        byte[] password = (given.isEmpty() ? "" : "s\u00e4cret").getBytes(UTF_8);
        TestServer backend = backend(method, server, place, password);
        boolean factor = place == Place.NEXT_FACTOR;
        boolean elsewhere = place == Place.SWITCH;
        TestClient user = new TestClient(elsewhere ? "client_ed25519" : method, given.getBytes(UTF_8), client);
        TestEnds ends = new TestEnds(client, server);
        RelayDialog dialog =
                new RelayDialog(ends, () -> CompletableFuture.completedFuture(TestRsa.PROXY), place == Place.ASKED);

        AuthRun.run(dialog, ends, factor ? new FactorClient(user, client) : user, backend);

        boolean clear = method.equals("mysql_clear_password");
        if (clear && (client == Hop.OPEN || server == Hop.OPEN)) {
            assertThat(ends.refusal.message()).contains("TLS");
            assertThat(backend.verdict).isNull();
        } else {
            assertThat(ends.refusal).isNull();
            assertThat(backend.verdict).isEqualTo(given.equals("wrong") ? Verdict.DENIED : Verdict.OK);
        }
        assertThat(backend.sawClearPassword).isFalse();
        assertThat(ends.logins).isEqualTo(1);
    }

    private static TestServer backend(String method, Hop server, Place place, byte[] password) {
        Factor wanted = new Factor(method, password);
        return switch (place) {
            case LOGIN, ASKED -> new TestServer(method, List.of(wanted), server);
            case SWITCH -> new TestServer("caching_sha2_password", List.of(wanted), server);
            case NEXT_FACTOR ->
                new TestServer(
                        "mysql_native_password", List.of(new Factor("mysql_native_password", FIRST), wanted), server);
        };
    }

    /** Has another password for the first factor. */
    private static final class FactorClient implements AuthRun.Answers {
        private final TestClient second;
        private final TestClient first;
        private boolean over;

        FactorClient(TestClient second, Hop hop) {
            this.second = second;
            this.first = new TestClient("mysql_native_password", FIRST, hop);
            second.logIn(new AuthDialog.Challenge("", new byte[20]));
        }

        @Override
        public String plugin() {
            return first.plugin();
        }

        @Override
        public byte[] logIn(AuthDialog.Challenge challenge) {
            return first.logIn(challenge);
        }

        @Override
        public byte[] receive(byte[] payload) {
            if (over) {
                return second.receive(payload);
            }
            over = true;
            byte[] switched = payload.clone();
            switched[0] = (byte) 0xfe;
            return second.receive(switched);
        }
    }
}
