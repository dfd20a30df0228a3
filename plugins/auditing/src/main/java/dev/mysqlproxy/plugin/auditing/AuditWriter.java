package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.protocol.sql.StatementKinds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records out of the queue, decides which of them are written, and writes them: on a thread of its own. What cannot
 * be written is kept and tried again every second.
 */
final class AuditWriter {

    /** When the file is forced to the disk. */
    enum Force {
        NO,
        SECOND,
        EACH
    }

    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long GATHERING = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int FULL = 256 * 1024;
    private static final int SHORTEST = 64;

    private final RecordQueue queue;
    private final Destination destination;
    private final RecordFormat format;
    private final Recording recording;
    private final Force force;
    private final Overflow overflow;
    private final AuditStatus status;

    private final Queue<CompletableFuture<Boolean>> rotations = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "auditing");
    private final AuditRecord record = new AuditRecord();
    private final StatementKinds kinds = new StatementKinds();
    private final CommandFields fields = new CommandFields();
    private final LineBuffer out = new LineBuffer();

    private long sequence;
    private int unwritten;
    private boolean unforced;
    private long forcedAt;
    private volatile long deadline = Long.MAX_VALUE;
    private volatile boolean gaveUp;

    AuditWriter(
            RecordQueue queue,
            Destination destination,
            RecordFormat format,
            Recording recording,
            Force force,
            Overflow overflow,
            AuditStatus status) {
        this.queue = queue;
        this.destination = destination;
        this.format = format;
        this.recording = recording;
        this.force = force;
        this.overflow = overflow;
        this.status = status;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has a new file begun; answers whether the destination has files. Any thread. */
    CompletionStage<Boolean> rotate() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        rotations.add(done);
        queue.disturb();
        return done;
    }

    /**
     * Writes what is left and ends.
     *
     * @return whether everything was written in time
     */
    boolean stop(Duration patience) {
        deadline = System.nanoTime() + patience.toNanos();
        queue.close();
        try {
            thread.join(patience.toMillis() + 500);
            if (thread.isAlive()) {
                // a write that does not come back: a pipe that nobody reads
                thread.interrupt();
                thread.join(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive() && !gaveUp;
    }

    private void run() {
        try {
            while (true) {
                boolean last = queue.isClosed();
                write(new RecordsByTime(queue.take(SECOND, GATHERING)));
                rotateIfAsked();
                if (force == Force.SECOND) {
                    forceIfDue(last);
                }
                if (last || gaveUp) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            gaveUp = true;
        } catch (RuntimeException | Error e) {
            gaveUp = true;
            // the queue stays open: what may not go unrecorded must not happen
            status.failed(destination.name(), new IOException("a bug, see the log", e), meanwhile());
            LOG.error("the audit has ended because of a bug; reload the plugin or restart the proxy", e);
        } finally {
            destination.close();
        }
    }

    // --- records ----------------------------------------------------------------------------------------------------

    private void write(RecordsByTime records) throws InterruptedException {
        while (records.next()) {
            write(records.chunk(), records.offset());
            if (records.isLastOfChunk()) {
                flush();
                queue.done(records.chunk());
            } else if (out.length() >= FULL) {
                flush();
            }
        }
    }

    private void write(Chunk chunk, int offset) {
        AuditEvent event = record.begin(chunk, offset);
        if ((event == AuditEvent.STATEMENT || event == AuditEvent.COMMAND) && !admits(chunk, offset)) {
            return;
        }
        sequence++;
        int start = out.length();
        format.write(record, sequence, Integer.MAX_VALUE, out);
        int most = destination.longestLine() / 2;
        while (out.length() - start > destination.longestLine() && most >= SHORTEST) {
            out.truncate(start);
            record.begin(chunk, offset);
            format.write(record, sequence, most, out);
            most /= 2;
        }
        unwritten += out.length() > start ? 1 : 0;
    }

    private boolean admits(Chunk chunk, int offset) {
        Filters filters = recording.filters();
        if (!filters.looksAtStatements()) {
            return true;
        }
        fields.read(record);
        boolean admitted = true;
        if (fields.isSql()) {
            kinds.read(fields.text.bytes, fields.text.offset, fields.text.length);
            admitted = filters.admitsStatement(kinds, fields.text, fields.isWhole());
        }
        record.begin(chunk, offset);
        return admitted;
    }

    // --- bytes ------------------------------------------------------------------------------------------------------

    private void flush() throws InterruptedException {
        if (out.length() == 0) {
            return;
        }
        ByteBuffer lines = out.view();
        boolean done = false;
        while (!done && !gaveUp) {
            int from = lines.position();
            try {
                destination.write(lines);
                unforced = true;
                if (force == Force.EACH) {
                    force();
                }
                done = true;
                status.worked(destination.name());
            } catch (IOException e) {
                failed(e);
            }
            status.written(lines.position() - from, Instant.now());
        }
        if (done) {
            status.recorded(unwritten);
        }
        unwritten = 0;
        out.clear();
    }

    private void failed(IOException reason) throws InterruptedException {
        status.failed(destination.name(), reason, meanwhile());
        if (System.nanoTime() - deadline > 0) {
            gaveUp = true;
            return;
        }
        queue.pause(SECOND);
        rotations.removeIf(asked -> asked.completeExceptionally(reason));
    }

    private String meanwhile() {
        return switch (overflow) {
            case WAIT -> "statements wait when the queue is full";
            case DROP -> "records are dropped when the queue is full";
            case FAIL -> "statements are refused";
        };
    }

    private void force() throws IOException {
        destination.force();
        unforced = false;
        forcedAt = System.nanoTime();
    }

    private void forceIfDue(boolean now) throws InterruptedException {
        if (!unforced || !now && System.nanoTime() - forcedAt < SECOND) {
            return;
        }
        try {
            force();
        } catch (IOException e) {
            failed(e);
        }
    }

    private void rotateIfAsked() {
        CompletableFuture<Boolean> asked = rotations.poll();
        while (asked != null) {
            try {
                asked.complete(destination.rotate());
            } catch (IOException e) {
                asked.completeExceptionally(e);
            }
            asked = rotations.poll();
        }
    }
}
