package dev.mysqlproxy.plugin.auditing;

import java.util.ArrayList;
import java.util.List;

/**
 * Records of one thread, oldest first, until the writer takes them. The store lends it room for many at once: threads that
 * had to ask for each would wait for each other's caches. Guarded by the queue, except where it says otherwise.
 */
final class ThreadRecords {

    private final List<Chunk> filled = new ArrayList<>();
    private Chunk current;
    /** Bytes of records that are lent, and those of them that are used. */
    private int room;

    private int used;

    /** Between these fields and those of the next thread, which would have a cache line in common. */
    @SuppressWarnings("unused")
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;

    /** Takes a record if what is lent has room for it. Any thread, without the queue's lock. */
    synchronized boolean put(RecordBuilder record) {
        if (room == 0 || !current.hasRoomFor(record.length()) || current.countFor(record) > room - used) {
            return false;
        }
        used += current.add(record);
        return true;
    }

    /** Lends room for so many bytes of records; there is a chunk, and nothing is lent. */
    synchronized void lend(int bytes) {
        room = bytes;
    }

    /** Bytes of records that are lent; 0 for nothing. */
    int room() {
        return room;
    }

    /** Ends the loan, and answers how many bytes of it were used. */
    synchronized int endLoan() {
        int taken = used;
        used = 0;
        room = 0;
        return taken;
    }

    // --- while nothing is lent --------------------------------------------------------------------------------------

    boolean isEmpty() {
        return current == null;
    }

    boolean hasRoomFor(int length) {
        return current != null && current.hasRoomFor(length);
    }

    /** Goes on in another chunk. */
    void begin(Chunk chunk) {
        if (current != null) {
            filled.add(current);
        }
        current = chunk;
        chunk.owner(this);
    }

    /** Adds a record there is room for; answers how many bytes it counts for. */
    int add(RecordBuilder record) {
        return current.add(record);
    }

    /** Moves its chunks to those that the writer takes. */
    void handOver(List<Chunk> taken) {
        taken.addAll(filled);
        filled.clear();
        if (current != null) {
            taken.add(current);
            current = null;
        }
    }
}
