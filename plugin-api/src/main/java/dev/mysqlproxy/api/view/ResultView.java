package dev.mysqlproxy.api.view;

import java.util.List;

/**
 * A result that was kept because its injection asked for it. Valid while the hook runs.
 */
public interface ResultView {

    /** Payloads of all packets of the reply in order, without headers, parts over 16 MiB joined. */
    List<byte[]> packets();

    /** Columns of the first result set; empty when the reply has none. */
    List<Column> columns();

    /**
     * Rows of the first result set. Each row has one value a column: the bytes of the text protocol, or null for NULL.
     * Rows of the binary protocol are given in text form.
     */
    Iterable<List<byte[]>> rows();

    /**
     * A column of a result set.
     *
     * @param name its alias
     * @param orgName its name in the table, may be empty
     * @param table the table's alias, may be empty
     * @param orgTable the table's name, may be empty
     * @param schema the table's schema, may be empty
     * @param type MYSQL_TYPE_* number, 0 to 255
     * @param characterSet the collation's number
     * @param flags column flags
     */
    record Column(
            String name,
            String orgName,
            String table,
            String orgTable,
            String schema,
            int type,
            int characterSet,
            int flags) {}
}
