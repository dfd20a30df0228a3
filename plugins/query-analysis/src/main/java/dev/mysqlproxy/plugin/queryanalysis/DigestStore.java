package dev.mysqlproxy.plugin.queryanalysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ToLongFunction;

/**
 * All digests, in bounded memory. Event loops count what they see most on their own, see {@link HotDigests}, and meet only
 * in the stripe of one and the same digest, for as long as adding it up takes. Any thread.
 *
 * <p>What is evicted or emptied is not lost for the numbers: its totals go to one {@link Snapshot#others()}, its tables to
 * {@link #tables()}.
 */
final class DigestStore {

    private static final int STRIPES = 64;
    private static final int THREADS = 64;
    private static final long LEAST_PER_STRIPE = 256 * 1024;

    private final DigestStripe[] stripes;
    /** One for each thread, as a rule. No ThreadLocal: threads outlive the plugin. */
    private final AtomicReferenceArray<HotDigests> hot = new AtomicReferenceArray<>(THREADS);

    private final StatementReader reader;
    private final TableTotals gone = new TableTotals();
    /** Not to be guessed, or clients could fill one place of the hash tables. */
    private final long seed;

    private volatile Deviation deviation;

    /** @param limit bytes of memory for all of it */
    DigestStore(long limit, StatementReader reader, Deviation deviation) {
        SplittableRandom random = new SplittableRandom();
        int count = (int) Math.min(STRIPES, Math.max(1, Long.highestOneBit(limit / LEAST_PER_STRIPE)));
        stripes = new DigestStripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new DigestStripe(limit / count, random.split(), gone::add);
        }
        this.reader = reader;
        this.deviation = deviation;
        this.seed = random.nextLong() | 1;
    }

    Deviation deviation() {
        return deviation;
    }

    void deviation(Deviation wanted) {
        deviation = wanted;
    }

    /** Counts a statement, and says in it whether it deviates. */
    void add(Observation observation) {
        long hash = observation.digest.low() ^ seed;
        hash = (hash + observation.user.hashCode()) * seed;
        hash = (hash + observation.schema.hashCode()) * seed;
        hash = (hash + observation.backend.hashCode()) * seed;
        hash ^= hash >>> 32;
        DigestStripe stripe = stripes[(int) (hash >>> 24) & stripes.length - 1];
        hot().add((int) hash & 0xffffff, stripe, observation, deviation, reader);
    }

    private HotDigests hot() {
        int place = (int) Thread.currentThread().getId() & THREADS - 1;
        HotDigests own = hot.get(place);
        if (own == null) {
            hot.compareAndSet(place, null, new HotDigests());
            own = hot.get(place);
        }
        return own;
    }

    /** Everything that has been counted is in the stripes. */
    private void gather() {
        for (int i = 0; i < THREADS; i++) {
            HotDigests each = hot.get(i);
            if (each != null) {
                each.handOver();
            }
        }
    }

    /**
     * Digests at one moment.
     *
     * @param entries copies
     * @param others what was evicted, added up
     */
    record Snapshot(List<DigestEntry> entries, Totals others) {}

    Snapshot snapshot() {
        gather();
        List<DigestEntry> entries = new ArrayList<>();
        Totals others = new Totals();
        for (DigestStripe stripe : stripes) {
            stripe.copy(entries, others);
        }
        return new Snapshot(entries, others);
    }

    /** How many statements have read and written which tables. */
    Map<TableTotals.Name, TableTotals.Uses> tables() {
        gather();
        TableTotals sum = new TableTotals();
        gone.addTo(sum);
        for (DigestStripe stripe : stripes) {
            stripe.each(sum::add);
        }
        return sum.copy();
    }

    /** Forgets all digests, but not which tables they used; returns how many there were. */
    long clear() {
        gather();
        long count = 0;
        for (DigestStripe stripe : stripes) {
            count += stripe.clear();
        }
        return count;
    }

    /** Begins to count the uses of tables anew; returns how many tables there were. */
    long clearTables() {
        long count = tables().size();
        for (DigestStripe stripe : stripes) {
            stripe.each(entry -> entry.countedBefore = entry.totals.count);
        }
        gone.clear();
        return count;
    }

    private long sum(ToLongFunction<DigestStripe> number) {
        long sum = 0;
        for (DigestStripe stripe : stripes) {
            sum += number.applyAsLong(stripe);
        }
        return sum;
    }

    long size() {
        return sum(DigestStripe::size);
    }

    /** Bytes of memory in use, about. */
    long bytes() {
        return sum(DigestStripe::bytes);
    }

    long evictions() {
        return sum(DigestStripe::evictions);
    }
}
