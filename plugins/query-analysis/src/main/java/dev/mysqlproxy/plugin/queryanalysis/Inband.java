package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.protocol.sql.Digest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Answers the statements of MySQL Proxy's histogram script to any client: SELECT * FROM and DELETE FROM, of {@code
 * histogram.queries} and {@code histogram.tables}. Durations are in microseconds, as there.
 */
final class Inband implements QueryHook {

    /** Longer statements are none of these, whatever blanks and comments they have. */
    private static final int LONGEST = 256;

    private static final int MYSQL_TYPE_DOUBLE = 5;
    private static final byte[] SCHEMA = {'h', 'i', 's', 't', 'o', 'g', 'r', 'a', 'm'};

    private static final List<Reply.Column> QUERIES = List.of(
            Reply.Column.text("query"),
            Reply.Column.number("count"),
            Reply.Column.number("max_query_time"),
            new Reply.Column("avg_query_time", MYSQL_TYPE_DOUBLE));
    private static final List<Reply.Column> TABLES =
            List.of(Reply.Column.text("table"), Reply.Column.number("reads"), Reply.Column.number("writes"));

    private final DigestStore store;

    Inband(DigestStore store) {
        this.store = store;
    }

    @Override
    public Set<CommandType> commandTypes() {
        return EnumSet.of(CommandType.COM_QUERY);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (command.length() > LONGEST || !command.contains(SCHEMA)) {
            return QueryDecision.forward();
        }
        return switch (digest(command.statement())) {
            case "SELECT * FROM histogram.queries" -> QueryDecision.answer(queries());
            case "SELECT * FROM histogram.tables" -> QueryDecision.answer(tables());
            case "DELETE FROM histogram.queries" -> {
                store.clear();
                yield QueryDecision.answer(Reply.ok());
            }
            case "DELETE FROM histogram.tables" -> {
                store.clearTables();
                yield QueryDecision.answer(Reply.ok());
            }
            default -> QueryDecision.forward();
        };
    }

    /** Whether a statement is one of these. */
    boolean isOwn(Command command) {
        if (command.length() > LONGEST || !command.contains(SCHEMA)) {
            return false;
        }
        String digest = digest(command.statement());
        return digest.startsWith("SELECT * FROM histogram.") || digest.startsWith("DELETE FROM histogram.");
    }

    private static String digest(byte[] statement) {
        return Text.of(new Digest(LONGEST).of(statement).text());
    }

    private Reply queries() {
        Map<String, Totals> sums = new LinkedHashMap<>();
        DigestStore.Snapshot snapshot = store.snapshot();
        for (DigestEntry entry : snapshot.entries()) {
            sums.computeIfAbsent(Text.of(entry.text, entry.cut), text -> new Totals())
                    .add(entry.totals);
        }
        if (snapshot.others().count > 0) {
            sums.put(DigestsTable.OTHERS, snapshot.others());
        }
        List<List<String>> rows = new ArrayList<>(sums.size());
        sums.forEach((text, totals) -> rows.add(List.of(
                text,
                Long.toString(totals.count),
                Long.toString(totals.maxNanos / 1000),
                String.format(Locale.ROOT, "%.2f", totals.nanos / 1e3 / totals.count))));
        return new Reply.ResultSet(QUERIES, rows);
    }

    private Reply tables() {
        List<List<String>> rows = new ArrayList<>();
        store.tables()
                .forEach((name, uses) -> rows.add(List.of(
                        name.schema().isEmpty() ? name.table() : name.schema() + '.' + name.table(),
                        Long.toString(uses.reads()),
                        Long.toString(uses.writes()))));
        return new Reply.ResultSet(TABLES, rows);
    }
}
