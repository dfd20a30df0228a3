package dev.mysqlproxy.plugin.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.lifecycle.ProxyControl.ListenerInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.testkit.FakeCommand;
import dev.mysqlproxy.testkit.FakeContext;
import dev.mysqlproxy.testkit.FakeSession;
import dev.mysqlproxy.testkit.Summaries;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the options to the pages. */
class AdminHttpTest {

    private static final String ANY_PORT = "--admin-http-address=:0";

    @TempDir
    private Path folder;

    private FakeContext context;
    private AdminHttp http;

    private static final AdminTable TABLE = new AdminTable() {
        @Override
        public String name() {
            return "backends";
        }

        @Override
        public String comment() {
            return "Servers <&>.";
        }

        @Override
        public List<Column> columns() {
            return List.of(Column.text("address", "where"));
        }

        @Override
        public Iterable<List<Object>> rows() {
            return List.of(List.of("db1:3306"));
        }
    };

    private void start(String... arguments) throws StartException {
        context = new FakeContext(AdminHttp.OPTIONS, arguments);
        http = AdminHttp.start(context, () -> List.of(TABLE));
    }

    @AfterEach
    void stop() {
        if (http != null) {
            http.close();
        }
    }

    private String get(String path, String... fields) throws IOException {
        InetSocketAddress address = http.address().orElseThrow();
        try (RawHttp client = new RawHttp(address)) {
            client.send("GET " + path + " HTTP/1.1\r\nConnection: close\r\n");
            if (String.join("", fields).indexOf("Host:") < 0) {
                client.send("Host: localhost:" + address.getPort() + "\r\n");
            }
            for (String field : fields) {
                client.send(field + "\r\n");
            }
            return client.send("\r\n").readToEnd();
        }
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void nothingByDefault() throws StartException {
        start();

        assertThat(http.address()).isEmpty();
        assertThat(context.hooks()).isEmpty();
        assertThat(context.metrics().families()).isEmpty();
    }

    @Test
    void metricsOfCommands() throws StartException, IOException {
        start(ANY_PORT);
        context.hook(QueryCompletedHook.class)
                .onQueryCompleted(
                        FakeSession.loggedIn("app", "shop"),
                        FakeCommand.query("SELECT 1"),
                        Summaries.query().build());

        MetricsText text = MetricsText.read(body(get("/metrics")), false);
        assertThat(text.value(
                        "mysqlproxy_command_duration_seconds_count{backend=198.51.100.1:3306, command=COM_QUERY}"))
                .isEqualTo(1);
        assertThat(text.types())
                .containsEntry("process_cpu_seconds_total", "counter")
                .containsEntry("process_resident_memory_bytes", "gauge");
        assertThat(get("/metrics")).contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
        String open = get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");
        assertThat(open).contains("\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n");
        assertThat(MetricsText.read(body(open), true).types()).containsEntry("process_cpu_seconds", "counter");
    }

    @Test
    void commandsAreCountedWhenWanted() throws StartException {
        start("--admin-command-metrics=yes");
        assertThat(http.address()).isEmpty();
        assertThat(context.hooks()).hasSize(1);
        start(ANY_PORT, "--admin-command-metrics=no");
        assertThat(context.hooks()).isEmpty();
    }

    @Test
    void pages() throws StartException, IOException {
        start(ANY_PORT);
        assertThat(body(get("/")))
                .contains("<a href=\"/metrics\">/metrics</a>")
                .contains("<a href=\"/api/v1/backends\">/api/v1/backends</a> Servers &lt;&amp;>.");
        assertThat(body(get("/healthz"))).isEqualTo("ok\n");
        assertThat(get("/readyz")).startsWith("HTTP/1.1 503 Service Unavailable");
        context.backends().addUp("db1:3306");
        context.control().with(new ListenerInfo("proxy", "forwarding", "127.0.0.1:4040", "", 0));
        assertThat(body(get("/readyz"))).isEqualTo("ready\n");
        assertThat(body(get("/api/v1/"))).contains("\"name\":\"backends\"");
        assertThat(body(get("/api/v1/backends?limit=1"))).contains("{\"address\":\"db1:3306\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../../etc/passwd",
                "/%2e%2e/etc/passwd",
                "//metrics",
                "/metrics/",
                "/metrics/..",
                "/./metrics",
                "/%6detrics",
                "/metrics;a=b",
                "/api/v1",
                "/api/v1/../../metrics",
                "/favicon.ico",
                "/\\..\\x"
            })
    void otherPathsAreNotFound(String path) throws StartException, IOException {
        start(ANY_PORT);

        assertThat(get(path)).startsWith("HTTP/1.1 404 Not Found");
    }

    @Test
    void tokenOpensAllButHealth() throws StartException, IOException {
        Path file = Files.writeString(folder.resolve("token"), "secret\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        start(ANY_PORT, "--admin-http-token-file=" + file);

        for (String path : List.of("/", "/metrics", "/api/v1/", "/api/v1/backends", "/none")) {
            assertThat(get(path)).startsWith("HTTP/1.1 401 Unauthorized").contains("\r\nWWW-Authenticate: Basic ");
            assertThat(get(path, "Authorization: Bearer wrong")).startsWith("HTTP/1.1 401 ");
        }
        assertThat(get("/metrics", "Authorization: Bearer secret")).startsWith("HTTP/1.1 200 ");
        // whoever has the token may call the server what they like
        assertThat(get("/metrics", "Authorization: Bearer secret", "Host: db.example"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get("/healthz")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void pagesOfOthersCannotReachTheLoopbackAddress() throws StartException, IOException {
        start(ANY_PORT);

        for (String host : List.of("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4042", "a")) {
            assertThat(get("/metrics", "Host: " + host)).startsWith("HTTP/1.1 421 Misdirected Request");
        }
        for (String host : List.of("localhost", "LOCALHOST:1", "127.0.0.1:4042", "[::1]", "[::1]:4042", "10.1.2.3")) {
            assertThat(get("/metrics", "Host: " + host)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void addressThatCannotBeUsedIsOneSentence() throws StartException {
        start(ANY_PORT);
        int port = http.address().orElseThrow().getPort();
        refused("--admin-http-address=127.0.0.1:" + port, "cannot listen there: Address already in use");
        refused("--admin-http-address=4042", "write host:port");
        refused("--admin-http-address=192.0.2.1:0", "cannot listen there");
    }

    private static void refused(String argument, String why) {
        FakeContext with = new FakeContext(AdminHttp.OPTIONS, argument);
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> AdminHttp.start(with, List::of))
                .withMessageStartingWith(argument + ": ")
                .withMessageContaining(why);
    }
}
