package dev.mysqlproxy.plugin.admin.table;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All tables of the admin port. Plugins come and go, so it is asked each time. Any thread. */
public final class Tables {

    private static final String LIST = "tables";

    private record ColumnOf(AdminTable table, AdminTable.Column column, int position) {}

    private final ProxyControl control;
    private final List<AdminTable> own = new ArrayList<>();
    private final Map<String, AdminTable> informationSchema = new LinkedHashMap<>();

    /**
     * The tables of this process.
     *
     * @param help the statements of the admin port
     */
    public Tables(Backends backends, ProxyControl control, AdminTable help) {
        this.control = control;
        own.addAll(ProxyTables.all(backends, control));
        own.add(help);
        own.add(ListTable.<AdminTable>of(LIST, "the tables of the admin port", this::all)
                .text("name", "of the table", AdminTable::name)
                .text("comment", "what is in it", AdminTable::comment)
                .bool("clearable", "whether DELETE FROM empties it", AdminTable::clearable));
        own.add(ListTable.<ColumnOf>of("columns", "the columns of the tables", this::columns)
                .text("table_name", "of the table", row -> row.table().name())
                .text("name", "of the column", row -> row.column().name())
                .integer("position", "from 1", ColumnOf::position)
                .text(
                        "type",
                        "text, integer, real, boolean or time",
                        row -> row.column().type().name().toLowerCase(Locale.ROOT))
                .text(
                        "comment",
                        "what it means and its unit",
                        row -> row.column().comment()));
        for (AdminTable table : InformationSchema.tables(this, control)) {
            informationSchema.put(table.name(), table);
        }
    }

    /**
     * Those of the proxy, and those of its plugins behind them; the first of a name counts. Only the list of tables gives way
     * to a plugin's table of that name: SHOW TABLES says the same.
     */
    public List<AdminTable> all() {
        Map<String, AdminTable> all = new LinkedHashMap<>();
        own.forEach(table -> all.put(table.name(), table));
        for (AdminTable table : control.tables()) {
            if (table.name().equals(LIST)) {
                all.put(LIST, table);
            } else {
                all.putIfAbsent(table.name(), table);
            }
        }
        return List.copyOf(all.values());
    }

    /** A table by its names, in lower case. */
    public Optional<AdminTable> find(String schema, String name) {
        return switch (schema) {
            case Catalog.SCHEMA ->
                all().stream().filter(table -> table.name().equals(name)).findFirst();
            case Catalog.INFORMATION_SCHEMA -> Optional.ofNullable(informationSchema.get(name));
            default -> Optional.empty();
        };
    }

    /** Tables of a schema; none of one that there is not. */
    public Collection<AdminTable> of(String schema) {
        return switch (schema) {
            case Catalog.SCHEMA -> all();
            case Catalog.INFORMATION_SCHEMA -> informationSchema.values();
            default -> List.of();
        };
    }

    private List<ColumnOf> columns() {
        List<ColumnOf> columns = new ArrayList<>();
        for (AdminTable table : all()) {
            for (AdminTable.Column column : table.columns()) {
                columns.add(new ColumnOf(table, column, 1 + table.columns().indexOf(column)));
            }
        }
        return columns;
    }
}
