package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * MySQL's methods over every pair of encrypted and open hops. Where the hops differ, the proxy has to pass on a password
 * that it gets in another form.
 */
class RelayedLoginsIT {
    private static final String EMPTY_USER = "it_empty";
    private static final String EMPTY_SHA256_USER = "it_empty_sha256";
    private static final String LONG_USER = "it_long";
    private static final String LONG_PASSWORD = "p".repeat(200);
    private static final RawTls ANYBODY = RawTls.trustingAnybody();

    private static ProxyProcess proxy;
    private static TestServer server;

    /** Which hops are encrypted: the client's, the server's. */
    enum Hops {
        BOTH(true, true),
        NEITHER(false, false),
        CLIENT(true, false),
        SERVER(false, true);

        private final boolean client;
        private final boolean server;

        Hops(boolean client, boolean server) {
            this.client = client;
            this.server = server;
        }

        int port() {
            return proxy.ports().get(server ? 1 : 0);
        }

        RawClient tryLogin(Login login) {
            return client
                    ? RawClient.tryLogin(ProxyProcess.HOST, port(), login, ANYBODY)
                    : RawClient.tryLogin(ProxyProcess.HOST, port(), login);
        }

        Connection jdbc(String user, String password) throws SQLException {
            return DriverManager.getConnection("jdbc:mysql://" + ProxyProcess.HOST + ":" + port() + "/?user=" + user
                    + "&password=" + password + "&allowPublicKeyRetrieval=true&sslMode="
                    + (client ? "REQUIRED" : "DISABLED"));
        }

        String[] cliOptions() {
            return new String[] {"--ssl-mode=" + (client ? "REQUIRED" : "DISABLED"), "--get-server-public-key"};
        }
    }

    /** An account and its method. */
    record Account(String user, String password) {
        @Override
        public String toString() {
            return user;
        }
    }

    static List<Account> accounts() {
        return List.of(
                new Account(SharedServers.CACHING_USER, SharedServers.PASSWORD),
                new Account(SharedServers.SHA256_USER, SharedServers.PASSWORD),
                new Account(LONG_USER, LONG_PASSWORD),
                new Account(EMPTY_USER, ""),
                new Account(EMPTY_SHA256_USER, ""));
    }

    static List<Object[]> cases() {
        List<Object[]> cases = new ArrayList<>();
        for (Hops hops : Hops.values()) {
            accounts().forEach(account -> cases.add(new Object[] {hops, account}));
        }
        return cases;
    }

    @BeforeAll
    static void start() {
        assumeTrue(SecureServers.kinds().contains(Kind.MYSQL), "no MySQL on this machine");
        server = SecureServers.of(Kind.MYSQL);
        SecureServers.execute(
                server,
                "CREATE USER IF NOT EXISTS " + EMPTY_USER + " IDENTIFIED WITH caching_sha2_password BY ''",
                "CREATE USER IF NOT EXISTS " + EMPTY_SHA256_USER + " IDENTIFIED WITH sha256_password BY ''",
                "CREATE USER IF NOT EXISTS " + LONG_USER + " IDENTIFIED WITH caching_sha2_password BY '" + LONG_PASSWORD
                        + "'");
        proxy = ProxyProcess.with()
                .backend(server.host() + ":" + server.port() + "?group=open&ssl-mode=disabled")
                .backend(server.host() + ":" + server.port() + "?group=secret&ssl-mode=required")
                .plugins("proxy")
                .addresses(ProxyProcess.HOST + ":0?group=open", ProxyProcess.HOST + ":0?group=secret")
                .options(Certificates.get().proxy().options("proxy-ssl"))
                .start();
    }

    @AfterAll
    static void stop() {
        if (proxy != null) {
            proxy.close();
            SecureServers.execute(
                    server, "DROP USER IF EXISTS " + EMPTY_USER + "," + EMPTY_SHA256_USER + "," + LONG_USER);
        }
    }

    /** From here on the server has to see passwords themselves. */
    private static void forget() {
        SecureServers.execute(server, "FLUSH LOCAL PRIVILEGES");
    }

    private static void isIn(RawClient client, Hops hops, String user) {
        assertThat(client.refusal()).isEmpty();
        assertThat(client.query("SELECT CURRENT_USER()").value()).isEqualTo(user + "@%");
        String cipher =
                client.query("SHOW STATUS LIKE 'Ssl_cipher'").rows().get(0).get("Value");
        assertThat(!cipher.isEmpty()).isEqualTo(hops.server);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void passwordReachesTheServer(Hops hops, Account account) {
        Login login = Login.of(account.user(), account.password());
        if (account.user().equals(EMPTY_SHA256_USER)) {
            // its clients say an empty password in words of its own: see the programs
            return;
        }
        forget();
        for (int i = 0; i < 2; i++) {
            // the first time in full, the second time from the server's memory where the method has one
            try (RawClient client = hops.tryLogin(login)) {
                isIn(client, hops, account.user());
            }
        }
        forget();
        try (RawClient client = hops.tryLogin(login.method("mysql_native_password"))) {
            isIn(client, hops, account.user());
        }
        forget();
        try (RawClient client = hops.tryLogin(Login.of(account.user(), "wrong-one"))) {
            assertThat(client.refusal())
                    .isEqualTo("1045 #28000Access denied for user '" + account.user()
                            + "'@'127.0.0.1' (using password: YES)");
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void mysqlProgram(Hops hops, Account account) {
        forget();
        String sql = "SELECT CURRENT_USER(), VARIABLE_VALUE <> '' FROM performance_schema.session_status"
                + " WHERE VARIABLE_NAME = 'Ssl_cipher'";
        assertThat(MySqlCli.run(hops.port(), account.user(), account.password(), sql, hops.cliOptions())
                        .ok()
                        .output())
                .isEqualTo(account.user() + "@%\t" + (hops.server ? 1 : 0) + "\n");
        assertThat(MySqlCli.run(hops.port(), account.user(), "wrong-one", sql, hops.cliOptions())
                        .output())
                .isEqualTo("ERROR 1045 (28000): Access denied for user '" + account.user()
                        + "'@'127.0.0.1' (using password: YES)\n");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void connectorJ(Hops hops, Account account) throws SQLException {
        forget();
        try (Connection connection = hops.jdbc(account.user(), account.password())) {
            assertThat(currentUser(connection)).isEqualTo(account.user() + "@%");
        }
        assertThatThrownBy(() -> hops.jdbc(account.user(), "wrong-one").close())
                .hasMessageContaining("Access denied for user '" + account.user() + "'@'127.0.0.1'");
    }

    private static String currentUser(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT CURRENT_USER()")) {
            result.next();
            return result.getString(1);
        }
    }

    // --- COM_CHANGE_USER --------------------------------------------------------------------------------------------

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("cases")
    void becomesAnotherUser(Hops hops, Account account) {
        if (account.user().equals(EMPTY_SHA256_USER)) {
            return;
        }
        for (String method : List.of("", "mysql_native_password")) {
            try (RawClient client = hops.tryLogin(Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
                isIn(client, hops, Accounts.APP_USER);
                for (int i = 0; i < 2; i++) {
                    forget();
                    List<Packet> said = client.changeUser(account.user(), account.password(), "", method);
                    assertThat(last(said)).isEmpty();
                    isIn(client, hops, account.user());
                    assertThat(last(client.changeUser(account.user(), account.password(), "", method)))
                            .isEmpty();
                    forget();
                    assertThat(last(client.changeUser(Accounts.APP_USER, Accounts.APP_PASSWORD, "", method)))
                            .isEmpty();
                    isIn(client, hops, Accounts.APP_USER);
                }
                forget();
                assertThat(last(client.changeUser(account.user(), "wrong-one", "", method)))
                        .startsWith("1045 #28000Access denied for user '" + account.user());
                assertThat(client.wire().readToEnd()).isEmpty();
            }
        }
    }

    private static String last(List<Packet> said) {
        Packet packet = said.get(said.size() - 1);
        return packet.isErr() ? Reply.errorText(packet) : "";
    }

    @ParameterizedTest
    @EnumSource(Hops.class)
    void connectorJBecomesAnotherUser(Hops hops) throws SQLException {
        forget();
        try (Connection connection = hops.jdbc(Accounts.APP_USER, Accounts.APP_PASSWORD)) {
            for (Account account : accounts()) {
                forget();
                connection.unwrap(JdbcConnection.class).changeUser(account.user(), account.password());
                assertThat(currentUser(connection)).isEqualTo(account.user() + "@%");
            }
        }
    }
}
