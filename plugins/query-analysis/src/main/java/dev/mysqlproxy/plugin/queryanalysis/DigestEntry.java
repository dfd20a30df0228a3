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

    private double mean;
    private double squares;
    /** The next one in the same place of the hash table. */
    DigestEntry next;

    int hash;

    DigestEntry(Observation observation, Statement statement) {
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
        this.mean = other.mean;
        this.squares = other.squares;
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

    /** Counts a statement; returns how many bytes of memory that took more. */
    int add(Observation observation, Deviation deviation) {
        double nanos = observation.summary.totalNanos();
        if (deviation.finds(totals.count, nanos, mean, squares)) {
            observation.deviates = true;
            observation.usualNanos = mean;
            observation.spreadNanos = spread();
            totals.deviations++;
            lastDeviation = observation.nowMillis;
        }
        int grown = totals.add(observation.summary, observation.slow, observation.nowMillis);
        double difference = nanos - mean;
        mean += difference / totals.count;
        squares += difference * (nanos - mean);
        return grown;
    }

    /** Standard deviation of its durations in nanoseconds; 0 for fewer than two. */
    double spread() {
        return totals.count < 2 ? 0 : Math.sqrt(squares / (totals.count - 1));
    }

    double mean() {
        return mean;
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
}
