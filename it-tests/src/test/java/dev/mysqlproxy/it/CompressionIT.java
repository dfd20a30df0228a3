package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each hop compresses by itself, or does not, and nobody sees a difference but in the number of bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressionIT {

    /** How a hop is compressed. */
    enum Method {
        NONE,
        ZLIB,
        ZSTD;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Drivers that compress, with zlib; MariaDB's also sends commands before it has the answers of others. */
    enum Driver {
        CONNECTOR_J("mysql", "useCompression=true"),
        CONNECTOR_J_PREPARED(
                "mysql", "useCompression=true&useServerPrepStmts=true&useCursorFetch=true&defaultFetchSize=7"),
        CONNECTOR_J_PLAIN("mysql", ""),
        MARIADB("mariadb", "useCompression=true"),
        MARIADB_PREPARED("mariadb", "useCompression=true&useServerPrepStmts=true"),
        MARIADB_BULK("mariadb", "useCompression=true&useServerPrepStmts=true&useBulkStmts=true"),
        MARIADB_PLAIN("mariadb", "useServerPrepStmts=true");

        private final String scheme;
        private final String settings;

        Driver(String scheme, String settings) {
            this.scheme = scheme;
            this.settings = settings;
        }

        boolean compresses() {
            return settings.contains("useCompression");
        }

        Connection open(int port) throws SQLException {
            String more = scheme.equals("mysql")
                    ? "sslMode=DISABLED&allowPublicKeyRetrieval=true&allowLoadLocalInfile=true"
                            + "&maxAllowedPacket=1073741824"
                    : "sslMode=disable&allowPublicKeyRetrieval=true&allowLocalInfile=true"
                            + "&maxAllowedPacket=1073741824";
            return DriverManager.getConnection(
                    "jdbc:" + scheme + "://" + ProxyProcess.HOST + ":" + port + "/" + Accounts.DATABASE + "?user="
                            + Accounts.APP_USER + "&password=" + Accounts.APP_PASSWORD
                            + "&allowMultiQueries=true&socketTimeout=60000&" + more + "&" + settings);
        }
    }

    private static final int MEGABYTE = 1 << 20;

    /** Drivers by which much is moved: the settings of the others change nothing about that. */
    private static final List<Driver> LARGE =
            List.of(Driver.CONNECTOR_J, Driver.CONNECTOR_J_PLAIN, Driver.MARIADB, Driver.MARIADB_PREPARED);

    /** Results, commands and files of several packets of each layer, and some that belong to no command. */
    private static final String SCRIPT = """
            DROP TABLE IF EXISTS cz;
            CREATE TABLE cz (id INT PRIMARY KEY AUTO_INCREMENT, t LONGTEXT) CHARACTER SET latin1;
            INSERT INTO cz (t) VALUES (''), ('short'), (REPEAT('wide ', 20000)), (REPEAT('x', 300));
            SELECT * FROM cz ORDER BY id;
            SELECT LENGTH('%s') AS n;
            SELECT REPEAT('abcdefghij', 2000000) AS big;
            DELIMITER //
            SELECT 1; SELECT t FROM cz ORDER BY id; SELECT 2; UPDATE cz SET t = 'more' WHERE id = 2; SELECT 3//
            SELECT id FROM cz ORDER BY id; LOAD DATA LOCAL INFILE '%s' INTO TABLE cz; SELECT COUNT(*), SUM(id) FROM cz//
            SELECT 1; SELECT * FROM there_is_no_such_table; SELECT 3//
            DELIMITER ;
            SELECT id, t FROM cz ORDER BY id LIMIT 10000, 3000;
            LOAD DATA LOCAL INFILE '%s' INTO TABLE cz;
            SHOW WARNINGS LIMIT 2;
            SELECT COUNT(*), SUM(id), MD5(GROUP_CONCAT(t ORDER BY id DESC)) FROM cz;
            PREPARE p FROM 'SELECT ?, REPEAT(?, 5000)';
            SET @a = 'a';
            EXECUTE p USING @a, @a;
            SELECT CONNECTION_ID() > 0;
            DROP TABLE cz;
            """;

    @TempDir
    static Path folder;

    private final Map<Kind, Map<Method, ProxyProcess>> proxies = new LinkedHashMap<>();
    private String direct;

    @BeforeAll
    void start() {
        for (TestServer server : SharedServers.all()) {
            Map<Method, ProxyProcess> before = new LinkedHashMap<>();
            proxies.put(server.kind(), before);
            for (Method method : methods(server.kind())) {
                before.put(
                        method,
                        ProxyProcess.with()
                                .backend(server)
                                .options("--proxy-backend-compression=" + method.word())
                                .start());
            }
        }
    }

    @AfterAll
    void stop() {
        for (Map<Method, ProxyProcess> before : proxies.values()) {
            before.values().forEach(ProxyProcess::close);
        }
    }

    /** MariaDB's servers have no zstd. */
    private static List<Method> methods(Kind kind) {
        return kind == Kind.MYSQL ? List.of(Method.values()) : List.of(Method.NONE, Method.ZLIB);
    }

    private int port(Kind kind, Method method) {
        return proxies.get(kind).get(method).port();
    }

    private void assertNoComplaints() {
        for (Map<Method, ProxyProcess> before : proxies.values()) {
            for (ProxyProcess proxy : before.values()) {
                assertThat(proxy.isAlive()).isTrue();
                assertThat(proxy.log().text()).doesNotContain("internal error", "violation");
            }
        }
    }

    // --- drivers ----------------------------------------------------------------------------------------------------

    static List<Object[]> drivers() {
        List<Object[]> all = new ArrayList<>();
        for (TestServer server : SharedServers.all()) {
            for (Method method : methods(server.kind())) {
                for (Driver driver : Driver.values()) {
                    // those that do not compress are tested by others before servers that are not asked to
                    if (driver.compresses() || method != Method.NONE) {
                        all.add(new Object[] {server.kind(), driver, method});
                    }
                }
            }
        }
        return all;
    }

    @ParameterizedTest(name = "{0} by {1}, server {2}")
    @MethodSource("drivers")
    void sameResults(Kind kind, Driver driver, Method method) throws Exception {
        Map<String, ConnectorWork.Work> works = new ConnectorWork(folder).works();
        // takes long when it is compressed; valuesOfAllSizes has some that are large enough
        works.remove(ConnectorWork.LARGE_VALUES);
        if (driver.scheme.equals("mariadb") && driver.compresses()) {
            // version 3.5.11 numbers a file's compressed packets in a way that servers refuse
            works.remove("local infile");
        }
        for (Map.Entry<String, ConnectorWork.Work> work : works.entrySet()) {
            List<String> direct = seen(driver, SharedServers.of(kind).port(), work.getValue());
            List<String> proxied = seen(driver, port(kind, method), work.getValue());
            assertThat(direct).isNotEmpty();
            assertThat(proxied).as(work.getKey()).containsExactlyElementsOf(direct);
        }
        assertNoComplaints();
    }

    static List<Object[]> largeDrivers() {
        return drivers().stream().filter(names -> LARGE.contains(names[1])).toList();
    }

    private static List<String> seen(Driver driver, int port, ConnectorWork.Work work) throws Exception {
        List<String> seen = new ArrayList<>();
        try (Connection connection = driver.open(port)) {
            work.run(connection, seen);
            assertThat(connection.isValid(5)).isTrue();
        }
        return seen;
    }

    /** Rows of all sizes around those at which something is cut, there and back. */
    @ParameterizedTest(name = "{0} by {1}, server {2}")
    @MethodSource("largeDrivers")
    void valuesOfAllSizes(Kind kind, Driver driver, Method method) throws Exception {
        Random random = new Random(method.name().length());
        try (Connection connection = driver.open(port(kind, method));
                PreparedStatement echo = connection.prepareStatement("SELECT CAST(? AS BINARY) AS b, 1 AS n")) {
            for (int size : new int[] {
                0, 1, 30, 49, 50, 51, 16_370, 65_536, 131_060, 131_072, MEGABYTE, 0xff_fff0, 0xff_ffff, 17 << 20
            }) {
                // megabytes that do not shrink take drivers long
                for (boolean dense : size == MEGABYTE || size < 100_000 ? List.of(false, true) : List.of(false)) {
                    byte[] value = new byte[size];
                    if (dense) {
                        random.nextBytes(value);
                    }
                    echo.setBytes(1, value);
                    try (ResultSet result = echo.executeQuery()) {
                        assertThat(result.next()).isTrue();
                        assertThat(result.getBytes(1)).as("%d bytes", size).isEqualTo(value);
                        assertThat(result.getInt(2)).isEqualTo(1);
                    }
                }
            }
        }
        assertNoComplaints();
    }

    // --- MySQL's own client -----------------------------------------------------------------------------------------

    static List<Object[]> mixes() {
        List<Object[]> all = new ArrayList<>();
        for (Method client : Method.values()) {
            for (Method server : Method.values()) {
                all.add(new Object[] {client, server});
            }
        }
        return all;
    }

    /** The client of the tested distribution: others may lack zstd. */
    private static String client() {
        Path client = Path.of(System.getProperty("it.mysql.dist", "."), "bin", "mysql");
        Assumptions.assumeTrue(
                SharedServers.all().stream().anyMatch(server -> server.kind() == Kind.MYSQL)
                        && Files.isExecutable(client),
                "no MySQL server with a client of its own");
        return client.toString();
    }

    private static String output(int port, String tls, Method method, String script, String... more) {
        List<String> command = new ArrayList<>(List.of(
                client(),
                "--no-defaults",
                "-h",
                ProxyProcess.HOST,
                "-P",
                "" + port,
                "-u",
                Accounts.APP_USER,
                "--ssl-mode=" + tls,
                "--get-server-public-key",
                "--local-infile=1",
                "--max-allowed-packet=1G",
                "--compression-algorithms=" + (method == Method.NONE ? "uncompressed" : method.word())));
        command.addAll(List.of(more));
        command.add(Accounts.DATABASE);
        return Shell.run(command, Map.of("MYSQL_PWD", Accounts.APP_PASSWORD), script)
                .output()
                .replaceAll("\\(?\\d+\\.\\d+ sec\\)?", "#");
    }

    private static String script() throws IOException {
        // more packets of the client than there are sequence ids, and then an empty one
        StringBuilder rows = new StringBuilder();
        for (int i = 100; i < 700_000; i++) {
            rows.append(i)
                    .append('\t')
                    .append(Integer.toHexString(i * 0x9E3779B9))
                    .append('\n');
        }
        Path large = Files.writeString(folder.resolve("large.tsv"), rows);
        Path again = Files.writeString(folder.resolve("again.tsv"), "1\tagain\n800000\tnew\nnonsense\n");
        return SCRIPT.formatted("literal ".repeat(20 * MEGABYTE / 8), large, again);
    }

    /** What it says of the server itself, without compression; found out once. */
    private String direct() throws IOException {
        if (direct == null) {
            String said = output(
                    SharedServers.of(Kind.MYSQL).port(), "DISABLED", Method.NONE, script(), "--force", "--batch");
            // not by assertThat: 20 MB make no message
            for (String part : List.of("wide wide", "699904", "there_is_no_such_table", "20971520")) {
                assertThat(said.contains(part)).as(part).isTrue();
            }
            direct = said;
        }
        return direct;
    }

    @ParameterizedTest(name = "client {0}, server {1}")
    @MethodSource("mixes")
    void mysqlClient(Method client, Method server) throws Exception {
        client();
        String proxied = output(port(Kind.MYSQL, server), "DISABLED", client, script(), "--force", "--batch");
        assertThat(firstDifference(direct(), proxied)).isEmpty();
        assertNoComplaints();
    }

    @ParameterizedTest
    @EnumSource(names = {"ZLIB", "ZSTD"})
    void mysqlClientWithTls(Method client) throws Exception {
        client();
        String proxied = output(port(Kind.MYSQL, Method.ZSTD), "REQUIRED", client, script(), "--force", "--batch");
        assertThat(firstDifference(direct(), proxied)).isEmpty();
        assertNoComplaints();
    }

    private static String firstDifference(String expected, String found) {
        int at = 0;
        int both = Math.min(expected.length(), found.length());
        while (at < both && expected.charAt(at) == found.charAt(at)) {
            at++;
        }
        return at == expected.length() && at == found.length()
                ? ""
                : "at " + at + ": " + part(found, at) + " in place of " + part(expected, at);
    }

    private static String part(String text, int at) {
        return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 300));
    }

    // --- is it compressed at all ------------------------------------------------------------------------------------

    @ParameterizedTest(name = "client {0}, server {1}")
    @MethodSource("mixes")
    void theServerSaysWhatItDoes(Method client, Method server) {
        String said = output(
                port(Kind.MYSQL, server),
                "DISABLED",
                client,
                "SHOW SESSION STATUS LIKE 'Compression%'",
                "--batch",
                "--skip-column-names");
        if (server == Method.NONE) {
            assertThat(said).contains("Compression\tOFF");
        } else {
            assertThat(said).contains("Compression\tON", "Compression_algorithm\t" + server.word());
        }
    }

    @Test
    void mariaDbSaysWhatItDoes() throws Exception {
        Assumptions.assumeTrue(proxies.containsKey(Kind.MARIADB), "no MariaDB");
        for (Method method : methods(Kind.MARIADB)) {
            try (Connection connection = Driver.MARIADB.open(port(Kind.MARIADB, method));
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("SHOW SESSION STATUS LIKE 'Compression'")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(2)).isEqualTo(method == Method.NONE ? "OFF" : "ON");
            }
        }
    }

    @ParameterizedTest(name = "client {0}, server {1}")
    @MethodSource("mixes")
    void clientsGetFewBytes(Method client, Method server) throws Exception {
        client();
        try (Meter meter = new Meter(port(Kind.MYSQL, server))) {
            String output = output(
                    meter.port(),
                    "DISABLED",
                    client,
                    "SELECT REPEAT('few ', 1000000)",
                    "--batch",
                    "--skip-column-names");
            assertThat(output.length()).isEqualTo(4_000_001);
            if (client == Method.NONE) {
                assertThat(meter.bytes()).isGreaterThan(4_000_000);
            } else {
                assertThat(meter.bytes()).isLessThan(100_000);
            }
        }
    }

    /** Passes one connection on and counts what comes back. */
    private static final class Meter implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final AtomicLong bytes = new AtomicLong();
        private final int to;

        Meter(int to) throws IOException {
            this.to = to;
            run(this::relay);
        }

        int port() {
            return listener.getLocalPort();
        }

        long bytes() {
            return bytes.get();
        }

        private static void run(Runnable work) {
            Thread thread = new Thread(work, "meter");
            thread.setDaemon(true);
            thread.start();
        }

        private void relay() {
            try (Socket client = listener.accept();
                    Socket server = new Socket(ProxyProcess.HOST, to)) {
                run(() -> copy(client, server, new AtomicLong()));
                copy(server, client, bytes);
            } catch (IOException e) {
                // the test is over
            }
        }

        private static void copy(Socket from, Socket into, AtomicLong count) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    count.addAndGet(n);
                    out.write(buffer, 0, n);
                }
                into.shutdownOutput();
            } catch (IOException e) {
                // the other end is gone
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
