package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.plugin.admin.engine.EngineException;
import dev.mysqlproxy.plugin.admin.sql.Catalog;
import dev.mysqlproxy.plugin.admin.sql.Near;
import dev.mysqlproxy.plugin.admin.sql.Select;
import dev.mysqlproxy.plugin.admin.sql.SqlException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says the engine's errors in MySQL's words and numbers. */
final class EngineErrors {

    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]|\"\")*)\"");
    /** Where the engine found a statement's first mistake. */
    private static final String HERE = "[*]";

    private EngineErrors() {}

    static SqlException of(EngineException e, Select select, Catalog catalog) {
        return switch (e.reason()) {
            case SQL -> sql(e.code(), line(e.getMessage()), select, catalog);
            case TOO_SLOW ->
                new SqlException(
                        3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded");
            case TOO_LARGE, TOO_DEEP, NO_MEMORY, BUSY, UNAVAILABLE -> new SqlException(1105, "HY000", e.getMessage());
        };
    }

    private static String line(String message) {
        int end = message.indexOf("; SQL statement:");
        return (end < 0 ? message : message.substring(0, end)).replace('\n', ' ');
    }

    private static SqlException sql(int code, String message, Select select, Catalog catalog) {
        Matcher matcher = QUOTED.matcher(message);
        String name = matcher.find() ? matcher.group(1).replace("\"\"", "\"") : "";
        return switch (code) {
            case 42000, 42001 -> syntax(name, message);
            case 42101, 42102, 42103, 42104 -> table(name, catalog);
            case 42122 -> column(name, select, catalog);
            case 57014 ->
                new SqlException(
                        3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded");
            case 90079 -> new SqlException(1049, "42000", "Unknown database '" + name + "'");
            case 90059 -> new SqlException(1052, "23000", "Column '" + bare(name) + "' is ambiguous");
            case 90016 ->
                new SqlException(
                        1055,
                        "42000",
                        "Column '" + bare(name) + "' is neither in GROUP BY nor in an aggregate function");
            case 90022 -> new SqlException(1305, "42000", "FUNCTION " + name + " does not exist");
            case 22012 ->
                new SqlException(1365, "22012", "Division by 0; write NULLIF(x, 0) for a divisor that can be 0");
            case 21002 -> new SqlException(1222, "21000", "The SELECT statements have a different number of columns");
            case 90053 -> new SqlException(1242, "21000", "Subquery returns more than 1 row");
            default -> new SqlException(1105, "HY000", message);
        };
    }

    private static SqlException syntax(String statement, String message) {
        int here = statement.indexOf(HERE);
        if (here < 0) {
            return new SqlException(1064, "42000", "You have an error in your SQL syntax: " + message);
        }
        return SqlException.syntax(statement.substring(here + HERE.length()).replace("\"", ""), "");
    }

    private static SqlException table(String name, Catalog catalog) {
        String bare = bare(name);
        String near = Near.hint(bare, catalog.tables(catalog.schema()));
        return Errors.noTable(catalog.schema(), bare, near.isEmpty() ? "; SHOW TABLES lists those there are" : near);
    }

    private static SqlException column(String name, Select select, Catalog catalog) {
        List<String> known = new ArrayList<>();
        select.tables()
                .forEach(table -> catalog.columns(table.schema(), table.name()).ifPresent(known::addAll));
        String bare = bare(name);
        return new SqlException(1054, "42S22", "Unknown column '" + bare + "'" + Near.hint(bare, known));
    }

    /** The last part of a name with parts. */
    private static String bare(String name) {
        return name.substring(name.lastIndexOf('.') + 1).replace("\"", "");
    }
}
