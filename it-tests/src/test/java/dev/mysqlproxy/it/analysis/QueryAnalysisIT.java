package dev.mysqlproxy.it.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator and a client learn about the statements that went through the proxy. */
class QueryAnalysisIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    static List<TestServer> servers() {
        return SharedServers.all();
    }

    private static ProxyProcess start(TestServer server, String... options) {
        return ProxyProcess.with()
                .plugins("query-analysis,proxy,admin")
                .backend(server)
                .options(options)
                .start();
    }

    private static RawClient login(ProxyProcess proxy) {
        return RawClient.login(
                ProxyProcess.HOST,
                proxy.port(),
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE));
    }

    private static Map<String, String> digest(ProxyProcess proxy, String text) {
        List<Map<String, String>> rows = proxy.admin("SELECT * FROM digests WHERE digest_text = '" + text + "'");
        assertThat(rows).as(text).hasSize(1);
        return rows.get(0);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void theSlowestDigestsAreAskedForAsAPersonWould(TestServer server) {
        try (ProxyProcess proxy = start(server);
                RawClient client = login(proxy)) {
            client.query("SELECT SLEEP(0.2)").ok();
            client.query("DROP TABLE IF EXISTS analysed").ok();
            client.query("CREATE TABLE analysed (id INT PRIMARY KEY, name VARCHAR(20))")
                    .ok();
            client.query("INSERT INTO analysed VALUES (1, 'a'), (2, 'b')").ok();
            client.query("insert into analysed values (3,'c')").ok();
            for (int id = 1; id <= 5; id++) {
                client.query("SELECT name FROM analysed WHERE id = " + id).ok();
            }
            assertThat(client.query("SELECT nothing FROM analysed").isError()).isTrue();
            int statement =
                    client.prepare("SELECT name FROM analysed WHERE id = ?").statementId();
            client.execute(statement, 0, "1").ok();
            await().atMost(PATIENCE)
                    .until(() -> digest(proxy, "SELECT name FROM analysed WHERE id = ?")
                            .get("count")
                            .equals("6"));

            List<Map<String, String>> slowest =
                    proxy.admin("SELECT digest_text, p99_ms FROM digests ORDER BY total_time DESC LIMIT 5");
            assertThat(slowest).hasSize(5);
            assertThat(slowest.get(0)).containsEntry("digest_text", "SELECT SLEEP(?)");
            assertThat(Double.parseDouble(slowest.get(0).get("p99_ms"))).isBetween(190.0, 5_000.0);

            assertThat(digest(proxy, "SELECT name FROM analysed WHERE id = ?"))
                    .containsEntry("rows_sent", "4")
                    .containsEntry("schema_name", Accounts.DATABASE)
                    .containsEntry("user", Accounts.APP_USER)
                    .containsEntry("backend", server.host() + ":" + server.port())
                    .containsEntry("errors", "0");
            assertThat(digest(proxy, "SELECT nothing FROM analysed")).containsEntry("errors", "1");
            assertThat(digest(proxy, "INSERT INTO analysed VALUES (...)"))
                    .containsEntry("count", "2")
                    .containsEntry("rows_affected", "3")
                    .containsEntry("kind", "INSERT");
            assertThat(proxy.admin("SELECT reads, writes FROM tables WHERE table_name = 'analysed'"))
                    .containsExactly(Map.of("reads", "7", "writes", "4"));
            assertThat(proxy.admin("SELECT SUM(count) AS n FROM digests WHERE user = '" + Accounts.APP_USER + "'"))
                    .first()
                    .satisfies(
                            row -> assertThat(Double.parseDouble(row.get("n"))).isGreaterThanOrEqualTo(12));
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void clientsAskInBand(TestServer server) {
        try (ProxyProcess proxy = start(server);
                RawClient client = login(proxy)) {
            client.query("SELECT 40 + 2").ok();
            client.query("SELECT 1 + 1").ok();
            assertThat(client.query("SELECT * FROM histogram.queries").ok().rows())
                    .filteredOn(row -> row.get("query").equals("SELECT ? + ?"))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row).containsEntry("count", "2");
                        assertThat(row.keySet())
                                .containsExactlyInAnyOrder("query", "count", "max_query_time", "avg_query_time");
                    });
            client.query("DELETE FROM histogram.queries").ok();
            assertThat(client.query("select * from `histogram`.`queries` -- again")
                            .ok()
                            .rows())
                    .isEmpty();
            client.query("SELECT COUNT(*) FROM information_schema.TABLES").ok();
            assertThat(client.query("SELECT * FROM histogram.tables").ok().rows())
                    .filteredOn(row -> row.get("table").equals("information_schema.TABLES"))
                    .containsExactly(Map.of("table", "information_schema.TABLES", "reads", "1", "writes", "0"));
            client.query("DELETE FROM histogram.tables").ok();
            assertThat(client.query("SELECT * FROM histogram.tables").ok().rows())
                    .isEmpty();
        }
        try (ProxyProcess proxy = start(server, "--query-analysis-inband=false");
                RawClient client = login(proxy)) {
            assertThat(client.query("SELECT * FROM histogram.queries").isError())
                    .isTrue();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void slowStatementsAreKeptAndTheToolsReadTheirLog(TestServer server) throws IOException {
        Path log = folder.resolve("slow.log");
        try (ProxyProcess proxy = start(server, "--query-analysis-slow-time=0.3", "--query-analysis-slow-log=" + log);
                RawClient client = login(proxy)) {
            client.query("SELECT 1").ok();
            client.query("SELECT SLEEP(0.31)").ok();
            client.query("SELECT SLEEP(0.4)").ok();
            await().atMost(PATIENCE)
                    .until(() -> proxy.admin("SELECT * FROM slow_queries").size() == 2);
            assertThat(proxy.admin("SELECT statement, user, error FROM slow_queries ORDER BY query_ms DESC LIMIT 1"))
                    .containsExactly(Map.of("statement", "SELECT SLEEP(0.4)", "user", Accounts.APP_USER, "error", "0"));
            await().atMost(PATIENCE).until(() -> Files.readString(log).contains("SELECT SLEEP(0.4);"));
            Files.move(log, folder.resolve("slow.log.1"));
            try (RawClient admin = proxy.openAdmin()) {
                admin.query("SLOW LOG REOPEN").ok();
            }
            client.query("SELECT SLEEP(0.5)").ok();
            await().atMost(PATIENCE).until(() -> Files.readString(log).contains("SELECT SLEEP(0.5);"));
        }
        String first = Files.readString(folder.resolve("slow.log.1"));
        assertThat(first).contains("use " + Accounts.DATABASE + ";\nSET timestamp=");
        Optional<Path> program = dumpSlow();
        assumeTrue(program.isPresent(), "there is no mysqldumpslow");
        String summary = Shell.run(
                        List.of(
                                "perl",
                                program.orElseThrow().toString(),
                                "-s",
                                "c",
                                folder.resolve("slow.log.1").toString()),
                        Map.of())
                .ok()
                .output();
        assertThat(summary)
                .contains("Count: 2", "SELECT SLEEP(N.N)", Accounts.APP_USER + "[" + Accounts.APP_USER + "]");
    }

    /** Of the MySQL distribution that tests run against, or of this machine. */
    private static Optional<Path> dumpSlow() {
        return Stream.of(
                        Path.of(System.getProperty("it.mysql.dist", ""), "root/usr/bin/mysqldumpslow"),
                        Path.of("/usr/bin/mysqldumpslow"),
                        Path.of("/usr/bin/mariadb-dumpslow"))
                .filter(Files::isReadable)
                .findFirst();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void slowSelectsAreExplainedOnAConnectionOfTheirOwn(TestServer server) {
        try (ProxyProcess proxy = start(
                        server,
                        "--proxy-auth=learn",
                        "--query-analysis-slow-time=0",
                        "--query-analysis-explain",
                        "--query-analysis-explain-interval=0.01");
                RawClient client = login(proxy)) {
            client.query("DROP TABLE IF EXISTS explained").ok();
            client.query("CREATE TABLE explained (id INT PRIMARY KEY, name VARCHAR(20))")
                    .ok();
            await().atMost(PATIENCE).untilAsserted(() -> {
                client.query("SELECT COUNT(*) FROM explained WHERE name = 'x'").ok();
                assertThat(proxy.admin("SELECT plan FROM slow_queries WHERE plan LIKE '% explained%'"))
                        .isNotEmpty();
            });
            assertThat(client.query("SELECT CONNECTION_ID()").ok().rows()).hasSize(1);
        }
    }

    @Test
    void whatTakesFarLongerThanUsualIsSaid() {
        try (ProxyProcess proxy = start(
                        SharedServers.preferred(),
                        "--query-analysis-deviation-count=20",
                        "--query-analysis-deviation=5");
                RawClient client = login(proxy)) {
            for (int i = 0; i < 25; i++) {
                client.query("SELECT SLEEP(0.001)").ok();
            }
            client.query("SELECT SLEEP(2)").ok();
            assertThat(proxy.log().await("a statement took far longer than it usually does.*"))
                    .contains("SELECT SLEEP(?)", Accounts.APP_USER);
            assertThat(digest(proxy, "SELECT SLEEP(?)")).containsEntry("deviations", "1");
        }
    }

    @Test
    void manyDigestsStayInTheirMemory() {
        try (ProxyProcess proxy = start(SharedServers.preferred(), "--query-analysis-memory=1");
                RawClient client = login(proxy)) {
            int digests = 5_000;
            for (int i = 0; i < digests; i++) {
                client.query("SELECT 1 AS c" + i).ok();
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(proxy.admin("SELECT SUM(count) AS n FROM digests")
                                    .get(0)
                                    .get("n"))
                            .matches(digests + "(\\.0*)?|" + (digests + 1) + "(\\.0*)?"));
            assertThat(proxy.admin("SELECT count FROM digests WHERE digest = 'other'"))
                    .singleElement()
                    .satisfies(
                            row -> assertThat(Long.parseLong(row.get("count"))).isBetween(1_000L, 4_990L));
        }
    }
}
