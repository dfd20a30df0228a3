package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --proxy-auth=learn}: the proxy asks a server once, and remembers. */
class LearnedLoginsIT {
    private static final String PASSWORD = "first-secret";
    private static final RawTls ANYBODY = RawTls.trustingAnybody();

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Map<Kind, ProxyProcess> PROXIES = new EnumMap<>(Kind.class);

    /** One that nobody has learned yet. */
    private final String user = "it_learned_" + NEXT.incrementAndGet();

    private final Login login = Login.of(user, PASSWORD);
    private final String refused = "1045 #28000Access denied for user '" + user + "'@'127.0.0.1' (using password: YES)";

    static List<Kind> kinds() {
        return SecureServers.kinds();
    }

    @BeforeAll
    static void start() {
        // RSA keys are made once
        SecureServers.all().forEach(server -> PROXIES.put(server.kind(), start(server, 300)));
    }

    private static ProxyProcess start(TestServer server, int trust) {
        return ProxyProcess.with()
                .backend(server)
                .plugins("proxy")
                .options("--proxy-auth=learn", "--proxy-auth-trust=" + trust)
                .options(Certificates.get().proxy().options("proxy-ssl"))
                .start();
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PROXIES.clear();
    }

    @BeforeEach
    void makeAccount() {
        SecureServers.all()
                .forEach(server ->
                        SecureServers.execute(server, "CREATE USER " + user + " IDENTIFIED BY '" + PASSWORD + "'"));
    }

    @AfterEach
    void dropAccount() {
        SecureServers.all().forEach(server -> SecureServers.execute(server, "DROP USER " + user));
    }

    private static RawClient open(Kind kind, Login login) {
        return RawClient.tryLogin(ProxyProcess.HOST, PROXIES.get(kind).port(), login);
    }

    private static RawClient openTls(Kind kind, Login login) {
        return RawClient.tryLogin(ProxyProcess.HOST, PROXIES.get(kind).port(), login, ANYBODY);
    }

    /** Whether the client had to show its password. */
    private static boolean showed(RawClient client) {
        byte[] first = client.loginPackets().get(0).payload();
        assertThat(first[0]).isEqualTo((byte) 1);
        return first[1] == 4;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void passwordIsShownOnce(Kind kind) {
        try (RawClient first = open(kind, login)) {
            assertThat(first.greeting().plugin()).isEqualTo("caching_sha2_password");
            assertThat(first.refusal()).isEmpty();
            assertThat(showed(first)).isTrue();
            assertThat(first.query("SELECT CURRENT_USER()").value()).isEqualTo(user + "@%");
        }
        for (int i = 0; i < 3; i++) {
            try (RawClient next = i == 1 ? openTls(kind, login) : open(kind, login)) {
                assertThat(next.refusal()).isEmpty();
                assertThat(showed(next)).isFalse();
                assertThat(next.query("SELECT CURRENT_USER()").value()).isEqualTo(user + "@%");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void wrongPassword(Kind kind) {
        try (RawClient client = open(kind, Login.of(user, "wrong-one"))) {
            assertThat(client.refusal()).isEqualTo(refused);
        }
        openTls(kind, login).close();
        try (RawClient client = openTls(kind, Login.of(user, "wrong-one"))) {
            assertThat(client.refusal()).isEqualTo(refused);
        }
        try (RawClient client = open(kind, Login.of(user, ""))) {
            assertThat(client.refusal()).contains("(using password: NO)");
        }
        // somebody's guess does not make the proxy forget
        try (RawClient client = open(kind, login)) {
            assertThat(showed(client)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void changedPassword(Kind kind) {
        open(kind, login).close();
        SecureServers.execute(SecureServers.of(kind), "ALTER USER " + user + " IDENTIFIED BY 'second-secret'");
        try (RawClient old = open(kind, login)) {
            assertThat(old.refusal()).isEqualTo(refused);
        }
        try (RawClient current = open(kind, Login.of(user, "second-secret"))) {
            assertThat(current.refusal()).isEmpty();
            assertThat(showed(current)).isTrue();
        }
        try (RawClient old = open(kind, login)) {
            assertThat(old.refusal()).isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void lockedAccount(Kind kind) {
        open(kind, login).close();
        SecureServers.execute(SecureServers.of(kind), "ALTER USER " + user + " ACCOUNT LOCK");
        for (int i = 0; i < 2; i++) {
            try (RawClient client = open(kind, login)) {
                assertThat(client.refusal()).contains("locked");
            }
        }
        SecureServers.execute(SecureServers.of(kind), "ALTER USER " + user + " ACCOUNT UNLOCK");
        try (RawClient client = open(kind, login)) {
            assertThat(client.refusal()).isEmpty();
            assertThat(showed(client)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void trustEnds(Kind kind) {
        try (ProxyProcess proxy = start(SecureServers.of(kind), 1)) {
            RawClient.login(ProxyProcess.HOST, proxy.port(), login).close();
            // each login renews it: between two of them more than a second has to pass
            await().pollInterval(Duration.ofMillis(1100)).untilAsserted(() -> {
                try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), login)) {
                    assertThat(showed(client)).isTrue();
                }
            });
        }
        try (ProxyProcess proxy = start(SecureServers.of(kind), 0)) {
            for (int i = 0; i < 2; i++) {
                try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), login)) {
                    assertThat(showed(client)).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void becomesAnotherUser(Kind kind) {
        try (RawClient client = open(kind, login)) {
            for (String method : List.of("", "mysql_native_password")) {
                assertThat(client.changeUser("app", "app-secret", "test", method))
                        .isNotEmpty();
                assertThat(client.query("SELECT CURRENT_USER()").value()).isEqualTo("app@%");
                client.changeUser(user, PASSWORD, "", method);
                assertThat(client.query("SELECT CURRENT_USER()").value()).isEqualTo(user + "@%");
            }
        }
    }

    /** What clients say who are not told that they may ask for the key. */
    @ParameterizedTest
    @MethodSource("kinds")
    void clientsThatDoNotAskForKeys(Kind kind) {
        int port = PROXIES.get(kind).port();
        assertThatThrownBy(() -> DriverManager.getConnection("jdbc:mysql://" + ProxyProcess.HOST + ":" + port
                                + "/?sslMode=DISABLED&user=" + user + "&password=" + PASSWORD)
                        .close())
                .hasMessageContaining("Public Key Retrieval is not allowed");
        if (MySqlCli.isThere()) {
            assertThat(MySqlCli.run(port, user, PASSWORD, "SELECT 1", "--ssl-mode=DISABLED")
                            .output())
                    .isEqualTo("ERROR 2061 (HY000): Authentication plugin 'caching_sha2_password' reported error:"
                            + " Authentication requires secure connection.\n");
            assertThat(MySqlCli.run(port, user, PASSWORD, "SELECT CURRENT_USER()")
                            .ok()
                            .output())
                    .isEqualTo(user + "@%\n");
        }
    }
}
