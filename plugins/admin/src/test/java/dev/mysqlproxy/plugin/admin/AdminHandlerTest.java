package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminHandlerTest {

    private static final Reply.Err UNKNOWN =
            Reply.error(1105, "07000", "use 'SELECT * FROM help' to see the supported commands");

    private final FakeProxy proxy = FakeProxy.started();
    private final AdminHandler handler = new AdminHandler(proxy, proxy, () -> 42);

    @Test
    void backendsLookAsTheyDidInTheOldScript() {
        proxy.set(2, BackendView.State.DOWN, 5, Optional.of("a-b-c"));
        Reply.ResultSet result = rows("SELECT * FROM backends");

        assertThat(result.columns())
                .containsExactly(
                        new Reply.Column("backend_ndx", Reply.Column.MYSQL_TYPE_LONG),
                        new Reply.Column("address", Reply.Column.MYSQL_TYPE_STRING),
                        new Reply.Column("state", Reply.Column.MYSQL_TYPE_STRING),
                        new Reply.Column("type", Reply.Column.MYSQL_TYPE_STRING),
                        new Reply.Column("uuid", Reply.Column.MYSQL_TYPE_STRING),
                        new Reply.Column("connected_clients", Reply.Column.MYSQL_TYPE_LONG));
        assertThat(result.rows())
                .containsExactly(
                        Arrays.asList("1", "127.0.0.1:3306", "unknown", "rw", null, "0"),
                        List.of("2", "db2:3307", "down", "ro", "a-b-c", "5"));
    }

    @Test
    void helpBeginsAsItDidInTheOldScript() {
        Reply.ResultSet result = rows("SELECT * FROM help");

        assertThat(result.columns()).containsExactly(Reply.Column.text("command"), Reply.Column.text("description"));
        assertThat(result.rows())
                .startsWith(
                        List.of("SELECT * FROM help", "shows this help"),
                        List.of("SELECT * FROM backends", "lists the backends and their state"))
                .hasSize(15);
    }

    @Test
    void everyStatementOfTheHelpIsUnderstood() {
        for (List<String> row : rows("SELECT * FROM help").rows()) {
            String statement = row.get(0)
                    .replace("'host:port'", "'db2:3307'")
                    .replace("{ONLINE | DRAIN | OFFLINE}", "ONLINE")
                    .replace("[CONNECTION]", "")
                    .replace("<id>", "7");
            assertThat(ask(statement)).as(statement).isNotInstanceOf(Reply.Err.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from BACKENDS",
                "SELECT * FROM backends;",
                " SELECT\n\t*\r\nFROM backends ; ; ",
                "/* a client */ SELECT * FROM `backends` -- here",
                "SELECT*FROM backends LIMIT 1000",
                "select * from backends limit 0, 18446744073709551615",
            })
    void caseBlanksCommentsAndSemicolonsDoNotMatter(String sql) {
        assertThat(rows(sql).rows()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"LIMIT 1|1", "LIMIT 1, 1|2", "LIMIT 1 OFFSET 1|2", "LIMIT 5 OFFSET 1|2"})
    void limitsAreKept(String limit, String index) {
        assertThat(rows("SELECT * FROM backends " + limit).rows())
                .extracting(row -> row.get(0))
                .containsExactly(index);
        assertThat(rows("SELECT * FROM backends LIMIT 0").rows()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frob",
                "SELECT",
                "SELECT *",
                "SELECT * FROM",
                "SELECT * FROM mysql.user",
                "SELECT * FROM backends WHERE 1",
                "SELECT * FROM backends; SELECT * FROM help",
                "SELECT * FROM 'backends'",
                "SELECT $$",
                "SELECT 1,",
                "SELECT ,1",
                "SELECT 1 AS",
                "SELECT 1 2",
                "SELECT 1 + 1",
                "SELECT DATABASE",
                "SELECT DATABASE(",
                "SELECT SLEEP(10)",
                "SELECT * FROM backends LIMIT x",
                "LOAD DATA INFILE 'x' INTO TABLE t",
                "DROP TABLE backends",
                "SHOW",
                "'",
                ")"
            })
    void whatIsNotUnderstoodNamesTheHelp(String sql) {
        assertThat(ask(sql)).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALTER INSTANCE RELOAD TLS", "alter instance reload tls;", "RELOAD"})
    void filesAreReadAnewOnAnotherThread(String sql) {
        CompletableFuture<Reply> answer =
                handler.answer(new FakeSession(), FakeCommand.query(sql)).toCompletableFuture();

        assertThat(answer.join()).isEqualTo(Reply.ok());
        assertThat(proxy.reloads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void whatCouldNotBeReadIsTold() {
        proxy.problems.add("/p/ca.pem is no PEM file");
        proxy.problems.add("/p/users has no line");

        assertThat(handler.answer(new FakeSession(), FakeCommand.query("RELOAD"))
                        .toCompletableFuture()
                        .join())
                .isEqualTo(Reply.error(1105, "07000", "/p/ca.pem is no PEM file; /p/users has no line"));
    }

    @Test
    void otherAnswersAreThereAtOnce() {
        assertThat(handler.answer(new FakeSession(), FakeCommand.query("SHOW VERSION"))
                        .toCompletableFuture())
                .isCompleted();
        assertThat(handler.answer(new FakeSession(), FakeCommand.of(CommandType.COM_PING))
                        .toCompletableFuture())
                .isCompletedWithValue(Reply.ok());
    }

    @Test
    void aServerOfTwoGroupsIsSetInBoth() {
        proxy.add("db2:3307", BackendView.Type.RW);
        assertThat(ask("SET BACKEND 'db2:3307' OFFLINE")).isEqualTo(new Reply.Ok(2, 0, 0, ""));
        assertThat(proxy.backends)
                .extracting(BackendView::mode)
                .containsExactly(BackendView.Mode.ONLINE, BackendView.Mode.OFFLINE, BackendView.Mode.OFFLINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ";", " /* ping */ ", "-- "})
    void emptyStatementIsTheServersError(String sql) {
        assertThat(ask(sql)).isEqualTo(Reply.error(1065, "42000", "Query was empty"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT * FROM sessions", "SHOW SESSIONS"})
    void sessionsAreListed(String sql) {
        Reply.ResultSet result = rows(sql);

        assertThat(result.columns())
                .extracting(Reply.Column::name)
                .containsExactly(
                        "id",
                        "listener",
                        "client",
                        "user",
                        "schema",
                        "backend",
                        "thread_id",
                        "state",
                        "command",
                        "seconds");
        assertThat(result.rows())
                .containsExactly(List.of(
                        "7", "proxy", "10.0.0.9:5000", "app", "", "127.0.0.1:3306", "4711", "idle", "COM_QUERY", "3"));
    }

    @Test
    void pluginsOptionsAndVersionAreListed() {
        assertThat(rows("SHOW PLUGINS").rows())
                .containsExactly(List.of("proxy", "1.2.3", "forwards"), List.of("admin", "1.2.3", "answers"))
                .isEqualTo(rows("SELECT * FROM plugins").rows());
        assertThat(rows("SHOW OPTIONS").rows())
                .containsExactly(List.of("admin-password", "***", "command line"))
                .isEqualTo(rows("SELECT * FROM options").rows());
        assertThat(rows("SHOW VERSION").rows().get(0).get(0)).isEqualTo("1.2.3");
        assertThat(rows("SELECT * FROM version").columns().get(0).name()).isEqualTo("version");
    }

    @Test
    void backendsAreSetByAddress() {
        assertThat(ask("SET BACKEND 'DB2:3307' drain;")).isEqualTo(new Reply.Ok(1, 0, 0, ""));
        assertThat(modes()).containsExactly(BackendView.Mode.ONLINE, BackendView.Mode.DRAIN);

        assertThat(ask("set backend \"127.0.0.1\" OFFLINE")).isEqualTo(new Reply.Ok(1, 0, 0, ""));
        assertThat(modes()).containsExactly(BackendView.Mode.OFFLINE, BackendView.Mode.DRAIN);

        assertThat(ask("SET BACKEND 'db2:3307' ONLINE")).isEqualTo(new Reply.Ok(1, 0, 0, ""));
        assertThat(modes()).containsExactly(BackendView.Mode.OFFLINE, BackendView.Mode.ONLINE);
    }

    @Test
    void modeAndTimeAreInShowBackends() {
        proxy.set(1, BackendView.State.UP, 1, Optional.empty());
        ask("SET BACKEND 'db2:3307' DRAIN");
        Reply.ResultSet result = rows("SHOW BACKENDS");

        assertThat(result.columns().subList(6, 8))
                .extracting(Reply.Column::name)
                .containsExactly("mode", "state_since");
        assertThat(result.rows().get(0).subList(2, 7)).isEqualTo(Arrays.asList("up", "rw", null, "1", "online"));
        assertThat(result.rows().get(0).get(7)).matches("2026-01-0[123] \\d\\d:\\d\\d:05");
        assertThat(result.rows().get(1).subList(6, 8)).isEqualTo(Arrays.asList("drain", null));
    }

    @Test
    void unknownBackendIsAnsweredWithTheKnownOnes() {
        assertThat(ask("SET BACKEND 'db9:3306' DRAIN"))
                .isEqualTo(Reply.error(1105, "07000", "backend 'db9:3306' is not known; 127.0.0.1:3306, db2:3307 are"));
        proxy.backends.clear();
        assertThat(ask("SET BACKEND 'db9:3306' DRAIN"))
                .isEqualTo(Reply.error(1105, "07000", "backend 'db9:3306' is not known; none is"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SET BACKEND 'db2:3307'", "SET BACKEND db2 DRAIN", "SET BACKEND 'db2:3307' UP", "SET BACKEND"})
    void misspeltOrderIsNotTakenForAClientsSet(String sql) {
        assertThat(ask(sql))
                .isEqualTo(Reply.error(
                        1105, "07000", "the statement is: SET BACKEND 'host:port' {ONLINE | DRAIN | OFFLINE}"));
        assertThat(modes()).containsOnly(BackendView.Mode.ONLINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL 7", "kill connection 7;"})
    void sessionsAreKilled(String sql) {
        assertThat(ask(sql)).isEqualTo(Reply.ok());
        assertThat(proxy.killed).containsExactly(7L);
    }

    @Test
    void sessionsAreKilledByTheOldCommandToo() {
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_KILL, 7, 0, 0, 0)))
                .isEqualTo(Reply.ok());
        assertThat(proxy.killed).containsExactly(7L);
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_KILL, 7, 1, 0, 0x80)))
                .isEqualTo(Errors.unknownSession("2147483911"));
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_KILL, 7))).isInstanceOf(Reply.Err.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "999999999999999999", "99999999999999999999999"})
    void unknownSessionIsTheServersError(String id) {
        assertThat(ask("KILL " + id)).isInstanceOfSatisfying(Reply.Err.class, error -> {
            assertThat(error.code()).isEqualTo(1094);
            assertThat(error.message()).startsWith("Unknown thread id: " + id);
        });
        assertThat(proxy.killed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "KILL QUERY 7", "KILL 7.5", "KILL x"})
    void misspeltKillIsExplained(String sql) {
        assertThat(ask(sql)).isEqualTo(Reply.error(1105, "07000", "the statement is: KILL [CONNECTION] <id>"));
    }

    @ParameterizedTest
    @EnumSource(names = {"COM_PING", "COM_INIT_DB", "COM_RESET_CONNECTION"})
    void harmlessCommandsAreOk(CommandType type) {
        assertThat(command(FakeCommand.of(type))).isEqualTo(Reply.ok());
    }

    @ParameterizedTest
    @EnumSource(names = {"COM_SET_OPTION", "COM_FIELD_LIST"})
    void someCommandsEndWithEof(CommandType type) {
        assertThat(command(FakeCommand.of(type, 0, 0)))
                .isInstanceOfSatisfying(
                        Reply.Raw.class,
                        raw -> assertThat(raw.payloads()).containsExactly(new byte[] {(byte) 0xfe, 0, 0, 2, 0}));
    }

    @Test
    void statisticsAreALineOfText() {
        proxy.set(2, BackendView.State.DOWN, 0, Optional.empty());

        assertThat(command(FakeCommand.of(CommandType.COM_STATISTICS)))
                .isInstanceOfSatisfying(
                        Reply.Raw.class,
                        raw -> assertThat(new String(raw.payloads().get(0), StandardCharsets.UTF_8))
                                .isEqualTo("Uptime: 42  Threads: 1  Backends: 2  Backends down: 1"));
    }

    @Test
    void processListIsThatOfTheSessions() {
        Reply list = ask("SHOW FULL PROCESSLIST");

        assertThat(((Reply.ResultSet) list).rows())
                .containsExactly(Arrays.asList("7", "app", "10.0.0.9:5000", null, "COM_QUERY", "3", "idle", null));
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_INFO))).isEqualTo(list);
    }

    @Test
    void preparedStatementsAreRefusedSoThatClientsPrepareThemselves() {
        assertThat(command(FakeCommand.of(CommandType.COM_STMT_PREPARE)))
                .isInstanceOfSatisfying(
                        Reply.Err.class, error -> assertThat(error.code()).isEqualTo(1295));
    }

    @ParameterizedTest
    @EnumSource(
            names = {"COM_SHUTDOWN", "COM_DEBUG", "COM_STMT_EXECUTE", "COM_CREATE_DB", "COM_BINLOG_DUMP", "COM_REFRESH"
            })
    void otherCommandsAreRefusedInTheOldWords(CommandType type) {
        assertThat(command(FakeCommand.of(type)))
                .isEqualTo(Reply.error(1105, "07000", "[admin] we only handle text-based queries (COM_QUERY)"));
    }

    @Test
    void commandNobodyHasNamedIsRefused() {
        assertThat(command(new FakeCommand(0xee, new byte[0], true))).isEqualTo(Errors.NOT_TEXT);
    }

    @Test
    void overlongStatementIsRefused() {
        assertThat(ask("SET x = '" + "a".repeat(70_000) + "'")).isInstanceOf(Reply.Err.class);
        assertThat(command(new FakeCommand(3, "SELECT 1".getBytes(StandardCharsets.UTF_8), false)))
                .isInstanceOf(Reply.Err.class);
    }

    private List<BackendView.Mode> modes() {
        return proxy.snapshot().stream().map(BackendView::mode).toList();
    }

    private Reply.ResultSet rows(String sql) {
        return (Reply.ResultSet) ask(sql);
    }

    private Reply ask(String sql) {
        return command(FakeCommand.query(sql));
    }

    private Reply command(FakeCommand command) {
        return handler.onCommand(new FakeSession(), command);
    }
}
