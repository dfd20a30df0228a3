package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code --proxy-auth=users}: accounts of the proxy's own. */
class UsersFileIT {
    private static final RawTls ANYBODY = RawTls.trustingAnybody();

    /** Of {@code secret}, as mysql_native_password keeps it. */
    private static final String HASH = "*14E65567ABDB5135D0CFD9A70B3032C179A49EE7";

    private static final String BACKEND =
            "backend { user = " + Accounts.APP_USER + ", password = \"" + Accounts.APP_PASSWORD + "\" }";

    @TempDir
    Path folder;

    static List<Kind> kinds() {
        return SecureServers.kinds();
    }

    private Path file() {
        return folder.resolve("users.conf");
    }

    private void write(String... users) {
        try {
            Files.writeString(file(), "users = [\n  " + String.join("\n  ", users) + "\n]\n");
            Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProxyProcess start(TestServer server) {
        return ProxyProcess.with()
                .backend(server)
                .options("--proxy-auth=users", "--proxy-users-file=" + file())
                .options(Certificates.get().proxy().options("proxy-ssl"))
                .start();
    }

    private static String refusal(ProxyProcess proxy, Login login) {
        try (RawClient client = RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), login)) {
            return client.refusal();
        }
    }

    private static String denied(String user) {
        return "1045 #28000Access denied for user '" + user + "'@'127.0.0.1' (using password: YES)";
    }

    private static String currentUser(ProxyProcess proxy, Login login) {
        try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), login);
                RawClient overTls = RawClient.login(ProxyProcess.HOST, proxy.port(), login, ANYBODY)) {
            String user = client.query("SELECT CURRENT_USER()").value();
            assertThat(overTls.query("SELECT CURRENT_USER()").value()).isEqualTo(user);
            return user;
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void accounts(Kind kind) {
        write(
                "{ name = app, password = \"app-secret\" }",
                "{ name = mapped, password = \"my own\", " + BACKEND + " }",
                "{ name = hashed, hash = \"" + HASH + "\", " + BACKEND + " }",
                "{ name = here, password = here, hosts = [\"127.0.0.%\"], " + BACKEND + " }",
                "{ name = there, password = there, hosts = [\"10.0.0.0/8\"], " + BACKEND + " }",
                "{ name = twice, password = wrong, hosts = [\"10.0.0.0/8\"], " + BACKEND + " }",
                "{ name = twice, password = right, hosts = [\"127.0.0.0/8\"], " + BACKEND + " }",
                "{ name = narrow, password = narrow, databases = [\"te%\"], " + BACKEND + " }",
                "{ name = unknown_there, password = \"some\" }",
                "{ name = empty, password = \"\", " + BACKEND + " }");
        try (ProxyProcess proxy = start(SecureServers.of(kind))) {
            for (Login login : List.of(
                    Login.of("app", "app-secret"),
                    Login.of("mapped", "my own"),
                    Login.of("hashed", "secret"),
                    Login.of("here", "here"),
                    Login.of("twice", "right"),
                    Login.of("narrow", "narrow"),
                    Login.of("narrow", "narrow").schema("test"),
                    Login.of("empty", ""))) {
                assertThat(currentUser(proxy, login)).as(login.user()).isEqualTo("app@%");
            }
            for (Login login : List.of(
                    Login.of("app", "secret"),
                    Login.of("mapped", Accounts.APP_PASSWORD),
                    Login.of("hashed", HASH),
                    Login.of("there", "there"),
                    Login.of("twice", "wrong"),
                    Login.of("nobody", "nobody"))) {
                assertThat(refusal(proxy, login)).isEqualTo(denied(login.user()));
            }
            // the server's word
            assertThat(refusal(proxy, Login.of("unknown_there", "some"))).isEqualTo(denied("unknown_there"));
            assertThat(refusal(proxy, Login.of("narrow", "narrow").schema("mysql")))
                    .isEqualTo("1044 #42000Access denied for user 'narrow'@'127.0.0.1' to database 'mysql'");
            // what the operator sees is the name that the client has
            try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), Login.of("mapped", "my own"))) {
                assertThat(proxy.sessions().get(0)).containsEntry("user", "mapped");
                List<Packet> said = client.changeUser("hashed", "secret", "", "");
                assertThat(said.get(said.size() - 1).isErr()).isFalse();
                assertThat(client.query("SELECT CURRENT_USER()").value()).isEqualTo("app@%");
            }
        }
    }

    /** What the servers themselves keep, with no account of the server's own beside it. */
    @Test
    void hashesOfTheServer() throws SQLException {
        assumeTrue(SecureServers.kinds().contains(Kind.MYSQL), "no MySQL on this machine");
        TestServer server = SecureServers.of(Kind.MYSQL);
        List<String> users = new ArrayList<>();
        try (Connection connection = server.openAdmin();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT user, HEX(authentication_string) FROM mysql.user WHERE user IN ('"
                                + SharedServers.CACHING_USER + "', '" + SharedServers.SHA256_USER + "')")) {
            while (row.next()) {
                users.add("{ name = " + row.getString(1) + ", hash = \"0x" + row.getString(2) + "\" }");
            }
        }
        assertThat(users).hasSize(2);
        write(users.toArray(new String[0]));
        try (ProxyProcess proxy = start(server)) {
            for (String user : List.of(SharedServers.CACHING_USER, SharedServers.SHA256_USER)) {
                assertThat(currentUser(proxy, Login.of(user, SharedServers.PASSWORD)))
                        .isEqualTo(user + "@%");
                assertThat(refusal(proxy, Login.of(user, "wrong-one"))).isEqualTo(denied(user));
            }
        }
    }

    @Test
    void fileIsReadAnew() {
        write("{ name = app, password = \"app-secret\" }");
        try (ProxyProcess proxy = start(SecureServers.preferred());
                RawClient before = RawClient.login(
                        ProxyProcess.HOST, proxy.port(), Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
            write("{ name = later, password = later, " + BACKEND + " }");
            try (RawClient admin = proxy.openAdmin()) {
                admin.query("RELOAD").ok();
            }
            assertThat(currentUser(proxy, Login.of("later", "later"))).isEqualTo("app@%");
            assertThat(refusal(proxy, Login.of("app", "app-secret"))).isEqualTo(denied("app"));
            assertThat(before.query("SELECT 'still in'").value()).isEqualTo("still in");

            List<String> said = new ArrayList<>();
            for (String mistake : mistakes()) {
                write(mistake);
                try (RawClient admin = proxy.openAdmin()) {
                    said.add(admin.query("RELOAD").errorText());
                }
            }
            assertThat(said)
                    .allSatisfy(text -> assertThat(text)
                            .startsWith("1105 #07000")
                            .contains(file().toString())
                            .doesNotContain("Exception", "top-secret")
                            .endsWith("; what was read before stays in use"));
            assertThat(currentUser(proxy, Login.of("later", "later"))).isEqualTo("app@%");
            LogFile.Mark mark = proxy.log().mark();
            proxy.signal("HUP");
            assertThat(mark.onlyComplaint()).contains("cannot reload: ", file().toString());
        }
    }

    private static List<String> mistakes() {
        return List.of(
                "{ name = x }",
                "{ password = top-secret }",
                "{ name = x, password = top-secret, hash = \"" + HASH + "\" }",
                "{ name = x, hash = \"*top-secret\" }",
                "{ name = x, pasword = top-secret }",
                "{ name = x, password = top-secret, hosts = [\"10.0.0.0/99\"] }",
                "{ name = x, password = top-secret, backend { user = y } }",
                "{ name = x, password = \"top-secret }");
    }

    @Test
    void mistakesEndTheStart() {
        for (String mistake : List.of(mistakes().get(0), mistakes().get(7))) {
            write(mistake);
            try (ProxyProcess proxy = ProxyProcess.with()
                    .backend("127.0.0.1:1")
                    .options("--proxy-auth=users", "--proxy-users-file=" + file())
                    .launch()) {
                assertThat(proxy.awaitExit()).isEqualTo(1);
                List<String> complaints = proxy.log().matching("\\(critical\\) (?!plugin )");
                assertThat(complaints).hasSize(1);
                assertThat(complaints.get(0)).contains(file().toString()).doesNotContain("Exception", "top-secret");
            }
        }
    }

    @Test
    void fileThatOthersCanRead() throws IOException {
        write("{ name = app, password = \"app-secret\" }");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        try (ProxyProcess proxy = start(SecureServers.preferred())) {
            assertThat(proxy.log().await("\\(warning\\) (.*)")).contains(file().toString());
            assertThat(currentUser(proxy, Login.of("app", "app-secret"))).isEqualTo("app@%");
        }
    }
}
