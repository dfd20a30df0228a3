package dev.mysqlproxy.plugin.admin.table;

import dev.mysqlproxy.api.admin.AdminTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A table whose rows are made from the elements of a list. Immutable.
 *
 * @param <R> what a row is made from
 */
final class ListTable<R> implements AdminTable {

    private final String name;
    private final String comment;
    private final Supplier<? extends List<? extends R>> rows;
    private final List<Column> columns;
    private final List<Function<R, ?>> values;

    private ListTable(
            String name,
            String comment,
            Supplier<? extends List<? extends R>> rows,
            List<Column> columns,
            List<Function<R, ?>> values) {
        this.name = name;
        this.comment = comment;
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /** A table that has no columns yet. */
    static <R> ListTable<R> of(String name, String comment, Supplier<? extends List<? extends R>> rows) {
        return new ListTable<>(name, comment, rows, List.of(), List.of());
    }

    ListTable<R> text(String column, String about, Function<R, String> value) {
        return with(Column.text(column, about), value);
    }

    ListTable<R> integer(String column, String about, Function<R, ? extends Number> value) {
        return with(Column.integer(column, about), value);
    }

    ListTable<R> real(String column, String about, Function<R, Double> value) {
        return with(Column.real(column, about), value);
    }

    ListTable<R> bool(String column, String about, Function<R, Boolean> value) {
        return with(Column.bool(column, about), value);
    }

    ListTable<R> time(String column, String about, Function<R, Instant> value) {
        return with(Column.time(column, about), value);
    }

    private ListTable<R> with(Column column, Function<R, ?> value) {
        List<Column> moreColumns = new ArrayList<>(columns);
        moreColumns.add(column);
        List<Function<R, ?>> moreValues = new ArrayList<>(values);
        moreValues.add(value);
        return new ListTable<>(name, comment, rows, List.copyOf(moreColumns), List.copyOf(moreValues));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String comment() {
        return comment;
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public Iterable<List<Object>> rows() {
        List<? extends R> all = rows.get();
        return () -> all.stream().map(this::row).iterator();
    }

    private List<Object> row(R source) {
        Object[] row = new Object[values.size()];
        for (int at = 0; at < row.length; at++) {
            Object value = values.get(at).apply(source);
            row[at] = value instanceof Integer number ? Long.valueOf(number) : value;
        }
        // not List.of: NULL is null
        return Arrays.asList(row);
    }
}
