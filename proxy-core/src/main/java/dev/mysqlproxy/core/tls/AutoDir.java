package dev.mysqlproxy.core.tls;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/**
 * The folder for what the proxy makes by itself. Several processes may share it: what they make is made under a lock,
 * and each file appears under its name only when it is whole.
 */
final class AutoDir {

    private static final String LOCK_FILE = ".lock";
    private static final int LOCK_TRIES = 100;
    private static final long LOCK_PAUSE_MILLIS = 50;
    /** File locks are for processes; this one is for the threads of ours. */
    private static final Object THREADS = new Object();

    private final Path path;

    AutoDir(Path path) {
        this.path = path;
    }

    /** Work that files come out of. */
    @FunctionalInterface
    interface Making<T> {
        T make() throws IOException;
    }

    /** A file in it. */
    Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /**
     * Does the work while no other process or thread does; makes the folder when it is missing.
     *
     * @throws IOException when the folder cannot be written, or another process holds the lock for 5 seconds
     */
    <T> T alone(Making<T> making) throws IOException {
        synchronized (THREADS) {
            Files.createDirectories(path);
            try (FileChannel channel =
                    FileChannel.open(file(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock(channel);
                return making.make();
            }
        }
    }

    /** Until the channel is closed. */
    private void lock(FileChannel channel) throws IOException {
        try {
            for (int i = 0; i < LOCK_TRIES; i++) {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(LOCK_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + file(LOCK_FILE), e);
        }
        throw new IOException("another process holds " + file(LOCK_FILE));
    }

    /**
     * Writes a file, in place of an older one.
     *
     * @param secret whether nobody but the owner may read it
     */
    void write(String name, String text, boolean secret) throws IOException {
        Path fresh = file(name + ".new");
        try {
            Files.deleteIfExists(fresh);
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        fresh,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--")));
            }
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.US_ASCII.encode(text));
                channel.force(true);
            }
            Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
