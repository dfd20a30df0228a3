package dev.mysqlproxy.plugin.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeSession;
import dev.mysqlproxy.testkit.PluginDriver;
import dev.mysqlproxy.testkit.SessionDriver;
import dev.mysqlproxy.testkit.Summaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of what happens, in JSON and as the old script's lines. */
class RecordsTest {

    private static final int NO_BACKSLASH_ESCAPES = 0x200;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("audit.log");
    }

    private List<JsonNode> written(Consumer<PluginDriver> work, String... options) {
        run(work, options);
        return Schema.records(file());
    }

    private void run(Consumer<PluginDriver> work, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--auditing-file=" + file());
        deleteOld();
        try (PluginDriver driver = PluginDriver.start(new AuditingPlugin(), all.toArray(String[]::new))) {
            work.accept(driver);
        }
    }

    private void deleteOld() {
        try {
            Files.deleteIfExists(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hear(PluginDriver driver, FakeSession session, FakeCommand command, QuerySummary summary) {
        driver.context().hook(QueryCompletedHook.class).onQueryCompleted(session, command, summary);
    }

    /** The records of one statement. */
    private JsonNode statement(String sql, QuerySummary summary, String... options) {
        return only("statement", written(driver -> hear(driver, app(), FakeCommand.query(sql), summary), options));
    }

    private static FakeSession app() {
        return FakeSession.loggedIn("app", "shop")
                .clientAddress("192.0.2.7:50123")
                .threadId(88);
    }

    private static QuerySummary ok() {
        return Summaries.query().build();
    }

    private static JsonNode only(String event, List<JsonNode> records) {
        List<JsonNode> found = all(event, records);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static List<JsonNode> all(String event, List<JsonNode> records) {
        return records.stream()
                .filter(record -> record.get("event").asText().equals(event))
                .toList();
    }

    private static String text(JsonNode record, String field) {
        return record.has(field) ? record.get(field).asText() : null;
    }

    // --- sessions ---------------------------------------------------------------------------------------------------

    @Test
    void aSessionFromConnectToDisconnect() {
        List<JsonNode> records = written(driver -> {
            FakeSession view = driver.view()
                    .clientAddress("192.0.2.7:50123")
                    .tls(new TlsView("TLSv1.3", "TLS_AES_256_GCM_SHA384", Optional.of("CN=app,O=\"A, B\"")))
                    .attribute("program_name", "shop-\u00fc")
                    .attribute("_pid", "4711");
            SessionDriver session = driver.connect(view).login("app", "shop");
            session.query("SELECT name FROM goods WHERE id = 7");
            session.completes(Summaries.query()
                    .rows(3)
                    .warnings(1)
                    .bytes(40, 120)
                    .took(Duration.ofNanos(5_000), Duration.ofNanos(70_000), Duration.ofNanos(90_999))
                    .build());
            session.disconnect("client-quit");
        });

        assertThat(records)
                .extracting(record -> record.get("event").asText())
                .containsExactly("start", "connect", "login", "statement", "disconnect", "stop");
        for (JsonNode record : records.subList(1, 5)) {
            assertThat(record.get("session").asInt()).isEqualTo(1);
            assertThat(text(record, "client")).isEqualTo("192.0.2.7:50123");
            assertThat(text(record, "listener")).isEqualTo("proxy");
        }
        JsonNode login = records.get(2);
        assertThat(text(login, "status")).isEqualTo("ok");
        assertThat(text(login, "user")).isEqualTo("app");
        assertThat(text(login, "schema")).isEqualTo("shop");
        assertThat(text(login, "auth_plugin")).isEqualTo("caching_sha2_password");
        assertThat(text(login, "tls_version")).isEqualTo("TLSv1.3");
        assertThat(text(login, "tls_cipher")).isEqualTo("TLS_AES_256_GCM_SHA384");
        assertThat(text(login, "client_certificate")).isEqualTo("CN=app,O=\"A, B\"");
        assertThat(text(login, "program")).isEqualTo("shop-\u00fc");
        assertThat(login.get("attributes").get("_pid").asText()).isEqualTo("4711");
        JsonNode statement = records.get(3);
        assertThat(records.get(1).has("thread")).isFalse();
        assertThat(statement.get("thread").asInt()).isEqualTo(1001);
        assertThat(text(statement, "user")).isEqualTo("app");
        assertThat(text(statement, "program")).isEqualTo("shop-\u00fc");
        assertThat(text(statement, "backend")).isEqualTo("198.51.100.1:3306");
        assertThat(text(statement, "command")).isEqualTo("COM_QUERY");
        assertThat(text(statement, "kind")).isEqualTo("select");
        assertThat(text(statement, "statement")).isEqualTo("SELECT name FROM goods WHERE id = ?");
        assertThat(text(statement, "status")).isEqualTo("ok");
        assertThat(statement.get("rows").asInt()).isEqualTo(3);
        assertThat(statement.get("warnings").asInt()).isEqualTo(1);
        assertThat(statement.get("request_bytes").asInt()).isEqualTo(40);
        assertThat(statement.get("reply_bytes").asInt()).isEqualTo(120);
        assertThat(statement.get("queued_us").asInt()).isEqualTo(5);
        assertThat(statement.get("first_byte_us").asInt()).isEqualTo(70);
        assertThat(statement.get("duration_us").asInt()).isEqualTo(90);
        JsonNode disconnect = records.get(4);
        assertThat(text(disconnect, "cause")).isEqualTo("client-quit");
        assertThat(disconnect.get("statements").asInt()).isEqualTo(1);
        assertThat(records.get(5).get("count").asInt()).isZero();
    }

    @Test
    void failedLoginsAndChangesOfUser() {
        List<JsonNode> records = written(driver -> {
            driver.connect().loginFails("eve", "");
            SessionDriver session = driver.connect().login("app", "shop").changeUser("other", "");
            session.query("DO 1");
            session.completes(ok());
        });
        JsonNode failed = all("login", records).get(0);
        assertThat(text(failed, "user")).isEqualTo("eve");
        assertThat(text(failed, "status")).isEqualTo("error");
        assertThat(failed.get("error_code").asInt()).isEqualTo(1045);
        assertThat(text(failed, "sql_state")).isEqualTo("28000");
        assertThat(text(failed, "error_message")).contains("eve");
        assertThat(text(only("change-user", records), "user")).isEqualTo("other");
        assertThat(text(only("statement", records), "user")).isEqualTo("other");
    }

    @Test
    void eachRecordSaysWhereItsSessionWasThen() {
        List<JsonNode> records = written(driver -> {
            FakeSession one = FakeSession.loggedIn("app", "shop").threadId(88);
            FakeSession two = new FakeSession(2).user("other").clientAddress("192.0.2.8:1");
            hear(driver, one, FakeCommand.query("DO 1"), ok());
            hear(driver, two, FakeCommand.query("DO 2"), ok());
            one.schema("store");
            hear(driver, one, FakeCommand.query("DO 3"), ok());
            one.threadId(99);
            hear(driver, one, FakeCommand.query("DO 4"), ok());
            hear(driver, two, FakeCommand.query("DO 5"), ok());
            one.schema("shop").user("changed");
            hear(driver, one, FakeCommand.query("DO 6"), ok());
        });
        assertThat(all("statement", records))
                .extracting(record -> text(record, "session") + " " + text(record, "thread") + " "
                        + text(record, "user") + " " + text(record, "schema"))
                .containsExactly(
                        "1 88 app shop",
                        "2 null other null",
                        "1 88 app store",
                        "1 99 app store",
                        "2 null other null",
                        "1 99 changed shop");
    }

    // --- statements -------------------------------------------------------------------------------------------------

    @Test
    void errorsHaveTheirMessagesOnlyWhereLiteralsAreShown() {
        QuerySummary error = Summaries.query()
                .error(1062, "23000", "Duplicate entry 's3cret' for key")
                .build();
        JsonNode redacted = statement("INSERT INTO t VALUES ('s3cret')", error);
        assertThat(text(redacted, "status")).isEqualTo("error");
        assertThat(redacted.get("error_code").asInt()).isEqualTo(1062);
        assertThat(text(redacted, "sql_state")).isEqualTo("23000");
        assertThat(redacted.toString()).doesNotContain("s3cret");
    }

    @Test
    void literalsAreShownWhenAskedForButPasswordsNever() {
        QuerySummary error =
                Summaries.query().error(1064, "42000", "near 's3cret'").build();
        List<JsonNode> records = written(
                driver -> {
                    hear(driver, app(), FakeCommand.query("SELECT 'seen', 1"), error);
                    hear(driver, app(), FakeCommand.query("SET PASSWORD = 's3cret' oops"), error);
                    hear(driver, app(), FakeCommand.execute("SELECT AES_ENCRYPT('a', ?)", "s3cret"), ok());
                },
                "--auditing-literals=show",
                "--auditing-parameters");
        List<JsonNode> statements = all("statement", records);
        assertThat(text(statements.get(0), "statement")).isEqualTo("SELECT 'seen', 1");
        assertThat(text(statements.get(0), "error_message")).isEqualTo("near 's3cret'");
        assertThat(text(statements.get(1), "statement")).isEqualTo("SET PASSWORD = ? oops");
        assertThat(statements.get(1).has("error_message")).isFalse();
        assertThat(statements.get(1).get("error_code").asInt()).isEqualTo(1064);
        assertThat(text(statements.get(2), "statement")).isEqualTo("SELECT AES_ENCRYPT(?, ?)");
        assertThat(statements.get(2).get("parameters").get(0).asText()).isEqualTo("?");
    }

    @Test
    void preparedStatements() {
        Consumer<PluginDriver> work = driver -> {
            FakeSession session = app();
            hear(driver, session, FakeCommand.prepare("SELECT * FROM t WHERE a = ? AND b = 5"), ok());
            hear(driver, session, FakeCommand.execute("SELECT * FROM t WHERE a = ? AND b = 5", "one", null), ok());
        };
        List<JsonNode> without = written(work);
        assertThat(text(only("command", without), "command")).isEqualTo("COM_STMT_PREPARE");
        assertThat(text(only("command", without), "statement")).isEqualTo("SELECT * FROM t WHERE a = ? AND b = ?");
        JsonNode executed = only("statement", without);
        assertThat(text(executed, "command")).isEqualTo("COM_STMT_EXECUTE");
        assertThat(text(executed, "statement")).isEqualTo("SELECT * FROM t WHERE a = ? AND b = ?");
        assertThat(executed.has("parameters")).isFalse();
    }

    @Test
    void parametersWhenAskedFor() {
        List<JsonNode> records = written(
                driver -> hear(driver, app(), FakeCommand.execute("SELECT ?, ?", "o\"ne", null), ok()),
                "--auditing-parameters");
        assertThat(only("statement", records).get("parameters").toString()).isEqualTo("[\"o\\\"ne\",null]");
    }

    @Test
    void whatAnErrorRepeatsOfAnUnknownStatementIsHidden() {
        QuerySummary refused = Summaries.query()
                .error(1062, "23000", "Duplicate entry 's3cret' for key 'a'")
                .build();
        JsonNode record = only(
                "statement",
                written(
                        driver -> hear(driver, app(), FakeCommand.of(CommandType.COM_STMT_EXECUTE), refused),
                        "--auditing-literals=show"));
        assertThat(record.get("error_code").asInt()).isEqualTo(1062);
        assertThat(record.toString()).doesNotContain("s3cret");
    }

    @Test
    void whatWasCutOffMayMentionPasswords() {
        String sql = "UPDATE users SET " + "col=?,".repeat(50) + "password=? WHERE id=?";
        QuerySummary refused = Summaries.query()
                .error(1406, "22001", "Data too long: 's3cret'")
                .build();
        JsonNode record = only(
                "statement",
                written(
                        driver -> hear(driver, app(), FakeCommand.execute(sql, "s3cret", null), refused),
                        "--auditing-max-statement=256",
                        "--auditing-parameters",
                        "--auditing-literals=show"));
        assertThat(record.get("truncated").asBoolean()).isTrue();
        assertThat(text(record, "statement")).isEqualTo(sql.substring(0, 256));
        assertThat(record.get("parameters").toString()).isEqualTo("[\"?\",\"?\"]");
        assertThat(record.get("error_code").asInt()).isEqualTo(1406);
        assertThat(record.toString()).doesNotContain("s3cret");
    }

    @Test
    void otherCommandsByName() {
        List<JsonNode> records = written(driver -> {
            hear(driver, app(), FakeCommand.of(CommandType.COM_PING), ok());
            hear(driver, app(), FakeCommand.of(CommandType.COM_INIT_DB, "stock"), ok());
            hear(driver, app(), FakeCommand.of(0xee), ok());
        });
        List<JsonNode> commands = all("command", records);
        assertThat(commands)
                .extracting(record -> text(record, "command"))
                .containsExactly("COM_PING", "COM_INIT_DB", "238");
        assertThat(commands).extracting(record -> text(record, "argument")).containsExactly(null, "stock", null);
    }

    @Test
    void answersOfHooksInjectionsAndLostReplies() {
        List<JsonNode> records = written(driver -> {
            FakeSession session = app();
            hear(
                    driver,
                    session,
                    FakeCommand.query("DELETE FROM t"),
                    Summaries.query()
                            .error(1175, "HY000", "no")
                            .status(QuerySummary.Status.ANSWERED)
                            .build());
            hear(
                    driver,
                    session,
                    FakeCommand.query("SHOW WARNINGS"),
                    Summaries.query().injection(-2).build());
            hear(
                    driver,
                    session,
                    FakeCommand.query("DO SLEEP(9)"),
                    Summaries.query().status(QuerySummary.Status.LOST).build());
        });
        List<JsonNode> statements = all("statement", records);
        assertThat(statements).extracting(record -> text(record, "status")).containsExactly("answered", "ok", "lost");
        assertThat(statements.get(0).get("error_code").asInt()).isEqualTo(1175);
        assertThat(statements.get(1).get("injection").asInt()).isEqualTo(-2);
        assertThat(statements.get(0).has("injection")).isFalse();
    }

    @Test
    void longStatementsAreCut() {
        String sql = "SELECT a FROM t WHERE " + "b = c OR ".repeat(100) + "d = e";
        JsonNode record = statement(sql, ok(), "--auditing-max-statement=300");
        assertThat(record.get("truncated").asBoolean()).isTrue();
        assertThat(text(record, "statement")).isEqualTo(sql.substring(0, 300));
        assertThat(statement("SELECT 1", ok()).has("truncated")).isFalse();
        JsonNode shown = only(
                "statement",
                written(driver ->
                        hear(driver, app(), FakeCommand.query("SELECT a FROM t").truncated(), ok())));
        assertThat(shown.get("truncated").asBoolean()).isTrue();
    }

    @Test
    void anyBytesMakeGoodRecords() {
        byte[] sql = {'S', 'E', 'L', 'E', 'C', 'T', ' ', '`', (byte) 0xff, 0, '\n', '"', '\\', '`'};
        JsonNode record = only(
                "statement", written(driver -> hear(driver, app(), FakeCommand.of(CommandType.COM_QUERY, sql), ok())));
        assertThat(text(record, "statement")).isEqualTo("SELECT `\ufffd\u0000\n\"\\`");
    }

    @Test
    void backslashesAreReadAsTheServerDoes() {
        List<JsonNode> records = written(driver -> {
            FakeSession session = app();
            hear(driver, session, FakeCommand.query("SELECT 1"), ok());
            session.serverStatus(NO_BACKSLASH_ESCAPES);
            hear(driver, session, FakeCommand.query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'"), ok());
            hear(driver, session, FakeCommand.query("SELECT 'a\\', s, 'b'"), ok());
        });
        assertThat(all("statement", records))
                .extracting(record -> text(record, "statement"))
                // where the meaning changes in the middle nothing is shown
                .containsExactly("SELECT ?", "?", "SELECT ?, s, ?");
    }

    @Test
    void onlyTheEventsThatAreNamed() {
        List<JsonNode> records = written(
                driver -> driver.connect().login("app", "shop").disconnect("client-quit"), "--auditing-events=login");
        assertThat(records)
                .extracting(record -> record.get("event").asText())
                .containsExactly("start", "login", "stop");
    }

    @Test
    void aProxyThatOnlyChecksItsConfigurationWritesNothing() {
        run(driver -> driver.advance(Duration.ofSeconds(5)));
        assertThat(file()).doesNotExist();
        assertThat(written(driver -> {
                    driver.context()
                            .control()
                            .with(new ProxyControl.ListenerInfo("proxy", "forwarding", "127.0.0.1:4040", "", 0));
                    driver.advance(Duration.ofSeconds(1));
                }))
                .extracting(record -> record.get("event").asText())
                .containsExactly("start", "stop");
    }

    // --- the old lines ----------------------------------------------------------------------------------------------

    @Test
    void theLinesOfTheOldScript() throws IOException {
        run(
                driver -> {
                    SessionDriver session = driver.connect(driver.view().clientAddress("192.0.2.7:50123"))
                            .login("app", "shop");
                    session.query("SELECT 'a',\n 2");
                    session.completes(ok());
                    session.send(FakeCommand.of(CommandType.COM_PING));
                    session.completes(ok());
                    driver.connect(driver.view().clientAddress("192.0.2.8:1")).loginFails("e'\n", "");
                },
                "--auditing-format=text");
        assertThat(Files.readString(file())).isEqualTo("""
                        <-- let's send him some information about us
                            server-addr   : 198.51.100.1:3306
                            client-addr   : 192.0.2.7:50123
                        --> there, look, the client is responding to the server auth packet
                            username      : app
                        <-- auth ok
                        --> 'app' sent us a query
                            query: SELECT ?,\\n ?
                        --> 'app' sent us a query
                        <-- let's send him some information about us
                            server-addr   : 198.51.100.1:3306
                            client-addr   : 192.0.2.8:1
                        --> there, look, the client is responding to the server auth packet
                            username      : e'\\n
                        <-- auth failed
                        """);
    }

    @Test
    void theSchemaRefusesWhatItDoesNotKnow() {
        String start = "{\"v\":1,\"seq\":1,\"time\":\"2026-11-23T06:01:42.123456Z\",\"event\":\"start\",";
        assertThat(Schema.complaints(start + "\"version\":\"1\",\"pid\":2}")).isZero();
        assertThat(Schema.complaints(start + "\"version\":\"1\",\"pid\":2,\"x\":3}"))
                .isPositive();
        assertThat(Schema.complaints(start + "\"version\":\"1\"}")).isPositive();
    }
}
