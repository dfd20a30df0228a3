package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.admin.AdminTable;
import java.util.ArrayList;
import java.util.List;

/** The table {@code tables}. */
final class TablesTable implements AdminTable {

    private static final List<Column> COLUMNS = List.of(
            Column.text("schema_name", "as the statements say, else the default schema; empty without one"),
            Column.text("table_name", "as in the statements; (other) for what is beyond 10,000 tables"),
            Column.integer("reads", "statements that read it"),
            Column.integer("writes", "statements that wrote it"));

    private final DigestStore store;

    TablesTable(DigestStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "tables";
    }

    @Override
    public String comment() {
        return "How many statements read and wrote which tables; DELETE begins anew.";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public Iterable<List<Object>> rows() {
        List<List<Object>> rows = new ArrayList<>();
        store.tables()
                .forEach((name, uses) -> rows.add(List.of(name.schema(), name.table(), uses.reads(), uses.writes())));
        return rows;
    }

    @Override
    public boolean clearable() {
        return true;
    }

    @Override
    public long clear() {
        return store.clearTables();
    }
}
