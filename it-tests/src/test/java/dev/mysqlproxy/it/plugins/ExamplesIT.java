package dev.mysqlproxy.it.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plugins that the manual walks through do what it says, in front of real servers. */
class ExamplesIT {

    private static final int COM_INIT_DB = 2;
    private static final Login APP =
            Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE);

    @TempDir
    Path plugins;

    static List<TestServer> servers() {
        return SharedServers.all();
    }

    @BeforeEach
    void folder() throws IOException {
        PluginJar.folderWithTheOthers(plugins);
        for (Path jar : examples()) {
            Files.copy(jar, plugins.resolve(jar.getFileName()));
        }
    }

    /** The jars of the examples where operators find them. */
    private static List<Path> examples() throws IOException {
        try (Stream<Path> files =
                Files.list(Distribution.home().resolve("share").resolve("examples"))) {
            return files.toList();
        }
    }

    @Test
    void theInstallationHasThoseOfTheManual() throws IOException {
        String manual = Files.readString(Distribution.home().resolve("docs/manual/plugins.md"));
        List<String> names = Pattern.compile("^### .*: `(.+)`$", Pattern.MULTILINE)
                .matcher(manual)
                .results()
                .map(heading -> heading.group(1))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(names).hasSize(5);
        names.add("guard");
        assertThat(examples())
                .extracting(jar -> jar.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(names.stream()
                        .map(name -> "example-" + name + "-" + Modules.version() + ".jar")
                        .toList());
    }

    private ProxyProcess start(TestServer server, String names, String... options) {
        return ProxyProcess.with()
                .backend(server)
                .plugins(names + ",proxy,admin")
                .options("--plugin-dir=" + plugins)
                .options(options)
                .start();
    }

    private static RawClient login(ProxyProcess proxy, Login login) {
        return RawClient.login(ProxyProcess.HOST, proxy.port(), login);
    }

    private static void prepare(TestServer server, String... statements) throws SQLException {
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void safeDelete(TestServer server) throws SQLException {
        prepare(
                server,
                "DROP TABLE IF EXISTS test.safe",
                "CREATE TABLE test.safe (a INT)",
                "INSERT INTO test.safe VALUES (1), (2)");
        try (ProxyProcess proxy = start(server, "safe-delete");
                RawClient client = login(proxy, APP)) {
            assertThat(client.query("DELETE FROM safe").errorText())
                    .isEqualTo("1175 #HY000DELETE without WHERE is blocked by the proxy");
            assertThat(client.prepare("DELETE FROM safe").errorCode()).isEqualTo(1175);
            assertThat(client.query("DELETE FROM safe WHERE a = 1").isError()).isFalse();
            assertThat(client.query("SELECT COUNT(*) FROM safe").value()).isEqualTo("1");
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void guard(TestServer server) throws SQLException {
        prepare(server, "DROP TABLE IF EXISTS test.guarded", "CREATE TABLE test.guarded (a INT)");
        try (ProxyProcess proxy = start(server, "guard");
                RawClient client = login(proxy, APP)) {
            assertThat(client.query("UPDATE guarded SET a = 1").errorCode()).isEqualTo(1175);
            assertThat(client.query("UPDATE guarded SET a = 1 WHERE a = 2").isError())
                    .isFalse();
            List<Map<String, String>> blocked =
                    proxy.admin("SELECT user, `schema`, statement FROM guard_blocked ORDER BY time");
            assertThat(blocked).hasSize(1);
            assertThat(blocked.get(0).values())
                    .containsExactlyInAnyOrder(Accounts.APP_USER, Accounts.DATABASE, "UPDATE guarded SET a = 1");
            try (RawClient operator = proxy.openAdmin()) {
                operator.query("GUARD EXEMPT '" + Accounts.APP_USER + "'").ok();
            }
            assertThat(client.query("UPDATE guarded SET a = 1").isError()).isFalse();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void traceComment(TestServer server) {
        try (ProxyProcess proxy = start(server, "trace-comment");
                RawClient client = login(proxy, APP)) {
            // the statement is its own witness
            String sql = "SELECT info FROM information_schema.processlist WHERE id = CONNECTION_ID()";
            assertThat(client.query(sql).value())
                    .startsWith("/* session=1 client=127.0.0.1:")
                    .endsWith(" trace=- */ " + sql);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void maskColumn(TestServer server) throws SQLException {
        prepare(
                server,
                "DROP TABLE IF EXISTS test.masked",
                "CREATE TABLE test.masked (id INT, email VARCHAR(50), pin INT)",
                "INSERT INTO test.masked VALUES (1, 'a@example.org', 1234), (2, NULL, NULL)");
        try (ProxyProcess proxy = start(server, "mask-column", "--mask-columns=masked.email,masked.pin")) {
            try (RawClient client = login(proxy, APP)) {
                assertThat(client.query("SELECT id, email AS mail FROM masked m ORDER BY id")
                                .rows())
                        .extracting(row -> row.get("id") + " " + row.get("mail"))
                        .containsExactly("1 ***", "2 null");
                assertThat(client.query("SELECT id FROM masked ORDER BY id").rows())
                        .hasSize(2);
            }
            String url = "jdbc:mysql://" + ProxyProcess.HOST + ":" + proxy.port() + "/" + Accounts.DATABASE
                    + "?sslMode=DISABLED&allowPublicKeyRetrieval=true&useServerPrepStmts=true";
            try (Connection connection = DriverManager.getConnection(url, Accounts.APP_USER, Accounts.APP_PASSWORD);
                    PreparedStatement statement = connection.prepareStatement(
                            "SELECT id, email, pin FROM masked WHERE id >= ? ORDER BY id")) {
                statement.setInt(1, 1);
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt("id")).isEqualTo(1);
                    assertThat(rows.getString("email")).isEqualTo("***");
                    assertThat(rows.getString("pin")).isEqualTo("***");
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("pin")).isNull();
                }
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void tenant(TestServer server) throws SQLException {
        prepare(
                server,
                "CREATE DATABASE IF NOT EXISTS tenant_acme",
                "DROP TABLE IF EXISTS tenant_acme.t",
                "CREATE TABLE tenant_acme.t (a INT)",
                "DROP USER IF EXISTS 'acme.app'@'%', 'umbrella.app'@'%'",
                "CREATE USER 'acme.app'@'%' IDENTIFIED BY 'acme-secret'",
                "CREATE USER 'umbrella.app'@'%' IDENTIFIED BY 'acme-secret'",
                "GRANT ALL PRIVILEGES ON tenant_acme.* TO 'acme.app'@'%'");
        try (ProxyProcess proxy = start(server, "tenant")) {
            try (RawClient client = login(proxy, Login.of("acme.app", "acme-secret"))) {
                assertThat(client.query("SELECT COUNT(*) FROM t").value()).isEqualTo("0");
                assertThat(client.query("SELECT DATABASE()").value()).isEqualTo("tenant_acme");
                assertThat(client.query("USE information_schema").errorCode()).isEqualTo(1044);
                assertThat(client.command(COM_INIT_DB, "information_schema".getBytes(UTF_8))
                                .errorCode())
                        .isEqualTo(1044);
            }
            Login tracking = Login.of("acme.app", "acme-secret").wanting(Flags.CLASSIC | Flags.CLIENT_SESSION_TRACK);
            try (RawClient client = login(proxy, tracking)) {
                client.query("/* hidden */ USE information_schema").ok();
                assertThat(client.query("SELECT DATABASE()").value()).isEqualTo("tenant_acme");
            }
            try (RawClient client = login(proxy, Login.of("umbrella.app", "acme-secret"))) {
                // refused by the server, since there is none or it is not theirs; the next statement has its own answer
                assertThat(client.query("SELECT 1").errorCode()).isIn(1044, 1049);
                assertThat(client.query("SELECT 2").errorCode()).isIn(1044, 1049);
            }
        }
    }

    @Test
    void routeByUser() throws IOException {
        List<TestServer> servers = servers();
        assumeTrue(servers.size() > 1, "two servers are needed");
        Path users = Files.writeString(
                plugins.resolve("users.conf"),
                "users = [ { name = " + Accounts.APP_USER + ", password = \"" + Accounts.APP_PASSWORD + "\" } ]\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend(servers.get(0))
                        .backend(servers.get(1))
                        .plugins("route-by-user,proxy")
                        .options(
                                "--plugin-dir=" + plugins,
                                "--route-users=" + Accounts.APP_USER + ":2",
                                "--proxy-auth=users",
                                "--proxy-users-file=" + users)
                        .start();
                RawClient client = login(proxy, APP)) {
            assertThat(client.query("SELECT @@port").value())
                    .isEqualTo(String.valueOf(servers.get(1).port()));
        }
    }
}
