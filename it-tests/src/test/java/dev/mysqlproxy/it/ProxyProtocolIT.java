package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.ServerOptions;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PROXY headers from clients and to servers. */
class ProxyProtocolIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
    private static final byte[] SIGNATURE = Bytes.of(
                    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a)
            .get();

    private static final String TELL_SOURCE = """
            function read_query(packet)
              if packet:sub(2) == "SELECT source" then
                local src = proxy.connection.client.src
                proxy.response.type = proxy.MYSQLD_PACKET_OK
                proxy.response.resultset = {
                  fields = { { name = "source", type = proxy.MYSQL_TYPE_STRING } },
                  rows = { { src.name .. " " .. src.address .. " " .. src.port } }
                }
                return proxy.PROXY_SEND_RESULT
              end
            end
            """;

    @TempDir
    static Path folder;

    private static TestServer server;
    private static ProxyProcess listed;
    private static ProxyProcess unlisted;
    private static TestServer mariadb;

    @BeforeAll
    static void start() throws IOException {
        server = SharedServers.preferred();
        Path script = Files.writeString(folder.resolve("source.lua"), TELL_SOURCE);
        listed = ProxyProcess.with()
                .backend(server)
                .logLevel("debug")
                .options("--proxy-protocol-networks=10.0.0.0/8,127.0.0.0/8", "--proxy-lua-script=" + script)
                .start();
        unlisted = ProxyProcess.with()
                .backend(server)
                .options("--proxy-protocol-networks=10.0.0.0/8")
                .start();
        Optional<ServerSource> source = Servers.of(Kind.MARIADB);
        if (source.isPresent()) {
            mariadb = source.get()
                    .start(ServerOptions.defaults()
                            .withTls(ServerOptions.Tls.ON)
                            .withArguments("--proxy-protocol-networks=*"));
        }
    }

    @AfterAll
    static void stop() {
        listed.close();
        unlisted.close();
        if (mariadb != null) {
            mariadb.close();
        }
    }

    // --- from clients -----------------------------------------------------------------------------------------------

    private static byte[] v1(String rest) {
        return ("PROXY " + rest + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] v2(int command, int family, byte[] addresses) {
        return new Bytes()
                .raw(SIGNATURE)
                .bytes(0x20 | command, family, addresses.length >>> 8, addresses.length & 0xff)
                .raw(addresses)
                .get();
    }

    private static byte[] v2Tcp4() {
        return v2(
                1,
                0x11,
                Bytes.of(203, 0, 113, 7, 127, 0, 0, 1, 0x12, 0x67, 0x0f, 0xc8).get());
    }

    private static byte[] v2Tcp6() {
        Bytes addresses =
                new Bytes().bytes(0x20, 0x01, 0x0d, 0xb8).raw(new byte[11]).bytes(7);
        addresses.raw(new byte[15]).bytes(1, 0x12, 0x67, 0x0f, 0xc8);
        // a TLV that nobody has defined
        return v2(1, 0x21, addresses.bytes(0xe0, 0, 2, 1, 2).get());
    }

    private static Wire connect(ProxyProcess proxy) {
        return Wire.connect(ProxyProcess.HOST, proxy.port());
    }

    /** A header and the address that it tells. */
    record Header(String name, byte[] bytes, String host) {
        String shown() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":4711";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Header> headers() {
        return List.of(
                new Header("v1 TCP4", v1("TCP4 203.0.113.7 127.0.0.1 4711 4040"), "203.0.113.7"),
                new Header("v1 TCP6", v1("TCP6 2001:db8::7 ::1 4711 4040"), "2001:db8::7"),
                new Header("v2 TCP4", v2Tcp4(), "203.0.113.7"),
                new Header("v2 TCP6 with a TLV", v2Tcp6(), "2001:db8::7"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void addressIsShownEverywhere(Header header) {
        LogFile.Mark mark = listed.log().mark();
        Wire wire = connect(listed);
        wire.raw(header.bytes());
        try (RawClient client = RawClient.login(wire, APP.attributes(Map.of("program_name", "it")))) {
            assertThat(listed.sessions()).extracting(row -> row.get("client")).containsExactly(header.shown());
            assertThat(listed.admin("SHOW PROCESSLIST"))
                    .extracting(row -> row.get("Host"))
                    .contains(header.shown());
            assertThat(client.query("SELECT source").value()).isEqualTo(header.shown() + " " + header.host() + " 4711");
            if (server.kind() == Kind.MYSQL) {
                assertThat(client.query("SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs"
                                        + " WHERE PROCESSLIST_ID = CONNECTION_ID()"
                                        + " AND ATTR_NAME = '_proxy_client_address'")
                                .value())
                        .isEqualTo(header.shown());
            }
            assertThat(mark.lines()).anySatisfy(line -> assertThat(line).contains("client connected", header.shown()));
            assertThat(mark.complaints()).isEmpty();
        }
    }

    @Test
    void headerByteByByte() {
        for (Header header : headers()) {
            Wire wire = connect(listed);
            wire.piece(1);
            wire.raw(header.bytes());
            wire.piece(Integer.MAX_VALUE);
            try (RawClient client = RawClient.login(wire, APP)) {
                assertThat(client.query("SELECT source").value()).startsWith(header.shown());
            }
        }
    }

    @Test
    void headersWithoutAnAddress() {
        for (byte[] header : List.of(v1("UNKNOWN"), v1("UNKNOWN ffff::1 1 2 3"), v2(0, 0, new byte[0]))) {
            Wire wire = connect(listed);
            wire.raw(header);
            try (RawClient client = RawClient.login(wire, APP)) {
                assertThat(client.query("SELECT source").value()).startsWith("127.0.0.1:");
            }
        }
    }

    static List<byte[]> malformed() {
        return List.of(
                v1("TCP4 203.0.113.7 127.0.0.1 4711"),
                v1("TCP4 203.0.113.700 127.0.0.1 4711 4040"),
                v1("TCP4 2001:db8::7 127.0.0.1 4711 4040"),
                v1("TCP4 203.0.113.7 127.0.0.1 70000 4040"),
                v1("UDP4 203.0.113.7 127.0.0.1 4711 4040"),
                v1("TCP4  203.0.113.7 127.0.0.1 4711 4040"),
                ("PROXY TCP4 " + "1".repeat(200)).getBytes(StandardCharsets.US_ASCII),
                new Bytes()
                        .raw(SIGNATURE)
                        .bytes(0x31, 0x11, 0, 12)
                        .raw(new byte[12])
                        .get(),
                new Bytes()
                        .raw(SIGNATURE)
                        .bytes(0x2f, 0x11, 0, 12)
                        .raw(new byte[12])
                        .get(),
                new Bytes()
                        .raw(SIGNATURE)
                        .bytes(0x21, 0x11, 0, 4)
                        .raw(new byte[4])
                        .get(),
                new Bytes().raw(SIGNATURE).bytes(0x21, 0x11, 0xff, 0xff).get(),
                "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                // a login that does not know of the header
                Wire.framed(1, new byte[100]));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedHeader(byte[] header) {
        LogFile.Mark mark = listed.log().mark();
        try (Wire wire = connect(listed)) {
            wire.raw(header);
            assertThat(wire.readToEnd()).isEmpty();
        }
        assertThat(mark.onlyComplaint()).contains("connection refused: bad PROXY header", "127.0.0.1");
        await().until(() -> listed.sessions().isEmpty());
    }

    /** Nothing is said to a connection whose header is not there, and it ends. */
    @Test
    void missingOrHalf() {
        // one of its own, as its log folds lines that are the same
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses("127.0.0.1:0?proxy-networks=*")
                .backend(server)
                .options("--handshake-timeout=0.5")
                .start()) {
            for (String part : List.of("", "PROX", "PROXY TCP4 203.0.113.7 127.0.0.1 4711 4040\r")) {
                try (Wire wire = connect(proxy)) {
                    wire.raw(part.getBytes(StandardCharsets.US_ASCII));
                    assertThat(wire.readToEnd()).isEmpty();
                }
            }
            proxy.log().await("refused: bad PROXY header peer=127.0.0.1 reason=\"not complete in time\"");
        }
    }

    @Test
    void cutOff() {
        LogFile.Mark mark = listed.log().mark();
        // somebody who looks whether the port is open
        connect(listed).close();
        try (Wire wire = connect(listed)) {
            wire.raw(Arrays.copyOf(v1("TCP4 203.0.113.7 127.0.0.1 4711 4040"), 20));
        }
        assertThat(mark.onlyComplaint()).contains("bad PROXY header", "cut off");
    }

    @Test
    void spoofsAreRefused() {
        for (Header header : headers()) {
            LogFile.Mark mark = unlisted.log().mark();
            try (Wire wire = connect(unlisted)) {
                assertThat(wire.read().isErr()).isFalse();
                wire.raw(header.bytes());
                assertThat(new String(wire.readToEnd(), StandardCharsets.ISO_8859_1))
                        .matches("(?s)|.*Bad handshake.*")
                        .doesNotContain("203.0.113.7");
            }
            assertThat(mark.onlyComplaint()).contains("client-protocol-violation", "127.0.0.1:");
        }
        try (RawClient client = RawClient.login(ProxyProcess.HOST, unlisted.port(), APP)) {
            assertThat(unlisted.sessions()).extracting(row -> row.get("client")).allMatch(at -> at.startsWith("127."));
            assertThat(client.pingOrClosed()).isNotEqualTo("closed");
        }
    }

    /** Clients of the admin port and of unix sockets have no header unless somebody says so. */
    @Test
    void unixSockets() {
        Path plain = folder.resolve("plain.sock");
        Path headed = folder.resolve("headed.sock");
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses(plain.toString(), headed + "?proxy-networks=unix")
                .backend(server)
                .options("--proxy-protocol-networks=*")
                .start()) {
            RawClient.login(plain, APP).close();
            Wire wire = Wire.connect(headed);
            wire.raw(v2Tcp4());
            try (RawClient client = RawClient.login(wire, APP)) {
                assertThat(client.query("SELECT 1 AS one").value()).isEqualTo("1");
                assertThat(proxy.admin("SHOW SESSIONS"))
                        .extracting(row -> row.get("client"))
                        .contains("203.0.113.7:4711");
            }
        }
    }

    // --- to servers -------------------------------------------------------------------------------------------------

    private static String hostOnServer(RawClient client) {
        return client.query("SELECT HOST FROM information_schema.processlist WHERE ID = CONNECTION_ID()")
                .value();
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void serverSeesTheClient(String version) throws Exception {
        assumeTrue(mariadb != null, "only MariaDB reads headers");
        try (ProxyProcess proxy = ProxyProcess.with()
                .addresses("127.0.0.1:0", "127.0.0.1:0?proxy-networks=127.0.0.1")
                .backend(mariadb)
                .options("--proxy-backend-proxy-protocol=" + version)
                .start()) {
            try (RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), APP)) {
                assertThat(hostOnServer(client))
                        .isEqualTo(proxy.sessions().get(0).get("client"));
            }
            for (Header header : headers()) {
                Wire wire = Wire.connect(ProxyProcess.HOST, proxy.ports().get(1));
                wire.raw(header.bytes());
                try (RawClient client = RawClient.login(wire, APP)) {
                    assertThat(hostOnServer(client)).isEqualTo(header.host() + ":4711");
                    assertThat(client.query("SELECT USER()").value()).isEqualTo("app@" + header.host());
                }
            }
            try (Connection connection = DriverManager.getConnection(
                            "jdbc:mariadb://127.0.0.1:" + proxy.port() + "/?sslMode=trust",
                            Accounts.APP_USER,
                            Accounts.APP_PASSWORD);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT HOST, VARIABLE_VALUE"
                            + " FROM information_schema.processlist, information_schema.session_status"
                            + " WHERE ID = CONNECTION_ID() AND VARIABLE_NAME = 'Ssl_version'")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo(proxy.sessions().get(0).get("client"));
                assertThat(rows.getString(2)).startsWith("TLSv1.");
            }
        }
    }

    /** A server that grants by host, behind two proxies. */
    @Test
    void headersThroughTwoProxies() {
        assumeTrue(mariadb != null, "only MariaDB reads headers");
        for (List<String> versions : List.of(List.of("v1", "v2"), List.of("v2", "v1"), List.of("v2", "v2"))) {
            try (ProxyProcess inner = ProxyProcess.with()
                            .addresses("127.0.0.1:0?proxy-networks=127.0.0.1")
                            .backend(mariadb.host() + ":" + mariadb.port() + "?proxy-protocol=" + versions.get(1))
                            .start();
                    ProxyProcess outer = ProxyProcess.with()
                            .addresses("127.0.0.1:0?proxy-networks=127.0.0.1")
                            .backend("127.0.0.1:" + inner.port() + "?proxy-protocol=" + versions.get(0))
                            .start()) {
                for (Header header : headers()) {
                    Wire wire = connect(outer);
                    wire.raw(header.bytes());
                    try (RawClient client = RawClient.login(wire, APP)) {
                        assertThat(hostOnServer(client)).isEqualTo(header.host() + ":4711");
                        assertThat(inner.sessions())
                                .extracting(row -> row.get("client"))
                                .containsExactly(header.shown());
                    }
                    await().until(() -> inner.sessions().isEmpty());
                }
            }
        }
    }

    /** A server that expects no header takes it for a bad login; the client is told so. */
    @Test
    void serverThatExpectsNone() {
        TestServer plain = SharedServers.preferred();
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend(plain.host() + ":" + plain.port() + "?proxy-protocol=v1")
                        .start();
                Wire wire = connect(proxy)) {
            assertThat(wire.read().isErr()).isFalse();
            wire.write(1, new byte[40]);
            assertThat(wire.readToEnd()).isNotEmpty();
            assertThat(proxy.isAlive()).isTrue();
        }
    }
}
