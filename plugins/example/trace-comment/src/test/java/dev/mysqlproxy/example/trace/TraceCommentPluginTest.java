package dev.mysqlproxy.example.trace;

import static dev.mysqlproxy.testkit.PluginAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeResult;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TraceCommentPluginTest {

    private final PluginDriver driver = PluginDriver.start(new TraceCommentPlugin());
    private final SessionDriver session = driver.connect().login("app");

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void theServerReadsWhereAQueryComesFrom() {
        driver.server(command -> FakeResult.columns("1").row("1"));
        assertThat(session.run("SELECT 1")).hasRow("1");
        assertThat(session.sent()).containsExactly("/* session=1 client=192.0.2.7:50000 trace=- */ SELECT 1");
    }

    @Test
    void aTraceComesInAnAttribute() {
        assertThat(session.send(FakeCommand.query("SELECT 1").withAttribute("traceparent", "00-ab-cd-01")))
                .injects("/* session=1 client=192.0.2.7:50000 trace=00-ab-cd-01 */ SELECT 1");
    }

    @Test
    void noClientEndsTheComment() {
        assertThat(session.send(FakeCommand.query("SELECT 1").withAttribute("traceparent", "*/ DROP TABLE t /*")))
                .injects("/* session=1 client=192.0.2.7:50000 trace=___DROP_TABLE_t___ */ SELECT 1");
    }

    @Test
    void whatIsTooLongToBeSeenWholePassesAsItIs() {
        assertThat(session.send(FakeCommand.query("SELECT 1").truncated())).forwards();
    }
}
