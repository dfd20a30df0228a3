package dev.mysqlproxy.plugin.queryanalysis;

import java.util.function.BiConsumer;

/**
 * What one thread counts. It lays its statements aside and reads many at once: between two packets, the code and the tables
 * that this takes would have to be fetched into the processor's caches for each of them. Any thread.
 */
final class ThreadDigests {

    private static final int MOST = 32;
    /** Bytes; what is longer is worth being read by itself. */
    private static final int LONGEST = 1024;

    private final HotDigests hot = new HotDigests();
    private final Seen[] unread = new Seen[MOST];
    private final Observation reading;
    private final BiConsumer<HotDigests, Observation> counter;
    private int count;

    /**
     * @param maxText where texts of digests are cut, in bytes
     * @param counter counts a statement that has been read
     */
    ThreadDigests(int maxText, BiConsumer<HotDigests, Observation> counter) {
        this.reading = new Observation(maxText);
        this.counter = counter;
    }

    /** Counts a statement, soon. */
    synchronized void addLater(Seen seen) {
        unread[count++] = seen;
        if (count == MOST || seen.statement().length > LONGEST) {
            catchUp();
        }
    }

    /** Counts a statement that has been read, behind those before it. */
    synchronized void add(Observation observation) {
        catchUp();
        counter.accept(hot, observation);
    }

    /** Counts all that is laid aside. */
    synchronized void catchUp() {
        int all = count;
        count = 0;
        for (int i = 0; i < all; i++) {
            reading.read(unread[i]);
            unread[i] = null;
            counter.accept(hot, reading);
            reading.clear();
        }
    }

    /** Adds everything to the stripes, and forgets which digests it was. */
    synchronized void handOver() {
        catchUp();
        hot.handOver();
    }
}
