package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Directories that are costly to make and then never change, kept for later runs under
 * {@code ${XDG_CACHE_HOME:-~/.cache}/mysql-proxy/servers}.
 *
 * <p>An entry appears whole or not at all, and only one thread of one JVM makes it while the others wait.
 */
final class ServerCache {

    /** Fills an empty directory. */
    @FunctionalInterface
    interface Maker {
        void fill(Path directory) throws IOException;
    }

    private final Path root;

    ServerCache(Path root) {
        this.root = root;
    }

    static ServerCache ofUser() {
        String configured = System.getenv("XDG_CACHE_HOME");
        // The XDG rules: a relative path counts as not set.
        Path base = configured != null && configured.startsWith("/")
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".cache");
        return new ServerCache(base.resolve("mysql-proxy").resolve("servers"));
    }

    /** Answers the entry's directory, made by {@code maker} if it is not there yet. */
    Path get(String name, Maker maker) {
        Path entry = root.resolve(name);
        if (Files.isDirectory(entry)) {
            return entry;
        }
        try {
            Files.createDirectories(root);
            // A file lock keeps other JVMs out, but within one JVM a second attempt throws instead of waiting.
            synchronized (ServerCache.class) {
                makeUnderLock(entry, maker);
            }
            return entry;
        } catch (IOException e) {
            throw new ServerException("cannot make " + entry, e);
        }
    }

    private void makeUnderLock(Path entry, Maker maker) throws IOException {
        Path lockFile = root.resolve("." + entry.getFileName() + ".lock");
        String unfinished = "." + entry.getFileName() + ".new-";
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            if (Files.isDirectory(entry)) {
                return;
            }
            removeAll(unfinished);
            Path fresh = Files.createTempDirectory(root, unfinished);
            try {
                maker.fill(fresh);
                Files.move(fresh, entry, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException | RuntimeException | Error e) {
                Directories.remove(fresh);
                throw e;
            }
        }
    }

    /** Nobody but the holder of the lock has such a directory, so what is there was left by a JVM that was killed. */
    private void removeAll(String prefix) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(root, prefix + "*")) {
            for (Path directory : left) {
                Directories.remove(directory);
            }
        }
    }
}
