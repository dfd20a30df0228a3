package dev.mysqlproxy.plugin.auditing;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Where event loops make their records and put them. */
final class Recorder {

    private static final int SLOTS = 64;
    /** Places from one that is used to the next: no two in a cache line, or threads would take it from each other. */
    private static final int APART = 32;

    private final RecordQueue queue;
    private final String version;
    /** One builder for each of the threads, as a rule. No ThreadLocal: threads outlive the plugin. */
    private final AtomicReferenceArray<RecordBuilder> builders = new AtomicReferenceArray<>(SLOTS * APART);

    private volatile boolean begun;

    /**
     * A recorder.
     *
     * @param version of the proxy
     */
    Recorder(RecordQueue queue, String version) {
        this.queue = queue;
        this.version = version;
    }

    /** The run's first record is there from here on; a proxy that only checks its configuration writes none. */
    void beginRun() {
        if (!begun) {
            synchronized (this) {
                if (!begun) {
                    RecordBuilder first = new RecordBuilder().begin(AuditEvent.START, micros());
                    first.putString(version).putLong(ProcessHandle.current().pid());
                    queue.append(first, null);
                    begun = true;
                }
            }
        }
    }

    /** The run's last record, if it had a first. */
    void endRun() {
        if (begun) {
            RecordBuilder last = begin(AuditEvent.STOP, null);
            last.putLong(queue.dropped());
            queue.appendLast(last);
        }
    }

    RecordQueue queue() {
        return queue;
    }

    private static int slot() {
        return ((int) Thread.currentThread().getId() & SLOTS - 1) * APART;
    }

    /**
     * Begins a record of now.
     *
     * @param origin null for an event that is no session's
     */
    RecordBuilder begin(AuditEvent event, Origin origin) {
        beginRun();
        RecordBuilder builder = builders.getAndSet(slot(), null);
        return (builder == null ? new RecordBuilder() : builder).begin(event, micros(), origin);
    }

    /** Puts a record into the queue. */
    void end(RecordBuilder record, Reservation reservation) {
        queue.append(record, reservation);
        builders.setRelease(slot(), record);
    }

    /** Microseconds since 1970. */
    static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
