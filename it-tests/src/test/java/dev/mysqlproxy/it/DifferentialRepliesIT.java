package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random exchanges of Connector/J with a server, and the same ones through the proxy: the application sees the same.
 * And what the proxy takes for the replies is what the server sent and the client read: as many bytes and rows.
 *
 * <p>{@code -Ddifferential.seed} begins with other exchanges, {@code -Ddifferential.seconds} goes on for longer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialRepliesIT {

    private static final long SEED = Long.getLong("differential.seed", 20_040);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("differential.seconds", 20));
    private static final int EXCHANGES = 40;

    /** What is on the way. */
    enum Road {
        /** Nothing looks. */
        FORWARDED("proxy,admin"),
        /** A plugin writes down how each reply ended. */
        COUNTED("proxy,admin,ledger"),
        /** A plugin injects each statement and keeps its result. */
        KEPT("proxy,admin,keeper");

        private final String plugins;

        Road(String plugins) {
            this.plugins = plugins;
        }
    }

    @TempDir
    static Path plugins;

    private final Map<TestServer, Map<Road, ProxyProcess>> proxies = new LinkedHashMap<>();

    @BeforeAll
    void start() throws SQLException {
        PluginJar.folderWithTheOthers(plugins);
        PluginJar.of("ledger", "Ledger").in(plugins);
        PluginJar.of("keeper", "Keeper").in(plugins);
        for (TestServer server : SharedServers.all()) {
            Map<Road, ProxyProcess> roads = new LinkedHashMap<>();
            for (Road road : Road.values()) {
                roads.put(
                        road,
                        ProxyProcess.with()
                                .backend(server)
                                .plugins(road.plugins)
                                .options("--plugin-dir=" + plugins, "--max-hook-packet=100000000")
                                .start());
            }
            proxies.put(server, roads);
            tables(server);
        }
    }

    private static void tables(TestServer server) throws SQLException {
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement()) {
            clean(statement);
            for (String table : DifferentialExchanges.TABLES) {
                statement.execute(table);
            }
            statement.execute(IntStream.rangeClosed(1, DifferentialExchanges.NUMBERS)
                    .mapToObj(n -> "(" + n + ")")
                    .collect(Collectors.joining(",", "INSERT INTO diff_numbers VALUES ", "")));
        }
    }

    private static void clean(Statement statement) throws SQLException {
        statement.execute("DROP TABLE IF EXISTS diff_numbers");
        statement.execute("DROP PROCEDURE IF EXISTS diff_results");
        statement.execute("DROP PROCEDURE IF EXISTS diff_failing");
    }

    @AfterAll
    void stop() throws SQLException {
        proxies.values().forEach(roads -> roads.values().forEach(ProxyProcess::close));
        for (TestServer server : proxies.keySet()) {
            try (Connection connection = server.openAdmin();
                    Statement statement = connection.createStatement()) {
                clean(statement);
            }
        }
    }

    static List<TestServer.Kind> kinds() {
        return SharedServers.all().stream().map(TestServer::kind).toList();
    }

    private static Connection open(String host, int port, long seed) throws SQLException {
        String prepared = seed % 2 == 0 ? "&useServerPrepStmts=true&useCursorFetch=true" : "";
        return DriverManager.getConnection("jdbc:mysql://" + host + ":" + port + "/" + Accounts.DATABASE + "?user="
                + Accounts.APP_USER + "&password=" + Accounts.APP_PASSWORD + "&allowMultiQueries=true&sslMode=DISABLED"
                + "&allowPublicKeyRetrieval=true&allowLoadLocalInfile=true&noAccessToProcedureBodies=true"
                + "&socketTimeout=60000" + prepared);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sameForTheApplication(TestServer.Kind kind) throws Exception {
        TestServer server = SharedServers.of(kind);
        long end = System.nanoTime() + TIME.toNanos();
        long seed = SEED;
        do {
            List<String> direct;
            try (Connection connection = open(server.host(), server.port(), seed)) {
                direct = new DifferentialExchanges(connection, seed).have(EXCHANGES);
            }
            for (Map.Entry<Road, ProxyProcess> road : proxies.get(server).entrySet()) {
                try (Connection connection =
                        open(ProxyProcess.HOST, road.getValue().port(), seed)) {
                    Books books = road.getKey() == Road.COUNTED ? Books.open(connection) : null;
                    List<String> proxied = new DifferentialExchanges(connection, seed).have(EXCHANGES);
                    assertThat(proxied).as("seed %d, %s", seed, road.getKey()).containsExactlyElementsOf(direct);
                    if (books != null) {
                        books.balance(connection, proxied, seed);
                    }
                }
            }
            seed++;
        } while (System.nanoTime() < end);
        System.out.printf("%s: seeds %d to %d, %d exchanges a road%n", kind, SEED, seed - 1, (seed - SEED) * EXCHANGES);
    }

    /**
     * The server's count of the bytes it sent in this session, and the proxy's.
     *
     * @param sent when they were opened, not counting the reply that said so
     */
    private record Books(long sent) {

        static Books open(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("SHOW LEDGER").close();
                return new Books(sent(statement));
            }
        }

        private static long sent(Statement statement) throws SQLException {
            try (ResultSet status = statement.executeQuery("SHOW SESSION STATUS LIKE 'Bytes_sent'")) {
                status.next();
                return status.getLong(2);
            }
        }

        void balance(Connection connection, List<String> seen, long seed) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                long bytes = 0;
                long rows = 0;
                try (ResultSet ledger = statement.executeQuery("SHOW LEDGER")) {
                    while (ledger.next()) {
                        bytes += ledger.getLong("bytes");
                        assertThat(ledger.getString("status")).isIn("OK", "ERR");
                        rows += ledger.getLong("data_rows");
                    }
                }
                assertThat(sent(statement) - sent)
                        .as("seed %d: bytes that the server sent", seed)
                        .isEqualTo(bytes);
                long read = seen.stream()
                        .filter(line -> line.startsWith("rows "))
                        .mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                        .sum();
                assertThat(rows).as("seed %d: rows", seed).isGreaterThanOrEqualTo(read);
            }
        }
    }
}
