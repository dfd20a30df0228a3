package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.protocol.sql.Digest;
import dev.mysqlproxy.protocol.sql.StatementKind;
import dev.mysqlproxy.protocol.sql.StatementKinds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Has slow SELECTs explained by the backend they ran on, over another connection of the same user: one at a time, and at
 * most one in an interval. Any thread; never blocks.
 */
final class Explainer {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LONGEST_PLAN = 8 * 1024;
    private static final int LONGEST_STATEMENT = 64 * 1024;
    private static final byte[] EXPLAIN = "EXPLAIN ".getBytes(StandardCharsets.US_ASCII);

    private final ProxyControl control;
    private final Metrics.Counter explained;
    private final Metrics.Counter failed;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicLong due = new AtomicLong(System.nanoTime());
    private volatile boolean enabled;
    private volatile long intervalNanos;

    Explainer(ProxyControl control, Metrics metrics) {
        this.control = control;
        Metrics.Labelled<Metrics.Counter> counter =
                metrics.counter("query_analysis_explains_total", "EXPLAINs of slow statements.", "status");
        explained = counter.with("ok");
        failed = counter.with("error");
    }

    void enable(boolean wanted) {
        enabled = wanted;
    }

    void interval(Duration interval) {
        intervalNanos = interval.toNanos();
    }

    /**
     * Has a statement explained if it is a SELECT and the time has come; the plan is put into the slow query.
     *
     * @param digest of the statement
     */
    void explain(SlowQuery query, byte[] statement, Digest digest) {
        // of several statements the server would only explain the first, and run the others
        if (!enabled
                || query.summary.status() == QuerySummary.Status.ANSWERED
                || statement.length > LONGEST_STATEMENT
                || digest.statements() != 1
                || !isOneSelect(statement)
                || !itIsTime()) {
            return;
        }
        byte[] sql = new byte[EXPLAIN.length + statement.length];
        System.arraycopy(EXPLAIN, 0, sql, 0, EXPLAIN.length);
        System.arraycopy(statement, 0, sql, EXPLAIN.length, statement.length);
        try {
            control.query(query.session, sql, LIMIT).whenComplete((reply, failure) -> answered(query, reply, failure));
        } catch (RuntimeException e) {
            answered(query, null, e);
        }
    }

    /** Whether any server sees a SELECT and nothing else. */
    private static boolean isOneSelect(byte[] statement) {
        StatementKinds kinds = new StatementKinds().read(statement, 0, statement.length);
        return kinds.isCertain() && kinds.all().equals(Set.of(StatementKind.SELECT));
    }

    private void answered(SlowQuery query, Reply reply, Throwable failure) {
        busy.set(false);
        if (failure == null) {
            (reply instanceof Reply.Err ? failed : explained).increment();
            query.explain(plan(reply));
        } else {
            failed.increment();
            query.explain("not explained: " + failure.getMessage());
        }
    }

    private boolean itIsTime() {
        long now = System.nanoTime();
        long then = due.get();
        return now - then >= 0
                && !busy.get()
                && due.compareAndSet(then, now + intervalNanos)
                && busy.compareAndSet(false, true);
    }

    /** The plan as lines of {@code column: value, ...}, without values that are NULL. */
    private static String plan(Reply reply) {
        String plan;
        if (reply instanceof Reply.Err error) {
            plan = "not explained: " + error.code() + " " + error.message();
        } else if (reply instanceof Reply.ByteRows rows) {
            plan = rows.rows().stream().map(row -> row(rows.columns(), row)).collect(Collectors.joining("\n"));
        } else if (reply instanceof Reply.ResultSet rows) {
            plan = rows.rows().stream()
                    .map(row -> row(
                            rows.columns(),
                            row.stream()
                                    .map(value -> value == null ? null : value.getBytes(StandardCharsets.UTF_8))
                                    .collect(Collectors.toCollection(ArrayList::new))))
                    .collect(Collectors.joining("\n"));
        } else {
            plan = "";
        }
        return plan.length() > LONGEST_PLAN ? plan.substring(0, LONGEST_PLAN) : plan;
    }

    private static String row(List<Reply.Column> columns, List<byte[]> values) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) != null) {
                parts.add(columns.get(i).name() + ": " + Text.of(values.get(i)));
            }
        }
        return String.join(", ", parts);
    }
}
