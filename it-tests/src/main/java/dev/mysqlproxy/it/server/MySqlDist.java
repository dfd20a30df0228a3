package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * MySQL 8.4 or newer from a directory with {@code bin/mysqld}: one that {@code tools/mysql-from-debian.sh} made, or an
 * unpacked binary tarball.
 *
 * <p>The first use of a version initialises a data directory in the user's cache; every server then starts on a copy.
 * That is sound because it was left by a clean end and {@code auto.cnf}, which holds the server's UUID, is taken out:
 * each server makes its own. The key pairs for TLS and caching_sha2_password in it are shared by all servers.
 */
public final class MySqlDist implements ServerSource {
    private static final Duration VERSION_PATIENCE = Duration.ofSeconds(20);
    private static final Duration INITIALIZE_PATIENCE = Duration.ofMinutes(3);

    // Raised whenever what initialize() makes changes.
    private static final String TEMPLATE_SUFFIX = "-data-v1";

    private final Path executable;
    private final String version;
    private final ServerCache cache;

    private MySqlDist(Path executable, String version, ServerCache cache) {
        this.executable = executable;
        this.version = version;
        this.cache = cache;
    }

    /** The source in {@code directory}; fails when there is none. */
    public static MySqlDist in(Path directory) {
        return in(directory, ServerCache.ofUser());
    }

    static MySqlDist in(Path directory, ServerCache cache) {
        Path executable = directory.toAbsolutePath().normalize().resolve("bin").resolve("mysqld");
        if (!Files.isExecutable(executable)) {
            throw new ServerException("no MySQL server in " + directory + ": " + executable + " is not a program");
        }
        return new MySqlDist(executable, readVersion(executable), cache);
    }

    /** From {@code mysqld  Ver 9.4.0 for Linux on x86_64 (...)}, the word after {@code Ver}. */
    private static String readVersion(Path executable) {
        String line = ServerProcess.firstWords(
                List.of(executable.toString(), "--no-defaults", "--version"), VERSION_PATIENCE);
        int start = line.indexOf("Ver ");
        if (start < 0) {
            throw new ServerException(executable + " names no version: " + line.strip());
        }
        return line.substring(start + "Ver ".length()).strip().split("\\s", 2)[0];
    }

    @Override
    public TestServer.Kind kind() {
        return TestServer.Kind.MYSQL;
    }

    @Override
    public String name() {
        return "MySQL " + version + " (" + executable.getParent().getParent() + ")";
    }

    @Override
    public TestServer start(ServerOptions options) {
        String entry = "mysql-" + version.replaceAll("[^A-Za-z0-9._-]", "_") + TEMPLATE_SUFFIX;
        Path template = cache.get(entry, this::initialize);
        ServerProgram program = new ServerProgram(kind(), executable, fixedArguments(), template, TlsFiles.from(cache));
        return LocalServer.start(program, options);
    }

    @Override
    public TestServer replicaOf(TestServer primary, ServerOptions options) {
        return Replication.startReplica(this, primary, primary.host(), primary.port(), options);
    }

    private static List<String> fixedArguments() {
        // A server started by root refuses to run unless it is told to stay root.
        return Machine.isRoot() ? List.of("--no-defaults", "--user=root") : List.of("--no-defaults");
    }

    private void initialize(Path data) throws IOException {
        Path work = Directories.temporary("it-mysql-initialize-");
        try {
            List<String> command = new ArrayList<>();
            command.add(executable.toString());
            command.addAll(fixedArguments());
            command.addAll(List.of(
                    "--initialize-insecure",
                    "--datadir=" + data,
                    "--tmpdir=" + work,
                    "--skip-log-bin",
                    // Some builds name a folder here that packages make, and give up without it.
                    "--secure-file-priv=" + work,
                    "--innodb-flush-method=nosync",
                    // Small, as it is copied for every server; with less, initialising waits for it.
                    "--innodb-redo-log-capacity=32M"));
            ServerProcess.run(command, Path.of("/dev/null"), work.resolve("initialize.log"), INITIALIZE_PATIENCE);
            Files.deleteIfExists(data.resolve("auto.cnf"));
        } finally {
            Directories.remove(work);
        }
    }
}
