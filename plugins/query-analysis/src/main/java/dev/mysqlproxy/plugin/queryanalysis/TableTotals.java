package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.protocol.sql.StatementTables;
import java.util.HashMap;
import java.util.Map;

/** How many statements read and wrote which tables; of up to 10,000 tables, the others are one. Thread-safe. */
final class TableTotals {

    private static final int MOST = 10_000;

    /** Stands for the tables beyond the bound. */
    static final Name OTHER = new Name("", "(other)");

    /** A table by its schema, which is empty when nobody knows it, and its name. */
    record Name(String schema, String table) {}

    /** How often a table was read and written. */
    record Uses(long reads, long writes) {

        Uses plus(Uses other) {
            return new Uses(reads + other.reads, writes + other.writes);
        }
    }

    private final Map<Name, Uses> uses = new HashMap<>();

    /** Adds what a digest's statements did that are not counted elsewhere. */
    synchronized void add(DigestEntry entry) {
        long count = entry.totals.count - entry.countedBefore;
        if (count == 0) {
            return;
        }
        for (StatementTables.Table table : entry.tables) {
            String schema = table.schema().isEmpty() ? entry.schema : table.schema();
            Name name = new Name(schema, table.name());
            if (uses.size() >= MOST && !uses.containsKey(name)) {
                name = OTHER;
            }
            uses.merge(name, table.written() ? new Uses(0, count) : new Uses(count, 0), Uses::plus);
        }
    }

    synchronized void addTo(TableTotals other) {
        synchronized (other) {
            uses.forEach((name, use) -> other.uses.merge(name, use, Uses::plus));
        }
    }

    synchronized Map<Name, Uses> copy() {
        return new HashMap<>(uses);
    }

    synchronized void clear() {
        uses.clear();
    }
}
