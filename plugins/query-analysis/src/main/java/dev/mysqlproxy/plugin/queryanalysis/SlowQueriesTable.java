package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.admin.AdminTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The table {@code slow_queries}. */
final class SlowQueriesTable implements AdminTable {

    private static final List<Column> COLUMNS = List.of(
            Column.time("time", "when it was complete"),
            Column.real("query_ms", "how long it took, in milliseconds"),
            Column.text("digest", "its row in digests"),
            Column.text("schema_name", "default schema, empty without one"),
            Column.text("user", "user of the client"),
            Column.text("client", "address of the client"),
            Column.text("backend", "address of the server; empty for what the proxy answered itself"),
            Column.integer("session", "number of the session in the proxy"),
            Column.integer("thread_id", "the server's number of the connection"),
            Column.integer("rows_sent", "rows of result sets"),
            Column.integer("rows_affected", "rows changed"),
            Column.integer("bytes_out", "bytes of the reply"),
            Column.integer("error", "error number, 0 without an error"),
            Column.bool("deviates", "whether it took far longer than this statement usually does"),
            Column.text("statement", "its beginning"),
            Column.text("plan", "what the server says to EXPLAIN, see --query-analysis-explain"));

    private final SlowQueries queries;

    SlowQueriesTable(SlowQueries queries) {
        this.queries = queries;
    }

    @Override
    public String name() {
        return "slow_queries";
    }

    @Override
    public String comment() {
        return "The last statements that took --query-analysis-slow-time or longer; DELETE forgets them.";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public Iterable<List<Object>> rows() {
        List<List<Object>> rows = new ArrayList<>();
        for (SlowQuery query : queries.copy()) {
            rows.add(Arrays.asList(
                    query.ended,
                    query.summary.totalNanos() / 1e6,
                    query.digest,
                    query.schema,
                    query.user,
                    query.client,
                    query.backend,
                    query.session,
                    query.threadId,
                    query.summary.rows(),
                    query.summary.affectedRows(),
                    query.summary.replyBytes(),
                    (long) query.summary.errorCode(),
                    query.deviates,
                    Text.of(query.statement),
                    query.explain()));
        }
        return rows;
    }

    @Override
    public boolean clearable() {
        return true;
    }

    @Override
    public long clear() {
        return queries.clear();
    }
}
