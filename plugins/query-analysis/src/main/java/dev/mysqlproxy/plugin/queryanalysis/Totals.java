package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.view.QuerySummary;

/** What is added up for a digest. Two of them can be added up. Not thread-safe. */
final class Totals {

    long count;
    long errors;
    long warnings;
    long rowsSent;
    long rowsAffected;
    long bytesIn;
    long bytesOut;
    long nanos;
    long maxNanos;
    long slow;
    long deviations;
    /** Milliseconds since the epoch. */
    long firstSeen;

    long lastSeen;
    Histogram times = new Histogram();

    /** Counts a statement; returns how many bytes of memory that took more. */
    int add(QuerySummary summary, boolean slowOne, long nowMillis) {
        firstSeen = count == 0 ? nowMillis : firstSeen;
        lastSeen = nowMillis;
        count++;
        errors += failed(summary) ? 1 : 0;
        warnings += summary.warnings();
        rowsSent += summary.rows();
        rowsAffected += summary.affectedRows();
        bytesIn += summary.requestBytes();
        bytesOut += summary.replyBytes();
        nanos += summary.totalNanos();
        maxNanos = Math.max(maxNanos, summary.totalNanos());
        slow += slowOne ? 1 : 0;
        return times.add(summary.totalNanos());
    }

    /** A statement has failed when its client was told an error, or nothing. */
    static boolean failed(QuerySummary summary) {
        return summary.errorCode() != 0 || summary.status() == QuerySummary.Status.LOST;
    }

    /** Adds what another one has added up. */
    void add(Totals other) {
        if (other.count == 0) {
            return;
        }
        firstSeen = count == 0 ? other.firstSeen : Math.min(firstSeen, other.firstSeen);
        lastSeen = Math.max(lastSeen, other.lastSeen);
        count += other.count;
        errors += other.errors;
        warnings += other.warnings;
        rowsSent += other.rowsSent;
        rowsAffected += other.rowsAffected;
        bytesIn += other.bytesIn;
        bytesOut += other.bytesOut;
        nanos += other.nanos;
        maxNanos = Math.max(maxNanos, other.maxNanos);
        slow += other.slow;
        deviations += other.deviations;
        times.add(other.times);
    }

    Totals copy() {
        Totals copy = new Totals();
        copy.add(this);
        return copy;
    }

    /** The duration in milliseconds that this share of the statements did not exceed. */
    double percentileMillis(double share) {
        return Math.min(times.percentile(share), maxNanos) / 1e6;
    }
}
