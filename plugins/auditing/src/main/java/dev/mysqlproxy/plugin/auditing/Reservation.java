package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.decision.QueryDecision;
import java.util.concurrent.CompletableFuture;

/** A session's right to put the record of its present statement into the queue. Guarded by the queue. */
final class Reservation {

    /** Bytes that are kept free for it. */
    long held;
    /** What it waits for; null when it does not. */
    CompletableFuture<QueryDecision> waiting;
    /** Bytes that it waits for. */
    long wanted;
}
