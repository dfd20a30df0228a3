package dev.mysqlproxy.it.demo;

import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The distribution at work, as a process with a folder for its password and log. Both are gone after {@link #close}, and
 * after the end of this JVM, even by {@code kill -9}. Any thread may close it.
 */
final class ProxyProcess implements AutoCloseable {

    static final String ADMIN_USER = "admin";
    static final String ADMIN_PASSWORD = "admin-secret";

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 20;
    private static final int LOG_LINES = 20;

    /** Reads until this JVM is gone: only then does its end of the pipe close. The folder is on the command line. */
    private static final String GUARD = """
            trap '' INT TERM HUP
            read -r pid
            while read -r line; do :; done
            if [ -n "$pid" ] && grep -qsF -e "$1" "/proc/$pid/cmdline"; then kill -KILL "$pid"; fi
            rm -rf -- "$1"
            """;

    private final List<String> command;
    private final Path folder;
    private final Process guard;
    private Process process;
    private boolean closed;

    private ProxyProcess(List<String> command, Path folder, Process guard) {
        this.command = command;
        this.folder = folder;
        this.guard = guard;
    }

    /** Starts it and returns once it listens on both ports. */
    static ProxyProcess start(Path distribution, Ports ports, TestServer primary, TestServer replica)
            throws IOException {
        Path folder = Files.createTempDirectory("mysql-proxy-demo-");
        List<String> command = List.of(
                distribution.resolve("bin").resolve("mysql-proxy").toString(),
                "--plugins=proxy,admin",
                "--proxy-address=127.0.0.1:" + ports.proxy(),
                "--proxy-backend-addresses=" + address(primary),
                "--proxy-read-only-backend-addresses=" + address(replica),
                "--admin-address=127.0.0.1:" + ports.admin(),
                "--admin-username=" + ADMIN_USER,
                "--admin-password-file=" + folder.resolve("password"),
                "--shutdown-timeout=2");
        Process guard = new ProcessBuilder("sh", "-c", GUARD, "demo-guard", folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        ProxyProcess proxy = new ProxyProcess(command, folder, guard);
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close, "demo-proxy-end"));
        try {
            proxy.launch();
            proxy.awaitListening();
            return proxy;
        } catch (IOException | RuntimeException | Error e) {
            proxy.close();
            throw e;
        }
    }

    private static String address(TestServer server) {
        return server.host() + ":" + server.port();
    }

    private synchronized void launch() throws IOException {
        if (closed) {
            throw new DemoException("stopped while starting");
        }
        Path password = folder.resolve("password");
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, ADMIN_PASSWORD);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
        // the build has made the class-data archive; nothing is to be left running for another one
        builder.environment().put("MYSQL_PROXY_CDS", "use");
        process = builder.start();
        guard.getOutputStream().write((process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        guard.getOutputStream().flush();
    }

    /** The admin listener is the last to open. */
    private void awaitListening() throws IOException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!Files.readString(log()).contains("admin-server listening on port")) {
            if (ended(POLL_MILLIS) || System.nanoTime() > deadline) {
                String how = process.isAlive() ? "does not listen after " + START_PATIENCE.toSeconds() + " s" : "ended";
                throw new DemoException("mysql-proxy " + how + "; it says:\n" + logTail());
            }
        }
    }

    private boolean ended(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted");
        }
    }

    /** The program and its arguments. */
    List<String> commandLine() {
        return command;
    }

    /** Waits until the process ends; true when somebody stopped it, false when it failed. */
    boolean awaitEnd() throws IOException {
        while (!ended(Long.MAX_VALUE)) {
            // it never ends by itself
        }
        if (process.exitValue() == 0) {
            return true;
        }
        throw new DemoException("mysql-proxy ended with exit code " + process.exitValue() + "; it says:\n" + logTail());
    }

    private Path log() {
        return folder.resolve("log");
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (process != null) {
            process.destroy();
            try {
                process.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
        endGuard();
    }

    /** The guard removes the folder. */
    private void endGuard() {
        try {
            guard.getOutputStream().close();
            guard.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            // the guard is gone, and somebody else has ended it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
