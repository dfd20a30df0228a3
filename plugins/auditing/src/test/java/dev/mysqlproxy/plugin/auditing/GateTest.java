package dev.mysqlproxy.plugin.auditing;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import dev.mysqlproxy.testkit.Summaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements that wait or are refused because the audit cannot be written: its folder is gone. */
class GateTest {

    @TempDir
    Path folder;

    private Path logs() {
        return folder.resolve("logs");
    }

    private PluginDriver start(String overflow) throws IOException {
        Files.createDirectories(logs());
        PluginDriver driver = PluginDriver.start(
                new AuditingPlugin(),
                "--auditing-file=" + logs().resolve("audit.log"),
                "--auditing-queue=1",
                "--auditing-max-statement=1048576",
                "--auditing-overflow=" + overflow);
        driver.context().control().with(new ProxyControl.ListenerInfo("proxy", "forwarding", "127.0.0.1:4040", "", 0));
        driver.advance(Duration.ofSeconds(1));
        await().until(() -> Files.exists(logs().resolve("audit.log")) && Files.size(logs().resolve("audit.log")) > 0);
        Files.delete(logs().resolve("audit.log"));
        Files.delete(logs());
        return driver;
    }

    private static void awaitFailure(PluginDriver driver) {
        await().until(() -> driver.metric("auditing_failing") == 1);
    }

    private static String big() {
        return "SELECT '" + "x".repeat(300_000) + "'";
    }

    @Test
    void refusesWhatCannotBeRecorded() throws IOException {
        try (PluginDriver driver = start("fail")) {
            SessionDriver session = driver.connect().login("app", "shop");
            awaitFailure(driver);
            assertThat(session.query("DROP TABLE t")).answersError(3164);
            assertThat(session.send(FakeCommand.of(CommandType.COM_STMT_CLOSE))).forwards();
            session.completes(Summaries.query().build());
            assertThat(driver.connect().connectDecision()).isInstanceOf(ConnectDecision.Refuse.class);
            assertThat(driver.metric("auditing_refused_total")).isEqualTo(2);

            Files.createDirectory(logs());
            await().until(() -> driver.metric("auditing_failing") == 0);
            assertThat(session.query("DROP TABLE t")).forwards();
            session.completes(Summaries.query().build());
        }
        assertThat(Files.readString(logs().resolve("audit.log")))
                .contains("\"event\":\"login\"", "\"status\":\"answered\",\"error_code\":3164");
    }

    @Test
    void letsStatementsWaitForRoom() throws IOException {
        try (PluginDriver driver = start("wait")) {
            SessionDriver session = driver.connect().login("app", "shop");
            SessionDriver other = driver.connect().login("app", "shop");
            awaitFailure(driver);
            for (int i = 0; i < 3; i++) {
                assertThat(session.query(big())).forwards();
                session.completes(Summaries.query().build());
            }
            assertThat(session.query(big())).isInstanceOf(QueryDecision.Later.class);
            assertThat(other.query("DO 1")).isInstanceOf(QueryDecision.Later.class);
            assertThat(driver.metric("auditing_waiting_sessions")).isEqualTo(2);
            assertThat(driver.rows("audit").get(0)).contains("failing", "wait");

            Files.createDirectory(logs());
            await().until(() -> session.decision() instanceof QueryDecision.Forward
                    && other.decision() instanceof QueryDecision.Forward);
            session.completes(Summaries.query().build());
            other.completes(Summaries.query().build());
            assertThat(driver.metric("auditing_waiting_sessions")).isZero();
        }
        assertThat(Files.readAllLines(logs().resolve("audit.log")))
                .extracting(line -> Schema.record(line).get("event").asText())
                .containsExactly(
                        "connect",
                        "login",
                        "connect",
                        "login",
                        "statement",
                        "statement",
                        "statement",
                        "statement",
                        "statement",
                        "disconnect",
                        "disconnect",
                        "stop");
    }

    @Test
    void dropsAndCounts() throws IOException {
        try (PluginDriver driver = start("drop")) {
            SessionDriver session = driver.connect().login("app", "shop");
            awaitFailure(driver);
            for (int i = 0; i < 5; i++) {
                assertThat(session.query(big())).forwards();
                session.completes(Summaries.query().build());
            }
            assertThat(driver.metric("auditing_dropped_records_total")).isEqualTo(2);
            Files.createDirectory(logs());
            await().until(() -> driver.metric("auditing_queue_bytes") == 0);
        }
        List<JsonNode> records = Files.readAllLines(logs().resolve("audit.log")).stream()
                .map(Schema::record)
                .toList();
        assertThat(records.stream()
                        .filter(record -> record.get("event").asText().equals("dropped"))
                        .mapToInt(record -> record.get("count").asInt())
                        .sum())
                .isEqualTo(2);
        assertThat(records.get(records.size() - 1).get("count").asInt()).isEqualTo(2);
    }
}
