package dev.mysqlproxy.plugin.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminHandlerTest {

    private static final Reply.Err UNKNOWN =
            Reply.error(1105, "07000", "use 'SELECT * FROM help' to see the supported commands");

    private final AdminWorld world = new AdminWorld();
    private final AdminHandler handler = world.handler;

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void backendsLookAsTheyDidInTheOldScript() {
        world.set(2, BackendView.State.DOWN, 5, Optional.of("a-b-c"));
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
                .contains(
                        List.of("KILL [CONNECTION] <id>", "ends a session"),
                        List.of("EXPLAIN <statement>", "shows what a statement would change, and does nothing"));
    }

    @Test
    void everyStatementOfTheHelpIsUnderstood() {
        world.control.with(new RubbishTable(() -> {}));
        for (List<String> row : rows("SELECT * FROM help").rows()) {
            String statement = row.get(0)
                    .replace("ADD 'host:port'", "ADD 'db3'")
                    .replace("'host:port'", "'127.0.0.1:3306'")
                    .replace("[WEIGHT <n>]", "WEIGHT 3")
                    .replace("<id>", "7")
                    .replace("<n>", "3")
                    .replace("TRUNCATE [TABLE] <name>", "TRUNCATE rubbish")
                    .replace("FROM <name>", "FROM rubbish")
                    .replace("DISABLE} <name>", "DISABLE} proxy")
                    .replace("{LOAD | UNLOAD | RELOAD | ENABLE | DISABLE}", "RELOAD")
                    .replace("<name> = <value>", "admin-max-rows = 5")
                    .replace("<table>", "sessions")
                    .replace("SELECT ... FROM sessions ...", "SELECT * FROM sessions")
                    .replace("<statement>", "KILL 7")
                    .replaceAll("[{\\[]([A-Z]+)[^}\\]]*[}\\]]", "$1");
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
                "LOAD DATA INFILE 'x' INTO TABLE t",
                "DROP TABLE backends",
                "SHOW",
                "SHOW nothing",
                "EXPLAIN",
                "( x )",
                "'",
                ")"
            })
    void whatIsNotUnderstoodNamesTheHelp(String sql) {
        assertThat(ask(sql)).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALTER INSTANCE RELOAD TLS", "alter instance reload tls;", "RELOAD"})
    void filesAreReadAnew(String sql) {
        assertThat(answer(sql).join()).isEqualTo(Reply.ok());
        assertThat(world.control.actions()).containsExactly("reload");
    }

    @Test
    void whatCouldNotBeReadIsTold() {
        world.control.withProblem("/p/ca.pem is no PEM file").withProblem("/p/users has no line");

        assertThat(answer("RELOAD").join())
                .isEqualTo(Reply.error(1105, "07000", "/p/ca.pem is no PEM file; /p/users has no line"));
    }

    @Test
    void whatAsksNobodyIsAnsweredAtOnce() {
        for (String sql :
                List.of("SELECT * FROM backends", "select * from HELP;", "SET NAMES utf8mb4", "", "SHOW VARIABLES")) {
            assertThat(answer(sql)).as(sql).isCompleted();
        }
        assertThat(handler.answer(world.session, FakeCommand.of(CommandType.COM_PING))
                        .toCompletableFuture())
                .isCompletedWithValue(Reply.ok());
    }

    @Test
    void whatIsLongIsNotLookedAtOnAnEventLoop() {
        String sql = "SHOW VARIABLES WHERE Variable_name IN ('port'" + ", 'x'".repeat(500) + ")";
        assertThat(((Reply.ResultSet) answer(sql).join()).rows()).containsExactly(List.of("port", "0"));

        world.context.tasks().stop();
        assertThat(answer("SHOW VARIABLES LIKE 'port'")).isCompleted();
        assertThat(answer(sql).join()).isEqualTo(Errors.own("too many statements at once; try again"));
    }

    @Test
    void tablesAreReadOnAnotherThread() {
        Thread[] reader = new Thread[1];
        world.control.with(new RubbishTable(() -> reader[0] = Thread.currentThread()));

        assertThat(answer("SELECT * FROM rubbish").join()).isInstanceOf(Reply.ResultSet.class);
        assertThat(reader[0]).isNotNull().isNotEqualTo(Thread.currentThread());
    }

    private CompletableFuture<Reply> answer(String sql) {
        return handler.answer(world.session, FakeCommand.query(sql)).toCompletableFuture();
    }

    @Test
    void aServerOfTwoGroupsIsSetInBoth() {
        BackendHop plain = BackendHop.PLAIN;
        BackendHop other = new BackendHop("other", plain.tls(), plain.compression(), plain.header());
        world.backends.add("db2:3307", BackendView.Type.RW, other);
        assertThat(ask("SET BACKEND 'db2:3307' OFFLINE")).isEqualTo(new Reply.Ok(2, 0, 0, ""));
        assertThat(modes())
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
                        "seconds",
                        "statement",
                        "pinned");
        assertThat(result.rows())
                .containsExactly(Arrays.asList(
                        "7",
                        "proxy",
                        "10.0.0.9:5000",
                        "app",
                        "",
                        "127.0.0.1:3306",
                        "4711",
                        "idle",
                        "COM_QUERY",
                        "3",
                        null,
                        null));
    }

    @Test
    void pluginsOptionsAndVersionAreListed() {
        assertThat(rows("SHOW PLUGINS").rows())
                .containsExactly(List.of("proxy", "1.2.3", "forwards", "1"), List.of("admin", "1.2.3", "answers", "1"))
                .isEqualTo(rows("SELECT * FROM plugins").rows());
        assertThat(rows("SHOW OPTIONS").rows())
                .contains(List.of("admin-password", "***", "command line", "0"))
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
        world.set(1, BackendView.State.UP, 1, Optional.empty());
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
        world.backends.snapshot().forEach(backend -> world.backends.remove(backend.index(), true));
        assertThat(ask("SET BACKEND 'db9:3306' DRAIN"))
                .isEqualTo(Reply.error(1105, "07000", "backend 'db9:3306' is not known; none is"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SET BACKEND 'db2:3307'", "SET BACKEND db2 DRAIN", "SET BACKEND 'db2:3307' UP", "SET BACKEND"})
    void misspeltOrderIsNotTakenForAClientsSet(String sql) {
        assertThat(world.error(sql).message())
                .startsWith("the statement is: SET BACKEND 'host:port' {ONLINE | DRAIN | OFFLINE}");
        assertThat(modes()).containsOnly(BackendView.Mode.ONLINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL 7", "kill connection 7;"})
    void sessionsAreKilled(String sql) {
        assertThat(ask(sql)).isEqualTo(Reply.ok());
        assertThat(world.control.actions()).containsExactly("kill 7");
    }

    @Test
    void sessionsAreKilledByTheOldCommandToo() {
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_KILL, new byte[] {7, 0, 0, 0})))
                .isEqualTo(Reply.ok());
        assertThat(world.control.actions()).containsExactly("kill 7");
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_KILL, new byte[] {7, 1, 0, -128})))
                .isEqualTo(Errors.of(Errors.unknownSession("2147483911")));
        assertThat(command(FakeCommand.of(CommandType.COM_PROCESS_KILL, new byte[] {7})))
                .isInstanceOf(Reply.Err.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "999999999999999999", "99999999999999999999999"})
    void unknownSessionIsTheServersError(String id) {
        assertThat(ask("KILL " + id)).isInstanceOfSatisfying(Reply.Err.class, error -> {
            assertThat(error.code()).isEqualTo(1094);
            assertThat(error.message()).startsWith("Unknown thread id: " + id);
        });
        assertThat(world.control.actions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "KILL QUERY", "KILL 7.5", "KILL x"})
    void misspeltKillIsExplained(String sql) {
        assertThat(world.error(sql).message()).startsWith("the statement is: KILL [CONNECTION] <id>");
    }

    @ParameterizedTest
    @EnumSource(names = {"COM_PING", "COM_INIT_DB", "COM_RESET_CONNECTION"})
    void harmlessCommandsAreOk(CommandType type) {
        assertThat(command(FakeCommand.of(type))).isEqualTo(Reply.ok());
    }

    @Test
    void setOptionEndsWithEof() {
        assertThat(command(FakeCommand.of(CommandType.COM_SET_OPTION, new byte[] {0, 0})))
                .isInstanceOfSatisfying(
                        Reply.Raw.class,
                        raw -> assertThat(raw.payloads()).containsExactly(new byte[] {(byte) 0xfe, 0, 0, 2, 0}));
    }

    /** As a terminal asks for names to complete. */
    @Test
    void fieldsOfATableAreListed() {
        Reply.Raw fields = (Reply.Raw) command(FakeCommand.of(CommandType.COM_FIELD_LIST, "backends\0"));

        assertThat(fields.payloads()).hasSize(12);
        assertThat(new String(fields.payloads().get(1), UTF_8)).contains("address");
        assertThat(fields.payloads().get(1)).endsWith(0xfb);
        assertThat(fields.payloads().get(11)).hasSize(5).startsWith(0xfe);
        assertThat(command(FakeCommand.of(CommandType.COM_FIELD_LIST, "nothing\0")))
                .isInstanceOfSatisfying(
                        Reply.Err.class, error -> assertThat(error.code()).isEqualTo(1146));
    }

    @Test
    void theSchemaIsTheOneUsedLast() {
        assertThat(world.rows("SELECT DATABASE()").rows()).containsExactly(Collections.singletonList(null));
        command(FakeCommand.of(CommandType.COM_INIT_DB, "shop"));
        assertThat(world.rows("SELECT DATABASE()").rows()).containsExactly(List.of("shop"));
        assertThat(world.rows("SHOW TABLES").columns()).containsExactly(Reply.Column.text("Tables_in_proxy"));

        assertThat(world.ask("/* x */ USE `information_schema`;")).isEqualTo(Reply.ok());
        assertThat(world.rows("SELECT SCHEMA() FROM proxy.version").rows())
                .containsExactly(List.of("information_schema"));
        assertThat(world.rows("SHOW TABLES LIKE 'schemata'").rows()).containsExactly(List.of("schemata"));
        assertThat(world.rows("SELECT * FROM engines").rows()).hasSize(1);
        assertThat(world.rows("SELECT t.table_name FROM tables t JOIN proxy.backends b ON TRUE WHERE table_schema ="
                                + " 'proxy' AND t.table_name = 'pools' AND b.backend_ndx = 1")
                        .rows())
                .containsExactly(List.of("pools"));
        assertThat(((Reply.Err) world.ask("USE " + "x".repeat(65))).code()).isEqualTo(1102);
    }

    @Test
    void statisticsAreALineOfText() {
        world.set(2, BackendView.State.DOWN, 0, Optional.empty());

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

    @ParameterizedTest
    @EnumSource(
            names = {"COM_SHUTDOWN", "COM_DEBUG", "COM_STMT_FETCH", "COM_CREATE_DB", "COM_BINLOG_DUMP", "COM_REFRESH"})
    void otherCommandsAreRefusedInTheOldWords(CommandType type) {
        assertThat(command(FakeCommand.of(type)))
                .isEqualTo(Reply.error(1105, "07000", "[admin] we only handle text-based queries (COM_QUERY)"));
    }

    @Test
    void commandNobodyHasNamedIsRefused() {
        assertThat(command(FakeCommand.of(0xee))).isEqualTo(Errors.NOT_TEXT);
    }

    @Test
    void overlongStatementIsRefused() {
        assertThat(ask("SET x = '" + "a".repeat(70_000) + "'")).isInstanceOf(Reply.Err.class);
        assertThat(command(FakeCommand.query("SELECT 1").truncated())).isInstanceOf(Reply.Err.class);
    }

    private List<BackendView.Mode> modes() {
        return world.backends.snapshot().stream().map(BackendView::mode).toList();
    }

    private Reply.ResultSet rows(String sql) {
        return (Reply.ResultSet) ask(sql);
    }

    private Reply ask(String sql) {
        return command(FakeCommand.query(sql));
    }

    private Reply command(FakeCommand command) {
        return handler.onCommand(world.session, command);
    }
}
