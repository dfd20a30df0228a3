package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.QueryHook;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.SessionView;
import java.util.ArrayList;
import java.util.Arrays;
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
    static final int LONGEST = 256;

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
    private final Observations observations;

    Inband(DigestStore store, Observations observations) {
        this.store = store;
        this.observations = observations;
    }

    @Override
    public Set<CommandType> commandTypes() {
        return EnumSet.of(CommandType.COM_QUERY);
    }

    @Override
    public QueryDecision onQuery(SessionView session, Command command) {
        if (command.length() > LONGEST) {
            return QueryDecision.forward();
        }
        return switch (digest(command)) {
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
    boolean isOwn(byte[] statement) {
        if (statement.length > LONGEST || !mentionsSchema(statement, statement.length)) {
            return false;
        }
        Observation observation = observations.take();
        try {
            String digest = Text.of(observation.digest.of(statement).text());
            return digest.startsWith("SELECT * FROM histogram.") || digest.startsWith("DELETE FROM histogram.");
        } finally {
            observations.giveBack(observation);
        }
    }

    /** The text of the statement's digest when it may be one of these, else nothing. */
    private String digest(Command command) {
        Observation observation = observations.take();
        try {
            byte[] statement = observation.beginning;
            int length = command.copyStatement(statement, 0, LONGEST);
            return mentionsSchema(statement, length)
                    ? Text.of(observation.digest.of(statement, 0, length).text())
                    : "";
        } finally {
            observations.giveBack(observation);
        }
    }

    private static boolean mentionsSchema(byte[] statement, int length) {
        for (int at = 0; at + SCHEMA.length < length; at++) {
            if (statement[at] == SCHEMA[0]
                    && Arrays.equals(statement, at, at + SCHEMA.length, SCHEMA, 0, SCHEMA.length)) {
                return true;
            }
        }
        return false;
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
