package dev.mysqlproxy.it.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.Processes;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A plugin that masks a column of every result: all else is as it is without the proxy, whatever the client. */
class RowHookIT {

    private static final int ROWS = 100_000;
    private static final long MORE_MEMORY = 96L << 20;
    private static final Path MYSQL = Path.of(System.getProperty("it.mysql.dist", ""), "bin", "mysql");

    @TempDir
    static Path plugins;

    private static final Map<Kind, ProxyProcess> PROXIES = new EnumMap<>(Kind.class);

    /** A driver with some of its settings. */
    enum Driver {
        TEXT("mysql", ""),
        PREPARED("mysql", "useServerPrepStmts=true"),
        CURSORS("mysql", "useServerPrepStmts=true&useCursorFetch=true&defaultFetchSize=100"),
        COMPRESSED("mysql", "useServerPrepStmts=true&useCompression=true"),
        MARIADB("mariadb", ""),
        /** Which has columns told once a statement. */
        MARIADB_PREPARED("mariadb", "useServerPrepStmts=true"),
        MARIADB_CURSORS("mariadb", "useServerPrepStmts=true&defaultFetchSize=100");

        private final String scheme;
        private final String settings;

        Driver(String scheme, String settings) {
            this.scheme = scheme;
            this.settings = settings;
        }

        Connection open(String host, int port) throws SQLException {
            String common =
                    scheme.equals("mysql") ? "sslMode=DISABLED&allowPublicKeyRetrieval=true" : "sslMode=disable";
            return DriverManager.getConnection("jdbc:" + scheme + "://" + host + ":" + port + "/" + Accounts.DATABASE
                    + "?user=" + Accounts.APP_USER + "&password=" + Accounts.APP_PASSWORD + "&socketTimeout=60000&"
                    + common + "&" + settings);
        }
    }

    @BeforeAll
    static void start() throws SQLException {
        PluginJar.folderWithTheOthers(plugins);
        PluginJar.of("masks", "Masks").in(plugins);
        for (TestServer server : SharedServers.all()) {
            fill(server);
            PROXIES.put(
                    server.kind(),
                    ProxyProcess.with()
                            .backend(server)
                            .plugins("proxy,masks")
                            .options("--plugin-dir=" + plugins, "--proxy-compression=zlib")
                            .javaOptions("-Xmx64m")
                            .start());
        }
    }

    /** Rows of every type, the more the longer. */
    private static void fill(TestServer server) throws SQLException {
        boolean mysql = server.kind() == Kind.MYSQL;
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS test.row_types");
            statement.execute("CREATE TABLE test.row_types (id INT PRIMARY KEY, secret VARCHAR(40), number_secret INT, "
                    + "tiny TINYINT, utiny TINYINT UNSIGNED, small SMALLINT, medium MEDIUMINT, umedium MEDIUMINT UNSIGNED, "
                    + "big BIGINT, ubig BIGINT UNSIGNED, filled INT(8) UNSIGNED ZEROFILL, f FLOAT, d DOUBLE, fixed DOUBLE(9,3), "
                    + "dec1 DECIMAL(30,10), y YEAR, day DATE, at DATETIME, at6 DATETIME(6), stamp TIMESTAMP(3) NULL, "
                    + "span TIME, span6 TIME(6), bits BIT(20), flag BIT(1), txt TEXT, bin VARBINARY(20), en ENUM('a','b'), "
                    + "st SET('x','y'), js JSON, place POINT)");
            statement.execute(
                    "INSERT INTO test.row_types VALUES (1, 'alice', 7, -128, 255, -32768, -8388608, 16777215, "
                            + "-9223372036854775808, 18446744073709551615, 42, 1.17549e-38, 0.1, 3.14159, "
                            + "-12345678901234567890.0123456789, 2024, '2024-02-29', '2024-02-29 01:02:03', "
                            + "'2024-02-29 01:02:03.123456', '2024-02-29 01:02:03.500', '-838:59:59', '-00:00:00.000001', "
                            + "b'10101010101010101010', b'1', 'long text', x'00ff00', 'b', 'x,y', '{\"k\": [1, null]}', "
                            + "ST_GeomFromText('POINT(1 2)'))");
            statement.execute(
                    "INSERT INTO test.row_types VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
                            + "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, "
                            + "NULL, NULL, NULL)");
            statement.execute("INSERT INTO test.row_types (id, secret, f, d, at6, span6, txt) VALUES "
                    + "(3, '', 3.4e38, 1e300, '2024-01-01 00:00:00.000000', '10:00:00.5', REPEAT('x', 300))");
            if (mysql) {
                // a type that the drivers for Java do not know
                statement.execute("DROP TABLE IF EXISTS test.row_vectors");
                statement.execute("CREATE TABLE test.row_vectors (vec VECTOR(2))");
                statement.execute("INSERT INTO test.row_vectors VALUES (STRING_TO_VECTOR('[1,2.5]')), (NULL)");
            }
            statement.execute("DROP TABLE IF EXISTS test.row_many");
            statement.execute(
                    "CREATE TABLE test.row_many (id INT PRIMARY KEY, secret VARCHAR(80), n DOUBLE, filler VARCHAR(400))");
            statement.execute("INSERT INTO test.row_many VALUES (0, 'secret 0', 0, '')");
            for (int have = 1; have < ROWS; have *= 2) {
                statement.execute("INSERT INTO test.row_many SELECT id + " + have + ", CONCAT('secret ', id + " + have
                        + "), (id + " + have + ") / 7, REPEAT('x', (id + " + have + ") % 400) FROM test.row_many "
                        + "WHERE id + " + have + " < " + ROWS);
            }
        }
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PROXIES.clear();
    }

    static Stream<Object[]> everyDriver() {
        List<Object[]> all = new ArrayList<>();
        for (TestServer server : SharedServers.all()) {
            for (Driver driver : Driver.values()) {
                all.add(new Object[] {server.kind(), driver});
            }
        }
        return all.stream();
    }

    static Stream<Kind> kinds() {
        return SharedServers.all().stream().map(TestServer::kind);
    }

    /** All values of a result as text, that of the secret as it is to be. */
    private static List<List<String>> values(Connection connection, String sql, boolean masked) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            // the second time with what was learned of the statement the first time
            for (int round = 0; round < 2; round++) {
                try (ResultSet result = statement.executeQuery()) {
                    int columns = result.getMetaData().getColumnCount();
                    while (result.next()) {
                        List<String> row = new ArrayList<>();
                        for (int i = 1; i <= columns; i++) {
                            String value = result.getString(i);
                            boolean secret =
                                    result.getMetaData().getColumnLabel(i).equals("secret");
                            row.add(masked && secret && value != null ? "***" : value);
                        }
                        rows.add(row);
                    }
                }
            }
        }
        return rows;
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("everyDriver")
    void onlyTheMaskedColumnIsAnother(Kind kind, Driver driver) throws SQLException {
        TestServer server = SharedServers.of(kind);
        List<String> statements = List.of(
                "SELECT * FROM row_types ORDER BY id",
                "SELECT id, number_secret AS secret FROM row_types ORDER BY id",
                "SELECT COUNT(*) FROM row_types WHERE id = 99",
                "SELECT secret FROM row_types WHERE id = 99",
                "SELECT 1 + 1 AS two, NULL AS none, 1.5e0 AS half");
        try (Connection direct = driver.open(server.host(), server.port());
                Connection proxied =
                        driver.open(ProxyProcess.HOST, PROXIES.get(kind).port())) {
            for (String sql : statements) {
                assertThat(values(proxied, sql, false)).as(sql).isEqualTo(values(direct, sql, true));
            }
            assertThat(proxied.isValid(5)).isTrue();
        }
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("everyDriver")
    void manyRowsInLittleMemory(Kind kind, Driver driver) throws SQLException {
        ProxyProcess proxy = PROXIES.get(kind);
        long before = Processes.memory(proxy.pid());
        int seen = 0;
        try (Connection proxied = driver.open(ProxyProcess.HOST, proxy.port());
                PreparedStatement statement =
                        proxied.prepareStatement("SELECT id, secret, n, filler FROM row_many ORDER BY id");
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                int id = result.getInt(1);
                assertThat(id).isEqualTo(seen++);
                assertThat(result.getString(2)).isEqualTo("***");
                assertThat(result.getDouble(3)).isEqualTo(id / 7.0, offset(1e-3));
                assertThat(result.getString(4)).hasSize(id % 400);
            }
        }
        assertThat(seen).isEqualTo(ROWS);
        assertThat(Processes.peakMemory(proxy.pid()) - before).isLessThan(MORE_MEMORY);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void byTheMysqlProgram(Kind kind) {
        assumeTrue(Files.isExecutable(MYSQL), "no mysql of MySQL's in -Dit.mysql.dist");
        TestServer server = SharedServers.of(kind);
        int port = PROXIES.get(kind).port();
        assertThat(program(ProxyProcess.HOST, port, "SELECT id, secret FROM row_types ORDER BY id"))
                .isEqualTo("id\tsecret\n1\t***\n2\tNULL\n3\t***\n");
        List<String> statements = new ArrayList<>(
                List.of("SELECT MAX(id) FROM row_many; SELECT js, bits FROM row_types ORDER BY id", "SHOW WARNINGS"));
        if (kind == Kind.MYSQL) {
            statements.add("SELECT vec FROM row_vectors");
        }
        for (String sql : statements) {
            assertThat(program(ProxyProcess.HOST, port, sql)).isEqualTo(program(server.host(), server.port(), sql));
        }
    }

    private static String program(String host, int port, String sql) {
        List<String> command = List.of(
                MYSQL.toString(),
                "--no-defaults",
                "-h",
                host,
                "-P",
                "" + port,
                "-u",
                Accounts.APP_USER,
                "--batch",
                "--binary-as-hex",
                "-e",
                sql,
                Accounts.DATABASE);
        return Shell.run(command, Map.of("MYSQL_PWD", Accounts.APP_PASSWORD))
                .ok()
                .output();
    }
}
