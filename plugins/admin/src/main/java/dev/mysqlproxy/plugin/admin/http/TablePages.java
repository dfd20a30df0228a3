package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.admin.AdminTable.Column;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The tables of the admin port as JSON. */
final class TablePages {

    static final String PATH = "/api/v1/";

    static final int DEFAULT_ROWS = 1000;
    static final int MAX_ROWS = 100_000;

    private static final int MAX_CHARACTERS = 4 * 1024 * 1024;
    private static final String JSON = "application/json; charset=utf-8";

    private final Supplier<List<AdminTable>> tables;

    TablePages(Supplier<List<AdminTable>> tables) {
        this.tables = tables;
    }

    /** All tables by name. */
    List<AdminTable> all() {
        return tables.get().stream()
                .sorted(Comparator.comparing(AdminTable::name))
                .toList();
    }

    /** The list of tables, or one of them. */
    Response page(String name, String query) {
        if (name.isEmpty()) {
            return query.isEmpty() ? list() : error(RequestParser.BAD_REQUEST, "the list of tables has no parameters");
        }
        for (AdminTable table : tables.get()) {
            if (table.name().equals(name)) {
                return query.matches("(limit=[0-9]{1,9})?")
                        ? rows(table, limit(query))
                        : error(
                                RequestParser.BAD_REQUEST,
                                "the only parameter is limit: a number of rows, at most " + MAX_ROWS);
            }
        }
        return error(Response.NOT_FOUND, "there is no table of that name; " + PATH + " lists all");
    }

    private static int limit(String query) {
        return query.isEmpty()
                ? DEFAULT_ROWS
                : Math.min(MAX_ROWS, Integer.parseInt(query.substring(query.indexOf('=') + 1)));
    }

    private Response list() {
        JsonText json = new JsonText().raw("{\"tables\":[");
        String before = "";
        for (AdminTable table : all()) {
            json.raw(before).raw("{").name("name").string(table.name()).raw(",");
            json.name("comment").string(table.comment()).raw(",").name("columns");
            columns(table.columns(), json);
            json.raw("}");
            before = ",";
        }
        return answer(Response.OK, json.raw("]}\n"));
    }

    private static void columns(List<Column> columns, JsonText json) {
        String before = "[";
        for (Column column : columns) {
            json.raw(before).raw("{").name("name").string(column.name()).raw(",");
            json.name("type")
                    .string(column.type().name().toLowerCase(Locale.ROOT))
                    .raw(",");
            json.name("comment").string(column.comment()).raw("}");
            before = ",";
        }
        json.raw("]");
    }

    /** Rows up to the limit, or to what is worth keeping in memory at once. */
    private static Response rows(AdminTable table, int limit) {
        List<Column> columns = table.columns();
        JsonText json = new JsonText().raw("{").name("table").string(table.name());
        json.raw(",").name("rows").raw("[");
        int count = 0;
        boolean truncated = false;
        for (List<Object> row : table.rows()) {
            if (count == limit || json.length() > MAX_CHARACTERS) {
                truncated = true;
                break;
            }
            json.raw(count == 0 ? "\n{" : ",\n{");
            for (int i = 0; i < columns.size(); i++) {
                json.raw(i == 0 ? "" : ",").name(columns.get(i).name()).value(row.get(i));
            }
            json.raw("}");
            count++;
        }
        json.raw("],\n").name("truncated").value(truncated).raw("}\n");
        return answer(Response.OK, json);
    }

    private static Response error(int status, String why) {
        return answer(status, new JsonText().raw("{").name("error").string(why).raw("}\n"));
    }

    private static Response answer(int status, JsonText json) {
        return new Response(status, JSON, json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
