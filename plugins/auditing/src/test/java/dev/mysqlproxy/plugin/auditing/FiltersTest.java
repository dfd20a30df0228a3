package dev.mysqlproxy.plugin.auditing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeSession;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.Summaries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who and what is recorded. */
class FiltersTest {

    @TempDir
    Path folder;

    private int runs;

    private PluginDriver start(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--auditing-file=" + file());
        return PluginDriver.start(new AuditingPlugin(), all.toArray(String[]::new));
    }

    private Path file() {
        return folder.resolve("audit" + runs + ".log");
    }

    private List<String> end(PluginDriver driver) {
        driver.close();
        List<String> statements = Schema.records(file()).stream()
                .map(record -> record.get("statement"))
                .filter(Objects::nonNull)
                .map(JsonNode::asText)
                .toList();
        runs++;
        return statements;
    }

    private static void query(PluginDriver driver, FakeSession session, String sql) {
        hear(driver, session, FakeCommand.query(sql));
    }

    private static void hear(PluginDriver driver, FakeSession session, FakeCommand command) {
        driver.context()
                .hook(QueryCompletedHook.class)
                .onQueryCompleted(session, command, Summaries.query().build());
    }

    /** The statements of which records are left, with all literals shown. */
    private List<String> recorded(List<String> statements, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--auditing-literals=show");
        PluginDriver driver = start(all.toArray(String[]::new));
        FakeSession session = FakeSession.loggedIn("app", "shop");
        statements.forEach(sql -> query(driver, session, sql));
        return end(driver);
    }

    @Test
    void users() {
        PluginDriver driver = start("--auditing-users=app*,root", "--auditing-exclude-users=*_test");
        query(driver, FakeSession.loggedIn("app_1", ""), "SELECT a");
        query(driver, FakeSession.loggedIn("app_test", ""), "SELECT b");
        query(driver, FakeSession.loggedIn("root", ""), "SELECT c");
        query(driver, FakeSession.loggedIn("approot", ""), "SELECT d");
        query(driver, FakeSession.loggedIn("other", ""), "SELECT e");
        assertThat(end(driver)).containsExactly("SELECT a", "SELECT c", "SELECT d");
    }

    @Test
    void networks() {
        PluginDriver driver =
                start("--auditing-networks=10.0.0.0/8,fd00::/8,unix", "--auditing-exclude-networks=10.9.0.0/16");
        query(driver, FakeSession.loggedIn("u", "").clientAddress("10.1.2.3:1"), "SELECT a");
        query(driver, FakeSession.loggedIn("u", "").clientAddress("10.9.2.3:1"), "SELECT b");
        query(driver, FakeSession.loggedIn("u", "").clientAddress("192.0.2.1:1"), "SELECT c");
        query(driver, FakeSession.loggedIn("u", "").clientAddress("[fd00::1]:1"), "SELECT d");
        query(driver, FakeSession.loggedIn("u", "").clientAddress("/run/x:y.sock"), "SELECT e");
        assertThat(end(driver)).containsExactly("SELECT a", "SELECT d", "SELECT e");
    }

    @Test
    void schemas() {
        PluginDriver driver = start("--auditing-schemas=shop*", "--auditing-exclude-schemas=shop_old");
        FakeSession session = FakeSession.loggedIn("u", "shop");
        query(driver, session, "SELECT a");
        query(driver, session.schema("shop_old"), "SELECT b");
        query(driver, session.schema("other"), "SELECT c");
        query(driver, session.schema("shop_new"), "SELECT d");
        assertThat(end(driver)).containsExactly("SELECT a", "SELECT d");
    }

    @Test
    void kinds() {
        List<String> all = List.of("SELECT 1", "INSERT INTO t VALUES (1)", "SELECT 1; DROP TABLE t", "DROP TABLE t");
        assertThat(recorded(all, "--auditing-statements=ddl,dcl"))
                .containsExactly("SELECT 1; DROP TABLE t", "DROP TABLE t");
        // who hides something behind a SELECT is recorded
        assertThat(recorded(all, "--auditing-exclude-statements=select,insert"))
                .containsExactly("SELECT 1; DROP TABLE t", "DROP TABLE t");
    }

    @Test
    void whatMayBeOfAnyKindIsRecorded() {
        // with NO_BACKSLASH_ESCAPES, on a server that is older, as a block: it drops a table
        List<String> all = List.of(
                "SELECT '\\'; DROP TABLE t; -- '",
                "SELECT 1 /*!99999 ' */; DROP TABLE t; -- '",
                "/*!99999 SELECT 1 */ DROP TABLE t",
                "WITH a AS (SELECT 1) /*!99999 SELECT */ DELETE FROM t",
                "BEGIN NOT ATOMIC DROP TABLE t; END");
        assertThat(recorded(all, "--auditing-statements=ddl", "--auditing-literals=show"))
                .isEqualTo(all);
        assertThat(recorded(all, "--auditing-exclude-statements=select,transaction,other", "--auditing-literals=show"))
                .isEqualTo(all);
    }

    @Test
    void preparedStatementsThatNobodyKnowsAreRecorded() {
        PluginDriver driver = start("--auditing-statements=ddl", "--auditing-regex=DROP");
        FakeSession session = FakeSession.loggedIn("app", "shop");
        hear(driver, session, FakeCommand.execute("SELECT 1"));
        hear(driver, session, FakeCommand.of(CommandType.COM_STMT_EXECUTE, new byte[] {1, 0, 0, 0}));
        driver.close();
        assertThat(Schema.records(file()).stream().filter(record -> record.has("command")))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.get("command").asText()).isEqualTo("COM_STMT_EXECUTE");
                    assertThat(record.has("statement")).isFalse();
                    assertThat(record.has("truncated")).isFalse();
                });
    }

    @Test
    void expressions() {
        List<String> all = List.of("SELECT 1 FROM salaries", "SELECT 'Salaries'", "SELECT 2");
        assertThat(recorded(all, "--auditing-regex=(?i)\\bsalaries\\b", "--auditing-exclude-regex=^SELECT '"))
                .containsExactly("SELECT 1 FROM salaries");
        // what takes years with backtracking
        assertThat(recorded(List.of("SELECT " + "a".repeat(30_000)), "--auditing-regex=(a*)*b"))
                .isEmpty();
    }

    @Test
    void changeWhileTheProxyRuns() {
        PluginDriver driver = start();
        FakeSession session = FakeSession.loggedIn("app", "");
        query(driver, session, "SELECT a");
        driver.set("auditing-exclude-users", "app");
        query(driver, session, "SELECT b");
        driver.set("auditing-exclude-users", "");
        driver.set("auditing-schemas", "x");
        query(driver, session, "SELECT c");
        driver.set("auditing-schemas", "");
        query(driver, session, "SELECT d");
        assertThatThrownBy(() -> driver.set("auditing-regex", "(")).hasMessageContaining("--auditing-regex: '('");
        query(driver, session, "SELECT e");
        assertThat(end(driver)).containsExactly("SELECT a", "SELECT d", "SELECT e");
    }

    @Test
    void refusesNonsense() {
        assertThat(PluginDriver.startFails(new AuditingPlugin(), "--auditing-events=logout"))
                .isEqualTo(
                        "--auditing-events: 'logout' is no event: use connect, login, change-user, statement, command,"
                                + " disconnect");
        assertThat(PluginDriver.startFails(new AuditingPlugin(), "--auditing-statements=dml"))
                .startsWith("--auditing-statements: 'dml' is no kind of statement");
        assertThat(PluginDriver.startFails(new AuditingPlugin(), "--auditing-networks=host.example"))
                .startsWith("--auditing-networks: 'host.example' is not a network");
        assertThat(PluginDriver.startFails(new AuditingPlugin(), "--auditing-regex=a(?=b)"))
                .startsWith("--auditing-regex: '");
        assertThat(PluginDriver.startFails(new AuditingPlugin())).startsWith("the audit has no file");
        assertThat(PluginDriver.startFails(new AuditingPlugin(), "--auditing-file=/there/is/none"))
                .isEqualTo("--auditing-file: there is no folder /there/is; make it");
        assertThat(PluginDriver.startFails(
                        new AuditingPlugin(), "--auditing-file=" + folder + "/a", "--auditing-file-mode=0644"))
                .startsWith("'0644' is no mode for an audit");
        assertThat(PluginDriver.startFails(
                        new AuditingPlugin(), "--auditing-destination=syslog", "--auditing-syslog=tls://a"))
                .startsWith("--auditing-syslog: 'tls://a' is no syslog");
    }
}
