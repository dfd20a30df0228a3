package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.ResultView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An answer of a server, or what a client gets: an OK, an error, or one result set of the text protocol. Immutable,
 * but for the arrays it is made of.
 */
public final class FakeResult implements ResultView {

    private static final int UTF8MB4_0900_AI_CI = 255;

    private final Optional<Reply.Ok> ok;
    private final Optional<Reply.Err> error;
    private final List<Column> columns;
    private final List<List<byte[]>> rows;
    private final Optional<List<byte[]>> raw;

    private FakeResult(
            Optional<Reply.Ok> ok,
            Optional<Reply.Err> error,
            List<Column> columns,
            List<List<byte[]>> rows,
            Optional<List<byte[]>> raw) {
        this.ok = ok;
        this.error = error;
        this.columns = columns;
        this.rows = rows;
        this.raw = raw;
    }

    /** An OK that changed nothing. */
    public static FakeResult ok() {
        return ok(0, 0);
    }

    /** An OK. */
    public static FakeResult ok(long affectedRows, long lastInsertId) {
        return ok(new Reply.Ok(affectedRows, lastInsertId, 0, ""));
    }

    private static FakeResult ok(Reply.Ok ok) {
        return new FakeResult(Optional.of(ok), Optional.empty(), List.of(), List.of(), Optional.empty());
    }

    /** An error. */
    public static FakeResult error(int code, String sqlState, String message) {
        return error(Reply.error(code, sqlState, message));
    }

    private static FakeResult error(Reply.Err error) {
        return new FakeResult(Optional.empty(), Optional.of(error), List.of(), List.of(), Optional.empty());
    }

    /** A result set without rows: columns of type VARCHAR in the table {@code t} of the schema {@code test}. */
    public static FakeResult columns(String... names) {
        return columns(Arrays.stream(names)
                .map(name -> new Column(
                        name, name, "t", "t", "test", Reply.Column.MYSQL_TYPE_VAR_STRING, UTF8MB4_0900_AI_CI, 0))
                .toList());
    }

    /** A result set without rows. */
    public static FakeResult columns(List<Column> columns) {
        return new FakeResult(Optional.empty(), Optional.empty(), List.copyOf(columns), List.of(), Optional.empty());
    }

    /** The same with a row more; null for NULL. */
    public FakeResult row(String... values) {
        List<byte[]> row = new ArrayList<>();
        for (String value : values) {
            row.add(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        }
        return row(row);
    }

    /** The same with a row more of bytes; null for NULL. */
    public FakeResult row(List<byte[]> values) {
        if (columns.isEmpty() || values.size() != columns.size()) {
            throw new IllegalArgumentException(values.size() + " values for " + columns.size() + " columns");
        }
        List<List<byte[]>> more = new ArrayList<>(rows);
        more.add(values);
        return new FakeResult(ok, error, columns, List.copyOf(more), raw);
    }

    /** What a client gets of this answer. */
    public static FakeResult of(Reply reply) {
        if (reply instanceof Reply.Ok ok) {
            return ok(ok);
        } else if (reply instanceof Reply.Err error) {
            return error(error);
        } else if (reply instanceof Reply.ResultSet set) {
            FakeResult result =
                    columns(set.columns().stream().map(FakeResult::column).toList());
            for (List<String> row : set.rows()) {
                result = result.row(row.toArray(new String[0]));
            }
            return result;
        } else if (reply instanceof Reply.ByteRows set) {
            FakeResult result =
                    columns(set.columns().stream().map(FakeResult::column).toList());
            for (List<byte[]> row : set.rows()) {
                result = result.row(row);
            }
            return result;
        }
        Reply.Raw packets = (Reply.Raw) reply;
        return new FakeResult(
                Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.of(packets.payloads()));
    }

    private static Column column(Reply.Column column) {
        return new Column(column.name(), "", "", "", "", column.type(), UTF8MB4_0900_AI_CI, 0);
    }

    /** The error; empty for another answer. */
    public Optional<Reply.Err> error() {
        return error;
    }

    /** The OK; empty for another answer. */
    public Optional<Reply.Ok> okay() {
        return ok;
    }

    /** Names of the columns. */
    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /** Rows as UTF-8, null for NULL. */
    public List<List<String>> textRows() {
        List<List<String>> texts = new ArrayList<>();
        for (List<byte[]> row : rows) {
            List<String> text = new ArrayList<>();
            row.forEach(value -> text.add(value == null ? null : new String(value, StandardCharsets.UTF_8)));
            texts.add(text);
        }
        return texts;
    }

    @Override
    public List<byte[]> packets() {
        return raw.orElseGet(() -> ok.map(Wire::ok)
                .or(() -> error.map(Wire::error))
                .map(List::of)
                .orElseGet(() -> Wire.resultSet(columns, rows)));
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public Iterable<List<byte[]>> rows() {
        return rows;
    }

    List<List<byte[]>> rowList() {
        return rows;
    }

    /** How a command that got this answer went. */
    QuerySummary summary(OptionalInt injection, long requestBytes) {
        Summaries.Query summary = Summaries.query();
        injection.ifPresent(summary::injection);
        error.ifPresent(err -> summary.error(err.code(), err.sqlState(), err.message()));
        ok.ifPresent(done -> summary.affectedRows(done.affectedRows())
                .lastInsertId(done.lastInsertId())
                .warnings(done.warnings()));
        if (!columns.isEmpty()) {
            summary.rows(rows.size());
        }
        long replyBytes = packets().stream()
                .mapToLong(packet -> Wire.HEADER + packet.length)
                .sum();
        return summary.bytes(requestBytes, replyBytes).build();
    }

    @Override
    public String toString() {
        return error.map(Object::toString)
                .or(() -> ok.map(Object::toString))
                .or(() -> raw.map(packets -> packets.size() + " packets"))
                .orElseGet(() -> columnNames() + " " + textRows());
    }
}
