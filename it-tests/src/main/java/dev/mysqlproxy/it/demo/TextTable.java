package dev.mysqlproxy.it.demo;

import java.io.PrintStream;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A result as command line clients show it.
 *
 * @param columns their names
 * @param rows values as text, {@code NULL} for NULL
 */
record TextTable(List<String> columns, List<List<String>> rows) {

    /** Reads all that is left of a result and closes it. */
    static TextTable of(ResultSet result) throws SQLException {
        try (result) {
            ResultSetMetaData metaData = result.getMetaData();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                columns.add(metaData.getColumnLabel(i));
            }
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    String value = result.getString(i);
                    row.add(value == null ? "NULL" : value);
                }
                rows.add(List.copyOf(row));
            }
            return new TextTable(List.copyOf(columns), List.copyOf(rows));
        }
    }

    /** The rows without their last column. */
    List<List<String>> withoutLast() {
        return rows.stream().map(row -> row.subList(0, row.size() - 1)).toList();
    }

    void print(PrintStream out) {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int width = columns.get(i).length();
            for (List<String> row : rows) {
                width = Math.max(width, row.get(i).length());
            }
            widths.add(width);
        }
        StringBuilder rule = new StringBuilder("+");
        widths.forEach(width -> rule.append("-".repeat(width + 2)).append('+'));
        out.println(rule);
        out.println(line(columns, widths));
        out.println(rule);
        rows.forEach(row -> out.println(line(row, widths)));
        out.println(rule);
    }

    private static String line(List<String> values, List<Integer> widths) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            line.append(' ')
                    .append(value)
                    .append(" ".repeat(widths.get(i) - value.length()))
                    .append(" |");
        }
        return line.toString();
    }
}
