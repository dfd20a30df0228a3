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

    /** @param squares sum of the squared differences from the mean of the executions so far */
    boolean finds(long count, double nanos, double mean, double squares) {
        double above = nanos - mean;
        return above > 0
                && spreads > 0
                && nanos >= minNanos
                && count >= minCount
                && above * above * (count - 1) > spreads * spreads * squares;
    }
}
