package dev.mysqlproxy.api.decision;

import java.util.List;
import java.util.Objects;

/** An answer that the proxy makes itself. Encoded for whatever the client negotiated. */
public sealed interface Reply {

    /**
     * An OK packet.
     *
     * @param affectedRows unsigned
     * @param lastInsertId unsigned
     * @param warnings 0 to 65535
     * @param info human readable, may be empty
     */
    record Ok(long affectedRows, long lastInsertId, int warnings, String info) implements Reply {
        public Ok {
            Objects.requireNonNull(info, "info");
            if (warnings < 0 || warnings > 0xffff) {
                throw new IllegalArgumentException("warnings must be 0 to 65535: " + warnings);
            }
        }
    }

    /**
     * An ERR packet.
     *
     * @param code error number, 1 to 65534
     * @param sqlState five characters
     * @param message text for people
     */
    record Err(int code, String sqlState, String message) implements Reply {
        public Err {
            Objects.requireNonNull(message, "message");
            if (code < 1 || code > 0xfffe) {
                throw new IllegalArgumentException("an error number is 1 to 65534: " + code);
            }
            if (sqlState.length() != 5) {
                throw new IllegalArgumentException("an SQLSTATE has five characters: " + sqlState);
            }
        }
    }

    /**
     * A result set of the text protocol.
     *
     * @param columns at least one
     * @param rows values as text, null for NULL; as many values as columns in each row
     */
    record ResultSet(List<Column> columns, List<List<String>> rows) implements Reply {
        public ResultSet {
            columns = List.copyOf(columns);
            if (columns.isEmpty()) {
                throw new IllegalArgumentException("a result set needs a column");
            }
            rows = List.copyOf(rows);
            for (List<String> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException(
                            "a row has " + row.size() + " values for " + columns.size() + " columns");
                }
            }
        }
    }

    /**
     * A result set of the text protocol whose values are bytes. Its columns are described as MySQL Proxy described those
     * of its scripts: latin1, 32 bytes long, part of a key; what clients make of the bytes is up to them.
     *
     * @param columns at least one
     * @param rows values as they go over the wire, null for NULL; as many as columns in each row; not copied
     */
    record ByteRows(List<Column> columns, List<List<byte[]>> rows) implements Reply {
        public ByteRows {
            columns = List.copyOf(columns);
            if (columns.isEmpty()) {
                throw new IllegalArgumentException("a result set needs a column");
            }
            for (List<byte[]> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException(
                            "a row has " + row.size() + " values for " + columns.size() + " columns");
                }
            }
        }
    }

    /**
     * A column of an own result set.
     *
     * @param name what the client shows
     * @param type MYSQL_TYPE_* number, 0 to 255
     */
    record Column(String name, int type) {
        public static final int MYSQL_TYPE_LONG = 3;
        public static final int MYSQL_TYPE_LONGLONG = 8;
        public static final int MYSQL_TYPE_VAR_STRING = 253;
        public static final int MYSQL_TYPE_STRING = 254;

        public Column {
            Objects.requireNonNull(name, "name");
            if (type < 0 || type > 0xff) {
                throw new IllegalArgumentException("a column type is 0 to 255: " + type);
            }
        }

        /** A column of text. */
        public static Column text(String name) {
            return new Column(name, MYSQL_TYPE_STRING);
        }

        /** A column of numbers. */
        public static Column number(String name) {
            return new Column(name, MYSQL_TYPE_LONGLONG);
        }
    }

    /**
     * Packets as they are; the proxy adds the headers. The author answers for their being one whole reply.
     *
     * @param payloads at least one; not copied, so not to be changed afterwards
     */
    record Raw(List<byte[]> payloads) implements Reply {
        public Raw {
            payloads = List.copyOf(payloads);
            if (payloads.isEmpty()) {
                throw new IllegalArgumentException("a raw reply needs a packet");
            }
        }
    }

    /** An OK packet without anything special. */
    static Reply ok() {
        return new Ok(0, 0, 0, "");
    }

    /** An ERR packet. */
    static Err error(int code, String sqlState, String message) {
        return new Err(code, sqlState, message);
    }
}
