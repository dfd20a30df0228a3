package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Something to look at: columns, each with the way to its value, and where the rows come from.
 *
 * @param <R> what a row is made from
 */
final class Table<R> {

    private final List<Reply.Column> columns;
    private final List<Function<R, String>> values;

    private Table(List<Reply.Column> columns, List<Function<R, String>> values) {
        this.columns = columns;
        this.values = values;
    }

    static <R> Table<R> empty() {
        return new Table<>(List.of(), List.of());
    }

    /** The same with one more column of text; a null value is NULL. */
    Table<R> text(String name, Function<R, String> value) {
        return with(Reply.Column.text(name), value);
    }

    /** The same with one more column of 64-bit numbers. */
    Table<R> number(String name, ToLongFunction<R> value) {
        return with(Reply.Column.number(name), row -> Long.toString(value.applyAsLong(row)));
    }

    /** The same with one more column of 32-bit numbers. */
    Table<R> smallNumber(String name, ToLongFunction<R> value) {
        return with(new Reply.Column(name, Reply.Column.MYSQL_TYPE_LONG), row -> Long.toString(value.applyAsLong(row)));
    }

    private Table<R> with(Reply.Column column, Function<R, String> value) {
        List<Reply.Column> moreColumns = new ArrayList<>(columns);
        moreColumns.add(column);
        List<Function<R, String>> moreValues = new ArrayList<>(values);
        moreValues.add(value);
        return new Table<>(moreColumns, moreValues);
    }

    /** A statement's action that shows these rows as they are when it runs. */
    Statement.Look showing(Supplier<List<R>> rows) {
        return request -> resultSet(rows.get());
    }

    Reply.ResultSet resultSet(List<R> rows) {
        return new Reply.ResultSet(columns, rows.stream().map(this::row).toList());
    }

    private List<String> row(R row) {
        // not List.of: NULL is null
        List<String> texts = new ArrayList<>(values.size());
        for (Function<R, String> value : values) {
            texts.add(value.apply(row));
        }
        return texts;
    }
}
