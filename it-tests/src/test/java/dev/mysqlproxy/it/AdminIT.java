package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin port as its clients see it. */
class AdminIT {
    private static final Login ADMIN = Login.of(ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD);

    @TempDir
    Path folder;

    private static TestServer server;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        proxy = ProxyProcess.before(server);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private static RawClient login(Login login) {
        return RawClient.login(ProxyProcess.HOST, proxy.adminPort(), login);
    }

    @Test
    void everyClientCanLogIn() {
        for (long flags : List.of(Flags.OLD, Flags.CLASSIC, Flags.MODERN, Flags.MARIADB)) {
            try (RawClient client = login(ADMIN.wanting(flags))) {
                assertThat(client.command(0x0e, new byte[0]).isError()).isFalse();
                assertThat(client.query("SELECT * FROM backends").rows()).hasSize(1);
            }
        }
        for (String method : List.of("mysql_native_password", "caching_sha2_password", "mysql_clear_password")) {
            try (RawClient client = login(ADMIN.method(method))) {
                assertThat(client.query("SELECT * FROM backends").rows()).hasSize(1);
            }
        }
    }

    @Test
    void everyWrongLoginHasTheSameError() {
        List<String> errors = new ArrayList<>();
        for (Login wrong : List.of(
                Login.of(ProxyProcess.ADMIN_USER, "wrong"),
                Login.of(ProxyProcess.ADMIN_USER, ""),
                Login.of("nobody", ProxyProcess.ADMIN_PASSWORD),
                Login.of(ProxyProcess.ADMIN_USER, "wrong").method("caching_sha2_password"),
                Login.of("nobody", "wrong").method("mysql_native_password"))) {
            // its own proxy: wrong ones are made to wait longer and longer
            try (ProxyProcess own = ProxyProcess.before(server);
                    RawClient client = RawClient.tryLogin(ProxyProcess.HOST, own.adminPort(), wrong)) {
                Packet last = client.loginPackets().get(client.loginPackets().size() - 1);
                assertThat(last.isErr()).isTrue();
                errors.add(Reply.errorText(last).replaceAll("'(admin|nobody)'", "'#'"));
                client.wire().readToEnd();
            }
        }
        assertThat(errors.get(0)).startsWith("1045 #28000");
        assertThat(errors)
                .allMatch(error ->
                        error.replaceAll("YES|NO", "").equals(errors.get(0).replaceAll("YES|NO", "")));
    }

    @Test
    void statementsInAnyCase() {
        try (RawClient client = login(ADMIN);
                RawClient application = RawClient.login(
                        ProxyProcess.HOST,
                        proxy.port(),
                        Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE))) {
            for (String sql : List.of(
                    "SELECT * FROM backends",
                    "select * from backends",
                    "SELECT  *  FROM Backends ;",
                    "select * from BACKENDS;")) {
                assertThat(client.query(sql).rows().get(0))
                        .containsOnlyKeys("backend_ndx", "address", "state", "type", "uuid", "connected_clients")
                        .containsEntry("backend_ndx", "1")
                        .containsEntry("address", server.host() + ":" + server.port())
                        .containsEntry("state", "up")
                        .containsEntry("type", "rw")
                        .containsEntry("connected_clients", "1");
            }
            assertThat(client.query("select * from help;").rows())
                    .extracting(row -> row.get("command"))
                    .contains("SELECT * FROM help", "SELECT * FROM backends");
            application.query("SELECT 1").ok();
            assertThat(client.query("SHOW SESSIONS").rows())
                    .anySatisfy(row -> assertThat(row)
                            .containsEntry("listener", "proxy")
                            .containsEntry("user", Accounts.APP_USER)
                            .containsEntry("schema", Accounts.DATABASE)
                            .containsEntry("state", "idle")
                            .containsEntry("command", "COM_QUERY")
                            .containsEntry(
                                    "thread_id", "" + application.greeting().threadId()));
            assertThat(client.query("SHOW PLUGINS").rows())
                    .extracting(row -> row.get("name"))
                    .containsExactly("proxy", "admin");
            assertThat(client.query("SHOW VERSION").rows().get(0))
                    .containsEntry("version", System.getProperty("it.version", "1.0.0-SNAPSHOT"));
            assertThat(client.query("SHOW OPTIONS").rows())
                    .anySatisfy(row -> assertThat(row)
                            .containsEntry("name", "proxy-backend-addresses")
                            .containsEntry("value", server.host() + ":" + server.port()))
                    .noneSatisfy(row -> assertThat(row.get("value")).contains(ProxyProcess.ADMIN_PASSWORD));
            assertThat(client.query("SELECT * FROM there_is_no_such_table").errorText())
                    .contains("SELECT * FROM help");
            assertThat(client.query("SELECT @@version_comment LIMIT 1").isError())
                    .isFalse();
            assertThat(client.query("SET BACKEND '1.2.3.4:5' OFFLINE").isError())
                    .isTrue();
        }
    }

    @Test
    void drivers() throws SQLException {
        for (String url : List.of(
                "jdbc:mysql://%s:%d/?user=%s&password=%s&sslMode=DISABLED&allowPublicKeyRetrieval=true",
                "jdbc:mariadb://%s:%d/?user=%s&password=%s&sslMode=disable")) {
            try (Connection connection = DriverManager.getConnection(url.formatted(
                            ProxyProcess.HOST,
                            proxy.adminPort(),
                            ProxyProcess.ADMIN_USER,
                            ProxyProcess.ADMIN_PASSWORD));
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT * FROM backends")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt("backend_ndx")).isEqualTo(1);
                assertThat(rows.getString("uuid")).isNull();
                assertThat(connection.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void passwordFile() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "from-a-file\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        List<String> command = List.of(
                Distribution.command().toString(),
                "--plugins=admin",
                "--admin-address=127.0.0.1:0",
                "--admin-username=root",
                "--admin-password-file=" + file);
        Shell.Result open = Shell.run(command, Map.of());
        assertThat(open.exitCode()).isEqualTo(1);
        assertThat(open.output()).contains(file.toString());

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (ProxyProcess own = ProxyProcess.launch(command, Map.of())) {
            int port = Integer.parseInt(own.log().await("admin-server listening on port 127.0.0.1:(\\d+)$"));
            RawClient.login("127.0.0.1", port, Login.of("root", "from-a-file")).close();
        }
    }

    @Test
    void nothingIsLeftOut() {
        for (List<String> options : List.of(
                List.of("--admin-username=root"),
                List.of("--admin-password=secret"),
                List.of("--admin-username=root", "--admin-password="))) {
            List<String> command =
                    new ArrayList<>(List.of(Distribution.command().toString(), "--plugins=admin"));
            command.addAll(options);
            Shell.Result result = Shell.run(command, Map.of());
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.output().lines().filter(line -> !line.endsWith(" started")))
                    .singleElement()
                    .asString()
                    .contains("--admin-");
        }
    }
}
