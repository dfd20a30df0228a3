package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.protocol.sql.Digest;

/**
 * A statement that is complete, on its way into the store. Used again and again, by one thread at a time.
 */
final class Observation {

    private static final byte[] NOTHING = {};

    final Digest digest;

    byte[] statement = NOTHING;
    boolean backslashEscapes = true;
    String schema = "";
    String user = "";
    String backend = "";
    QuerySummary summary;
    boolean slow;
    long nowMillis;
    /** Id of its session. */
    long session;

    /** Set by the store: whether it took far longer than this statement usually does, and how long that is. */
    boolean deviates;

    double usualNanos;
    double spreadNanos;

    Observation(int maxText) {
        digest = new Digest(maxText);
    }

    /** Takes a statement and makes its digest. */
    void read(Seen seen) {
        statement = seen.statement();
        backslashEscapes = seen.backslashEscapes();
        schema = seen.schema();
        user = seen.user();
        backend = seen.backend();
        summary = seen.summary();
        nowMillis = seen.nowMillis();
        session = seen.session();
        digest.backslashEscapes(backslashEscapes).of(statement);
    }

    /** Says whether the statement took far longer than those before it. */
    boolean compare(Deviation deviation, Moments before) {
        double nanos = summary.totalNanos();
        boolean found = deviation.finds(nanos, before);
        if (found) {
            deviates = true;
            usualNanos = before.mean();
            spreadNanos = before.spread();
        }
        return found;
    }

    /** Lets go of what belongs to a session. */
    void clear() {
        statement = NOTHING;
        summary = null;
        slow = false;
        deviates = false;
    }
}
