package dev.mysqlproxy.it.auditing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.proxy.Shell;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where records go, and what becomes of them when that is full, slow or gone, or the proxy ends. */
class AuditDestinationsIT {
    private static final String LONG = "SELECT '" + "x".repeat(30_000) + "' AS a";

    @TempDir
    Path folder;

    private Audit audit() {
        return new Audit(folder);
    }

    static Stream<TestServer> servers() {
        return SharedServers.all().stream();
    }

    /** The numbers in {@code SELECT n} statements. */
    private static Set<Integer> numbers(List<JsonObject> records) {
        return records.stream()
                .filter(record -> record.getString("event").equals("statement")
                        && record.getString("statement").matches("SELECT [0-9]+"))
                .map(record -> Integer.valueOf(record.getString("statement").substring(7)))
                .collect(Collectors.toSet());
    }

    // --- ends -------------------------------------------------------------------------------------------------------

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void aCleanStopUnderLoadLosesNothing(TestServer server) {
        Set<Integer> answered = ConcurrentHashMap.newKeySet();
        try (ProxyProcess proxy = audit().proxy(server, "--auditing-literals=show", "--auditing-overflow=wait")
                .start()) {
            List<CompletableFuture<Void>> clients = IntStream.range(0, 4)
                    .mapToObj(number -> CompletableFuture.runAsync(() -> queryOn(proxy, number * 1_000_000, answered)))
                    .toList();
            await().atMost(Duration.ofSeconds(30)).until(() -> answered.size() > 2_000);
            assertThat(proxy.stop()).isZero();
            clients.forEach(CompletableFuture::join);
        }
        List<JsonObject> records = audit().records();
        assertThat(numbers(records)).containsAll(answered);
        assertThat(records.get(records.size() - 1).getString("event")).isEqualTo("stop");
    }

    private static void queryOn(ProxyProcess proxy, int from, Set<Integer> answered) {
        try (RawClient client = Audit.login(proxy)) {
            for (int number = from; ; number++) {
                if (client.query("SELECT " + number).isError()) {
                    return;
                }
                answered.add(number);
            }
        } catch (RuntimeException | AssertionError e) {
            // the proxy has ended
        }
    }

    @Test
    void aKillLosesAtMostASecond() {
        Map<Integer, Long> answered = new HashMap<>();
        long killed;
        try (ProxyProcess proxy = audit().proxy(SharedServers.preferred(), "--auditing-literals=show")
                        .start();
                RawClient client = Audit.login(proxy)) {
            long start = System.nanoTime();
            for (int number = 0; System.nanoTime() - start < 3_000_000_000L; number++) {
                client.query("SELECT " + number).ok();
                answered.put(number, System.nanoTime());
            }
            proxy.signal("KILL");
            killed = System.nanoTime();
            proxy.awaitExit();
        }
        Set<Integer> old = answered.entrySet().stream()
                .filter(entry -> killed - entry.getValue() > 1_000_000_000L)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        assertThat(old).isNotEmpty();
        assertThat(numbers(audit().records())).containsAll(old);
    }

    // --- files ------------------------------------------------------------------------------------------------------

    @Test
    void rotatesBySizeCompressesAndOnCommand() throws IOException {
        Audit audit = audit();
        try (ProxyProcess proxy = audit.proxy(
                        SharedServers.preferred(),
                        "--auditing-rotate-size=1",
                        "--auditing-compress",
                        "--auditing-literals=show",
                        "--auditing-file-mode=0640")
                .start()) {
            try (RawClient client = Audit.login(proxy)) {
                for (int i = 0; i < 100; i++) {
                    client.query(LONG).ok();
                }
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> compressed(audit) >= 2);
            Audit.awaitStatus(proxy, "queue_bytes", "0"::equals);
            long before = audit.files().size();
            try (RawClient admin = proxy.openAdmin()) {
                admin.query("AUDIT ROTATE").ok();
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> audit.files().size() > before && compressed(audit) == before);
            assertThat(Files.size(audit.file())).isZero();
            assertThat(proxy.stop()).isZero();
        }
        List<JsonObject> records = audit.records();
        assertThat(records)
                .filteredOn(record -> record.getString("event").equals("statement"))
                .hasSize(100);
        for (Path file : audit.files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
        }
    }

    private static long compressed(Audit audit) {
        return audit.files().stream()
                .filter(file -> file.toString().endsWith(".gz"))
                .count();
    }

    @Test
    void aFileThatLogrotateRenamesIsMadeAnew() throws IOException {
        Audit audit = audit();
        try (ProxyProcess proxy = audit.proxy(SharedServers.preferred(), "--auditing-literals=show")
                        .start();
                RawClient client = Audit.login(proxy)) {
            client.query("SELECT 1").ok();
            audit.await(line -> line.contains("SELECT 1"));
            Files.move(audit.file(), folder.resolve("audit.log.1"));
            proxy.signal("HUP");
            client.query("SELECT 2").ok();
            audit.await(line -> line.contains("SELECT 2"));
            assertThat(Audit.text(audit.file())).doesNotContain("SELECT 1");
            assertThat(Audit.text(folder.resolve("audit.log.1"))).doesNotContain("SELECT 2");
        }
    }

    // --- overflow ---------------------------------------------------------------------------------------------------

    /** A pipe that nobody reads until told. */
    @SuppressWarnings("JdkObsolete") // one thread reads, another looks
    private final class Pipe implements AutoCloseable {
        private final RandomAccessFile end;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private final StringBuffer read = new StringBuffer();

        Pipe() throws IOException {
            Shell.run(List.of("mkfifo", audit().file().toString()), Map.of()).ok();
            // for both directions: neither side waits for the other
            end = new RandomAccessFile(audit().file().toFile(), "rw");
        }

        /** Reads from now on. */
        CompletableFuture<Void> drain() {
            return CompletableFuture.runAsync(() -> {
                byte[] buffer = new byte[65_536];
                try {
                    while (open.get()) {
                        int count = end.read(buffer);
                        read.append(new String(buffer, 0, Math.max(0, count), StandardCharsets.UTF_8));
                    }
                } catch (IOException e) {
                    // closed
                }
            });
        }

        @Override
        public void close() throws IOException {
            open.set(false);
            // wakes the reader
            end.write('\n');
            end.close();
        }
    }

    private ProxyProcess fullPipe(String overflow) {
        return audit().proxy(
                        SharedServers.preferred(),
                        "--auditing-queue=1",
                        "--auditing-literals=show",
                        "--auditing-overflow=" + overflow)
                .start();
    }

    @Test
    void dropsAndCounts() throws IOException {
        try (Pipe pipe = new Pipe();
                ProxyProcess proxy = fullPipe("drop");
                RawClient client = Audit.login(proxy)) {
            for (int i = 0; i < 100; i++) {
                client.query(LONG).ok();
            }
            int dropped = Integer.parseInt(Audit.status(proxy, "dropped"));
            assertThat(dropped).isPositive();
            pipe.drain();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> pipe.read.toString().contains("\"event\":\"dropped\",\"count\":" + dropped + "}"));
        }
    }

    @Test
    void waits() throws IOException {
        try (Pipe pipe = new Pipe();
                ProxyProcess proxy = fullPipe("wait");
                RawClient client = Audit.login(proxy)) {
            CompletableFuture<Void> statements = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 100; i++) {
                    client.query(LONG).ok();
                }
            });
            Audit.awaitStatus(proxy, "waiting", "1"::equals);
            assertThat(statements).isNotDone();
            pipe.drain();
            assertThat(statements).succeedsWithin(Duration.ofSeconds(30));
            assertThat(Audit.status(proxy, "dropped")).isEqualTo("0");
        }
    }

    @Test
    void refuses() throws IOException {
        try (Pipe pipe = new Pipe();
                ProxyProcess proxy = fullPipe("fail");
                RawClient client = Audit.login(proxy)) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client.query(LONG).isError());
            assertThat(client.query(LONG).errorText())
                    .isEqualTo("3164 #HY000(proxy) not run: the audit cannot be written");
            pipe.drain();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !client.query(LONG).isError());
        }
    }

    @Test
    void afterAFailureItGoesOn() throws IOException {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        Path file = logs.resolve("audit.log");
        try (ProxyProcess proxy = audit().proxy(
                                SharedServers.preferred(), "--auditing-literals=show", "--auditing-file=" + file)
                        .start();
                RawClient client = Audit.login(proxy)) {
            await().until(() -> Files.exists(file));
            Files.delete(file);
            Files.delete(logs);
            client.query("SELECT 1").ok();
            proxy.log().await("the audit cannot be written; trying again every second");
            assertThat(Audit.status(proxy, "state")).isEqualTo("failing");
            Files.createDirectory(logs);
            proxy.log().await("the audit is written again");
            await().until(() -> Audit.text(file).contains("SELECT 1"));
            assertThat(proxy.log().matching("the audit cannot be written")).hasSize(1);
        }
    }

    // --- elsewhere --------------------------------------------------------------------------------------------------

    @Test
    void syslogOverTcpAndUdp() throws IOException {
        try (ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ProxyProcess proxy = audit().proxy(
                                SharedServers.preferred(),
                                "--auditing-destination=syslog",
                                "--auditing-syslog=tcp://127.0.0.1:" + tcp.getLocalPort(),
                                "--auditing-syslog-facility=local0")
                        .start();
                Socket socket = tcp.accept();
                RawClient client = Audit.login(proxy)) {
            client.query("SELECT 1 AS tcp").ok();
            StringBuilder read = new StringBuilder();
            InputStreamReader in = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8);
            while (!read.toString().contains("SELECT ? AS tcp")) {
                read.append((char) in.read());
            }
            assertThat(read.toString()).matches("(?s)[0-9]+ <134>1 .* mysql-proxy [0-9]+ audit - \\{\"v\":1,.*");
        }
        try (DatagramSocket udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                ProxyProcess proxy = audit().proxy(
                                SharedServers.preferred(),
                                "--auditing-destination=syslog",
                                "--auditing-syslog=udp://127.0.0.1:" + udp.getLocalPort())
                        .start()) {
            udp.setSoTimeout(20_000);
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            udp.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .contains("\"event\":\"start\"");
            proxy.stop();
        }
        assertThat(audit().file()).doesNotExist();
    }

    @Test
    void syslogOfThisMachine() throws IOException {
        Path socket = folder.resolve("log");
        Process receiver = new ProcessBuilder(
                        "perl",
                        "-MSocket",
                        "-e",
                        "$|=1; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($ARGV[0])) or die; print \"ready\\n\";"
                                + " while (defined recv(S, $m, 65536, 0)) { print \"$m\\n\" }",
                        socket.toString())
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(receiver.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("ready");
            try (ProxyProcess proxy = audit().proxy(
                                    SharedServers.preferred(),
                                    "--auditing-destination=syslog",
                                    "--auditing-syslog=" + socket)
                            .start();
                    RawClient client = Audit.login(proxy)) {
                client.query("SELECT 1 AS local").ok();
                assertThat(said.readLine())
                        .matches("<86>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} mysql-proxy\\[[0-9]+]: \\{\"v\":1,.*");
                String line = said.readLine();
                while (!line.contains("SELECT ? AS local")) {
                    line = said.readLine();
                }
                proxy.stop();
            }
        } finally {
            receiver.destroyForcibly();
        }
    }

    @Test
    void standardOutput() {
        try (ProxyProcess proxy = audit().proxy(SharedServers.preferred(), "--auditing-destination=stdout")
                .start()) {
            try (RawClient client = Audit.login(proxy)) {
                client.query("SELECT 1 AS shown").ok();
            }
            proxy.log().await("^\\{\"v\":1,.*SELECT \\? AS shown");
        }
    }
}
