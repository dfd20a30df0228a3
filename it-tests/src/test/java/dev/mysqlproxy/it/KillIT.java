package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections and statements that are ended through the proxy, by the numbers that clients see. */
class KillIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ER_UNKNOWN_ERROR = 1105;
    /** Long enough that nobody takes its end for a kill. */
    private static final int NAP = 600;

    private static TestServer server;
    private static TestServer other;
    private static ProxyProcess one;
    private static ProxyProcess two;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        other = Servers.preferred().start();
        one = ProxyProcess.before(server);
        two = ProxyProcess.with().backend(server).backend(other).start();
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        other.close();
    }

    private static Connection open(ProxyProcess proxy) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://" + ProxyProcess.HOST + ":" + proxy.port() + "/" + Accounts.DATABASE
                        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                Accounts.APP_USER,
                Accounts.APP_PASSWORD);
    }

    private static long idOf(Connection connection) throws SQLException {
        return number(connection, "SELECT CONNECTION_ID()");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A statement that sleeps, marked, and has begun to. */
    private record Sleeper(Statement statement, CompletableFuture<Integer> end) {

        static Sleeper on(Connection connection, String mark) throws SQLException {
            Statement statement = connection.createStatement();
            CompletableFuture<Integer> end = CompletableFuture.supplyAsync(() -> {
                try (ResultSet rows = statement.executeQuery("SELECT /* " + mark + " */ SLEEP(" + NAP + ")")) {
                    rows.next();
                    return rows.getInt(1);
                } catch (SQLException e) {
                    return -e.getErrorCode();
                }
            });
            awaitAsleep(mark, 1);
            return new Sleeper(statement, end);
        }

        /** What SLEEP returned, 1 when it was interrupted; or the number of an error, negative. */
        int ended() throws Exception {
            return end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** So many marked statements are running on the servers. */
    private static void awaitAsleep(String mark, int count) {
        await("asleep: " + mark).atMost(PATIENCE).until(() -> asleep(server, mark) + asleep(other, mark) == count);
    }

    private static long asleep(TestServer on, String mark) throws SQLException {
        try (Connection admin = on.openAdmin()) {
            return number(
                    admin,
                    "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT /* " + mark
                            + " */ SLEEP%'");
        }
    }

    @Test
    void cancel() throws Exception {
        try (Connection connection = open(one)) {
            Sleeper sleeper = Sleeper.on(connection, "cancel");
            sleeper.statement().cancel();
            sleeper.ended();
            awaitAsleep("cancel", 0);
        }
    }

    @Test
    void queryTimeout() throws Exception {
        try (Connection connection = open(one);
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery("SELECT /* timeout */ SLEEP(" + NAP + ")"))
                    .isInstanceOf(SQLException.class);
            awaitAsleep("timeout", 0);
        }
    }

    @Test
    void killQueryByNumber() throws Exception {
        try (Connection connection = open(one);
                Connection killer = open(one)) {
            long id = idOf(connection);
            Sleeper sleeper = Sleeper.on(connection, "query");
            run(killer, "KILL QUERY " + id);
            assertThat(sleeper.ended()).isIn(1, -1317);
            assertThat(idOf(connection)).isEqualTo(id);
        }
    }

    @Test
    void killConnectionByNumber() throws Exception {
        try (Connection connection = open(one);
                Connection killer = open(one)) {
            Sleeper sleeper = Sleeper.on(connection, "connection");
            run(killer, "KILL " + idInProcessList(killer, "connection"));
            assertThat(sleeper.ended()).isNotPositive();
            assertThatThrownBy(() -> idOf(connection)).isInstanceOf(SQLException.class);
        }
    }

    private static long idInProcessList(Connection connection, String mark) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW FULL PROCESSLIST")) {
            while (rows.next()) {
                String info = rows.getString("Info");
                if (info != null && info.startsWith("SELECT /* " + mark)) {
                    return rows.getLong("Id");
                }
            }
        }
        throw new AssertionError("no " + mark + " in the process list");
    }

    @Test
    void onAnotherBackend() throws Exception {
        try (Connection connection = open(two);
                Connection killer = open(two)) {
            long port = number(connection, "SELECT @@port");
            assertThat(number(killer, "SELECT @@port")).isNotEqualTo(port);
            long id = idOf(connection);
            Sleeper sleeper = Sleeper.on(connection, "elsewhere");
            assertThatThrownBy(() -> run(killer, "KILL QUERY " + id))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(ER_UNKNOWN_ERROR))
                    .hasMessageContaining(":" + port);
            run(killer, "KILL " + id);
            assertThat(sleeper.ended()).isNotPositive();
            assertThat(idOf(killer)).isPositive();
        } finally {
            endSleepers("elsewhere");
        }
    }

    /** A server does not notice soon that nobody waits for a statement any more. */
    private static void endSleepers(String mark) throws SQLException {
        for (TestServer on : List.of(server, other)) {
            while (asleep(on, mark) > 0) {
                try (Connection admin = on.openAdmin()) {
                    run(admin, "KILL " + idInProcessList(admin, mark));
                }
                await().atMost(PATIENCE).until(() -> asleep(on, mark) == 0);
            }
        }
    }

    @Test
    void interruptedProgram() throws Exception {
        String client = CommandLineClientsIT.clients().get(0);
        assumeTrue(!client.equals("none"), "no client on this machine");
        boolean ofMariaDb =
                Shell.run(List.of(client, "--version"), Map.of()).output().contains("MariaDB");
        Path output = folder.resolve("program");
        ProcessBuilder builder = new ProcessBuilder(
                        client,
                        "--no-defaults",
                        "-h",
                        ProxyProcess.HOST,
                        "-P",
                        "" + one.port(),
                        "-u",
                        Accounts.APP_USER,
                        ofMariaDb ? "--skip-ssl" : "--get-server-public-key",
                        "--comments",
                        "-e",
                        "SELECT /* program */ SLEEP(" + NAP + ")")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("MYSQL_PWD", Accounts.APP_PASSWORD);
        Process program = builder.start();
        try {
            awaitAsleep("program", 1);
            Shell.run(List.of("kill", "-INT", "" + program.pid()), Map.of()).ok();
            awaitAsleep("program", 0);
            assertThat(program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(text(output)).contains("query aborted");
        } finally {
            program.destroyForcibly();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }
}
