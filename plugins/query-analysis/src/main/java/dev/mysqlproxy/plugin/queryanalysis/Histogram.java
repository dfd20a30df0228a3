package dev.mysqlproxy.plugin.queryanalysis;

import java.util.Arrays;

/**
 * How many durations there were of which length, in buckets whose widths grow with their values: 16 to each doubling, so
 * that a percentile is off by at most 3 percent, of 1 microsecond up to days. Only the part of the buckets that is in use
 * takes memory. Two of them can be added up. Not thread-safe.
 */
final class Histogram {

    private static final int BITS = 4;
    private static final int PER_DOUBLING = 1 << BITS;
    /** 2^41 microseconds are 25 days. */
    private static final long LARGEST = (1L << 41) - 1;

    private int first;
    private long[] counts = new long[0];

    /** Counts a duration; returns how many bytes of memory that took more. */
    int add(long nanos) {
        int index = index(nanos);
        int before = counts.length;
        reach(index, index);
        counts[index - first]++;
        return (counts.length - before) * Long.BYTES;
    }

    /** Counts what another one has counted; returns how many bytes of memory that took more. */
    int add(Histogram other) {
        if (other.counts.length == 0) {
            return 0;
        }
        int before = counts.length;
        reach(other.first, other.first + other.counts.length - 1);
        for (int i = 0; i < other.counts.length; i++) {
            counts[other.first - first + i] += other.counts[i];
        }
        return (counts.length - before) * Long.BYTES;
    }

    /** Bytes of the buckets in use. */
    int bytes() {
        return counts.length * Long.BYTES;
    }

    /** Makes the part in use hold these buckets, and a few more next to them. */
    private void reach(int low, int high) {
        if (counts.length == 0) {
            first = low;
            counts = new long[Math.max(2, high - low + 1)];
        } else if (low < first || high >= first + counts.length) {
            int slack = counts.length / 4 + 1;
            int from = low < first ? Math.max(0, low - slack) : first;
            int to = high >= first + counts.length ? high + 1 + slack : first + counts.length;
            long[] more = new long[to - from];
            System.arraycopy(counts, 0, more, first - from, counts.length);
            first = from;
            counts = more;
        }
    }

    /**
     * The duration in nanoseconds that this share of the durations did not exceed, to within 3 percent; 0 without any.
     *
     * @param share above 0, up to 1
     */
    long percentile(double share) {
        long total = Arrays.stream(counts).sum();
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return middle(first + i);
            }
        }
        return 0;
    }

    private static int index(long nanos) {
        long micros = Math.min(Math.max(nanos, 0) / 1000, LARGEST);
        if (micros < PER_DOUBLING) {
            return (int) micros;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(micros);
        return (exponent - BITS + 1) * PER_DOUBLING + (int) (micros >>> exponent - BITS) - PER_DOUBLING;
    }

    private static long middle(int index) {
        if (index < PER_DOUBLING) {
            return index * 1000L + 500;
        }
        int shift = index / PER_DOUBLING - 1;
        long low = (long) (index % PER_DOUBLING + PER_DOUBLING) << shift;
        return low * 1000 + (1L << shift) * 500;
    }
}
