package dev.mysqlproxy.it.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** MariaDB from a directory that {@code tools/mariadb-from-debian.sh} made; unlike the embedded one it has plugins. */
public final class MariaDbDist implements ServerSource {
    private static final Duration VERSION_PATIENCE = Duration.ofSeconds(20);

    private final MariaDbFiles files;
    private final ServerCache cache;

    private MariaDbDist(MariaDbFiles files, ServerCache cache) {
        this.files = files;
        this.cache = cache;
    }

    /** The source in {@code directory}; fails when there is none. */
    public static MariaDbDist in(Path directory) {
        Path home = directory.toAbsolutePath().normalize();
        Path executable = home.resolve("bin").resolve("mariadbd");
        if (!Files.isExecutable(executable)) {
            throw new ServerException("no MariaDB server in " + directory + ": " + executable + " is not a program");
        }
        Path basedir = home.resolve("root").resolve("usr");
        Path plugins = basedir.resolve("lib").resolve("mysql").resolve("plugin");
        Path share = basedir.resolve("share").resolve("mysql");
        return new MariaDbDist(
                new MariaDbFiles(readVersion(executable), executable, basedir, share, plugins), ServerCache.ofUser());
    }

    /** From {@code mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu ...}. */
    private static String readVersion(Path executable) {
        String line = ServerProcess.firstWords(
                List.of(executable.toString(), "--no-defaults", "--version"), VERSION_PATIENCE);
        int start = line.indexOf("Ver ");
        int end = line.indexOf("-MariaDB", start);
        if (start < 0 || end < 0) {
            throw new ServerException(executable + " names no version: " + line.strip());
        }
        return line.substring(start + "Ver ".length(), end);
    }

    @Override
    public TestServer.Kind kind() {
        return TestServer.Kind.MARIADB;
    }

    @Override
    public String name() {
        return "MariaDB " + files.version() + " ("
                + files.executable().getParent().getParent() + ")";
    }

    @Override
    public boolean hasPlugin(String name) {
        return Files.exists(files.plugins().resolve(name + ".so"));
    }

    @Override
    public TestServer start(ServerOptions options) {
        return files.start(cache, options);
    }

    @Override
    public TestServer replicaOf(TestServer primary, ServerOptions options) {
        return Replication.startReplica(this, primary, primary.host(), primary.port(), options);
    }
}
