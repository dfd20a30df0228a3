package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.Ports;
import dev.mysqlproxy.it.proxy.Processes;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator of MySQL Proxy 0.8 did on the first day, line by line. */
class WalkThroughIT {
    private static final String VERSION = System.getProperty("it.version", "1.0.0-SNAPSHOT");
    private static final String STAMP = "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d: ";

    @TempDir
    Path folder;

    private final int port = Ports.free();
    private final int adminPort = Ports.free();
    private TestServer server;
    private Path pidFile;
    private LogFile log;

    @BeforeEach
    void prepare() throws IOException {
        // the account that the proxy changes to writes here, too
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        server = SharedServers.preferred();
        pidFile = folder.resolve("mysql-proxy.pid");
        log = new LogFile(folder.resolve("mysql-proxy.log"));
    }

    @AfterEach
    void endWhatIsLeft() throws IOException {
        if (Files.exists(pidFile)) {
            ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(pidFile).strip());
    }

    private String backend() {
        return server.host() + ":" + server.port();
    }

    private RawClient admin() {
        return RawClient.login("127.0.0.1", adminPort, RawClient.Login.of("root", "secret"));
    }

    @Test
    void walkThrough() throws IOException {
        String readOnly = "127.0.0.1:" + Ports.free();
        Shell.run(
                        List.of(
                                Distribution.command().toString(),
                                "--daemon",
                                "--plugins=proxy",
                                "--proxy-address=127.0.0.1:" + port,
                                "--proxy-backend-addresses=" + backend(),
                                "--proxy-read-only-backend-addresses=" + readOnly,
                                "--plugins=admin",
                                "--admin-address=127.0.0.1:" + adminPort,
                                "--admin-username=root",
                                "--admin-password=secret",
                                "--pid-file=" + pidFile,
                                "--log-file=" + log.path(),
                                "--log-level=debug"),
                        Map.of())
                .ok();

        // it has returned, so it is ready
        assertThat(Ports.isTaken(port)).isTrue();
        assertThat(Ports.isTaken(adminPort)).isTrue();
        assertThat(ProcessHandle.of(pid())).isPresent();
        assertLog("\\(critical\\) plugin proxy \\Q" + VERSION + "\\E started$");
        assertLog("\\(critical\\) plugin admin \\Q" + VERSION + "\\E started$");
        assertLog("\\(debug\\) max open file-descriptors = \\d+$");
        assertLog("\\(message\\) proxy listening on port \\Q127.0.0.1:" + port + "\\E$");
        assertLog("\\(message\\) admin-server listening on port \\Q127.0.0.1:" + adminPort + "\\E$");
        assertLog("\\(message\\) added read/write backend: \\Q" + backend() + "\\E$");
        assertLog("\\(message\\) added read-only backend: \\Q" + readOnly + "\\E$");

        try (RawClient client = admin()) {
            assertThat(client.query("SELECT * FROM backends").rows())
                    .containsExactly(row("1", backend(), "unknown", "rw"), row("2", readOnly, "unknown", "ro"));
        }
        useIt();
        try (RawClient client = admin()) {
            assertThat(client.query("select * from backends;").rows())
                    .containsExactly(row("1", backend(), "up", "rw"), row("2", readOnly, "unknown", "ro"));
        }

        long pid = pid();
        Processes.signal(pid, "TERM");
        awaitEnd(pid);
        assertLog("\\(message\\) shutting down normally, exit code is: 0$");
        assertThat(log.lines().get(log.lines().size() - 1)).endsWith("exit code is: 0");
        assertThat(Ports.isTaken(port)).isFalse();
        assertThat(pidFile).doesNotExist();
    }

    private void useIt() {
        try (RawClient client = RawClient.login(
                "127.0.0.1",
                port,
                RawClient.Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE))) {
            assertThat(client.greeting().serverVersion()).isEqualTo(server.version());
            client.query("DROP TABLE IF EXISTS walk").ok();
            client.query("CREATE TABLE walk (id INT PRIMARY KEY, name VARCHAR(20))")
                    .ok();
            client.query("INSERT INTO walk VALUES (1, 'one'), (2, NULL)").ok();
            client.query("UPDATE walk SET name = 'two' WHERE id = 2").ok();
            assertThat(client.query("SELECT name FROM walk ORDER BY id").rows())
                    .containsExactly(Map.of("name", "one"), Map.of("name", "two"));
            client.query("DROP TABLE walk").ok();
            try (RawClient admin = admin()) {
                assertThat(admin.query("SELECT * FROM backends").rows().get(0)).containsEntry("connected_clients", "1");
            }
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            try (RawClient admin = admin()) {
                assertThat(admin.query("SELECT * FROM backends").rows().get(0)).containsEntry("connected_clients", "0");
            }
        });
    }

    private static Map<String, String> row(String index, String address, String state, String type) {
        Map<String, String> row = new java.util.LinkedHashMap<>();
        row.put("backend_ndx", index);
        row.put("address", address);
        row.put("state", state);
        row.put("type", type);
        row.put("uuid", null);
        row.put("connected_clients", "0");
        return row;
    }

    private void assertLog(String regex) {
        assertThat(log.matching(STAMP + regex)).as(regex + " in\n" + log.text()).hasSize(1);
    }

    private static void awaitEnd(long pid) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
    }

    @Test
    void initScriptOfAnOldHost() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "an init script is root's, and so is --user");
        String user = "nobody";
        Path settings = folder.resolve("sysconfig");
        // the file as such hosts have it: quotes within quotes
        Files.writeString(
                settings,
                "ADMIN_USER=\"root\"\nADMIN_PASSWORD=\"secret\"\n"
                        + "PROXY_OPTIONS=\"--daemon --log-level=info --log-file=" + log.path()
                        + " --plugins=\"proxy\" --proxy-address=127.0.0.1:" + port
                        + " --proxy-backend-addresses=" + backend()
                        + " --plugins=\"admin\" --admin-address=127.0.0.1:" + adminPort
                        + " --admin-username=\"$ADMIN_USER\" --admin-password=\"$ADMIN_PASSWORD\"\"\n"
                        + "PROXY_USER=" + user + "\nPROXY_PID=" + pidFile
                        + "\nPROXY_BIN=" + Distribution.command() + "\n");
        Path original = Distribution.home().resolve("share/mysql-proxy/mysql-proxy.init");
        Path script = folder.resolve("mysql-proxy.init");
        Files.writeString(
                script, Files.readString(original).replace("/etc/sysconfig/mysql-proxy", settings.toString()));

        assertThat(init(script, "status").exitCode()).isEqualTo(3);
        init(script, "start").ok();
        long pid = pid();
        assertThat(Ports.isTaken(port)).isTrue();
        assertThat(Ports.isTaken(adminPort)).isTrue();
        assertThat(init(script, "status").ok().output()).contains(Long.toString(pid));
        assertThat(Files.getOwner(Path.of("/proc/" + pid)).getName()).isEqualTo(user);
        useIt();

        init(script, "stop").ok();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertLog("\\(message\\) shutting down normally, exit code is: 0$");
        assertThat(init(script, "status").exitCode()).isEqualTo(3);
    }

    private static Shell.Result init(Path script, String action) {
        return Shell.run(List.of("sh", script.toString(), action), Map.of());
    }

    @Test
    void unknownOption() {
        Shell.Result result = run("--proxy-backend-adresses=127.0.0.1:3306");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().lines().toList())
                .singleElement()
                .asString()
                .matches(STAMP + "\\(critical\\) Unknown option --proxy-backend-adresses=127.0.0.1:3306 "
                        + "\\(use --help to show all options\\).*--proxy-backend-addresses.*");
    }

    @Test
    void addressInUse() {
        Shell.Result result = run("--proxy-address=" + backend());
        assertThat(result.exitCode()).isEqualTo(1);
        List<String> complaints = result.output()
                .lines()
                .filter(line -> !line.contains(" started") && !line.contains("added "))
                .toList();
        assertThat(complaints).singleElement().asString().contains(backend(), "in use");
    }

    @Test
    void daemonSaysWhyItDoesNotStart() {
        Shell.Result result = run("--daemon", "--proxy-address=" + backend(), "--log-file=" + log.path());
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output().strip().lines()).singleElement().asString().contains(backend(), "in use");
        assertThat(log.text()).contains("in use");
    }

    @Test
    void questions() {
        assertThat(run("--version").ok().output()).contains(VERSION, "proxy");
        assertThat(run("--help").ok().output()).contains("--defaults-file", "--help-proxy");
        assertThat(run("--help-proxy").ok().output()).contains("--proxy-backend-addresses", "-b");
        assertThat(run("--help-all", "--plugins=admin").ok().output()).contains("--admin-password-file", "--daemon");
        assertThat(run("--check-config", "--proxy-address=127.0.0.1:" + port)
                        .ok()
                        .output())
                .contains("127.0.0.1:" + port);
        assertThat(Ports.isTaken(port)).isFalse();
    }

    @Test
    void defaultsFile() throws IOException {
        Path file = folder.resolve("proxy.cnf");
        Files.writeString(
                file,
                "# settings\n[mysql-proxy]\nplugins = proxy, admin\nadmin-username=root\nadmin-password=secret\n"
                        + "admin-address=127.0.0.1:" + adminPort + "\nproxy-address=127.0.0.1:1\n"
                        + "proxy-backend-addresses=" + backend() + "\ndaemon=true\npid-file=" + pidFile
                        + "\nlog-file=" + log.path() + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run("--defaults-file=" + file).exitCode()).isEqualTo(1);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        List<String> arguments = new ArrayList<>(List.of("--defaults-file=" + file));
        // the command line wins
        arguments.add("--proxy-address=127.0.0.1:" + port);
        run(arguments.toArray(String[]::new)).ok();
        useIt();
        Processes.signal(pid(), "TERM");
        log.await("shutting down normally, exit code is: 0$");
    }

    private static Shell.Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Distribution.command().toString()));
        command.addAll(List.of(arguments));
        return Shell.run(command, Map.of());
    }
}
