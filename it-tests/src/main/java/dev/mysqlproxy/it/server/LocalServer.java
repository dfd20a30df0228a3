package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that is a process of this machine, with all its files in one temporary directory.
 *
 * <p>Methods that change its state are synchronized. The shutdown hook takes no lock, so that it never waits for a
 * start that is still under way; that start then fails because its process is gone.
 */
final class LocalServer implements TestServer {
    private static final Logger log = LoggerFactory.getLogger(LocalServer.class);
    private static final String HOST = "127.0.0.1";
    private static final int PORT_ATTEMPTS = 5;
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final Set<LocalServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(LocalServer::abandon), "test-servers-end"));
    }

    private final ServerProgram program;
    private final ServerOptions options;
    private final Path home;
    private final Path errorLog;
    private final Watchdog watchdog;
    private int port;
    private String version;
    private volatile ServerProcess process;
    private volatile boolean closed;

    private LocalServer(ServerProgram program, ServerOptions options, Path home, Watchdog watchdog) {
        this.program = program;
        this.options = options;
        this.home = home;
        this.errorLog = home.resolve("error.log");
        this.watchdog = watchdog;
    }

    /** Starts a server on a copy of the program's data template; nothing is left behind if that fails. */
    static LocalServer start(ServerProgram program, ServerOptions options) {
        long began = System.nanoTime();
        LocalServer server = create(program, options);
        try {
            Directories.copy(program.dataTemplate(), server.home.resolve("data"));
            Files.createDirectory(server.home.resolve("tmp"));
            Files.createDirectory(server.files());
            server.firstLaunch();
        } catch (IOException e) {
            server.close();
            throw new ServerException("cannot prepare " + server.home, e);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        log.atInfo()
                .addKeyValue("version", server.version)
                .addKeyValue("port", server.port)
                .addKeyValue("millis", (System.nanoTime() - began) / 1_000_000)
                .log("server started");
        return server;
    }

    private static LocalServer create(ServerProgram program, ServerOptions options) {
        try {
            Path home = Directories.temporary("it-" + program.kind().name().toLowerCase(Locale.ROOT) + "-");
            LocalServer server = new LocalServer(program, options, home, Watchdog.guard(home));
            OPEN.add(server);
            return server;
        } catch (IOException e) {
            throw new ServerException("cannot make a temporary directory", e);
        }
    }

    private synchronized void firstLaunch() throws IOException {
        Path initFile = home.resolve("init.sql");
        Files.createFile(initFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(initFile, initSql());
        for (int attempt = 1; ; attempt++) {
            port = FreePort.onLoopback();
            try {
                version = launch(List.of("--init-file=" + initFile));
                break;
            } catch (ServerException e) {
                // Somebody may have taken the port between our look and the server's bind.
                if (attempt == PORT_ATTEMPTS || !LogTail.of(errorLog).contains("Address already in use")) {
                    throw e;
                }
                Files.deleteIfExists(errorLog);
            }
        }
        Files.delete(initFile);
        // Servers skip the rest of the file after an error, log it and start all the same.
        if (!Files.deleteIfExists(initDone())) {
            throw new ServerException("the first statements failed; the log ends with:\n" + process.logTail());
        }
    }

    private String initSql() {
        List<String> statements = new ArrayList<>();
        statements.add("SET sql_log_bin = 0");
        statements.addAll(Accounts.rootStatements(kind()));
        statements.addAll(Accounts.appStatements());
        statements.addAll(options.initSql());
        statements.add("SELECT 1 INTO OUTFILE '" + initDone() + "'");
        return String.join(";\n", statements) + ";\n";
    }

    /** Starts the process and waits until it greets; answers the version it says. */
    private String launch(List<String> more) {
        if (closed) {
            throw new ServerException("the server is closed");
        }
        try {
            process = ServerProcess.start(command(more), errorLog);
            watchdog.watch(process.pid());
        } catch (IOException e) {
            halt();
            throw new ServerException("cannot run " + program.executable(), e);
        }
        long deadline = System.nanoTime() + options.startTimeout().toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                String greeted = Greeting.readVersion(HOST, port, PROBE_PATIENCE);
                // Whoever greets is ours only if our process did not end for want of the port.
                if (!process.waitFor(Duration.ZERO)) {
                    return greeted;
                }
            } catch (IOException notYet) {
                process.waitFor(POLL);
            }
        }
        String how = process.isAlive() ? "did not answer within " + options.startTimeout() : "ended while starting";
        String tail = process.logTail();
        halt();
        throw new ServerException(program.executable() + " " + how + "; its log ends with:\n" + tail);
    }

    private List<String> command(List<String> more) {
        List<String> command = new ArrayList<>();
        command.add(program.executable().toString());
        command.addAll(program.fixedArguments());
        command.addAll(List.of(
                "--datadir=" + home.resolve("data"),
                "--tmpdir=" + home.resolve("tmp"),
                "--secure-file-priv=" + files(),
                "--socket=" + socket(),
                "--pid-file=" + home.resolve("server.pid"),
                "--bind-address=" + HOST,
                "--port=" + port,
                "--server-id=" + port,
                "--report-host=" + HOST,
                "--report-port=" + port,
                "--log-bin=binlog",
                "--relay-log=relay",
                "--skip-name-resolve",
                "--character-set-server=utf8mb4",
                "--local-infile=ON",
                "--max-allowed-packet=1G",
                "--max-connections=1000",
                "--innodb-buffer-pool-size=64M",
                // Written at each commit, so kill -9 loses nothing, but the disk is not waited for.
                "--innodb-flush-log-at-trx-commit=2",
                "--sync-binlog=0"));
        command.addAll(program.kindArguments(options.offersTls(program.kind())));
        command.addAll(options.arguments());
        command.addAll(more);
        return command;
    }

    /** Where the server itself may read and write files for SQL statements. */
    private Path files() {
        return home.resolve("files");
    }

    private Path initDone() {
        return files().resolve("init-done");
    }

    private Path socket() {
        return home.resolve("server.sock");
    }

    @Override
    public Kind kind() {
        return program.kind();
    }

    @Override
    public synchronized String version() {
        return version;
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public synchronized int port() {
        return port;
    }

    @Override
    public Optional<Path> socketPath() {
        return Optional.of(socket());
    }

    @Override
    public Optional<Path> certificateAuthority() {
        return options.offersTls(kind()) ? Optional.of(program.tls().certificate()) : Optional.empty();
    }

    @Override
    public boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public synchronized void kill() {
        halt();
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new ServerException("the server is closed");
        }
        process.terminate(STOP_PATIENCE);
        version = launch(List.of());
    }

    @Override
    public synchronized void pause() {
        process.signal("STOP");
    }

    @Override
    public synchronized void resume() {
        process.signal("CONT");
    }

    @Override
    public synchronized void close() {
        abandon();
    }

    private void abandon() {
        closed = true;
        if (!OPEN.remove(this)) {
            return;
        }
        try {
            halt();
            Directories.remove(home);
            // Only now: what could not be removed is left to the watchdog.
            watchdog.close();
        } catch (IOException e) {
            throw new ServerException("cannot remove " + home, e);
        }
    }

    private void halt() {
        ServerProcess running = process;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public String toString() {
        return version + " on " + HOST + ":" + port;
    }
}
