package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.admin.AdminTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads admin tables as the admin port would, and complains where it would. */
final class Tables {

    private Tables() {}

    static List<List<Object>> rows(AdminTable table) {
        if (!table.name().matches("[a-z0-9_]+")) {
            throw new AssertionError("not a table's name: " + table.name());
        }
        List<List<Object>> rows = new ArrayList<>();
        for (List<Object> row : table.rows()) {
            if (row.size() != table.columns().size()) {
                throw new AssertionError("a row of " + table.name() + " has " + row.size() + " values for "
                        + table.columns().size() + " columns: " + row);
            }
            for (int at = 0; at < row.size(); at++) {
                check(table, table.columns().get(at), row.get(at));
            }
            rows.add(row);
        }
        return rows;
    }

    private static void check(AdminTable table, AdminTable.Column column, Object value) {
        Class<?> type = switch (column.type()) {
            case TEXT -> String.class;
            case INTEGER -> Long.class;
            case REAL -> Double.class;
            case BOOLEAN -> Boolean.class;
            case TIME -> Instant.class;
        };
        if (value != null && !type.isInstance(value)) {
            throw new AssertionError("the column " + column.name() + " of " + table.name() + " is " + column.type()
                    + ", its value a " + value.getClass().getSimpleName() + ": " + value);
        }
    }
}
