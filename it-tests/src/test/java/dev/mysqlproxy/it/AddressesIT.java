package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Greeting;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several listeners and groups of backends, with settings of their own, on sockets of every kind. */
class AddressesIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
    private static final String ANY_PORT = "127.0.0.1:0";

    private static TestServer server;
    private static TestServer other;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        other = Servers.preferred().start();
    }

    @AfterAll
    static void stop() {
        other.close();
    }

    private static String address(TestServer of) {
        return of.host() + ":" + of.port();
    }

    private static RawClient login(ProxyProcess proxy, int listener) {
        return RawClient.login(ProxyProcess.HOST, proxy.ports().get(listener), APP);
    }

    private static String port(RawClient client) {
        return client.query("SELECT @@port").value();
    }

    // --- groups -----------------------------------------------------------------------------------------------------

    @Test
    void eachListenerHasItsBackends() {
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses(ANY_PORT, ANY_PORT + "?group=reports", ANY_PORT + "?group=both")
                .backend(server)
                .backend(address(other) + "?group=reports")
                .backend(address(server) + "?group=both")
                .backend(address(other) + "?group=both")
                .start()) {
            List<RawClient> open = new ArrayList<>();
            List<List<String>> reached = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < 6; i++) {
                RawClient client = login(proxy, i % 3);
                open.add(client);
                reached.get(i % 3).add(port(client));
            }
            assertThat(reached.get(0)).containsOnly("" + server.port());
            assertThat(reached.get(1)).containsOnly("" + other.port());
            assertThat(reached.get(2)).containsExactlyInAnyOrder("" + server.port(), "" + other.port());
            assertThat(proxy.admin("SHOW SESSIONS"))
                    .extracting(row -> row.get("listener"))
                    .containsOnly("proxy", "proxy-2", "proxy-3", "admin");
            assertThat(proxy.admin("SELECT * FROM backends"))
                    .extracting(row -> row.get("address"))
                    .containsExactly(address(server), address(other), address(server), address(other));
            open.forEach(RawClient::close);
        }
    }

    /** A client of one group is not helped out by another's server. */
    @Test
    void groupWhoseServersAreDown() {
        TestServer gone = Servers.preferred().start();
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses(ANY_PORT, ANY_PORT + "?group=gone")
                .backend(server)
                .backend(address(gone) + "?group=gone")
                .start()) {
            gone.kill();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.ports().get(1))) {
                assertThat(Reply.errorText(wire.read())).startsWith("1105 ").contains("all backends are down");
            }
            try (RawClient client = login(proxy, 0)) {
                assertThat(port(client)).isEqualTo("" + server.port());
            }
        } finally {
            gone.close();
        }
    }

    // --- settings ---------------------------------------------------------------------------------------------------

    @Test
    void listenersOfferWhatTheirSettingsSay() throws Exception {
        assumeTrue(server.certificateAuthority().isPresent(), "the server has no TLS");
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses(
                        ANY_PORT,
                        ANY_PORT + "?ssl-mode=disabled&compression=none",
                        ANY_PORT + "?compression=zlib",
                        ANY_PORT + "?ssl-mode=required&compression=zstd+zlib")
                .backend(server)
                .options("--proxy-compression=zstd")
                .start()) {
            long zlib = Flags.CLIENT_COMPRESS;
            long zstd = Flags.CLIENT_ZSTD_COMPRESSION_ALGORITHM;
            assertThat(offered(proxy, 0)).isEqualTo(Flags.CLIENT_SSL | zstd);
            assertThat(offered(proxy, 1)).isZero();
            assertThat(offered(proxy, 2)).isEqualTo(Flags.CLIENT_SSL | zlib);
            assertThat(offered(proxy, 3)).isEqualTo(Flags.CLIENT_SSL | zlib | zstd);
            try (RawClient refused =
                    RawClient.tryLogin(ProxyProcess.HOST, proxy.ports().get(3), APP)) {
                assertThat(refused.loginPackets().get(0).isErr()).isTrue();
                assertThat(refused.wire().readToEnd()).isEmpty();
            }
            try (Connection connection = open(proxy, 3, "REQUIRED")) {
                assertThat(value(connection, "SHOW STATUS LIKE 'Ssl_cipher'")).isNotEmpty();
            }
        }
    }

    private static long offered(ProxyProcess proxy, int listener) {
        try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.ports().get(listener))) {
            return Greeting.parse(wire.read().payload()).capabilities()
                    & (Flags.CLIENT_SSL | Flags.CLIENT_COMPRESS | Flags.CLIENT_ZSTD_COMPRESSION_ALGORITHM);
        }
    }

    @Test
    void backendsAreSpokenToAsTheirSettingsSay() throws Exception {
        assumeTrue(server.certificateAuthority().isPresent(), "the server has no TLS");
        assumeTrue(server.kind() == Kind.MYSQL, "only MySQL tells of its compression");
        Path ca = server.certificateAuthority().get();
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses(ANY_PORT, ANY_PORT + "?group=b", ANY_PORT + "?group=c", ANY_PORT + "?group=d")
                .backend(address(server) + "?ssl-mode=required&compression=zstd")
                .backend(address(server) + "?group=b&ssl-mode=disabled&compression=zlib")
                .backend(address(server) + "?group=c&ssl-mode=verify-identity&ssl-ca=" + ca)
                .backend(address(server) + "?group=d")
                .start()) {
            assertThat(hop(proxy, 0, "DISABLED")).containsExactly("TLS", "zstd");
            assertThat(hop(proxy, 1, "REQUIRED")).containsExactly("plain", "zlib");
            assertThat(hop(proxy, 2, "DISABLED")).containsExactly("TLS", "");
            assertThat(hop(proxy, 3, "DISABLED")).containsExactly("plain", "");
            assertThat(hop(proxy, 3, "REQUIRED")).containsExactly("TLS", "");
        }
    }

    /** What the server says of its connection. */
    private static List<String> hop(ProxyProcess proxy, int listener, String sslMode) throws SQLException {
        try (Connection connection = open(proxy, listener, sslMode)) {
            return List.of(
                    value(connection, "SHOW STATUS LIKE 'Ssl_cipher'").isEmpty() ? "plain" : "TLS",
                    value(connection, "SHOW STATUS LIKE 'Compression_algorithm'"));
        }
    }

    private static Connection open(ProxyProcess proxy, int listener, String sslMode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://" + ProxyProcess.HOST + ":" + proxy.ports().get(listener)
                        + "/?allowPublicKeyRetrieval=true&sslMode=" + sslMode,
                Accounts.APP_USER,
                Accounts.APP_PASSWORD);
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(2) : "";
        }
    }

    // --- mistakes ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0?group=nobody, 127.0.0.1:1, no backend is of group nobody",
        "127.0.0.1:0?colour=red, 127.0.0.1:1, there is no setting 'colour'",
        "127.0.0.1:0?ssl-mode=maybe, 127.0.0.1:1, ssl-mode",
        "127.0.0.1:x, 127.0.0.1:1, the port in '127.0.0.1:x' is not a number",
        "::1:4040, 127.0.0.1:1, looks like an IPv6 address",
        "@, 127.0.0.1:1, needs the name of an abstract socket",
        "127.0.0.1:0, 127.0.0.1:99999, the port in '127.0.0.1:99999' is not within 0 to 65535",
        "127.0.0.1:0, 127.0.0.1:1?proxy-protocol=v3, proxy-protocol",
    })
    void mistakesAreFoundByCheckConfig(String listener, String backend, String complaint) {
        for (boolean check : List.of(true, false)) {
            ProxyProcess.Setup setup =
                    ProxyProcess.with().plugins("proxy").addresses(listener).backend(backend);
            try (ProxyProcess proxy = (check ? setup.options("--check-config") : setup).launch()) {
                assertThat(proxy.awaitExit()).isEqualTo(1);
                assertThat(proxy.log().text()).contains(complaint).doesNotContain("Exception");
            }
        }
    }

    @Test
    void checkConfigTellsTheSettingsOfEach() {
        try (ProxyProcess proxy = ProxyProcess.with()
                .plugins("proxy")
                .addresses("127.0.0.1:1", "@two?group=g&ssl-mode=required&proxy-networks=10.0.0.0/8+unix")
                .backend("127.0.0.1:2")
                .backend("db?group=g&proxy-protocol=v2&ssl-mode=required")
                .options("--check-config")
                .launch()) {
            assertThat(proxy.awaitExit()).isZero();
            assertThat(proxy.log().text())
                    .containsPattern("listener proxy on 127.0.0.1:1 ")
                    .containsPattern("listener proxy-2 on @two .*required.*group g.*10.0.0.0/8 unix")
                    .containsPattern("backend db:3306 .*required.*v2.*group g");
        }
    }

    // --- sockets ----------------------------------------------------------------------------------------------------

    @Test
    void unixSocketsHaveTheirMode() throws IOException {
        assumeTrue(server.socketPath().isPresent(), "the server's socket cannot be reached");
        Path usual = folder.resolve("usual.sock");
        Path own = folder.resolve("own.sock");
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses(usual.toString(), own + "?socket-mode=0600")
                .backend(server.socketPath().get().toString())
                .options("--proxy-socket-mode=0777")
                .start()) {
            assertThat(mode(usual)).isEqualTo("rwxrwxrwx");
            assertThat(mode(own)).isEqualTo("rw-------");
            try (RawClient one = RawClient.login(usual, APP);
                    RawClient two = RawClient.login(own, APP)) {
                assertThat(one.query("SELECT REPEAT('u', 1000000)").value()).hasSize(1_000_000);
                assertThat(port(two)).isEqualTo("" + server.port());
                assertThat(proxy.admin("SHOW SESSIONS"))
                        .extracting(row -> row.get("client"))
                        .contains(usual.toString(), own.toString());
            }
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** One that crashed is replaced; one that lives, and what is no socket, is not. */
    @Test
    void fileInPlaceOfASocket() throws IOException {
        Path socket = folder.resolve("proxy.sock");
        ProxyProcess.Setup setup = ProxyProcess.with()
                .plugins("proxy")
                .addresses(socket.toString())
                .backend(server);
        try (ProxyProcess crashed = setup.launch()) {
            crashed.log().await("proxy listening");
        }
        assertThat(socket).exists();
        try (ProxyProcess lives = setup.launch()) {
            lives.log().await("proxy listening");
            try (ProxyProcess second = setup.launch()) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.log().text()).contains("the address is in use by another program");
            }
            RawClient.login(socket, APP).close();
            assertThat(lives.stop()).isZero();
        }
        assertThat(socket).doesNotExist();
        Files.writeString(socket, "something of value");
        try (ProxyProcess proxy = setup.launch()) {
            assertThat(proxy.awaitExit()).isEqualTo(1);
            assertThat(proxy.log().text()).contains("exists and is not a socket");
        }
        assertThat(socket).hasContent("something of value");
    }

    @Test
    void abstractSockets() {
        String name = "@it-addresses-" + ProcessHandle.current().pid();
        ProxyProcess.Setup inner = ProxyProcess.with().addresses(name).backend(server);
        for (int run = 0; run < 2; run++) {
            // the second finds the name free at once, as there is no file
            try (ProxyProcess before = inner.start();
                    ProxyProcess outer = ProxyProcess.with().backend(name).start();
                    RawClient client = login(outer, 0)) {
                assertThat(port(client)).isEqualTo("" + server.port());
                assertThat(client.query("SELECT REPEAT('a', 1000000)").value()).hasSize(1_000_000);
                assertThat(before.sessions())
                        .extracting(row -> row.get("client"))
                        .containsExactly(name);
                assertThat(outer.admin("SELECT * FROM backends").get(0)).containsEntry("address", name);
                try (ProxyProcess second = ProxyProcess.with()
                        .plugins("proxy")
                        .addresses(name)
                        .backend(server)
                        .launch()) {
                    assertThat(second.awaitExit()).isEqualTo(1);
                    assertThat(second.log().text()).contains(name + ": the address is in use by another program");
                }
            }
        }
    }

    // --- connection attributes --------------------------------------------------------------------------------------

    private static final String ATTRIBUTES = "SELECT ATTR_NAME, ATTR_VALUE"
            + " FROM performance_schema.session_account_connect_attrs"
            + " WHERE PROCESSLIST_ID = CONNECTION_ID() ORDER BY ORDINAL_POSITION";

    private static List<String> attributes(RawClient client) {
        return client.query(ATTRIBUTES).rows().stream()
                .map(row -> row.get("ATTR_NAME") + "=" + row.get("ATTR_VALUE"))
                .toList();
    }

    @Test
    void attributesAreAddedToTheClients() {
        assumeTrue(server.kind() == Kind.MYSQL, "MariaDB keeps them only when told to");
        Login login = APP.attributes(Map.of("program_name", "it"));
        try (ProxyProcess proxy = ProxyProcess.before(server)) {
            try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), login)) {
                assertThat(attributes(client))
                        .containsExactly(
                                "program_name=it",
                                "_proxy_name=mysql-proxy",
                                "_proxy_client_address="
                                        + proxy.sessions().get(0).get("client"));
                client.changeUser(Accounts.APP_USER, Accounts.APP_PASSWORD, "", "");
                assertThat(attributes(client)).contains("program_name=it", "_proxy_name=mysql-proxy");
            }
            // an old client sends none, so there is nothing to add to
            try (RawClient client = RawClient.login(
                    ProxyProcess.HOST, proxy.port(), login.wanting(Flags.OLD | Flags.CLIENT_PLUGIN_AUTH))) {
                assertThat(client.query(ATTRIBUTES).rows()).isEmpty();
            }
        }
    }

    @Test
    void attributesAreLeftAloneOnRequest() {
        assumeTrue(server.kind() == Kind.MYSQL, "MariaDB keeps them only when told to");
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend(server)
                        .options("--proxy-skip-connect-attributes")
                        .start();
                RawClient client = RawClient.login(
                        ProxyProcess.HOST, proxy.port(), APP.attributes(Map.of("program_name", "it")))) {
            assertThat(attributes(client)).containsExactly("program_name=it");
        }
    }
}
