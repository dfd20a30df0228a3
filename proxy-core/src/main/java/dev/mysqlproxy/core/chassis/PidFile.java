package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file with our process id in decimal, without line feed, mode 0600. It is locked while the process lives, so a
 * stale one is known as such whatever process has the number now.
 */
public final class PidFile implements AutoCloseable {

    private static final int MAX_DIGITS = 20;

    private final Path path;
    private final FileChannel channel;

    private PidFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Writes the id of this process.
     *
     * @param path absolute
     * @throws StartException when another process holds the file, or it cannot be written
     */
    public static PidFile write(Path path) throws StartException {
        FileChannel channel = null;
        boolean written = false;
        try {
            channel = FileChannel.open(
                    path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE), mode());
            if (!lock(channel)) {
                throw new StartException(
                        "the pid file " + path + " is in use by a running mysql-proxy (process " + read(channel) + ")");
            }
            if (isPosix()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
            String pid = Long.toString(ProcessHandle.current().pid());
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
            written = true;
            return new PidFile(path, channel);
        } catch (IOException e) {
            throw new StartException("cannot write the pid file " + path + ": " + e, e);
        } finally {
            if (!written) {
                closeQuietly(channel);
            }
        }
    }

    private static boolean lock(FileChannel channel) throws StartException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // a file system without locks: as unprotected as it always was
            return true;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer digits = ByteBuffer.allocate(MAX_DIGITS);
        channel.read(digits, 0);
        String text = StandardCharsets.US_ASCII.decode(digits.flip()).toString().strip();
        return text.chars().allMatch(Character::isDigit) && !text.isEmpty() ? text : "unknown";
    }

    private static FileAttribute<?>[] mode() {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Removes the file; where that is not allowed any more (after {@code --user}), leaves it empty. Never throws. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            try {
                channel.truncate(0);
            } catch (IOException again) {
                // the lock tells the next start that it is stale
            }
        }
        closeQuietly(channel);
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // the process ends and closes it
            }
        }
    }
}
