package dev.mysqlproxy.plugin.admin.engine;

import java.util.List;

/**
 * What a query came to.
 *
 * @param columns at least one
 * @param rows values as MySQL's text protocol shows them, null for NULL
 */
public record EngineResult(List<Column> columns, List<List<String>> rows) {

    /**
     * A column of a result.
     *
     * @param name its label
     * @param type a number of {@link java.sql.Types}
     */
    public record Column(String name, int type) {}

    public EngineResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
