package dev.mysqlproxy.plugin.queryanalysis;

/** What a thread has counted of a digest and not yet added to its entry. Guarded by its {@link HotDigests}. */
final class HotDigest {

    /** How much may be missing in the entry, in statements and milliseconds: whether it is seldom is told by what it has. */
    private static final long MOST_STATEMENTS = 1024;

    private static final long MOST_MILLIS = 1000;

    private final DigestEntry entry;
    private Totals totals;
    private Moments durations;
    /** Those of the entry, with what has been counted here. */
    private final Moments usual = new Moments();

    private long lastDeviation;
    private long slowest;
    private long since;
    private int misses;

    /** @param entry to which it will be added; the lock of its stripe is held */
    HotDigest(DigestEntry entry, long nowMillis) {
        this.entry = entry;
        restart(nowMillis);
    }

    /** Begins to count anew; the lock of the stripe is held. */
    void restart(long nowMillis) {
        totals = new Totals();
        durations = new Moments();
        usual.set(entry.durations);
        slowest = entry.totals.maxNanos;
        since = nowMillis;
    }

    DigestEntry entry() {
        return entry;
    }

    Totals totals() {
        return totals;
    }

    Moments durations() {
        return durations;
    }

    /** When it last took far longer than usual, in milliseconds since the epoch; 0 for never. */
    long lastDeviation() {
        return lastDeviation;
    }

    /** How many statements in a row were not this digest, when one of them could have its place. */
    int missed() {
        return ++misses;
    }

    /** Whether the statement can be counted here: the entry is still there and does not want it for an example. */
    boolean takes(Observation observation) {
        return !entry.isGone() && !DigestEntry.isExample(observation, slowest);
    }

    void add(Observation observation, Deviation deviation) {
        misses = 0;
        if (observation.compare(deviation, usual)) {
            totals.deviations++;
            lastDeviation = observation.nowMillis;
        }
        double nanos = observation.summary.totalNanos();
        usual.add(nanos);
        durations.add(nanos);
        slowest = Math.max(slowest, observation.summary.totalNanos());
        totals.add(observation.summary, observation.slow, observation.nowMillis);
    }

    boolean isDue(long nowMillis) {
        return totals.count >= MOST_STATEMENTS || nowMillis - since >= MOST_MILLIS;
    }
}
