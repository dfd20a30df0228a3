package dev.mysqlproxy.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SELECT over the live tables, by drivers and by MySQL's own client. */
class AdminSqlIT {

    private static TestServer server;
    private static ProxyProcess proxy;
    private static RawClient application;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        proxy = ProxyProcess.with()
                .backend(server)
                .backend("127.0.0.1:1")
                .options("--proxy-read-only-backend-addresses=127.0.0.1:2")
                .start();
        application = RawClient.login(
                ProxyProcess.HOST,
                proxy.port(),
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE));
        application.query("SELECT 'a statement', 42").ok();
    }

    @AfterAll
    static void stop() {
        application.close();
        proxy.close();
    }

    static List<String> drivers() {
        return AdminClient.DRIVERS;
    }

    private static AdminClient open(String url) throws SQLException {
        return AdminClient.open(proxy, url, ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void joinsGroupsAndOrders(String url) throws SQLException {
        try (AdminClient client = open(url)) {
            String address = server.host() + ":" + server.port();
            assertThat(client.rows("SELECT b.address, b.type, COUNT(s.id) AS sessions FROM backends b"
                            + " LEFT JOIN sessions s ON s.backend = b.address GROUP BY b.backend_ndx, b.address, b.type"
                            + " HAVING COUNT(s.id) >= 0 ORDER BY b.backend_ndx LIMIT 10"))
                    .containsExactly(address + "|rw|1", "127.0.0.1:1|rw|0", "127.0.0.1:2|ro|0");
            assertThat(client.one(
                            "SELECT user, schema, state, listener FROM sessions WHERE backend = '" + address + "'"))
                    .isEqualTo(Accounts.APP_USER + "|" + Accounts.DATABASE + "|idle|proxy");
            assertThat(client.one("SELECT statement FROM sessions WHERE listener = 'proxy'"))
                    .isEqualTo("SELECT 'a statement', 42");
            assertThat(client.one("SELECT value FROM options WHERE name = 'plugins'"))
                    .contains("admin");
            assertThat(client.rows("SELECT name FROM listeners WHERE kind IN ('forwarding', 'local') ORDER BY name"))
                    .contains("admin", "proxy");
            assertThat(client.one("SELECT COUNT(*) > 0 FROM log WHERE line LIKE '%listening on port%'"))
                    .isIn("1", "true");
            assertThat(client.one("SELECT COUNT(*) > 0 FROM metrics WHERE name LIKE 'mysqlproxy%'"))
                    .isIn("1", "true");
            assertThat(client.one("SELECT COUNT(*) FROM plugins p JOIN columns c ON c.table_name = 'plugins'"))
                    .isEqualTo("8");
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void preparedOnTheServersSide(String url) throws SQLException {
        try (AdminClient client = open(url + "&useServerPrepStmts=true&cachePrepStmts=true");
                PreparedStatement statement = client.connection()
                        .prepareStatement("SELECT address, backend_ndx, weight, state_since FROM backends"
                                + " WHERE type = ? AND backend_ndx > ? ORDER BY backend_ndx")) {
            for (int round = 0; round < 3; round++) {
                statement.setString(1, "rw");
                statement.setLong(2, 1);
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("127.0.0.1:1");
                    assertThat(rows.getInt(2)).isEqualTo(2);
                    assertThat(rows.getLong("weight")).isEqualTo(1);
                    assertThat(rows.getTimestamp(4)).isNull();
                    assertThat(rows.next()).isFalse();
                }
            }
            try (PreparedStatement log =
                    client.connection().prepareStatement("SELECT time, line FROM log WHERE level <> ?")) {
                log.setString(1, "none");
                try (ResultSet rows = log.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getTimestamp(1)).isNotNull();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void metadata(String url) throws SQLException {
        try (AdminClient client = open(url)) {
            DatabaseMetaData meta = client.connection().getMetaData();
            try (ResultSet tables = meta.getTables("proxy", null, "%", null)) {
                assertThat(AdminClient.rows(tables)).anyMatch(row -> row.contains("|sessions|"));
            }
            try (ResultSet columns = meta.getColumns("proxy", null, "backends", "%")) {
                assertThat(AdminClient.rows(columns)).hasSizeGreaterThanOrEqualTo(9);
            }
            try (ResultSet schemas = meta.getCatalogs()) {
                assertThat(AdminClient.rows(schemas)).containsExactly("information_schema", "proxy");
            }
            try (ResultSet keys = meta.getPrimaryKeys("proxy", null, "backends")) {
                assertThat(AdminClient.rows(keys)).isEmpty();
            }
        }
    }

    /** As graphical clients ask; by default from a server of version 8 on. */
    @Test
    void metadataOfTheInformationSchema() throws SQLException {
        try (AdminClient client = open(AdminClient.DRIVERS.get(0) + "&useInformationSchema=true")) {
            DatabaseMetaData meta = client.connection().getMetaData();
            String[] types = {"TABLE", "VIEW"};
            assertThat(AdminClient.rows(meta.getTables("proxy", null, "%", types)))
                    .anyMatch(row -> row.startsWith("proxy|null|sessions|TABLE|"));
            assertThat(AdminClient.rows(meta.getTables("proxy", null, "%", new String[] {"VIEW"})))
                    .isEmpty();
            assertThat(AdminClient.rows(meta.getColumns("proxy", null, "backends", "%")))
                    .hasSize(11)
                    .anyMatch(row -> row.startsWith("proxy|null|backends|weight|-5|BIGINT|19|"));
            assertThat(AdminClient.rows(meta.getIndexInfo("proxy", null, "backends", false, true)))
                    .isEmpty();
            assertThat(AdminClient.rows(meta.getPrimaryKeys("proxy", null, "backends")))
                    .isEmpty();
            assertThat(AdminClient.rows(meta.getImportedKeys("proxy", null, "backends")))
                    .isEmpty();
            assertThat(AdminClient.rows(meta.getExportedKeys("proxy", null, "backends")))
                    .isEmpty();
            assertThat(AdminClient.rows(meta.getProcedures("proxy", null, "%"))).isEmpty();
            assertThat(AdminClient.rows(meta.getFunctions("proxy", null, "%"))).isEmpty();
            assertThat(AdminClient.rows(meta.getTablePrivileges("proxy", null, "%")))
                    .isEmpty();
            assertThat(AdminClient.rows(meta.getSchemas())).isEmpty();
            assertThat(meta.getSQLKeywords()).isNotNull();
            client.connection().setCatalog("information_schema");
            assertThat(client.one("SELECT DATABASE()")).isEqualTo("information_schema");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM sesions WHERE 1; 1146; did you mean 'sessions'?",
                "SELECT usr FROM sessions; 1054; did you mean 'user'?",
                "SELECT id FROM sessions ORDER; 1064; You have an error in your SQL syntax",
                "frobnicate; 1105; SELECT * FROM help",
            })
    void mistakes(String line) throws SQLException {
        String[] parts = line.split("; ");
        try (AdminClient client = AdminClient.open(proxy)) {
            assertThat(client.error(parts[0])).startsWith(parts[1] + " ").contains(parts[2]);
        }
    }

    /** As somebody at a terminal, with completion of names. */
    @Test
    void mysqlClient() {
        Path program = Path.of(System.getProperty("it.mysql.dist", ""), "bin", "mysql");
        assumeTrue(Files.isExecutable(program), "no mysql of MySQL's in -Dit.mysql.dist");
        Shell.Result result = Shell.run(
                List.of(
                        "sh",
                        "-c",
                        "printf '%s\\n' 'use proxy;' 'SELECT state, COUNT(*) n FROM backends GROUP BY state"
                                + " ORDER BY n DESC;' 'DESCRIBE sessions;' 'SHOW TABLES;' | '" + program
                                + "' --no-defaults -h " + ProxyProcess.HOST + " -P " + proxy.adminPort() + " -u "
                                + ProxyProcess.ADMIN_USER + " --auto-rehash --table"),
                Map.of("MYSQL_PWD", ProxyProcess.ADMIN_PASSWORD));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("Tables_in_proxy", "| state", "| pinned", "metric_buckets");
    }
}
