package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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

/** What applications in Java do with their drivers has the same results as without the proxy. */
class ConnectorsIT {

    @TempDir
    static Path folder;

    private static final Map<Kind, ProxyProcess> PROXIES = new EnumMap<>(Kind.class);

    /** A driver with some of its settings. */
    enum Driver {
        CONNECTOR_J("mysql", ""),
        CONNECTOR_J_PREPARED("mysql", "useServerPrepStmts=true&rewriteBatchedStatements=true"),
        CONNECTOR_J_CURSORS("mysql", "useServerPrepStmts=true&useCursorFetch=true&defaultFetchSize=7"),
        MARIADB("mariadb", ""),
        MARIADB_PREPARED("mariadb", "useServerPrepStmts=true"),
        MARIADB_BULK("mariadb", "useServerPrepStmts=true&useBulkStmts=true&useBulkStmtsForInserts=true");

        private final String scheme;
        private final String settings;

        Driver(String scheme, String settings) {
            this.scheme = scheme;
            this.settings = settings;
        }

        boolean isMySql() {
            return scheme.equals("mysql");
        }

        Connection open(String host, int port, String more) throws SQLException {
            // the settings that the drivers name alike, and TLS off on both roads
            String common = isMySql()
                    ? "sslMode=DISABLED&allowPublicKeyRetrieval=true&allowLoadLocalInfile=true"
                            + "&maxAllowedPacket=1073741824"
                    : "sslMode=disable&allowLocalInfile=true&maxAllowedPacket=1073741824";
            return DriverManager.getConnection("jdbc:" + scheme + "://" + host + ":" + port + "/" + Accounts.DATABASE
                    + "?user=" + Accounts.APP_USER + "&password=" + Accounts.APP_PASSWORD
                    + "&allowMultiQueries=true&socketTimeout=60000&" + common + "&" + settings + more);
        }
    }

    @BeforeAll
    static void start() {
        SharedServers.all().forEach(server -> PROXIES.put(server.kind(), ProxyProcess.before(server)));
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PROXIES.clear();
    }

    static Stream<Object[]> cases() {
        List<Object[]> all = new ArrayList<>();
        for (TestServer server : SharedServers.all()) {
            for (Driver driver : Driver.values()) {
                new ConnectorWork(folder)
                        .works().keySet().stream()
                                // these take seconds, and those settings change nothing about them
                                .filter(work -> !work.equals(ConnectorWork.LARGE_VALUES)
                                        || driver != Driver.CONNECTOR_J_CURSORS && driver != Driver.MARIADB_BULK)
                                .forEach(work -> all.add(new Object[] {server.kind(), driver, work}));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @MethodSource("cases")
    void sameResults(Kind kind, Driver driver, String work) throws Exception {
        TestServer server = SharedServers.of(kind);
        ConnectorWork.Work same = new ConnectorWork(folder).works().get(work);
        List<String> direct = seen(driver, server.host(), server.port(), same);
        List<String> proxied = seen(driver, ProxyProcess.HOST, PROXIES.get(kind).port(), same);
        assertThat(direct).isNotEmpty();
        assertThat(proxied).containsExactlyElementsOf(direct);
    }

    private static List<String> seen(Driver driver, String host, int port, ConnectorWork.Work work) throws Exception {
        List<String> seen = new ArrayList<>();
        try (Connection connection = driver.open(host, port, "")) {
            work.run(connection, seen);
            assertThat(connection.isValid(5)).isTrue();
        }
        return seen;
    }
}
