package dev.mysqlproxy.core.metric;

import dev.mysqlproxy.api.metric.MetricFamily.Bucket;
import dev.mysqlproxy.api.metric.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many durations fell below each of 29 bounds: 10, 20, 30, 50 and 100 microseconds, and so on by 1, 2, 3 and 5 to 100
 * seconds. They are at most a factor of two apart, round numbers for people, and the same for every timer, so that sums over
 * timers make sense. Never blocks: an adder for each bound and one for the sum.
 */
final class Histogram implements Metrics.Timer {

    private static final long[] BOUNDS = bounds();

    private final LongAdder[] counts = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Histogram() {
        Arrays.setAll(counts, i -> new LongAdder());
    }

    private static long[] bounds() {
        List<Long> bounds = new ArrayList<>();
        for (long decade = 10_000; decade < 100_000_000_000L; decade *= 10) {
            bounds.add(decade);
            bounds.add(2 * decade);
            bounds.add(3 * decade);
            bounds.add(5 * decade);
        }
        bounds.add(100_000_000_000L);
        return bounds.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public void record(long duration) {
        // a clock that steps back must not make a sum shrink
        long counted = Math.max(0, duration);
        counts[place(counted)].increment();
        nanos.add(counted);
    }

    /** Index of the first bound that is not smaller. */
    private static int place(long duration) {
        int found = Arrays.binarySearch(BOUNDS, duration);
        return found >= 0 ? found : -found - 1;
    }

    /** The durations up to each bound, and all of them. */
    Reading read() {
        List<Bucket> buckets = new ArrayList<>(BOUNDS.length);
        long below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            below += counts[i].sum();
            buckets.add(new Bucket(BOUNDS[i] / 1e9, below));
        }
        return new Reading(nanos.sum() / 1e9, below + counts[BOUNDS.length].sum(), buckets);
    }

    /**
     * What was counted.
     *
     * @param seconds sum of all durations
     * @param count how many there were
     * @param buckets as in a {@link dev.mysqlproxy.api.metric.MetricFamily.Sample}
     */
    record Reading(double seconds, long count, List<Bucket> buckets) {}
}
