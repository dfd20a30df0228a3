package dev.mysqlproxy.plugin.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeMetrics;
import dev.mysqlproxy.testkit.FakeServerView;
import dev.mysqlproxy.testkit.FakeSession;
import dev.mysqlproxy.testkit.Summaries;
import org.junit.jupiter.api.Test;

class CommandMetricsTest {

    private static final String FIRST = "db1:3306";

    private final FakeMetrics metrics = new FakeMetrics();
    private final CommandMetrics counted = new CommandMetrics(metrics);
    private final FakeSession session =
            FakeSession.loggedIn("app", "shop").server(new FakeServerView(1).address(FIRST));

    private void completed(FakeCommand command, QuerySummary summary) {
        counted.onQueryCompleted(session, command, summary);
    }

    @Test
    void byBackendAndCommand() {
        completed(
                FakeCommand.query("SELECT 1"),
                Summaries.query().rows(3).bytes(20, 100).build());
        completed(FakeCommand.query("SELECT 2"), Summaries.query().bytes(20, 50).build());
        completed(
                FakeCommand.of(CommandType.COM_PING),
                Summaries.query().bytes(5, 11).build());
        session.server(new FakeServerView(2).address("db2:3306"));
        completed(
                FakeCommand.query("SELECT 3"),
                Summaries.query().rows(1).bytes(7, 8).build());

        assertThat(metrics.value("command_duration_seconds", FIRST, "COM_QUERY"))
                .isEqualTo(2);
        assertThat(metrics.value("command_duration_seconds", FIRST, "COM_PING")).isEqualTo(1);
        assertThat(metrics.value("command_duration_seconds", "db2:3306", "COM_QUERY"))
                .isEqualTo(1);
        assertThat(metrics.value("command_request_bytes_total", FIRST)).isEqualTo(45);
        assertThat(metrics.value("command_reply_bytes_total", FIRST)).isEqualTo(161);
        assertThat(metrics.value("command_rows_total", FIRST)).isEqualTo(3);
        assertThat(metrics.value("command_rows_total", "db2:3306")).isEqualTo(1);
        assertThat(metrics.value("command_errors_total", FIRST, "COM_QUERY")).isZero();
    }

    @Test
    void byEnd() {
        FakeCommand command = FakeCommand.query("SELECT 1");
        completed(command, Summaries.query().error(1064, "42000", "near").build());
        completed(command, Summaries.query().status(QuerySummary.Status.LOST).build());
        completed(
                command,
                Summaries.query().status(QuerySummary.Status.OPAQUE).bytes(3, 4).build());
        completed(
                command,
                Summaries.query()
                        .status(QuerySummary.Status.ANSWERED)
                        .bytes(1000, 1000)
                        .build());

        assertThat(metrics.value("command_errors_total", FIRST, "COM_QUERY")).isEqualTo(1);
        assertThat(metrics.value("commands_lost_total", FIRST)).isEqualTo(1);
        assertThat(metrics.value("commands_answered_total", "COM_QUERY")).isEqualTo(1);
        assertThat(metrics.value("command_duration_seconds", FIRST, "COM_QUERY"))
                .isEqualTo(1);
        assertThat(metrics.value("command_reply_bytes_total", FIRST)).isLessThan(1000);
    }

    @Test
    void allCommandsThatServersAnswer() {
        assertThat(counted.completedTypes())
                .contains(CommandType.COM_QUERY, CommandType.COM_STMT_BULK_EXECUTE)
                .doesNotContain(CommandType.COM_QUIT);
    }

    @Test
    void withoutABackendOrAName() {
        session.server(null);
        completed(FakeCommand.of(0x7f), Summaries.query().build());

        assertThat(metrics.value("command_duration_seconds", "none", "unknown")).isEqualTo(1);
    }
}
