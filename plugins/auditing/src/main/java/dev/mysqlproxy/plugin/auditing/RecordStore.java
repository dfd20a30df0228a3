package dev.mysqlproxy.plugin.auditing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where records lie until they are written, those of each thread apart. Chunks are used again. Guarded by the queue.
 *
 * <p>A thread to which room is lent needs neither the queue nor this for its next records. Room is lent only to a thread
 * that has just added a record, until the writer takes what there is, so that the writer always knows that there is
 * something.
 */
final class RecordStore {

    /** Bytes of records for which room is lent at once. */
    static final int LOAN = 32 * 1024;

    private static final int THREADS = 64;
    private static final int SPARE_CHUNKS = 32;

    /** Threads whose numbers are 64 apart have one in common. */
    private final ThreadRecords[] threads = new ThreadRecords[THREADS];
    /** Those that have records, in the order of their first. */
    private final List<ThreadRecords> used = new ArrayList<>();

    private final Deque<Chunk> spare = new ArrayDeque<>();

    private long untaken;
    private long bytes;

    RecordStore() {
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new ThreadRecords();
        }
    }

    /** The records of the present thread. Any thread. */
    ThreadRecords own() {
        return threads[(int) Thread.currentThread().getId() & THREADS - 1];
    }

    /** Adds a record behind those of a thread. */
    void add(ThreadRecords thread, RecordBuilder record) {
        int length = record.length();
        endLoan(thread);
        if (thread.isEmpty()) {
            used.add(thread);
        }
        if (!thread.hasRoomFor(length)) {
            thread.begin(length + Chunk.HEADER > Chunk.SIZE ? new Chunk(length + Chunk.HEADER) : usualChunk());
        }
        int counts = thread.add(record);
        untaken += counts;
        bytes += counts;
    }

    private Chunk usualChunk() {
        Chunk chunk = spare.poll();
        return chunk == null ? new Chunk(Chunk.SIZE) : chunk;
    }

    /** Lends room to a thread to which a record has just been added. */
    void lend(ThreadRecords thread) {
        thread.lend(LOAN);
        bytes += LOAN;
    }

    private void endLoan(ThreadRecords thread) {
        int room = thread.room();
        if (room > 0) {
            int taken = thread.endLoan();
            untaken += taken;
            bytes += taken - room;
        }
    }

    /** Takes back what is not used of the room that is lent. */
    void endLoans() {
        used.forEach(this::endLoan);
    }

    /** All chunks that have records, those of each thread oldest first. */
    List<Chunk> take() {
        List<Chunk> taken = new ArrayList<>();
        for (ThreadRecords thread : used) {
            endLoan(thread);
            thread.handOver(taken);
        }
        used.clear();
        untaken = 0;
        return taken;
    }

    /** The records of a chunk are written or lost. */
    void done(Chunk chunk) {
        bytes -= chunk.counted();
        if (chunk.isUsual() && spare.size() < SPARE_CHUNKS) {
            chunk.clear();
            spare.add(chunk);
        }
    }

    /** Bytes of records that can be taken, without those for which room is still lent; more than 0 if there are any. */
    long untaken() {
        return untaken;
    }

    /** Bytes of all records, those that are being written and all room that is lent included. */
    long bytes() {
        return bytes;
    }
}
