package dev.mysqlproxy.plugin.admin.table;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rows of a table as MySQL's text protocol shows them. */
public final class TableRows {

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private TableRows() {}

    /**
     * A table's rows as a result.
     *
     * @param offset rows to leave out
     * @param count rows at most
     * @param limit rows that may be in a result
     */
    public static Reply of(AdminTable table, long offset, long count, int limit) throws SqlException {
        List<List<String>> rows = new ArrayList<>();
        long at = 0;
        for (List<Object> row : table.rows()) {
            if (rows.size() >= count) {
                break;
            }
            if (at++ < offset) {
                continue;
            }
            if (rows.size() == limit) {
                throw new SqlException(
                        1105, "HY000", "the result has more than " + limit + " rows; add a WHERE or a LIMIT");
            }
            List<String> texts = new ArrayList<>(row.size());
            row.forEach(value -> texts.add(text(value)));
            rows.add(texts);
        }
        return new Reply.ResultSet(
                table.columns().stream()
                        .map(column -> new Reply.Column(column.name(), ColumnTypes.number(column.type())))
                        .toList(),
                rows);
    }

    private static String text(Object value) {
        if (value instanceof Boolean bit) {
            return bit ? "1" : "0";
        }
        if (value instanceof Instant time) {
            LocalDateTime local = LocalDateTime.ofInstant(time, ZoneId.systemDefault());
            return (local.get(ChronoField.MICRO_OF_SECOND) == 0 ? SECONDS : MICROS).format(local);
        }
        if (value instanceof Double real && !real.isNaN() && !real.isInfinite()) {
            BigDecimal exact = new BigDecimal(real.toString()).stripTrailingZeros();
            return Math.abs(exact.precision() - exact.scale()) > 15 ? exact.toString() : exact.toPlainString();
        }
        return value == null ? null : value.toString();
    }
}
