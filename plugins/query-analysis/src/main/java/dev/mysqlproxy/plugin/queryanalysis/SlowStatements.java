package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of statements that are slow, or slower than they usually are. Any thread; never blocks. */
final class SlowStatements {

    /** Bytes of a statement in the table {@code slow_queries}. */
    private static final int LONGEST = 8 * 1024;

    private static final long LOG_INTERVAL_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger("dev.mysqlproxy.query-analysis");

    private final SlowQueries queries;
    private final Optional<SlowLog> log;
    private final Explainer explainer;
    private final StatementReader reader;
    private final Metrics.Counter slowCount;
    private final Metrics.Counter deviationCount;
    private final AtomicLong nextLine = new AtomicLong();
    private final AtomicLong unsaid = new AtomicLong();
    private volatile long slowNanos;

    SlowStatements(
            SlowQueries queries, Optional<SlowLog> log, Explainer explainer, StatementReader reader, Metrics metrics) {
        this.queries = queries;
        this.log = log;
        this.explainer = explainer;
        this.reader = reader;
        this.slowCount = metrics.counter(
                        "query_analysis_slow_statements_total",
                        "Statements that took as long as the slow time or longer.")
                .with();
        this.deviationCount = metrics.counter(
                        "query_analysis_deviations_total", "Statements that took far longer than they usually do.")
                .with();
    }

    void slowTime(Duration time) {
        slowNanos = time.toNanos();
    }

    boolean isSlow(QuerySummary summary) {
        return summary.totalNanos() >= slowNanos;
    }

    /**
     * A statement is slow. On its session's event loop.
     *
     * @param explainable whether the statement is whole and has its values in it
     */
    void found(Observation observation, SessionView session, boolean explainable) {
        slowCount.increment();
        byte[] statement = reader.shown(observation, SlowLog.LONGEST);
        byte[] shown = statement.length > LONGEST ? Arrays.copyOf(statement, LONGEST) : statement;
        SlowQuery query = new SlowQuery(observation, session, shown);
        queries.add(query);
        log.ifPresent(file -> file.offer(query, statement));
        if (explainable) {
            explainer.explain(query, observation.statement, observation.digest);
        }
    }

    /** A statement took far longer than it usually does. Logs one in ten seconds at most: that takes far longer than counting it. */
    void deviates(Observation observation) {
        deviationCount.increment();
        long due = nextLine.get();
        if (observation.nowMillis < due || !nextLine.compareAndSet(due, observation.nowMillis + LOG_INTERVAL_MILLIS)) {
            unsaid.incrementAndGet();
            return;
        }
        LOG.atWarn()
                .addKeyValue("session", observation.session)
                .addKeyValue("user", observation.user)
                .addKeyValue("schema", observation.schema)
                .addKeyValue("backend", observation.backend)
                .addKeyValue("digest", observation.digest.hex())
                .addKeyValue("ms", millis((double) observation.summary.totalNanos()))
                .addKeyValue("usual_ms", millis(observation.usualNanos))
                .addKeyValue("stddev_ms", millis(observation.spreadNanos))
                .addKeyValue("not_logged", unsaid.getAndSet(0))
                .addKeyValue("statement", Text.line(observation.digest.text(), 160))
                .log("a statement took far longer than it usually does");
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }
}
