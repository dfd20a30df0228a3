package dev.mysqlproxy.plugin.queryanalysis;

/**
 * When a statement has taken far longer than it usually does.
 *
 * @param spreads how many standard deviations above its mean; 0 for never
 * @param minCount executions before it has a usual duration
 * @param minNanos what is faster than this is never looked at
 */
record Deviation(double spreads, long minCount, long minNanos) {

    Deviation withSpreads(double other) {
        return new Deviation(other, minCount, minNanos);
    }

    Deviation withCount(long other) {
        return new Deviation(spreads, other, minNanos);
    }

    Deviation withNanos(long other) {
        return new Deviation(spreads, minCount, other);
    }

    /** Whether so many nanoseconds are too many. */
    boolean finds(double nanos, Moments before) {
        double above = nanos - before.mean();
        return above > 0
                && spreads > 0
                && nanos >= minNanos
                && before.count() >= minCount
                && above * above * (before.count() - 1) > spreads * spreads * before.squares();
    }
}
