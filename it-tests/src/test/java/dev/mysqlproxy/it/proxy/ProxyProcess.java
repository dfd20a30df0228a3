package dev.mysqlproxy.it.proxy;

import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** One run of {@code bin/mysql-proxy} in the foreground, its log in a file of its own. Closing kills it. */
public final class ProxyProcess implements AutoCloseable {
    public static final String ADMIN_USER = "admin";
    public static final String ADMIN_PASSWORD = "admin-secret";
    public static final String HOST = "127.0.0.1";

    private static final Duration START_PATIENCE = Duration.ofSeconds(30);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(40);

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // a test run that is cut short leaves none behind
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "proxies-end"));
    }

    private final Process process;
    private final LogFile log;
    private final int listeners;
    private List<Integer> ports = List.of();
    private int adminPort;

    private ProxyProcess(Process process, LogFile log, int listeners) {
        this.process = process;
        this.log = log;
        this.listeners = listeners;
        RUNNING.add(process);
    }

    /** How a proxy is to be started. */
    public static final class Setup {
        private final List<String> starter = new ArrayList<>();
        private final List<String> addresses = new ArrayList<>();
        private final List<String> backends = new ArrayList<>();
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new LinkedHashMap<>();
        private String plugins = "proxy,admin";
        private String level = "message";

        private Setup() {}

        public Setup backend(TestServer server) {
            return backend(server.host() + ":" + server.port());
        }

        public Setup backend(String address) {
            backends.add(address);
            return this;
        }

        /** Where clients connect, with settings if need be; without any it is one port of the system's choice. */
        public Setup addresses(String... all) {
            addresses.addAll(List.of(all));
            return this;
        }

        public Setup options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        public Setup plugins(String names) {
            plugins = names;
            return this;
        }

        public Setup logLevel(String word) {
            level = word;
            return this;
        }

        /** Options of the virtual machine. */
        public Setup javaOptions(String words) {
            environment.put("MYSQL_PROXY_JAVA_OPTS", words);
            return this;
        }

        /** Starts it by another program, which becomes it. */
        public Setup by(String... program) {
            starter.addAll(List.of(program));
            return this;
        }

        /** Starts it and returns once it listens. */
        public ProxyProcess start() {
            return launch().awaitListening();
        }

        /** Starts it; it may well end at once. */
        public ProxyProcess launch() {
            List<String> command = new ArrayList<>(starter);
            command.add(Distribution.command().toString());
            command.addAll(List.of("--plugins=" + plugins, "--log-level=" + level));
            command.add("--proxy-address=" + (addresses.isEmpty() ? HOST + ":0" : String.join(",", addresses)));
            if (List.of(plugins.split(",")).contains("admin")) {
                command.addAll(List.of(
                        "--admin-address=" + HOST + ":0",
                        "--admin-username=" + ADMIN_USER,
                        "--admin-password=" + ADMIN_PASSWORD));
            }
            if (!backends.isEmpty()) {
                command.add("--proxy-backend-addresses=" + String.join(",", backends));
            }
            command.addAll(options);
            return ProxyProcess.launch(command, environment, Math.max(1, addresses.size()));
        }
    }

    public static Setup with() {
        return new Setup();
    }

    /** A proxy before these servers, with the admin plugin. */
    public static ProxyProcess before(TestServer... servers) {
        Setup setup = with();
        for (TestServer server : servers) {
            setup.backend(server);
        }
        return setup.start();
    }

    /** Runs a command line as it is. */
    public static ProxyProcess launch(List<String> command, Map<String, String> environment) {
        return launch(command, environment, 1);
    }

    private static ProxyProcess launch(List<String> command, Map<String, String> environment, int listeners) {
        try {
            Path output = Files.createTempFile("it-proxy-", ".log");
            List<String> whole = new ArrayList<>(Processes.interruptible());
            whole.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(whole)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("MYSQL_PROXY_"));
            builder.environment().put("MYSQL_PROXY_CDS", "use");
            builder.environment().putAll(environment);
            return new ProxyProcess(builder.start(), new LogFile(output), listeners);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for all ports; fails with what the process said when it ends instead. */
    public ProxyProcess awaitListening() {
        String said = null;
        try {
            await().atMost(START_PATIENCE)
                    .pollDelay(Duration.ofMillis(100))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !process.isAlive() || listens());
        } finally {
            if (!listens()) {
                // what it said goes with it
                said = log.text();
                close();
            }
        }
        if (said != null) {
            throw new AssertionError("the proxy does not listen; it says:\n" + said);
        }
        return this;
    }

    private boolean listens() {
        ports = log.matching("proxy(-[0-9]+)? listening on port ").stream()
                .map(ProxyProcess::portOf)
                .toList();
        log.matching("admin-server listening on port ").forEach(line -> adminPort = portOf(line));
        boolean wantsAdmin = log.text().contains("plugin admin ");
        return process.isAlive() && ports.size() >= listeners && (adminPort > 0 || !wantsAdmin);
    }

    /** A port's number; 0 for a unix socket. */
    private static int portOf(String line) {
        String number = line.substring(line.lastIndexOf(':') + 1).strip();
        return number.matches("[0-9]+") ? Integer.parseInt(number) : 0;
    }

    /** Where applications connect: the first of {@link #ports}. */
    public int port() {
        return ports.isEmpty() ? 0 : ports.get(0);
    }

    /** Where applications connect, in the order of the addresses; 0 stands for a unix socket. */
    public List<Integer> ports() {
        return ports;
    }

    public int adminPort() {
        return adminPort;
    }

    public long pid() {
        return process.pid();
    }

    public LogFile log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by its name. */
    public void signal(String name) {
        Processes.signal(process.pid(), name);
    }

    /** Asks it to end and answers its exit code. */
    public int stop() {
        signal("TERM");
        return awaitExit();
    }

    /** Its exit code, once it has ended. */
    public int awaitExit() {
        try {
            if (!process.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the proxy does not end; it says:\n" + log.text());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the proxy's end", e);
        }
    }

    /** A client of the admin port; the caller closes it. */
    public RawClient openAdmin() {
        return RawClient.login(HOST, adminPort, RawClient.Login.of(ADMIN_USER, ADMIN_PASSWORD));
    }

    /** What the admin port answers to one statement: a map of column to value for each row. */
    public List<Map<String, String>> admin(String statement) {
        try (RawClient client = openAdmin()) {
            Reply reply = client.query(statement);
            if (reply.isError()) {
                throw new AssertionError(statement + ": " + reply.errorText());
            }
            return reply.rows();
        }
    }

    /** Open sessions of applications, as the admin port lists them. */
    public List<Map<String, String>> sessions() {
        return admin("SHOW SESSIONS").stream()
                .filter(row -> row.get("listener").equals("proxy"))
                .toList();
    }

    /** Descriptors that sessions use: sockets and pipes, not the jars that are opened when first needed. */
    public List<String> sockets() {
        return Processes.openFiles(pid()).stream()
                .filter(file -> file.startsWith("socket:") || file.startsWith("pipe:"))
                .toList();
    }

    /** Waits until no session is open and no more sockets are than in {@code baseline}. */
    public void awaitNothingLeft(int baseline) {
        await().atMost(Duration.ofSeconds(15))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    if (!isAlive()) {
                        throw new AssertionError("the proxy has ended; it says:\n" + log.text());
                    }
                    List<Map<String, String>> open = sessions();
                    if (!open.isEmpty()) {
                        throw new AssertionError("sessions left: " + open);
                    }
                    int sockets = sockets().size();
                    if (sockets > baseline) {
                        throw new AssertionError(sockets + " sockets, but there were " + baseline);
                    }
                });
    }

    /** Ends it the hard way if it still runs, and removes its log. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            RUNNING.remove(process);
            Files.deleteIfExists(log.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
