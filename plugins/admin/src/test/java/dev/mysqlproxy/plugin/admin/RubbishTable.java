package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A plugin's table that can be emptied. */
final class RubbishTable implements AdminTable {

    private final Runnable onRead;
    private final List<List<Object>> rows =
            new ArrayList<>(List.of(Arrays.asList(1L, "can"), Arrays.asList(2L, "bottle"), Arrays.asList(3L, null)));

    RubbishTable(Runnable onRead) {
        this.onRead = onRead;
    }

    @Override
    public String name() {
        return "rubbish";
    }

    @Override
    public String comment() {
        return "what lies about";
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.integer("user", "whose it is"), Column.text("value", "what it is"));
    }

    @Override
    public Iterable<List<Object>> rows() {
        onRead.run();
        return List.copyOf(rows);
    }

    @Override
    public boolean clearable() {
        return true;
    }

    @Override
    public long clear() {
        long count = rows.size();
        rows.clear();
        return count;
    }
}
