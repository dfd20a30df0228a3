package dev.mysqlproxy.it.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in the records. */
class AuditRecordsIT {
    @TempDir
    Path folder;

    static Stream<TestServer> servers() {
        return SharedServers.all().stream();
    }

    private static List<JsonObject> of(String event, List<JsonObject> records) {
        return records.stream()
                .filter(record -> record.getString("event").equals(event))
                .toList();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void everyEvent(TestServer server) {
        Audit audit = new Audit(folder);
        try (ProxyProcess proxy = audit.proxy(server, "--auditing-parameters", "--proxy-backend-ssl-mode=preferred")
                .start()) {
            RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), Login.of(Accounts.APP_USER, "wrong"))
                    .close();
            Login app = Audit.APP.attributes(Map.of("program_name", "audit-it", "_pid", "1"));
            long thread;
            try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), app, RawTls.trustingAnybody())) {
                thread = Long.parseLong(
                        client.query("SELECT CONNECTION_ID() AS a").value());
                client.query("DROP TABLE IF EXISTS audited").ok();
                client.query("CREATE TABLE audited (id INT PRIMARY KEY, name VARCHAR(50))")
                        .ok();
                client.query("INSERT INTO audited VALUES (1, 's3cret'), (2, 'b')")
                        .ok();
                assertThat(client.query("SELECT * FROM audited WHERE name <> 's3cret-2'")
                                .rows())
                        .hasSize(2);
                assertThat(client.query("INSERT INTO audited VALUES (1, 's3cret-3')")
                                .errorCode())
                        .isEqualTo(1062);
                assertThat(client.query("SELEC 's3cret-4'").errorCode()).isEqualTo(1064);
                int statement = client.prepare("SELECT name FROM audited WHERE id = ?")
                        .ok()
                        .statementId();
                client.execute(statement, 0, "2").ok();
                client.command(Command.COM_INIT_DB, Accounts.DATABASE.getBytes(StandardCharsets.UTF_8))
                        .ok();
                client.command(Command.COM_PING, new byte[0]).ok();
                client.query("DROP TABLE audited").ok();
            }
            assertThat(proxy.stop()).isZero();

            List<JsonObject> records = audit.records();
            assertThat(Audit.text(audit.file())).doesNotContain("s3cret");
            assertThat(records.get(0).getString("event")).isEqualTo("start");
            assertThat(records.get(records.size() - 1).getString("event")).isEqualTo("stop");

            assertThat(of("connect", records)).hasSize(2);
            List<JsonObject> logins = of("login", records);
            assertThat(logins).extracting(login -> login.getString("status")).containsExactly("error", "ok");
            JsonObject failed = logins.get(0);
            assertThat(failed.getInteger("error_code")).isEqualTo(1045);
            assertThat(failed.getString("user")).isEqualTo(Accounts.APP_USER);
            JsonObject login = logins.get(1);
            assertThat(login.getString("program")).isEqualTo("audit-it");
            assertThat(login.getString("schema")).isEqualTo(Accounts.DATABASE);
            assertThat(login.getString("tls_version")).startsWith("TLSv1.");
            assertThat(login.getString("tls_cipher")).startsWith("TLS_");
            assertThat(login.getJsonObject("attributes").getString("_pid")).isEqualTo("1");

            List<JsonObject> statements = of("statement", records);
            assertThat(statements)
                    .extracting(record -> record.getString("statement"))
                    .containsExactly(
                            "SELECT CONNECTION_ID() AS a",
                            "DROP TABLE IF EXISTS audited",
                            "CREATE TABLE audited (id INT PRIMARY KEY, name VARCHAR(?))",
                            "INSERT INTO audited VALUES (?, ?), (?, ?)",
                            "SELECT * FROM audited WHERE name <> ?",
                            "INSERT INTO audited VALUES (?, ?)",
                            "SELEC ?",
                            "SELECT name FROM audited WHERE id = ?",
                            "DROP TABLE audited");
            assertThat(statements).allSatisfy(record -> {
                assertThat(record.getLong("thread")).isEqualTo(thread);
                assertThat(record.getString("user")).isEqualTo(Accounts.APP_USER);
                assertThat(record.getString("listener")).isEqualTo("proxy");
                assertThat(record.getString("client")).startsWith("127.0.0.1:");
                assertThat(record.getString("backend")).isEqualTo(server.host() + ":" + server.port());
                assertThat(record.getLong("duration_us")).isPositive();
                assertThat(record.getLong("reply_bytes")).isPositive();
            });
            assertThat(statements)
                    .extracting(record -> record.getString("kind"))
                    .startsWith("select", "ddl", "ddl", "insert", "select", "insert", "other");
            assertThat(statements.get(3).getLong("affected_rows")).isEqualTo(2);
            assertThat(statements.get(4).getLong("rows")).isEqualTo(2);
            assertThat(statements.get(5).getInteger("error_code")).isEqualTo(1062);
            assertThat(statements.get(6).getString("sql_state")).isEqualTo("42000");
            assertThat(statements.get(7).getString("command")).isEqualTo("COM_STMT_EXECUTE");
            assertThat(statements.get(7).getJsonArray("parameters")).isEqualTo(new JsonArray(List.of("2")));
            assertThat(of("command", records))
                    .extracting(record -> record.getString("command"))
                    .containsExactly("COM_STMT_PREPARE", "COM_INIT_DB", "COM_PING");
            assertThat(of("disconnect", records))
                    .extracting(record -> record.getString("cause"))
                    .containsExactly("login-refused", "client-quit");
            assertThat(of("disconnect", records).get(1).getInteger("statements"))
                    .isEqualTo(9);
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void changesOfUserAndPasswords(TestServer server) {
        Audit audit = new Audit(folder);
        Login root =
                Login.of(server.rootUser(), server.rootPassword()).wanting(Flags.CLASSIC | Flags.CLIENT_PLUGIN_AUTH);
        try (ProxyProcess proxy = audit.proxy(server, "--auditing-literals=show", "--proxy-backend-ssl-mode=preferred")
                .start()) {
            try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), root, RawTls.trustingAnybody())) {
                client.query("CREATE USER 'audit_it'@'%' IDENTIFIED BY 's3cret'")
                        .ok();
                client.query("ALTER USER 'audit_it'@'%' IDENTIFIED BY 's3cret-2'")
                        .ok();
                client.query("SET PASSWORD FOR 'audit_it'@'%' = "
                                + (server.kind() == TestServer.Kind.MYSQL ? "'s3cret-3'" : "PASSWORD('s3cret-3')"))
                        .ok();
                assertThat(client.query("CREATE USER 'audit_it'@'%' IDENTIFIED BY 's3cret-4' oops")
                                .isError())
                        .isTrue();
                client.query("DROP USER 'audit_it'@'%'").ok();
                client.query("SELECT 'seen'").ok();
                client.changeUser(Accounts.APP_USER, Accounts.APP_PASSWORD, Accounts.DATABASE, "");
            }
            proxy.stop();
        }
        List<JsonObject> records = audit.records();
        assertThat(Audit.text(audit.file())).doesNotContain("s3cret");
        assertThat(of("statement", records))
                .extracting(record -> record.getString("statement"))
                .startsWith("CREATE USER 'audit_it'@'%' IDENTIFIED BY ?", "ALTER USER 'audit_it'@'%' IDENTIFIED BY ?")
                .contains("DROP USER 'audit_it'@'%'", "SELECT 'seen'");
        assertThat(of("change-user", records))
                .singleElement()
                .satisfies(record -> assertThat(record.getString("user")).isEqualTo(Accounts.APP_USER));
    }

    @Test
    void filters() {
        Audit audit = new Audit(folder);
        try (ProxyProcess proxy = audit.proxy(
                        SharedServers.preferred(),
                        "--auditing-events=statement",
                        "--auditing-statements=select",
                        "--auditing-exclude-regex=(?i)heartbeat")
                .start()) {
            try (RawClient client = Audit.login(proxy)) {
                client.query("SELECT 1 AS heartbeat").ok();
                client.query("DO 1").ok();
                client.query("SET @a = 1").ok();
                client.query("SELECT 2 AS kept").ok();
            }
            proxy.stop();
        }
        assertThat(audit.records())
                .extracting(record -> record.getString("event") + " " + record.getString("statement"))
                .containsExactly("start null", "SELECT ? AS kept".replaceFirst("^", "statement "), "stop null");
    }

    @Test
    void theOldScriptsLines() {
        Audit audit = new Audit(folder);
        try (ProxyProcess proxy = audit.proxy(
                        SharedServers.preferred(), "--auditing-format=text", "--auditing-literals=show")
                .start()) {
            try (RawClient client = Audit.login(proxy)) {
                client.query("SELECT 1").ok();
            }
            proxy.stop();
        }
        assertThat(Audit.text(audit.file()))
                .contains("    username      : app\n<-- auth ok\n--> 'app' sent us a query\n    query: SELECT 1\n");
    }

    @Test
    void helpAndSchemaAreThere() {
        String help = Shell.run(
                        List.of(Distribution.command().toString(), "--plugins=proxy,auditing", "--help-auditing"),
                        Map.of())
                .ok()
                .output();
        assertThat(help).contains("--auditing-overflow", "--auditing-literals");
        assertThat(Distribution.home().resolve("share/mysql-proxy/auditing-schema-1.json"))
                .isRegularFile();
        assertThat(Files.exists(folder.resolve("audit.log"))).isFalse();
    }
}
