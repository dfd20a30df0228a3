package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.protocol.sql.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The table {@code digests}. */
final class DigestsTable implements AdminTable {

    /** Text of the row of what was evicted. */
    static final String OTHERS = "(other)";

    private static final List<Column> COLUMNS = List.of(
            Column.text("digest", "128 bits of hash, the same in every process; other for those that made room"),
            Column.text("digest_text", "the statement without its values, cut at --query-analysis-text"),
            Column.text("kind", "what the statement is for: SELECT, INSERT, TRANSACTION, ..."),
            Column.text("schema_name", "default schema, empty without one"),
            Column.text("user", "user of the client"),
            Column.text("backend", "address of the server; empty for what the proxy answered itself"),
            Column.integer("count", "executions"),
            Column.integer("errors", "of these, that failed or lost their connection"),
            Column.integer("warnings", "warnings"),
            Column.integer("rows_sent", "rows of result sets"),
            Column.integer("rows_affected", "rows changed"),
            Column.integer("bytes_in", "bytes sent to the server"),
            Column.integer("bytes_out", "bytes of its replies"),
            Column.real("total_time", "seconds in all"),
            Column.real("avg_ms", "milliseconds on average"),
            Column.real("stddev_ms", "standard deviation in milliseconds"),
            Column.real("p50_ms", "milliseconds that half of the executions did not exceed, to within 3 percent"),
            Column.real("p95_ms", "milliseconds that 95 percent did not exceed"),
            Column.real("p99_ms", "milliseconds that 99 percent did not exceed"),
            Column.real("max_ms", "milliseconds of the slowest"),
            Column.integer("slow", "executions that took --query-analysis-slow-time or longer"),
            Column.integer("deviations", "executions that took far longer than usual, see --query-analysis-deviation"),
            Column.time("last_deviation", "when the last of these was"),
            Column.time("first_seen", "when the first execution was"),
            Column.time("last_seen", "when the last execution was"),
            Column.text("example", "a slow one of the statements"));

    private final DigestStore store;

    DigestsTable(DigestStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "digests";
    }

    @Override
    public String comment() {
        return "Statements by digest, schema, user and backend; DELETE begins anew.";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public Iterable<List<Object>> rows() {
        DigestStore.Snapshot snapshot = store.snapshot();
        List<List<Object>> rows = new ArrayList<>(snapshot.entries().size() + 1);
        for (DigestEntry entry : snapshot.entries()) {
            rows.add(row(
                    entry.totals,
                    Digest.hex(entry.high, entry.low),
                    Text.of(entry.text, entry.cut),
                    entry.kind,
                    entry.schema,
                    entry.user,
                    entry.backend,
                    entry));
        }
        if (snapshot.others().count > 0) {
            rows.add(row(snapshot.others(), "other", OTHERS, null, null, null, null, null));
        }
        return rows;
    }

    private static List<Object> row(
            Totals totals,
            String digest,
            String text,
            String kind,
            String schema,
            String user,
            String backend,
            DigestEntry entry) {
        return Arrays.asList(
                digest,
                text,
                kind,
                schema,
                user,
                backend,
                totals.count,
                totals.errors,
                totals.warnings,
                totals.rowsSent,
                totals.rowsAffected,
                totals.bytesIn,
                totals.bytesOut,
                totals.nanos / 1e9,
                totals.nanos / 1e6 / totals.count,
                entry == null ? null : entry.durations.spread() / 1e6,
                totals.percentileMillis(0.5),
                totals.percentileMillis(0.95),
                totals.percentileMillis(0.99),
                totals.maxNanos / 1e6,
                totals.slow,
                totals.deviations,
                entry == null || entry.lastDeviation == 0 ? null : Instant.ofEpochMilli(entry.lastDeviation),
                Instant.ofEpochMilli(totals.firstSeen),
                Instant.ofEpochMilli(totals.lastSeen),
                entry == null ? null : Text.of(entry.example));
    }

    @Override
    public boolean clearable() {
        return true;
    }

    @Override
    public long clear() {
        return store.clear();
    }
}
