package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file, appended to. Opened with the first line, when the process runs under its own account. Before each write a look
 * at the name tells whether somebody has renamed or removed the file, as logrotate does: then it is made anew.
 */
final class FileDestination implements Destination {

    private static final Logger LOG = LoggerFactory.getLogger(FileDestination.class);
    private static final Duration RETRY = Duration.ofMinutes(1);

    private final Path path;
    private final Set<PosixFilePermission> mode;
    private final Rotation rotation;
    private final RotatedFiles rotated;
    private final Executor tasks;
    private final Clock clock;

    private FileChannel channel;
    private Object key;
    private boolean regular;
    private Instant begun;
    private Instant notBefore = Instant.MIN;
    private final AtomicLong size = new AtomicLong();
    private final AtomicLong rotations = new AtomicLong();

    FileDestination(Path path, Set<PosixFilePermission> mode, Rotation rotation, Executor tasks, Clock clock) {
        this.path = path;
        this.mode = mode;
        this.rotation = rotation;
        this.rotated = new RotatedFiles(path, rotation);
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public void write(ByteBuffer lines) throws IOException {
        if (channel != null && regular && !isStillThere()) {
            close();
        }
        if (channel == null) {
            open();
        }
        rotateIfDue();
        int start = lines.position();
        try {
            while (lines.hasRemaining()) {
                size.addAndGet(channel.write(lines));
            }
        } catch (IOException e) {
            if (channel.isOpen()) {
                backToLine(lines, start);
            } else {
                channel = null;
            }
            throw e;
        }
    }

    /** A file that cannot be renamed goes on being written. */
    private void rotateIfDue() throws IOException {
        Instant now = clock.instant();
        if (!regular || now.isBefore(notBefore) || !rotation.isDue(size.get(), begun, now)) {
            return;
        }
        try {
            rotate();
        } catch (IOException e) {
            if (channel == null) {
                throw e;
            }
            notBefore = now.plus(RETRY);
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .addKeyValue("reason", e.toString())
                    .log("the audit file cannot be rotated and grows on");
        }
    }

    private boolean isStillThere() throws IOException {
        try {
            Object now = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return now == null || now.equals(key);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void open() throws IOException {
        boolean isNew = create();
        FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            regular = attributes.isRegularFile();
            key = attributes.fileKey();
            size.set(regular ? opened.size() : 0);
            begun = isNew ? clock.instant() : attributes.lastModifiedTime().toInstant();
            if (size.get() > 0 && !endsWithLine()) {
                // a crash has left half a line
                size.addAndGet(opened.write(ByteBuffer.wrap(new byte[] {'\n'})));
            }
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        channel = opened;
    }

    /** Whether there was none. */
    private boolean create() throws IOException {
        if (Files.exists(path)) {
            return false;
        }
        boolean posix = FileModes.supported(path);
        try {
            Files.createFile(path, FileModes.attributes(mode, posix));
            if (posix) {
                // whatever the umask says
                Files.setPosixFilePermissions(path, mode);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private boolean endsWithLine() throws IOException {
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return reader.read(last, reader.size() - 1) < 1 || last.get(0) == '\n';
        }
    }

    /** A line that was written in part, on a full disk, is taken back. */
    private void backToLine(ByteBuffer lines, int start) {
        int line = lines.position();
        while (line > start && lines.get(line - 1) != '\n') {
            line--;
        }
        int written = lines.position() - line;
        if (written == 0 || !regular) {
            return;
        }
        try {
            channel.truncate(channel.size() - written);
            size.addAndGet(-written);
            lines.position(line);
        } catch (IOException e) {
            // it stays there, and its rest follows when that is possible
        }
    }

    @Override
    public void force() throws IOException {
        if (channel != null && regular) {
            channel.force(false);
        }
    }

    @Override
    public boolean rotate() throws IOException {
        if (channel == null) {
            open();
        }
        if (!regular) {
            return false;
        }
        channel.force(false);
        Instant now = clock.instant();
        Files.move(path, rotated.nameFor(now));
        close();
        open();
        rotations.incrementAndGet();
        try {
            tasks.execute(() -> rotated.tidy(now));
        } catch (RejectedExecutionException e) {
            // the next rotation tidies up
        }
        return true;
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long size() {
        return size.get();
    }

    @Override
    public long rotations() {
        return rotations.get();
    }

    @Override
    public void close() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // every write was complete
            }
            channel = null;
        }
    }
}
