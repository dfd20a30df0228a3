package dev.mysqlproxy.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.Ports;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP side of the admin plugin, with curl as its client. */
class AdminHttpIT {

    private static final Pattern DOCUMENTED =
            Pattern.compile("^\\| `((?:mysqlproxy|process)_[a-z0-9_]+)` \\| (\\w+) \\|", Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) (\\S+)$", Pattern.MULTILINE);
    private static final Pattern USED = Pattern.compile("\\b(?:mysqlproxy|process)_[a-z0-9_]+");

    @TempDir
    Path folder;

    private static ProxyProcess.Setup setup() {
        return ProxyProcess.with().options("--admin-http-address=" + ProxyProcess.HOST + ":0");
    }

    private static String url(ProxyProcess proxy) {
        String line = proxy.log().await("admin-http listening on http://.*");
        return line.substring(line.indexOf("http://")).strip();
    }

    private static RawClient login(ProxyProcess proxy) {
        return RawClient.login(
                ProxyProcess.HOST,
                proxy.port(),
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE));
    }

    private static String curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--max-time", "30"));
        command.addAll(List.of(arguments));
        return Shell.run(command, Map.of()).ok().output();
    }

    /** The status, a blank and the body. */
    private static String status(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--write-out", "\n%{http_code}"));
        all.addAll(List.of(arguments));
        String[] parts = curl(all.toArray(String[]::new)).split("\n");
        return parts[parts.length - 1] + " " + parts[0];
    }

    private static Map<String, Double> scrape(String url) {
        Map<String, Double> samples = new LinkedHashMap<>();
        curl("--fail", "--compressed", url + "/metrics")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    int blank = line.lastIndexOf(' ');
                    samples.put(
                            line.substring(0, blank),
                            Double.valueOf(line.substring(blank + 1).replace("Inf", "Infinity")));
                });
        return samples;
    }

    @Test
    void countsAreThoseOfTheClient() {
        TestServer server = SharedServers.preferred();
        String backend = "{backend=\"" + server.host() + ":" + server.port() + "\"";
        String queries = "mysqlproxy_command_duration_seconds_count" + backend + ",command=\"COM_QUERY\"}";
        try (ProxyProcess proxy = setup().backend(server).start();
                RawClient client = login(proxy)) {
            String url = url(proxy);
            for (int i = 0; i < 25; i++) {
                client.query("SELECT 1 UNION ALL SELECT 2").ok();
            }
            for (int i = 0; i < 3; i++) {
                assertThat(client.query("SELECT no such thing").isError()).isTrue();
            }
            for (int i = 0; i < 4; i++) {
                client.command(Command.COM_PING, new byte[0]).ok();
            }
            int statement = client.prepare("SELECT ?").statementId();
            client.execute(statement, 0, "x").ok();
            client.execute(statement, 0, "y").ok();

            await().untilAsserted(() -> assertThat(scrape(url))
                    .containsEntry(queries, 28.0)
                    .containsEntry(queries.replace("_count", "_bucket").replace("}", ",le=\"+Inf\"}"), 28.0)
                    .containsEntry(queries.replace("COM_QUERY", "COM_PING"), 4.0)
                    .containsEntry(queries.replace("COM_QUERY", "COM_STMT_PREPARE"), 1.0)
                    .containsEntry(queries.replace("COM_QUERY", "COM_STMT_EXECUTE"), 2.0)
                    .containsEntry("mysqlproxy_command_errors_total" + backend + ",command=\"COM_QUERY\"}", 3.0)
                    .containsEntry("mysqlproxy_command_rows_total" + backend + "}", 52.0)
                    .containsEntry("mysqlproxy_logins_total{result=\"ok\"}", 1.0)
                    .containsEntry("mysqlproxy_sessions{listener=\"proxy\"}", 1.0));
            Map<String, Double> samples = scrape(url);
            double sum = samples.get(queries.replace("_count", "_sum"));
            assertThat(sum).isBetween(1e-6, 60.0);
            assertThat(samples.get("mysqlproxy_command_reply_bytes_total" + backend + "}"))
                    .isGreaterThan(28 * 11);
            assertThat(samples.get("process_cpu_seconds_total")).isPositive();
        }
    }

    @Test
    void scrapersGetTheFormatTheyAskFor() {
        try (ProxyProcess proxy = setup().backend(SharedServers.preferred()).start()) {
            String url = url(proxy) + "/metrics";
            assertThat(curl("--head", url))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8");
            String open = curl(
                    "--include",
                    "--compressed",
                    "--header",
                    "Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
                    url);
            assertThat(open)
                    .contains("Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8")
                    .contains("Content-Encoding: gzip")
                    .endsWith("\n# EOF\n");
        }
    }

    @Test
    void manualAndDashboardNameTheMetricsThatThereAre() throws IOException {
        TestServer server = SharedServers.preferred();
        Path home = Distribution.home();
        Set<String> documented = new TreeSet<>();
        DOCUMENTED
                .matcher(Files.readString(home.resolve("docs").resolve("manual").resolve("metrics.md")))
                .results()
                .forEach(row -> documented.add(row.group(1) + " " + row.group(2)));
        try (ProxyProcess proxy = setup().plugins("proxy,admin,auditing,query-analysis")
                        .options(
                                "--auditing-file=" + folder.resolve("audit.log"),
                                "--auditing-overflow=wait",
                                "--query-analysis-slow-log=" + folder.resolve("slow.log"))
                        .backend(server)
                        .start();
                RawClient client = login(proxy)) {
            client.query("SELECT 1").ok();
            Set<String> scraped = new TreeSet<>();
            TYPE.matcher(curl("--fail", url(proxy) + "/metrics"))
                    .results()
                    .forEach(type -> scraped.add(type.group(1) + " " + type.group(2)));

            assertThat(scraped).isEqualTo(documented);
            String dashboard = Files.readString(
                    home.resolve("share").resolve("mysql-proxy").resolve("grafana-dashboard.json"));
            assertThat(USED.matcher(dashboard).results().map(MatchResult::group).toList())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(scraped)
                            .anyMatch(known -> known.startsWith(name + " ")
                                    || known.equals(name.replaceAll("_(bucket|count|sum)$", "") + " histogram")));
        }
    }

    private static void setBackend(ProxyProcess proxy, String address, String mode) {
        try (RawClient operator = proxy.openAdmin()) {
            operator.query("SET BACKEND '" + address + "' " + mode).ok();
        }
    }

    @Test
    void readyWhileABackendTakesSessions() {
        TestServer server = SharedServers.preferred();
        String address = server.host() + ":" + server.port();
        try (ProxyProcess proxy = setup().backend(server).start()) {
            String ready = url(proxy) + "/readyz";
            assertThat(status(url(proxy) + "/healthz")).isEqualTo("200 ok");
            assertThat(status(ready)).isEqualTo("200 ready");
            setBackend(proxy, address, "OFFLINE");
            assertThat(status(ready)).isEqualTo("503 no read/write backend takes sessions: " + address + " is offline");
            assertThat(status(url(proxy) + "/healthz")).isEqualTo("200 ok");
            setBackend(proxy, address, "ONLINE");
            assertThat(status(ready)).isEqualTo("200 ready");
        }
    }

    @Test
    void readyAgainWhenTheServerIsBack() throws IOException {
        int port = Ports.free();
        try (ProxyProcess proxy =
                setup().backend(ProxyProcess.HOST + ":" + port).start()) {
            String ready = url(proxy) + "/readyz";
            try (Socket client = new Socket(ProxyProcess.HOST, proxy.port())) {
                // the error that says so; from now on the backend is down
                assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
            }
            assertThat(status(ready)).startsWith("503 ").endsWith(":" + port + " is down");
            try (ServerSocket server = new ServerSocket(port, 10, InetAddress.getByName(ProxyProcess.HOST))) {
                assertThat(server.isBound()).isTrue();
                await().untilAsserted(() -> assertThat(status(ready)).isEqualTo("200 ready"));
            }
        }
    }

    @Test
    void notAliveWhileAnEventLoopHangs() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        PluginJar.of("hanging", "Hanging").in(PluginJar.folderWithTheOthers(plugins));
        Path file = Files.createFile(folder.resolve("hang"));
        try (ProxyProcess proxy = setup().plugins("proxy,admin,hanging")
                        .options("--plugin-dir=" + plugins, "--hanging-while=" + file)
                        .backend(SharedServers.preferred())
                        .start();
                RawClient client = login(proxy)) {
            String url = url(proxy);
            assertThat(status(url + "/healthz")).isEqualTo("200 ok");
            CompletableFuture<Boolean> hanging = CompletableFuture.supplyAsync(
                    () -> client.query("SELECT 'hang'").isError());
            await().untilAsserted(() ->
                    assertThat(status(url + "/healthz")).isEqualTo("503 an event loop has not answered for 2 s"));
            assertThat(scrape(url)).containsKey("mysqlproxy_sessions{listener=\"proxy\"}");
            Files.delete(file);
            assertThat(hanging.get(30, TimeUnit.SECONDS)).isFalse();
            assertThat(status(url + "/healthz")).isEqualTo("200 ok");
        }
    }

    @Test
    void notReadyWhileItStops() {
        try (ProxyProcess proxy = setup().backend(SharedServers.preferred()).start()) {
            String url = url(proxy);
            RawClient client = login(proxy);
            client.query("BEGIN").ok();
            client.query("SELECT 1").ok();
            proxy.signal("TERM");
            await().untilAsserted(() -> assertThat(status(url + "/readyz"))
                    .isEqualTo("503 no port for clients is open: the proxy is starting or stopping"));
            assertThat(status(url + "/healthz")).isEqualTo("200 ok");
            client.query("COMMIT").ok();
            client.close();
            assertThat(proxy.awaitExit()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--path-as-is, /../../etc/passwd, 404",
        "--path-as-is, /api/v1/../../metrics, 404",
        "--path-as-is, /%2e%2e/metrics, 404",
        "--silent, /nothing, 404",
        "--silent, /api/v1/nothing, 404",
        "--silent, /api/v1/backends?limit=x, 400",
        "--request=POST, /metrics, 405",
        "--data=x, /metrics, 405",
        "--request=TRACE, /metrics, 405",
        "--header=Host: evil.example, /metrics, 421"
    })
    void otherRequestsAreRefused(String option, String path, int status) {
        String[] parts = option.split("=", 2);
        try (ProxyProcess proxy = setup().backend(SharedServers.preferred()).start()) {
            List<String> arguments = new ArrayList<>(List.of(parts));
            arguments.add(url(proxy) + path);
            assertThat(status(arguments.toArray(String[]::new))).startsWith(status + " ");
        }
    }

    @Test
    void slowClientsKeepNobodyOut() throws IOException {
        try (ProxyProcess proxy = setup().backend(SharedServers.preferred()).start()) {
            String url = url(proxy);
            int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
            List<Socket> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 300; i++) {
                    Socket socket = new Socket(ProxyProcess.HOST, port);
                    slow.add(socket);
                    socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nA".getBytes(StandardCharsets.US_ASCII));
                }
                assertThat(status(url + "/healthz")).isEqualTo("200 ok");
                assertThat(scrape(url)).isNotEmpty();
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void tablesAsJson() {
        TestServer server = SharedServers.preferred();
        try (ProxyProcess proxy = setup().backend(server).start();
                RawClient client = login(proxy)) {
            client.query("SELECT 1").ok();
            String url = url(proxy);
            assertThat(curl("--fail", url + "/")).contains("/api/v1/backends").contains("/api/v1/sessions");
            assertThat(curl("--fail", url + "/api/v1/backends"))
                    .startsWith("{\"table\":\"backends\",\"rows\":[\n{")
                    .contains("\"address\":\"" + server.host() + ":" + server.port() + "\"")
                    .endsWith("],\n\"truncated\":false}\n");
            assertThat(curl("--fail", url + "/api/v1/sessions")).contains("\"" + Accounts.APP_USER + "\"");
            assertThat(curl("--fail", url + "/api/v1/options?limit=1")).endsWith("],\n\"truncated\":true}\n");
            assertThat(curl("--fail", url + "/api/v1/options")).doesNotContain(ProxyProcess.ADMIN_PASSWORD);
        }
    }

    @Test
    void tokenIsNeededWhereOneIsSet() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "scrape-me\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (ProxyProcess proxy = setup().backend(SharedServers.preferred())
                .options("--admin-http-token-file=" + file)
                .start()) {
            String url = url(proxy);
            assertThat(status(url + "/metrics")).startsWith("401 ");
            assertThat(status("--user", "any:wrong", url + "/metrics")).startsWith("401 ");
            assertThat(status("--user", "any:scrape-me", url + "/metrics")).startsWith("200 ");
            assertThat(status("--oauth2-bearer", "scrape-me", url + "/api/v1/backends"))
                    .startsWith("200 ");
            assertThat(status(url + "/healthz")).isEqualTo("200 ok");
        }
    }

    @Test
    void addressThatIsTakenEndsTheStartInOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(ProxyProcess.HOST));
                ProxyProcess proxy = ProxyProcess.with()
                        .backend(SharedServers.preferred())
                        .options("--admin-http-address=" + ProxyProcess.HOST + ":" + taken.getLocalPort())
                        .launch()) {
            assertThat(proxy.awaitExit()).isEqualTo(1);
            assertThat(proxy.log().matching("admin-http-address"))
                    .hasSize(1)
                    .allSatisfy(line -> assertThat(line).contains("cannot listen there: Address already in use"));
        }
    }

    @Test
    void checkOfTheConfigurationLeavesThePortAlone() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(ProxyProcess.HOST))) {
            String output = Shell.run(
                            List.of(
                                    Distribution.command().toString(),
                                    "--check-config",
                                    "--plugins=proxy,admin",
                                    "--proxy-backend-addresses=" + ProxyProcess.HOST + ":3306",
                                    "--admin-username=" + ProxyProcess.ADMIN_USER,
                                    "--admin-password=" + ProxyProcess.ADMIN_PASSWORD,
                                    "--admin-http-address=" + ProxyProcess.HOST + ":" + taken.getLocalPort()),
                            Map.of())
                    .ok()
                    .output();
            assertThat(output).doesNotContain("cannot listen");
        }
    }

    @Test
    void nothingListensByDefault() {
        try (ProxyProcess proxy = ProxyProcess.before(SharedServers.preferred())) {
            assertThat(proxy.log().matching("admin-http")).isEmpty();
            assertThat(proxy.admin("SELECT * FROM metrics").stream()
                            .map(Map::toString)
                            .filter(row -> row.contains("command_duration")))
                    .isEmpty();
        }
    }
}
