package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mysql.cj.xdevapi.Collection;
import com.mysql.cj.xdevapi.Session;
import com.mysql.cj.xdevapi.SessionFactory;
import dev.mysqlproxy.it.proxy.Ports;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.ServerOptions;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The X protocol, which is passed on as it is: Connector/J's X DevAPI before MySQL's X plugin. */
class XProtocolIT {
    private static final int DOCUMENTS = 100;

    @TempDir
    static Path folder;

    private static TestServer server;
    private static int serverPort;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() {
        Optional<ServerSource> mysql = Servers.of(Kind.MYSQL);
        if (mysql.isEmpty()) {
            return;
        }
        serverPort = Ports.free();
        server = mysql.get()
                .start(ServerOptions.defaults()
                        .withArguments(
                                "--mysqlx=ON",
                                "--mysqlx-port=" + serverPort,
                                "--mysqlx-bind-address=127.0.0.1",
                                "--mysqlx-socket=" + folder.resolve("x.sock")));
        proxy = ProxyProcess.with()
                .backend(server)
                .options(
                        "--proxy-x-address=127.0.0.1:0",
                        "--proxy-x-address=127.0.0.1:0?proxy-networks=127.0.0.1",
                        // the first of them is down
                        "--proxy-x-backend-addresses=127.0.0.1:1,127.0.0.1:" + serverPort)
                .start();
        // from here on the server knows the password, and lets it be proved without TLS
        open(serverPort, "xdevapi.ssl-mode=REQUIRED").close();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            proxy.close();
            server.close();
        }
    }

    @BeforeEach
    void requireMySql() {
        assumeTrue(server != null, "only MySQL has the X protocol");
    }

    /** The port of one of the relay listeners. */
    private static int port(ProxyProcess of, int listener) {
        List<String> lines = of.log().matching("X protocol( \\(x-[0-9]+\\))? listening on port ");
        return Integer.parseInt(lines.get(listener).replaceAll(".*:", "").strip());
    }

    private static Session open(int port, String more) {
        return new SessionFactory()
                .getSession("mysqlx://" + Accounts.APP_USER + ":" + Accounts.APP_PASSWORD + "@127.0.0.1:" + port
                        + "/test?" + more);
    }

    private static String value(Session session, String sql) {
        return session.sql(sql).execute().fetchOne().getString(0);
    }

    @ParameterizedTest
    @CsvSource({"DISABLED, DISABLED", "REQUIRED, DISABLED", "REQUIRED, REQUIRED"})
    void documentsAndStatements(String tls, String compression) {
        String options = "xdevapi.ssl-mode=" + tls + "&xdevapi.compression=" + compression
                + (tls.equals("DISABLED") ? "&xdevapi.auth=SHA256_MEMORY" : "");
        List<String> both = new ArrayList<>();
        for (int port : List.of(serverPort, port(proxy, 0))) {
            Session session = open(port, options);
            try {
                Collection collection = session.getSchema("test").createCollection("docs", true);
                collection.remove("true").execute();
                for (int i = 0; i < DOCUMENTS; i++) {
                    collection
                            .add("{\"_id\": \"" + i + "\", \"text\": \"" + "t".repeat(1000) + "\"}")
                            .execute();
                }
                both.add(collection.count() + " documents, "
                        + value(session, "SELECT SHA2(GROUP_CONCAT(CAST(doc AS CHAR) ORDER BY _id), 256) FROM docs")
                        + ", "
                        + value(session, "SELECT REPEAT('x', 3000000)").length() + " characters, "
                        + value(
                                session,
                                "SELECT COUNT(*) > 0 FROM performance_schema.session_status"
                                        + " WHERE VARIABLE_NAME = 'Mysqlx_ssl_cipher' AND VARIABLE_VALUE <> ''"));
            } finally {
                session.close();
            }
        }
        assertThat(both.get(0)).startsWith("100 documents").contains("3000000 characters");
        assertThat(both.get(1)).isEqualTo(both.get(0));
    }

    @Test
    void manySessionsAtOnce() {
        int baseline = proxy.sockets().size();
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sessions.add(open(port(proxy, 0), "xdevapi.ssl-mode=DISABLED&xdevapi.auth=SHA256_MEMORY"));
        }
        for (Session session : sessions) {
            assertThat(value(session, "SELECT @@port")).isEqualTo("" + server.port());
        }
        sessions.forEach(Session::close);
        proxy.awaitNothingLeft(baseline);
    }

    @Test
    void wrongPasswordIsTheServersWord() {
        assertThatThrownBy(() ->
                        new SessionFactory().getSession("mysqlx://app:wrong@127.0.0.1:" + port(proxy, 0) + "/test"))
                .hasStackTraceContaining("Access denied for user 'app'");
    }

    /** The relay reads the header and lets the rest pass; without one the connection ends. */
    @Test
    void headersFromListedNetworks() {
        try (Wire wire = Wire.connect(ProxyProcess.HOST, port(proxy, 1))) {
            // CapabilitiesGet of the X protocol: a length of one, and type 1
            wire.raw("PROXY TCP4 203.0.113.7 127.0.0.1 4711 33060\r\n".getBytes(StandardCharsets.US_ASCII));
            wire.raw(new byte[] {1, 0, 0, 0, 1});
            assertThat(wire.some()).isNotEmpty();
        }
        try (Wire wire = Wire.connect(ProxyProcess.HOST, port(proxy, 1))) {
            wire.raw(new byte[] {1, 0, 0, 0, 1});
            assertThat(wire.readToEnd()).isEmpty();
        }
    }

    /** Without a word where the X protocol is, it is on its usual port of the servers' hosts, where nobody is here. */
    @Test
    void noServer() {
        try (ProxyProcess none = ProxyProcess.with()
                        .backend(server)
                        .options("--proxy-x-address=127.0.0.1:0", "--proxy-x-backend-addresses=127.0.0.1:1")
                        .start();
                Wire wire = Wire.connect(ProxyProcess.HOST, port(none, 0))) {
            assertThat(wire.readToEnd()).isEmpty();
            none.log().await("cannot reach any server to relay to");
        }
    }

    @Test
    void stopsWithTheProxy() {
        try (ProxyProcess own = ProxyProcess.with()
                .backend(server)
                .options(
                        "--proxy-x-address=127.0.0.1:0",
                        "--proxy-x-backend-addresses=127.0.0.1:" + serverPort,
                        "--shutdown-timeout=0.5")
                .start()) {
            Session session = open(port(own, 0), "xdevapi.ssl-mode=REQUIRED");
            assertThat(value(session, "SELECT 1")).isEqualTo("1");
            assertThat(own.stop()).isZero();
            assertThatThrownBy(() -> value(session, "SELECT 1")).isInstanceOf(RuntimeException.class);
            await().until(() -> !own.isAlive());
        }
    }
}
