package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.lifecycle.Tasks;
import dev.mysqlproxy.api.metric.Metrics;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes slow statements to a file, away from the event loops. Statements wait in a queue of up to 16 MiB; what does not fit
 * is dropped and counted. A file that was moved or deleted is made anew within a second, and on demand.
 */
final class SlowLog {

    /** Bytes of the longest statement that is written whole. */
    static final int LONGEST = 1024 * 1024;

    private static final long QUEUE_BYTES = 16L * 1024 * 1024;
    /** What a waiting statement takes besides its text. */
    private static final int OVERHEAD = 500;

    private static final Logger LOG = LoggerFactory.getLogger("dev.mysqlproxy.query-analysis");

    private record Waiting(SlowQuery query, byte[] statement) {
        long bytes() {
            return statement.length + (long) OVERHEAD;
        }
    }

    private final Path path;
    private final Tasks tasks;
    private final Metrics.Counter dropped;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final SlowLogFormat format = new SlowLogFormat();

    // guarded by this
    private OutputStream out;
    private Object key;
    private boolean broken;

    /** @throws IOException when the file cannot be opened */
    SlowLog(Path path, Tasks tasks, Metrics metrics) throws IOException {
        this.path = path;
        this.tasks = tasks;
        this.dropped = metrics.counter(
                        "query_analysis_slow_log_dropped_total", "Slow statements that the slow log could not take.")
                .with();
        open();
        metrics.gauge("query_analysis_slow_log_queue_bytes", "Bytes that wait to be written to the slow log.", () ->
                (double) queued.get());
        tasks.every(Duration.ofSeconds(1), this::look);
    }

    /** Takes a statement to write soon. Any thread; never blocks. */
    void offer(SlowQuery query, byte[] statement) {
        Waiting waiting = new Waiting(query, statement);
        if (queued.addAndGet(waiting.bytes()) > QUEUE_BYTES) {
            queued.addAndGet(-waiting.bytes());
            dropped.increment();
            return;
        }
        queue.add(waiting);
        if (draining.compareAndSet(false, true)) {
            try {
                tasks.execute(this::drain);
            } catch (RejectedExecutionException e) {
                // the next look drains
                draining.set(false);
            }
        }
    }

    private void drain() {
        // before the queue is read: what comes later has it read again
        draining.set(false);
        write();
    }

    private synchronized void write() {
        try {
            boolean written = false;
            for (Waiting waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
                queued.addAndGet(-waiting.bytes());
                if (out == null) {
                    dropped.increment();
                } else {
                    format.write(waiting.query(), waiting.statement(), out);
                    written = true;
                }
            }
            if (written) {
                out.flush();
                broken = false;
            }
        } catch (IOException e) {
            dropped.increment();
            complain("the slow log cannot be written", e);
        }
    }

    private void complain(String what, IOException e) {
        if (!broken) {
            broken = true;
            LOG.atError()
                    .addKeyValue("file", path)
                    .addKeyValue("reason", e.toString())
                    .log(what);
        }
    }

    /** Opens the file anew when it is another one, or gone; and writes what waits. */
    private synchronized void look() {
        try {
            if (out == null || !Objects.equals(key, fileKey())) {
                reopen();
            }
        } catch (IOException e) {
            complain("the slow log cannot be opened", e);
        }
        write();
    }

    /**
     * Closes the file and opens it anew, after writing what waits.
     *
     * @throws IOException when it cannot be opened
     */
    synchronized void reopen() throws IOException {
        write();
        closeFile();
        open();
    }

    private synchronized void open() throws IOException {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
                }
                : new FileAttribute<?>[0];
        FileChannel channel = FileChannel.open(path, options, attributes);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
        key = fileKey();
        format.restart();
    }

    /** What tells files apart; null where there is nothing of that kind, and for no file. */
    private Object fileKey() throws IOException {
        return Files.exists(path)
                ? Files.readAttributes(path, BasicFileAttributes.class).fileKey()
                : null;
    }

    private void closeFile() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            complain("the slow log cannot be closed", e);
        }
        out = null;
    }

    /** Writes what waits, and closes the file. */
    synchronized void close() {
        write();
        closeFile();
    }
}
