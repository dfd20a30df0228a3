package dev.mysqlproxy.plugin.queryanalysis;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A part of the digests, with a lock of its own and its share of the memory: a hash table with chains. What does not fit
 * puts the rarest of a few others, taken at random, among the evicted.
 */
final class DigestStripe {

    private static final int CANDIDATES = 8;
    private static final int SLOT_BYTES = 8;

    private final long limit;
    private final RandomGenerator random;
    private final Consumer<DigestEntry> evictedTables;
    private DigestEntry[] slots = new DigestEntry[16];
    private int size;
    private long bytes = 16 * SLOT_BYTES;
    private Totals evicted = new Totals();
    private long evictions;

    /**
     * @param limit bytes
     * @param evictedTables told of entries that go, while the lock is held
     */
    DigestStripe(long limit, RandomGenerator random, Consumer<DigestEntry> evictedTables) {
        this.limit = limit;
        this.random = random;
        this.evictedTables = evictedTables;
    }

    /**
     * Counts a statement.
     *
     * @param hash of digest, schema, user and backend
     * @param reader reads one that is new
     * @return what it was counted in
     */
    synchronized DigestEntry add(int hash, Observation observation, Deviation deviation, StatementReader reader) {
        int slot = hash & slots.length - 1;
        for (DigestEntry entry = slots[slot]; entry != null; entry = entry.next) {
            if (entry.is(observation)) {
                int grown = slowest(entry, observation, reader) + entry.add(observation, deviation);
                if (grown != 0) {
                    grow(grown, entry, observation.nowMillis);
                }
                return entry;
            }
        }
        DigestEntry entry = new DigestEntry(this, observation, reader.read(observation));
        entry.hash = hash;
        insert(entry, slot);
        grow(entry.bytes() + entry.add(observation, deviation), entry, observation.nowMillis);
        return entry;
    }

    /** Counts a statement, and lets a thread count those that follow. */
    synchronized HotDigest hold(int hash, Observation observation, Deviation deviation, StatementReader reader) {
        return new HotDigest(add(hash, observation, deviation, reader), observation.nowMillis);
    }

    /** Adds what a thread has counted on its own, which begins anew. */
    synchronized void add(HotDigest counted, long nowMillis) {
        DigestEntry entry = counted.entry();
        if (entry.isGone()) {
            evicted.add(counted.totals());
            evictedTables.accept(entry.copyWith(counted.totals()));
        } else {
            grow(entry.add(counted), entry, nowMillis);
        }
        counted.restart(nowMillis);
    }

    /** A statement that took twice as long as all before becomes the example; returns how much memory that took more. */
    private static int slowest(DigestEntry entry, Observation observation, StatementReader reader) {
        if (!DigestEntry.isExample(observation, entry.totals.maxNanos)) {
            return 0;
        }
        int before = entry.example.length;
        entry.example = reader.example(observation);
        return entry.example.length - before;
    }

    private void insert(DigestEntry entry, int slot) {
        entry.next = slots[slot];
        slots[slot] = entry;
        size++;
        if (size > slots.length * 3 / 4) {
            rehash();
        }
    }

    private void rehash() {
        DigestEntry[] more = new DigestEntry[slots.length * 2];
        bytes += (long) slots.length * SLOT_BYTES;
        for (DigestEntry head : slots) {
            DigestEntry entry = head;
            while (entry != null) {
                DigestEntry next = entry.next;
                int slot = entry.hash & more.length - 1;
                entry.next = more[slot];
                more[slot] = entry;
                entry = next;
            }
        }
        slots = more;
    }

    private void grow(int more, DigestEntry keep, long nowMillis) {
        bytes += more;
        while (bytes > limit && size > 1) {
            evict(rarest(keep, nowMillis));
        }
    }

    private DigestEntry rarest(DigestEntry keep, long nowMillis) {
        DigestEntry rarest = null;
        double least = Double.POSITIVE_INFINITY;
        int seen = 0;
        int slot = random.nextInt(slots.length);
        // one round at most: with two entries there is one that is not to be kept
        for (int i = 0; i < slots.length && seen < CANDIDATES; i++) {
            for (DigestEntry entry = slots[slot]; entry != null; entry = entry.next) {
                double rate = entry.rate(nowMillis);
                if (entry != keep && rate < least) {
                    rarest = entry;
                    least = rate;
                }
                seen += entry == keep ? 0 : 1;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return rarest;
    }

    private void evict(DigestEntry entry) {
        int slot = entry.hash & slots.length - 1;
        DigestEntry before = null;
        for (DigestEntry at = slots[slot]; at != entry; at = at.next) {
            before = at;
        }
        if (before == null) {
            slots[slot] = entry.next;
        } else {
            before.next = entry.next;
        }
        entry.leave();
        size--;
        evictions++;
        bytes -= entry.bytes() + entry.totals.times.bytes();
        evicted.add(entry.totals);
        evictedTables.accept(entry);
    }

    /** Shows each entry, while the lock is held. */
    synchronized void each(Consumer<DigestEntry> action) {
        for (DigestEntry head : slots) {
            for (DigestEntry entry = head; entry != null; entry = entry.next) {
                action.accept(entry);
            }
        }
    }

    /** Copies of all entries, added to a list; what was evicted is added to totals. */
    synchronized void copy(List<DigestEntry> entries, Totals others) {
        each(entry -> entries.add(entry.copy()));
        others.add(evicted);
    }

    /** Forgets everything; returns how many digests there were. */
    synchronized long clear() {
        each(entry -> {
            entry.leave();
            evictedTables.accept(entry);
        });
        long count = size;
        slots = new DigestEntry[16];
        size = 0;
        bytes = 16 * SLOT_BYTES;
        evicted = new Totals();
        return count;
    }

    synchronized int size() {
        return size;
    }

    /** Bytes of memory in use, about. */
    synchronized long bytes() {
        return bytes;
    }

    synchronized long evictions() {
        return evictions;
    }
}
