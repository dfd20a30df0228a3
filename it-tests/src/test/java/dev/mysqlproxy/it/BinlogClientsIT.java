package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.server.Replication;
import dev.mysqlproxy.it.server.ServerOptions;
import dev.mysqlproxy.it.server.ServerOptions.Tls;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that read binary logs or whole databases, over TLS and compression: replicas, mysqlbinlog, mysqldump. */
class BinlogClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** ER_NO_SUCH_THREAD. */
    private static final int NO_SUCH_THREAD = 1094;

    private static final String REPLICA_USER = "it_replica";
    private static final String REPLICA_PASSWORD = "it-replica-secret";

    private static final Map<Kind, TestServer> PRIMARIES = new EnumMap<>(Kind.class);
    private static final Map<Kind, ProxyProcess> PROXIES = new EnumMap<>(Kind.class);

    /** Servers of their own, as what is in their logs has to stay what it is. */
    @BeforeAll
    static void start() throws SQLException {
        for (ServerSource source : Servers.available()) {
            TestServer primary = source.start(ServerOptions.defaults().withTls(Tls.ON));
            PRIMARIES.put(source.kind(), primary);
            PROXIES.put(
                    source.kind(),
                    ProxyProcess.with()
                            .addresses("127.0.0.1:0", "127.0.0.1:0?group=zstd")
                            .backend(address(primary))
                            .backend(address(primary) + "?group=zstd&compression=zstd+zlib&ssl-mode=required")
                            .start());
            run(
                    primary,
                    "CREATE USER " + REPLICA_USER + "@'%' IDENTIFIED BY '" + REPLICA_PASSWORD + "' REQUIRE SSL",
                    "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + REPLICA_USER + "@'%'",
                    "CREATE TABLE test.logged (id INT AUTO_INCREMENT PRIMARY KEY, t LONGTEXT, b LONGBLOB)",
                    "INSERT INTO test.logged (t, b) VALUES (REPEAT('compressible ', 100000), RANDOM_BYTES(1000)),"
                            + " (NULL, ''), ('\u00e4\u20ac', X'00FF')");
            for (int i = 0; i < 6; i++) {
                run(primary, "INSERT INTO test.logged (t) SELECT t FROM test.logged LIMIT 5");
            }
        }
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PRIMARIES.values().forEach(TestServer::close);
        PROXIES.clear();
        PRIMARIES.clear();
    }

    private static String address(TestServer server) {
        return server.host() + ":" + server.port();
    }

    private static TestServer primary(Kind kind) {
        assumeTrue(PRIMARIES.containsKey(kind), "no such server on this machine");
        return PRIMARIES.get(kind);
    }

    private static void run(TestServer on, String... statements) throws SQLException {
        try (Connection connection = on.openAdmin();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A column of the only row. */
    private static String column(TestServer on, String sql, String name) throws SQLException {
        try (Connection connection = on.openAdmin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(name)) : "";
        }
    }

    private static String status(TestServer on, String name) throws SQLException {
        return column(on, "SHOW GLOBAL STATUS LIKE '" + name + "'", "Value");
    }

    // --- programs ---------------------------------------------------------------------------------------------------

    private static Path program(String name) {
        Path program = Path.of(System.getProperty("it.mysql.dist", ""), "bin", name);
        assumeTrue(Files.isExecutable(program), "no " + name + " on this machine");
        return program;
    }

    /** What a program prints that speaks with the server itself, then through both listeners. */
    private static List<String> outputs(Path program, List<String> options, List<String> arguments) {
        TestServer primary = primary(Kind.MYSQL);
        List<String> outputs = new ArrayList<>();
        for (int port : List.of(
                primary.port(),
                PROXIES.get(Kind.MYSQL).ports().get(0),
                PROXIES.get(Kind.MYSQL).ports().get(1))) {
            List<String> command = new ArrayList<>(
                    List.of(program.toString(), "--host=127.0.0.1", "--port=" + port, "--user=" + primary.rootUser()));
            command.addAll(options);
            command.addAll(arguments);
            Shell.Result result = Shell.run(command, Map.of("MYSQL_PWD", primary.rootPassword()));
            outputs.add(result.ok().output());
        }
        return outputs;
    }

    @ParameterizedTest
    @CsvSource({
        "REQUIRED, uncompressed",
        "REQUIRED, zlib",
        "REQUIRED, zstd",
        "DISABLED, zstd",
        "DISABLED, uncompressed",
    })
    void mysqlbinlogReadsTheSame(String sslMode, String compression) throws SQLException {
        Path program = program("mysqlbinlog");
        String log = column(primary(Kind.MYSQL), "SHOW BINARY LOGS", "Log_name");
        List<String> outputs = outputs(
                program,
                List.of("--ssl-mode=" + sslMode, "--get-server-public-key", "--compression-algorithms=" + compression),
                List.of("--read-from-remote-server", "--verify-binlog-checksum", "-vv", log));
        assertThat(outputs.get(0))
                .contains("CREATE TABLE test.logged", "Write_rows")
                .hasSizeGreaterThan(1_000_000);
        assertThat(outputs.get(1)).isEqualTo(outputs.get(0));
        assertThat(outputs.get(2)).isEqualTo(outputs.get(0));
    }

    @ParameterizedTest
    @CsvSource({"REQUIRED, zstd", "REQUIRED, zlib", "DISABLED, uncompressed"})
    void mysqldumpWritesTheSame(String sslMode, String compression) {
        List<String> outputs = outputs(
                program("mysqldump"),
                List.of("--ssl-mode=" + sslMode, "--get-server-public-key", "--compression-algorithms=" + compression),
                List.of(
                        "--single-transaction",
                        "--source-data=2",
                        "--set-gtid-purged=ON",
                        "--hex-blob",
                        "--routines",
                        "--skip-dump-date",
                        "--databases",
                        "test"));
        String dump = outputs.get(0);
        assertThat(dump).contains("CREATE TABLE `logged`", "0x00FF").hasSizeGreaterThan(1_000_000);
        assertThat(outputs.get(1)).isEqualTo(dump);
        assertThat(outputs.get(2)).isEqualTo(dump);
    }

    // --- replicas ---------------------------------------------------------------------------------------------------

    private static TestServer replica(Kind kind, String... arguments) {
        return Servers.of(kind)
                .orElseThrow()
                .start(ServerOptions.defaults().withTls(Tls.ON).withArguments(arguments));
    }

    /** A replica that follows through the proxy, encrypted and acknowledging, and comes again when it is cut off. */
    @ParameterizedTest
    @CsvSource({"0, uncompressed", "1, zstd"})
    void mysqlReplica(int listener, String compression) throws SQLException {
        TestServer primary = primary(Kind.MYSQL);
        ProxyProcess proxy = PROXIES.get(Kind.MYSQL);
        forgetReplicas(primary);
        semiSync(primary, "source");
        try (TestServer replica = replica(Kind.MYSQL, "--read-only=ON")) {
            semiSync(replica, "replica");
            run(
                    replica,
                    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = "
                            + proxy.ports().get(listener) + ", SOURCE_USER = '" + REPLICA_USER
                            + "', SOURCE_PASSWORD = '" + REPLICA_PASSWORD + "', SOURCE_AUTO_POSITION = 1,"
                            + " SOURCE_CONNECT_RETRY = 1, SOURCE_SSL = 1, SOURCE_HEARTBEAT_PERIOD = 1,"
                            + " SOURCE_COMPRESSION_ALGORITHMS = '" + compression + "'",
                    "START REPLICA");
            Replication.awaitCaughtUp(primary, replica, PATIENCE);
            await().atMost(PATIENCE)
                    .until(() -> status(primary, "Rpl_semi_sync_source_clients").equals("1"));
            assertThat(status(primary, "Rpl_semi_sync_source_status")).isEqualTo("ON");
            assertThat(column(
                            primary,
                            "SELECT CONNECTION_TYPE AS t FROM performance_schema.threads"
                                    + " WHERE PROCESSLIST_COMMAND LIKE 'Binlog Dump%'",
                            "t"))
                    .isEqualTo("SSL/TLS");
            int acknowledged = Integer.parseInt(status(primary, "Rpl_semi_sync_source_yes_tx"));
            int missed = Integer.parseInt(status(primary, "Rpl_semi_sync_source_no_tx"));
            for (int i = 0; i < 20; i++) {
                run(primary, "INSERT INTO test.logged (t) VALUES ('acknowledged')");
            }
            assertThat(Integer.parseInt(status(primary, "Rpl_semi_sync_source_yes_tx")))
                    .isEqualTo(acknowledged + 20);
            assertThat(Integer.parseInt(status(primary, "Rpl_semi_sync_source_no_tx")))
                    .isEqualTo(missed);
            Replication.awaitCaughtUp(primary, replica, PATIENCE);
            assertThat(checksum(replica)).isEqualTo(checksum(primary));
            endDumpThread(primary);
            awaitAcknowledgedCommit(primary, "source", "after a new connection");
            Replication.awaitCaughtUp(primary, replica, PATIENCE);
            assertThat(checksum(replica)).isEqualTo(checksum(primary));
            assertThat(column(replica, "SHOW REPLICA STATUS", "Replica_IO_Running"))
                    .isEqualTo("Yes");
        } finally {
            run(primary, "SET GLOBAL rpl_semi_sync_source_enabled = 0");
        }
        await().atMost(PATIENCE).until(() -> proxy.sessions().isEmpty());
    }

    private static void semiSync(TestServer on, String side) throws SQLException {
        String plugin = "rpl_semi_sync_" + side;
        String there = "SELECT COUNT(*) AS n FROM information_schema.plugins WHERE PLUGIN_NAME = '" + plugin + "'";
        if (column(on, there, "n").equals("0")) {
            run(on, "INSTALL PLUGIN " + plugin + " SONAME 'semisync_" + side + ".so'");
        }
        run(on, "SET GLOBAL " + plugin + "_enabled = 1");
        if (side.equals("source")) {
            // a commit that is not acknowledged is to be noticed
            run(on, "SET GLOBAL " + plugin + "_timeout = 60000");
        }
    }

    private static String checksum(TestServer of) throws SQLException {
        return column(of, "CHECKSUM TABLE test.logged", "Checksum");
    }

    /** As an operator would who wants the replica to come again. */
    private static void endDumpThread(TestServer primary) throws SQLException {
        List<String> before = dumpThreads(primary);
        assertThat(before).hasSize(1);
        run(primary, "KILL " + before.get(0));
        await().atMost(PATIENCE).until(() -> dumpThreads(primary), now -> now.size() == 1 && !now.equals(before));
    }

    /** Until a primary notices that a replica has gone it waits for that one's word, too. */
    private static void forgetReplicas(TestServer primary) throws SQLException {
        for (String id : dumpThreads(primary)) {
            try {
                run(primary, "KILL " + id);
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isEqualTo(NO_SUCH_THREAD);
            }
        }
        await().atMost(PATIENCE).until(() -> dumpThreads(primary).isEmpty());
    }

    private static List<String> dumpThreads(TestServer primary) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (Connection connection = primary.openAdmin();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT ID FROM information_schema.processlist WHERE COMMAND LIKE 'Binlog Dump%'")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    /** One commit more is acknowledged by the one replica that is there. */
    private static void awaitAcknowledgedCommit(TestServer primary, String side, String text) throws SQLException {
        String prefix = "Rpl_semi_sync_" + side + "_";
        await().atMost(PATIENCE)
                .until(() -> status(primary, prefix + "clients").equals("1")
                        && status(primary, prefix + "status").equals("ON"));
        int acknowledged = Integer.parseInt(status(primary, prefix + "yes_tx"));
        int missed = Integer.parseInt(status(primary, prefix + "no_tx"));
        run(primary, "INSERT INTO test.logged (t) VALUES ('" + text + "')");
        assertThat(Integer.parseInt(status(primary, prefix + "yes_tx"))).isEqualTo(acknowledged + 1);
        assertThat(Integer.parseInt(status(primary, prefix + "no_tx"))).isEqualTo(missed);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void mariaDbReplica(int listener) throws SQLException {
        TestServer primary = primary(Kind.MARIADB);
        ProxyProcess proxy = PROXIES.get(Kind.MARIADB);
        forgetReplicas(primary);
        run(primary, "SET GLOBAL rpl_semi_sync_master_enabled = 1", "SET GLOBAL rpl_semi_sync_master_timeout = 60000");
        try (TestServer replica = replica(
                Kind.MARIADB, "--read-only=ON", "--rpl-semi-sync-slave-enabled=ON", "--slave-compressed-protocol=ON")) {
            run(
                    replica,
                    "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = "
                            + proxy.ports().get(listener) + ", MASTER_USER = '" + REPLICA_USER
                            + "', MASTER_PASSWORD = '" + REPLICA_PASSWORD + "', MASTER_USE_GTID = slave_pos,"
                            + " MASTER_CONNECT_RETRY = 1, MASTER_SSL = 1, MASTER_SSL_VERIFY_SERVER_CERT = 0",
                    "START SLAVE");
            Replication.awaitCaughtUp(primary, replica, PATIENCE);
            await().atMost(PATIENCE)
                    .until(() -> status(primary, "Rpl_semi_sync_master_clients").equals("1"));
            int acknowledged = Integer.parseInt(status(primary, "Rpl_semi_sync_master_yes_tx"));
            for (int i = 0; i < 20; i++) {
                run(primary, "INSERT INTO test.logged (t) VALUES ('acknowledged')");
            }
            assertThat(Integer.parseInt(status(primary, "Rpl_semi_sync_master_yes_tx")))
                    .isEqualTo(acknowledged + 20);
            Replication.awaitCaughtUp(primary, replica, PATIENCE);
            assertThat(checksum(replica)).isEqualTo(checksum(primary));
            endDumpThread(primary);
            awaitAcknowledgedCommit(primary, "master", "after a new connection");
            Replication.awaitCaughtUp(primary, replica, PATIENCE);
            assertThat(checksum(replica)).isEqualTo(checksum(primary));
        } finally {
            run(primary, "SET GLOBAL rpl_semi_sync_master_enabled = 0");
        }
        await().atMost(PATIENCE).until(() -> proxy.sessions().isEmpty());
    }

    // --- the library in Debezium's connector ------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Kind.class)
    void binaryLogClient(Kind kind) throws Exception {
        TestServer primary = primary(kind);
        String first = column(primary, "SHOW BINARY LOGS", "Log_name");
        for (int listener = 0; listener < 2; listener++) {
            String word = "needle" + System.nanoTime();
            Queue<String> seen = new ConcurrentLinkedQueue<>();
            BinaryLogClient client = new BinaryLogClient(
                    ProxyProcess.HOST, PROXIES.get(kind).ports().get(listener), REPLICA_USER, REPLICA_PASSWORD);
            client.setSSLMode(SSLMode.REQUIRED);
            client.setServerId(4712);
            client.setBinlogFilename(first);
            client.setBinlogPosition(4);
            client.setKeepAlive(false);
            client.registerEventListener(event -> {
                if (event.getData() instanceof QueryEventData query) {
                    seen.add(query.getSql());
                } else if (event.getData() instanceof WriteRowsEventData rows) {
                    seen.add("rows " + rows.getRows().size());
                }
            });
            client.connect(PATIENCE.toMillis());
            try {
                run(primary, "CREATE TABLE test." + word + " (id INT)");
                run(primary, "INSERT INTO test." + word + " VALUES (1), (2)");
                run(primary, "DROP TABLE test." + word);
                await().atMost(PATIENCE)
                        .until(() -> seen.stream().anyMatch(sql -> sql.startsWith("DROP TABLE") && sql.contains(word)));
            } finally {
                client.disconnect();
            }
            assertThat(seen).anyMatch(sql -> sql.contains("CREATE TABLE test.logged"));
            assertThat(seen).contains("CREATE TABLE test." + word + " (id INT)", "rows 2");
        }
        await().atMost(PATIENCE).until(() -> PROXIES.get(kind).sessions().isEmpty());
    }
}
