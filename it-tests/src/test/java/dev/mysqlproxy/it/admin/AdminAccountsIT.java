package dev.mysqlproxy.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several accounts, with hashes as servers have them. */
class AdminAccountsIT {

    /** The hash of "password" for mysql_native_password. */
    private static final String NATIVE = "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19";

    @TempDir
    static Path folder;

    private static Path file;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws Exception {
        file = folder.resolve("users");
        write("reader reader \"" + "r-secret" + "\"\nmaria operator " + NATIVE + "\n" + hashed());
        proxy = ProxyProcess.with()
                .backend(SharedServers.preferred())
                .options("--admin-users-file=" + file)
                .start();
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private static void write(String lines) throws IOException {
        Files.writeString(file, lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** An account as a server shows it, when there is one with caching_sha2_password. */
    private static String hashed() throws SQLException {
        TestServer server = SharedServers.preferred();
        if (server.kind() != TestServer.Kind.MYSQL) {
            return "";
        }
        try (Connection root = server.openAdmin();
                Statement statement = root.createStatement()) {
            statement.execute("DROP USER IF EXISTS boss");
            statement.execute("CREATE USER boss IDENTIFIED WITH caching_sha2_password BY 'b-secret'");
            try (ResultSet rows =
                    statement.executeQuery("SELECT HEX(authentication_string) FROM mysql.user WHERE user = 'boss'")) {
                rows.next();
                return "boss admin 0x" + rows.getString(1) + "\n";
            } finally {
                root.createStatement().execute("DROP USER boss");
            }
        }
    }

    static List<String> urls() {
        return List.of(
                AdminClient.DRIVERS.get(0),
                "jdbc:mysql://%s:%d/?sslMode=REQUIRED",
                "jdbc:mariadb://%s:%d/?allowPublicKeyRetrieval=true",
                "jdbc:mariadb://%s:%d/?sslMode=trust");
    }

    @ParameterizedTest
    @MethodSource("urls")
    void everybodyGetsInWithTheRightPassword(String url) throws Exception {
        for (int round = 0; round < 2; round++) {
            try (AdminClient client = AdminClient.open(proxy, url, "maria", "password")) {
                assertThat(client.one("SELECT 1 + 1")).isEqualTo("2");
            }
            try (AdminClient client = AdminClient.open(proxy, url, "reader", "r-secret")) {
                assertThat(client.error("LOGS ROTATE")).startsWith("1227 ").contains("OPERATOR");
            }
            if (!hashed().isEmpty()) {
                try (AdminClient client = AdminClient.open(proxy, url, "boss", "b-secret")) {
                    assertThat(client.one("SELECT CURRENT_USER()")).startsWith("boss@");
                }
            }
        }
        try (AdminClient client = AdminClient.open(proxy, url, ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD)) {
            client.run("LOGS ROTATE");
        }
    }

    @Test
    void nobodyGetsInWithAWrongOne() {
        String url = AdminClient.DRIVERS.get(0);
        for (String user : List.of("maria", "reader", "boss", "nobody", ProxyProcess.ADMIN_USER)) {
            assertThatThrownBy(() -> AdminClient.open(proxy, url, user, "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1045))
                    .hasMessageContaining("Access denied for user '" + user + "'");
        }
        assertThatThrownBy(() -> AdminClient.open(proxy, url, "maria", "")).isInstanceOf(SQLException.class);
    }

    @Test
    void theFileIsReadAnew() throws Exception {
        String before = Files.readString(file);
        try (AdminClient admin = AdminClient.open(proxy)) {
            write(before + "late operator \"l-secret\"\n");
            admin.run("RELOAD");
            try (AdminClient late = AdminClient.open(proxy, AdminClient.DRIVERS.get(0), "late", "l-secret")) {
                late.run("LOGS ROTATE");
                write(before);
                admin.run("RELOAD");
                assertThat(late.error("SHOW SESSIONS")).startsWith("1045 ");
            }
            write("late operator l-secret\n");
            assertThat(admin.error("RELOAD")).contains("line 1").doesNotContain("l-secret");
            write(before);
        }
    }

    @Test
    void theFileIsReadAnewOnSighup() throws Exception {
        String before = Files.readString(file);
        write(before + "signalled reader \"s-secret\"\n");
        proxy.signal("HUP");
        await().ignoreExceptions().untilAsserted(() -> {
            try (AdminClient late = AdminClient.open(proxy, AdminClient.DRIVERS.get(0), "signalled", "s-secret")) {
                assertThat(late.one("SELECT CURRENT_USER()")).startsWith("signalled@");
            }
        });
        write("signalled reader s-secret\n");
        proxy.signal("HUP");
        assertThat(proxy.log().await("cannot reload: .*admin-users-file.*"))
                .contains("line 1")
                .doesNotContain("s-secret");
        write(before);
    }
}
