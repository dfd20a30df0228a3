package dev.mysqlproxy.plugin.queryanalysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * All digests, in bounded memory. Event loops count on their own for a while, see {@link ThreadDigests}, and meet only in
 * the stripe of one and the same digest, for as long as adding it up takes. Whoever reads finds all that was added before. Any
 * thread.
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
    private final AtomicReferenceArray<ThreadDigests> threads = new AtomicReferenceArray<>(THREADS);

    private final StatementReader reader;
    private final Consumer<Observation> deviating;
    private final TableTotals gone = new TableTotals();
    /** Not to be guessed, or clients could fill one place of the hash tables. */
    private final long seed;

    private volatile Deviation deviation;

    /**
     * @param limit bytes of memory for all of it
     * @param deviating told of each statement that deviates, on the thread that counts it
     */
    DigestStore(long limit, StatementReader reader, Deviation deviation, Consumer<Observation> deviating) {
        SplittableRandom random = new SplittableRandom();
        int count = (int) Math.min(STRIPES, Math.max(1, Long.highestOneBit(limit / LEAST_PER_STRIPE)));
        stripes = new DigestStripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new DigestStripe(limit / count, random.split(), gone::add);
        }
        this.reader = reader;
        this.deviating = deviating;
        this.deviation = deviation;
        this.seed = random.nextLong() | 1;
    }

    Deviation deviation() {
        return deviation;
    }

    /** Changes when statements deviate that are added from now on. */
    void deviation(Deviation wanted) {
        catchUp();
        deviation = wanted;
    }

    /** Counts a statement and says in it whether it deviates. */
    void add(Observation observation) {
        own().add(observation);
    }

    /** Counts a statement, soon: when there are enough of them, when somebody reads, or at the next {@link #catchUp}. */
    void addLater(Seen seen) {
        own().addLater(seen);
    }

    private void count(HotDigests hot, Observation observation) {
        long hash = observation.digest.low() ^ seed;
        hash = (hash + observation.user.hashCode()) * seed;
        hash = (hash + observation.schema.hashCode()) * seed;
        hash = (hash + observation.backend.hashCode()) * seed;
        hash ^= hash >>> 32;
        DigestStripe stripe = stripes[(int) (hash >>> 24) & stripes.length - 1];
        hot.add((int) hash & 0xffffff, stripe, observation, deviation, reader);
        if (observation.deviates) {
            deviating.accept(observation);
        }
    }

    private ThreadDigests own() {
        int place = (int) Thread.currentThread().getId() & THREADS - 1;
        ThreadDigests own = threads.get(place);
        if (own == null) {
            threads.compareAndSet(place, null, new ThreadDigests(reader.maxText(), this::count));
            own = threads.get(place);
        }
        return own;
    }

    /** Everything that has been counted is in the stripes. */
    private void gather() {
        each(ThreadDigests::handOver);
    }

    /** Counts all statements that have been added. */
    void catchUp() {
        each(ThreadDigests::catchUp);
    }

    private void each(Consumer<ThreadDigests> action) {
        for (int i = 0; i < THREADS; i++) {
            ThreadDigests thread = threads.get(i);
            if (thread != null) {
                action.accept(thread);
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
        catchUp();
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
