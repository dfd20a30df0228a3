package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A real proxy with a plugin in it, between a {@link FakeServer} and {@link FakeClient}s: a process of its own, made
 * of the test's class path, that loads the plugin from a jar as an operator's would. One thread at a time.
 *
 * <pre>{@code
 * try (ProxyRig rig = ProxyRig.of("guard", GuardPlugin.class).options("--guard-exempt=dba").start();
 *         FakeClient client = rig.login("app")) {
 *     assertThat(client.query("DELETE FROM orders")).isError(1175);
 *     assertThat(rig.server().statements()).isEmpty();
 * }
 * }</pre>
 */
public final class ProxyRig implements AutoCloseable {

    private static final String MAIN = "dev.mysqlproxy.core.app.Main";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_LINES = 10_000;

    private final FakeServer server;
    private final Path folder;
    private final Process process;
    private final List<String> log = new ArrayList<>();
    private int port;

    private ProxyRig(FakeServer server, Path folder, Process process) {
        this.server = server;
        this.folder = folder;
        this.process = process;
    }

    /**
     * A rig for a plugin that is on the test's class path, in a folder of classes or in a jar.
     *
     * @param id its name in {@code --plugins}
     * @param plugin its class; the folder must have the {@code META-INF/extensions.idx} that the build made
     */
    public static Setup of(String id, Class<? extends ProxyPlugin> plugin) {
        return new Setup(id, plugin);
    }

    /** How a rig is to be. */
    public static final class Setup {

        private final String id;
        private final Class<? extends ProxyPlugin> plugin;
        private final List<Class<?>> libraries = new ArrayList<>();
        private final List<Path> jars = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<String> options = new ArrayList<>();

        private Setup(String id, Class<? extends ProxyPlugin> plugin) {
            this.id = id;
            this.plugin = plugin;
        }

        /** Options of the command line. */
        public Setup options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /** A class of a library that the build would put into the plugin's jar; the whole library comes along. */
        public Setup library(Class<?> part) {
            libraries.add(part);
            return this;
        }

        /** Another plugin, from its jar; it comes behind the one under test. */
        public Setup plugin(String name, Path jar) {
            names.add(name);
            jars.add(jar);
            return this;
        }

        /** Starts server and proxy; the proxy listens when this returns. */
        public ProxyRig start() {
            FakeServer server = FakeServer.start();
            try {
                Path folder = Files.createTempDirectory("proxy-rig-");
                Path plugins = Files.createDirectory(folder.resolve("plugins"));
                RigJar.ofPlugin(id, plugin, libraries).write(plugins.resolve(id + ".jar"));
                RigJar.ofClass(RigPlugin.ID, RigPlugin.class).write(plugins.resolve(RigPlugin.ID + ".jar"));
                for (Path jar : jars) {
                    Files.copy(jar, plugins.resolve(jar.getFileName()));
                }
                List<String> all = new ArrayList<>(List.of(id));
                all.addAll(names);
                all.add(RigPlugin.ID);
                ProxyRig rig = new ProxyRig(server, folder, process(folder, String.join(",", all), server));
                rig.awaitStart();
                return rig;
            } catch (IOException e) {
                server.close();
                throw new UncheckedIOException(e);
            }
        }

        private Process process(Path folder, String names, FakeServer server) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx256m",
                    "-Dmysqlproxy.home=" + folder,
                    "-cp",
                    System.getProperty("java.class.path"),
                    MAIN,
                    "--plugin-dir=" + folder.resolve("plugins"),
                    "--plugins=" + names,
                    "--rig-backends=" + server.address(),
                    "--log-level=info"));
            command.addAll(options);
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        }
    }

    private void awaitStart() {
        Thread reader = new Thread(this::readLog, "proxy-rig-log");
        reader.setDaemon(true);
        reader.start();
        try {
            String line = awaitLog(RigPlugin.LISTENS);
            String address = line.substring(line.indexOf(RigPlugin.LISTENS) + RigPlugin.LISTENS.length());
            port = Integer.parseInt(address.replaceFirst("^127\\.0\\.0\\.1:([0-9]+).*", "$1"));
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    private void readLog() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    if (log.size() < MOST_LINES) {
                        log.add(line);
                    }
                    log.notifyAll();
                }
            }
        } catch (IOException e) {
            // the process has ended
        }
        synchronized (log) {
            log.notifyAll();
        }
    }

    /** The server behind the proxy. */
    public FakeServer server() {
        return server;
    }

    /** Where the proxy listens, on this machine. */
    public int port() {
        return port;
    }

    /** A client that has connected and not logged in. */
    public FakeClient connect() {
        return FakeClient.connect(port);
    }

    /** A client that has logged in. */
    public FakeClient login(String user) {
        return login(user, "");
    }

    /** A client that has logged in with a schema. */
    public FakeClient login(String user, String schema) {
        FakeClient client = connect();
        FakeResult result = client.login(user, schema);
        if (result.error().isPresent()) {
            throw new AssertionError(user + " may not log in: " + result + "\n" + String.join("\n", log()));
        }
        return client;
    }

    /** What the proxy has said so far, its first 10,000 lines. */
    public List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    /** Waits for a line of the log that has this in it, and gives it. */
    public String awaitLog(String part) {
        Predicate<String> wanted = line -> line.contains(part);
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (log) {
            Optional<String> found = log.stream().filter(wanted).findFirst();
            long left = end - System.nanoTime();
            while (found.isEmpty() && left > 0 && process.isAlive()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(log, Math.min(left, 100_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
                found = log.stream().filter(wanted).findFirst();
                left = end - System.nanoTime();
            }
            return found.orElseThrow(() ->
                    new AssertionError("the proxy does not say \"" + part + "\" but:\n" + String.join("\n", log)));
        }
    }

    /** Stops the proxy as an operator does, then the server. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
