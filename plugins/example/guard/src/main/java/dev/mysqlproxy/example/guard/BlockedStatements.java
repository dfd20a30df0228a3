package dev.mysqlproxy.example.guard;

import dev.mysqlproxy.api.admin.AdminTable;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The table {@code guard_blocked}: the last statements that were blocked. Any thread. */
final class BlockedStatements implements AdminTable {

    private static final int MOST = 100;
    private static final int SHOWN = 200;

    private final Deque<List<Object>> rows = new ArrayDeque<>();

    synchronized void add(String user, String client, String schema, String statement) {
        if (rows.size() == MOST) {
            rows.removeFirst();
        }
        String shown = statement.substring(0, Math.min(SHOWN, statement.length()));
        rows.addLast(List.of(Instant.now(), user, client, schema, shown));
    }

    @Override
    public String name() {
        return "guard_blocked";
    }

    @Override
    public String comment() {
        return "the last " + MOST + " statements that the guard has blocked";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                Column.time("time", "when"),
                Column.text("user", "who"),
                Column.text("client", "from where"),
                Column.text("schema", "the session's default schema"),
                Column.text("statement", "its first " + SHOWN + " characters"));
    }

    @Override
    public synchronized Iterable<List<Object>> rows() {
        return List.copyOf(rows);
    }

    @Override
    public boolean clearable() {
        return true;
    }

    @Override
    public synchronized long clear() {
        int removed = rows.size();
        rows.clear();
        return removed;
    }
}
