package dev.mysqlproxy.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each statement that changes something, and that it does. */
class AdminChangesIT {

    @TempDir
    private Path folder;

    private TestServer server;
    private ProxyProcess proxy;
    private AdminClient admin;

    @BeforeEach
    void start() throws SQLException {
        server = SharedServers.preferred();
        proxy = ProxyProcess.with()
                .backend("127.0.0.1:1")
                .options("--saved-config=" + folder.resolve("saved.conf"))
                .options("--proxy-auth=learn")
                .logLevel("info")
                .start();
        admin = AdminClient.open(proxy);
    }

    @AfterEach
    void stop() throws SQLException {
        admin.close();
        proxy.close();
    }

    private String address() {
        return server.host() + ":" + server.port();
    }

    private Connection application() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://" + ProxyProcess.HOST + ":" + proxy.port() + "/" + Accounts.DATABASE
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                Accounts.APP_USER,
                Accounts.APP_PASSWORD);
    }

    private static long id(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT CONNECTION_ID()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private String sessionOf(Connection connection) throws SQLException {
        return admin.one("SELECT id FROM sessions WHERE listener = 'proxy' AND thread_id = " + id(connection));
    }

    @Test
    void backendsComeAndGo() throws SQLException {
        assertThatThrownBy(this::application).isInstanceOf(SQLException.class);
        assertThat(admin.one("EXPLAIN BACKEND ADD '" + address() + "' WEIGHT 3"))
                .contains("rw, weight 3");
        assertThat(admin.one("SELECT COUNT(*) FROM backends")).isEqualTo("1");

        admin.run("BACKEND ADD '" + address() + "' WEIGHT 3");
        admin.run("BACKEND REMOVE '127.0.0.1:1'");
        assertThat(admin.one("SELECT address, type, weight, mode FROM backends"))
                .isEqualTo(address() + "|rw|3|online");
        try (Connection connection = application()) {
            assertThat(id(connection)).isPositive();
            admin.run("SET BACKEND '" + address() + "' WEIGHT 7");
            assertThat(admin.one("SELECT weight, connected_clients FROM backends WHERE state = 'up'"))
                    .isEqualTo("7|1");

            admin.run("SET BACKEND '" + address() + "' DRAIN");
            assertThatThrownBy(this::application).isInstanceOf(SQLException.class);
            assertThat(id(connection)).isPositive();
            admin.run("SET BACKEND '" + address() + "' ONLINE");
            application().close();

            admin.run("BACKEND REMOVE '" + address() + "' NOW");
            assertThatThrownBy(() -> id(connection)).isInstanceOf(SQLException.class);
        }
        await().until(() -> admin.one("SELECT COUNT(*) FROM backends").equals("0"));
    }

    @Test
    void sessionsAndStatementsAreKilled() throws Exception {
        admin.run("BACKEND ADD '" + address() + "'");
        try (Connection connection = application()) {
            String session = sessionOf(connection);
            CompletableFuture<String> nap = CompletableFuture.supplyAsync(() -> {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("SELECT SLEEP(600)")) {
                    rows.next();
                    return rows.getString(1);
                } catch (SQLException e) {
                    return "" + e.getErrorCode();
                }
            });
            await().until(() -> admin.one("SELECT state, statement FROM sessions WHERE id = " + session)
                    .equals("running|SELECT SLEEP(600)"));
            admin.run("KILL QUERY " + session);
            assertThat(nap.get(30, TimeUnit.SECONDS)).isIn("1", "1317", "1969");
            assertThat(sessionOf(connection)).isEqualTo(session);

            admin.run("KILL " + session);
            assertThatThrownBy(() -> id(connection)).isInstanceOf(SQLException.class);
        }
        assertThat(admin.error("KILL 999999")).startsWith("1094 Unknown thread id: 999999");
    }

    @Test
    void optionsChangeAndAreKept() throws Exception {
        assertThat(admin.one("EXPLAIN SET OPTION admin-max-rows = 9")).startsWith("option admin-max-rows|100000|9|");
        assertThat(admin.one("SELECT value FROM options WHERE name = 'admin-max-rows'"))
                .isEqualTo("100000");

        admin.run("SET GLOBAL admin_max_rows = 9");
        assertThat(admin.one("SELECT value, changeable FROM options WHERE name = 'admin-max-rows'"))
                .isIn("9|1", "9|true");
        assertThat(admin.error("SELECT name FROM options WHERE name <> ''")).contains("more than 9 rows");
        assertThat(admin.error("SET OPTION admin-max-rows = none")).startsWith("1105 ");
        assertThat(admin.error("SET OPTION admin-address = ':1'")).startsWith("1105 ");

        admin.run("BACKEND ADD '" + address() + "' RO WEIGHT 4");
        admin.run("SAVE CONFIG");
        assertThat(Files.readString(folder.resolve("saved.conf"))).contains("admin-max-rows", address());
    }

    @Test
    void pluginsRestAndWork() throws SQLException {
        admin.run("PLUGIN DISABLE proxy");
        assertThat(admin.one("SELECT enabled FROM plugins WHERE name = 'proxy'"))
                .isIn("0", "false");
        admin.run("PLUGIN ENABLE proxy");
        assertThat(admin.one("SELECT enabled FROM plugins WHERE name = 'proxy'"))
                .isIn("1", "true");
        assertThat(admin.error("PLUGIN UNLOAD proxy")).startsWith("1105 ");
        assertThat(admin.error("PLUGIN LOAD no-such-plugin"))
                .startsWith("1105 ")
                .contains("no-such-plugin");
    }

    @Test
    void tablesOfPluginsAreEmptiedAndComeAndGoWithThem() throws SQLException {
        for (TestServer each : SharedServers.all()) {
            server = each;
            try (ProxyProcess analysing = ProxyProcess.with()
                            .plugins("proxy,admin,query-analysis")
                            .backend(each)
                            .start();
                    AdminClient operator = AdminClient.open(analysing);
                    RawClient application = RawClient.login(
                            ProxyProcess.HOST, analysing.port(), Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
                String count = "SELECT COUNT(*) FROM digests WHERE digest_text LIKE '%COUNTED%'";
                application.query("SELECT 1 AS counted").ok();
                await().until(() -> operator.one(count).equals("1"));
                assertThat(operator.one("EXPLAIN DELETE FROM digests")).startsWith("rows of digests|");
                assertThat(operator.one(count)).isEqualTo("1");
                operator.run("DELETE FROM digests");
                assertThat(operator.one(count)).isEqualTo("0");
                application.query("SELECT 2 AS counted").ok();
                await().until(() -> operator.one(count).equals("1"));
                operator.run("TRUNCATE TABLE digests");
                assertThat(operator.one(count)).isEqualTo("0");

                operator.run("PLUGIN UNLOAD query-analysis");
                assertThat(operator.error(count)).startsWith("1146 ");
                assertThat(operator.error("DELETE FROM digests")).startsWith("1146 ");
                application.query("SELECT 3 AS counted").ok();
                operator.run("PLUGIN LOAD query-analysis");
                assertThat(operator.error("PLUGIN LOAD query-analysis")).contains("loaded already");
                application.query("SELECT 4 AS counted").ok();
                await().until(() -> operator.one(count).equals("1"));
                operator.run("PLUGIN RELOAD query-analysis");
                assertThat(operator.rows("SELECT name FROM plugins WHERE name = 'query-analysis'"))
                        .hasSize(1);
                application.query("SELECT 5 AS counted").ok();
                await().until(() -> operator.one(count).equals("1"));
            }
        }
    }

    @Test
    void changesAreLoggedWithWhoMadeThem() throws SQLException {
        admin.run("LOGS ROTATE");
        proxy.log()
                .await("(an operator has had the log files opened anew by=" + ProxyProcess.ADMIN_USER + "@127.0.0.1)");
    }
}
