package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.protocol.sql.StatementTables;
import java.util.List;

/** A digest with the schema, the user and the backend it was counted for. Guarded by its {@link DigestStripe}. */
final class DigestEntry {

    /** Bytes of the objects themselves, without text, example, names and buckets. */
    private static final int FIXED = 400;

    private static final int PER_TABLE = 150;

    final long high;
    final long low;
    final String schema;
    final String user;
    final String backend;
    final byte[] text;
    final boolean cut;
    final String kind;
    final List<StatementTables.Table> tables;
    byte[] example;
    Totals totals = new Totals();
    /** How many of {@link Totals#count} the table {@code tables} shows no more, since it was emptied. */
    long countedBefore;
    /** When it last took far longer than usual, in milliseconds since the epoch; 0 for never. */
    long lastDeviation;

    /** How long its statements took, in nanoseconds. */
    final Moments durations = new Moments();

    private final DigestStripe stripe;
    private volatile boolean gone;
    /** The next one in the same place of the hash table. */
    DigestEntry next;

    int hash;

    DigestEntry(DigestStripe stripe, Observation observation, Statement statement) {
        this.stripe = stripe;
        this.high = observation.digest.high();
        this.low = observation.digest.low();
        this.schema = observation.schema;
        this.user = observation.user;
        this.backend = observation.backend;
        this.text = observation.digest.text();
        this.cut = observation.digest.isCut();
        this.kind = statement.kind();
        this.tables = statement.tables();
        this.example = statement.example();
    }

    private DigestEntry(DigestEntry other) {
        this.stripe = other.stripe;
        this.high = other.high;
        this.low = other.low;
        this.schema = other.schema;
        this.user = other.user;
        this.backend = other.backend;
        this.text = other.text;
        this.cut = other.cut;
        this.kind = other.kind;
        this.tables = other.tables;
        this.example = other.example;
        this.totals = other.totals.copy();
        this.countedBefore = other.countedBefore;
        this.lastDeviation = other.lastDeviation;
        this.durations.set(other.durations);
    }

    /**
     * What a statement adds when it is seen for the first time.
     *
     * @param kind in capitals
     * @param tables that it reads and writes
     * @param example cut, perhaps without its literals
     */
    record Statement(String kind, List<StatementTables.Table> tables, byte[] example) {}

    boolean is(Observation observation) {
        return low == observation.digest.low()
                && high == observation.digest.high()
                && user.equals(observation.user)
                && schema.equals(observation.schema)
                && backend.equals(observation.backend);
    }

    /** Where it is, or was. */
    DigestStripe stripe() {
        return stripe;
    }

    /** Whether it has been evicted, or emptied. Any thread. */
    boolean isGone() {
        return gone;
    }

    void leave() {
        gone = true;
    }

    /** Counts a statement; returns how many bytes of memory that took more. */
    int add(Observation observation, Deviation deviation) {
        if (observation.compare(deviation, durations)) {
            totals.deviations++;
            lastDeviation = observation.nowMillis;
        }
        double nanos = observation.summary.totalNanos();
        durations.add(nanos);
        return totals.add(observation.summary, observation.slow, observation.nowMillis);
    }

    /** Adds what a thread has counted on its own; returns how many bytes of memory that took more. */
    int add(HotDigest counted) {
        durations.add(counted.durations());
        lastDeviation = Math.max(lastDeviation, counted.lastDeviation());
        int before = totals.times.bytes();
        totals.add(counted.totals());
        return totals.times.bytes() - before;
    }

    /** Whether a statement is to be the example: it took twice as long as all before. */
    static boolean isExample(Observation observation, long slowest) {
        return observation.summary.totalNanos() > 2 * slowest;
    }

    int bytes() {
        return FIXED
                + text.length
                + example.length
                + 2 * (schema.length() + user.length() + backend.length())
                + PER_TABLE * tables.size();
    }

    /** How seldom it is: statements in the time since it was last seen, a minute at least. */
    double rate(long nowMillis) {
        return totals.count / (double) Math.max(60_000, nowMillis - totals.lastSeen);
    }

    DigestEntry copy() {
        return new DigestEntry(this);
    }

    /** A copy that has counted these statements only. */
    DigestEntry copyWith(Totals only) {
        DigestEntry copy = copy();
        copy.totals = only;
        copy.countedBefore = 0;
        return copy;
    }
}
