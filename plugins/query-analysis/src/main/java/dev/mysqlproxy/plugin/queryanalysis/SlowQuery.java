package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Instant;

/** A slow statement. Immutable but for its EXPLAIN, which comes later. Any thread. */
final class SlowQuery {

    final Instant ended;
    final String digest;
    final byte[] statement;
    final String schema;
    final String user;
    final String client;
    final String backend;
    final long session;
    final long threadId;
    final boolean deviates;
    final QuerySummary summary;
    private volatile String explain;

    /** @param statement as it may be shown; not copied */
    SlowQuery(Observation observation, SessionView session, byte[] statement) {
        this.ended = Instant.ofEpochMilli(observation.nowMillis);
        this.digest = observation.digest.hex();
        this.statement = statement;
        this.schema = observation.schema;
        this.user = observation.user;
        this.client = session.clientAddress();
        this.backend = observation.backend;
        this.session = session.id();
        this.threadId = session.threadId();
        this.deviates = observation.deviates;
        this.summary = observation.summary;
    }

    /** What the server has said to EXPLAIN; null when it was not asked, or has not answered yet. */
    String explain() {
        return explain;
    }

    void explain(String plan) {
        explain = plan;
    }
}
