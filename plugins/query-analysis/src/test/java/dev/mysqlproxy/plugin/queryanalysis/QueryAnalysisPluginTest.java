package dev.mysqlproxy.plugin.queryanalysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import dev.mysqlproxy.testkit.Summaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryAnalysisPluginTest {

    @TempDir
    private Path folder;

    private static List<Map<String, Object>> table(PluginDriver driver, String name) {
        List<String> columns = driver.table(name).columns().stream()
                .map(AdminTable.Column::name)
                .toList();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (List<Object> values : driver.rows(name)) {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                row.put(columns.get(i), values.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    private static void run(SessionDriver client, String sql, QuerySummary summary) {
        client.query(sql);
        client.completes(summary);
    }

    private static QuerySummary took(double millis) {
        return Summaries.query()
                .rows(2)
                .bytes(100, 200)
                .took(Duration.ofNanos((long) (millis * 1e6)))
                .build();
    }

    @Test
    void statementsAreCountedByDigestSchemaUserAndBackend() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(app, "SELECT * FROM t WHERE id = 1", took(2));
            run(app, "select * from t where id=2", took(4));
            run(
                    app,
                    "select * from t where id=2",
                    Summaries.query().error(1064, "42000", "no").build());
            run(driver.connect().login("other", "shop"), "SELECT * FROM t WHERE id = 1", took(1));
            List<Map<String, Object>> rows = table(driver, "digests");
            assertThat(rows).hasSize(2);
            Map<String, Object> row = rows.stream()
                    .filter(each -> "app".equals(each.get("user")))
                    .findFirst()
                    .orElseThrow();
            assertThat(row)
                    .containsEntry("digest_text", "SELECT * FROM t WHERE id = ?")
                    .containsEntry("kind", "SELECT")
                    .containsEntry("schema_name", "shop")
                    .containsEntry("backend", "198.51.100.1:3306")
                    .containsEntry("count", 3L)
                    .containsEntry("errors", 1L)
                    .containsEntry("rows_sent", 4L)
                    .containsEntry("bytes_in", 220L)
                    .containsEntry("bytes_out", 411L)
                    .containsEntry("max_ms", 4.0)
                    .containsEntry("total_time", 0.007)
                    .containsEntry("example", "SELECT * FROM t WHERE id = 1");
            assertThat((Double) row.get("p99_ms")).isBetween(3.8, 4.0);
        }
    }

    @Test
    void preparedStatementsCountWhenTheyAreExecuted() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            app.prepare("SELECT * FROM t WHERE id = ?");
            app.completes(took(1));
            assertThat(driver.rows("digests")).isEmpty();
            app.execute("SELECT * FROM t WHERE id = ?", "7");
            app.completes(took(1));
            run(app, "SELECT * FROM t WHERE id = 8", took(1));
            assertThat(table(driver, "digests"))
                    .singleElement()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("count", 2L)
                            .containsEntry("digest_text", "SELECT * FROM t WHERE id = ?"));
        }
    }

    @Test
    void stringsEndWhereTheServerSeesTheirEnd() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(app, "SELECT 'it\\'s', 2", took(1));
            app.view().serverStatus(0x200);
            run(app, "CREATE USER a IDENTIFIED BY 'C:\\', b IDENTIFIED BY 's3cret'", took(1));
            assertThat(table(driver, "digests"))
                    .extracting(row -> row.get("digest_text"))
                    .containsExactlyInAnyOrder("SELECT ?, ?", "CREATE USER a IDENTIFIED BY ?, b IDENTIFIED BY ?");
            assertThat(table(driver, "digests").toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void passwordsAreNeverShownAndLiteralsOnlyWhenWanted() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin(), "--query-analysis-slow-time=0")) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(app, "SET PASSWORD FOR 'x' = 'secret'", took(1));
            run(app, "SELECT 'seen'", took(1));
            assertThat(driver.rows("digests").toString())
                    .doesNotContain("secret")
                    .contains("seen");
            assertThat(driver.rows("slow_queries").toString())
                    .doesNotContain("secret")
                    .contains("seen");
        }
        try (PluginDriver driver = PluginDriver.start(
                new QueryAnalysisPlugin(), "--query-analysis-slow-time=0", "--query-analysis-literals=hidden")) {
            run(driver.connect().login("app", "shop"), "SELECT 'seen'", took(1));
            assertThat(driver.rows("digests").toString() + driver.rows("slow_queries"))
                    .doesNotContain("seen");
        }
    }

    @Test
    void tablesAreReadAndWritten() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(app, "INSERT INTO a SELECT * FROM x.b", took(1));
            run(app, "SELECT * FROM a", took(1));
            assertThat(driver.rows("tables"))
                    .containsExactlyInAnyOrder(List.of("shop", "a", 1L, 1L), List.of("x", "b", 1L, 0L));
            assertThat(driver.table("tables").clear()).isEqualTo(2);
            assertThat(driver.rows("tables")).isEmpty();
        }
    }

    @Test
    void clientsAskInBand() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(app, "SELECT * FROM t WHERE id = 1", took(2));
            run(driver.connect().login("b", ""), "SELECT * FROM t WHERE id = 1", took(4));
            assertThat(app.query("select /* c */ * from `histogram`.queries;"))
                    .isEqualTo(QueryDecision.answer(new Reply.ResultSet(
                            List.of(
                                    Reply.Column.text("query"),
                                    Reply.Column.number("count"),
                                    Reply.Column.number("max_query_time"),
                                    new Reply.Column("avg_query_time", 5)),
                            List.of(List.of("SELECT * FROM t WHERE id = ?", "2", "4000", "3000.00")))));
            assertThat(app.query("SELECT * FROM histogram.tables"))
                    .isInstanceOfSatisfying(
                            QueryDecision.Answer.class,
                            answer -> assertThat(((Reply.ResultSet) answer.reply()).rows())
                                    .containsExactlyInAnyOrder(List.of("shop.t", "1", "0"), List.of("t", "1", "0")));
            assertThat(app.query("DELETE FROM histogram.queries")).isEqualTo(QueryDecision.answer(Reply.ok()));
            assertThat(app.query("DELETE FROM histogram.tables")).isEqualTo(QueryDecision.answer(Reply.ok()));
            assertThat(driver.rows("digests")).isEmpty();
            assertThat(driver.rows("tables")).isEmpty();
            assertThat(app.query("SELECT * FROM histogram.others")).isEqualTo(QueryDecision.forward());
        }
    }

    @Test
    void clientsDoNotAskInBandWhenTheyMayNot() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin(), "--query-analysis-inband=false")) {
            SessionDriver app = driver.connect().login("app", "shop");
            assertThat(app.query("SELECT * FROM histogram.queries")).isEqualTo(QueryDecision.forward());
        }
    }

    @Test
    void whatTakesFarLongerThanUsualDeviates() {
        try (PluginDriver driver = PluginDriver.start(
                new QueryAnalysisPlugin(),
                "--query-analysis-deviation-count=20",
                "--query-analysis-deviation-time=0.001")) {
            SessionDriver app = driver.connect().login("app", "shop");
            for (int i = 0; i < 20; i++) {
                run(app, "SELECT 1", took(2 + i % 3 * 0.1));
            }
            assertThat(driver.metric("query_analysis_deviations_total")).isZero();
            run(app, "SELECT 1", took(10));
            assertThat(table(driver, "digests"))
                    .singleElement()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("deviations", 1L)
                            .doesNotContainEntry("last_deviation", null));
            assertThat(driver.metric("query_analysis_deviations_total")).isEqualTo(1);
            // decides about what was run before it, too
            run(app, "SELECT 1", took(20));
            driver.set("query-analysis-deviation", "0");
            assertThat(driver.metric("query_analysis_deviations_total")).isEqualTo(2);
            run(app, "SELECT 1", took(100));
            assertThat(table(driver, "digests"))
                    .singleElement()
                    .satisfies(row -> assertThat(row).containsEntry("deviations", 2L));
            assertThat(driver.metric("query_analysis_deviations_total")).isEqualTo(2);
        }
    }

    @Test
    void slowStatementsAreKeptAndLogged() throws Exception {
        Path log = folder.resolve("slow.log");
        try (PluginDriver driver = PluginDriver.start(
                new QueryAnalysisPlugin(),
                "--query-analysis-slow-time=0.5",
                "--query-analysis-slow-queries=2",
                "--query-analysis-slow-log=" + log)) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(app, "SELECT 'fast'", took(499));
            for (int i = 0; i < 3; i++) {
                run(app, "SELECT SLEEP(" + i + ")\n# Time: forged;", took(500));
            }
            assertThat(table(driver, "slow_queries"))
                    .hasSize(2)
                    .last()
                    .satisfies(row -> assertThat(row)
                            .containsEntry("query_ms", 500.0)
                            .containsEntry("statement", "SELECT SLEEP(2)\n# Time: forged;")
                            .containsEntry("user", "app"));
            driver.runTasks();
            assertThat(Files.readString(log).lines().toList())
                    .hasSize(19)
                    .first()
                    .asString()
                    .matches("# Time: \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
            assertThat(Files.readString(log)).contains("use shop;\n", "\nSELECT SLEEP(0)\n # Time: forged;\n");
            driver.set("query-analysis-slow-time", "10");
            run(app, "SELECT 'slow no more'", took(5_000));
            Files.move(log, folder.resolve("slow.log.1"));
            driver.advance(Duration.ofSeconds(1));
            assertThat(log).isEmptyFile();
            Files.move(log, folder.resolve("slow.log.2"));
            assertThat(driver.command("SLOW LOG REOPEN")).isEqualTo(Reply.ok());
            driver.set("query-analysis-slow-time", "0");
            run(app, "SELECT 'last'", took(1));
        }
        assertThat(Files.readString(log)).contains("SELECT 'last';").doesNotContain("no more");
    }

    @Test
    void aSlowLogThatCannotBeOpenedStopsTheStart() {
        assertThat(PluginDriver.startFails(
                        new QueryAnalysisPlugin(), "--query-analysis-slow-log=" + folder.resolve("no/such.log")))
                .startsWith("--query-analysis-slow-log=")
                .contains("cannot be opened for writing");
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            assertThat(driver.command("slow log reopen")).isInstanceOf(Reply.Err.class);
        }
    }

    @Test
    void whatAHookAnsweredHasNoBackend() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            run(
                    app,
                    "SELECT 1",
                    Summaries.query().status(QuerySummary.Status.ANSWERED).build());
            run(
                    app,
                    "SELECT 1",
                    Summaries.query().status(QuerySummary.Status.LOST).build());
            assertThat(table(driver, "digests"))
                    .extracting(row -> row.get("backend") + " " + row.get("count") + " " + row.get("errors"))
                    .containsExactlyInAnyOrder(" 1 0", "198.51.100.1:3306 1 1");
        }
    }

    @Test
    void aPreparedStatementThatNobodyKnowsCountsTogether() {
        try (PluginDriver driver = PluginDriver.start(new QueryAnalysisPlugin())) {
            SessionDriver app = driver.connect().login("app", "shop");
            app.send(FakeCommand.of(dev.mysqlproxy.api.view.CommandType.COM_STMT_EXECUTE, new byte[] {1, 0, 0, 0}));
            app.completes(took(1));
            assertThat(table(driver, "digests"))
                    .singleElement()
                    .satisfies(row -> assertThat(row).containsEntry("digest_text", "EXECUTE unknown"));
        }
    }
}
