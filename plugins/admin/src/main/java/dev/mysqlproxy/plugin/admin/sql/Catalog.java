package dev.mysqlproxy.plugin.admin.sql;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What names and values a SELECT may use. */
public interface Catalog {

    /** The schema of tables that are named without one. */
    String SCHEMA = "proxy";

    /** The schema that describes the others. */
    String INFORMATION_SCHEMA = "information_schema";

    /** Columns of a table, in lower case; empty when there is no such table. */
    Optional<List<String>> columns(String schema, String table);

    /** Where names without a schema are looked for: one of the two. */
    default String schema() {
        return SCHEMA;
    }

    /** Tables of a schema, in lower case. */
    Collection<String> tables(String schema);

    /**
     * The value of a variable or of a function without arguments, as the statement would have to spell it; empty when
     * it
     * is not known.
     *
     * @param name {@code @@name}, or a function's name in upper case
     */
    Optional<String> literal(String name);
}
