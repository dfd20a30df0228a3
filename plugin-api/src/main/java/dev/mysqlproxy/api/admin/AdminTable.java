package dev.mysqlproxy.api.admin;

import java.util.List;
import java.util.Objects;

/**
 * A table that an operator can read with SELECT on the admin port. Any thread, never an event loop; several at once.
 */
public interface AdminTable {

    /** Lower case letters, digits and underscores; unique in the process. */
    String name();

    /** One sentence for the help. */
    String comment();

    /** At least one. */
    List<Column> columns();

    /**
     * The rows of this moment, each with one value a column: a String, Long, Double, Boolean or {@link java.time.Instant}
     * by the column's type, or null. Read once, to the end or not.
     */
    Iterable<List<Object>> rows();

    /** Whether {@code DELETE FROM} this table empties it. */
    default boolean clearable() {
        return false;
    }

    /**
     * Empties it, when it is {@link #clearable()}.
     *
     * @return how many rows there were
     */
    default long clear() {
        throw new UnsupportedOperationException(name() + " cannot be emptied");
    }

    /** What a column holds. */
    enum Type {
        TEXT,
        /** 64 bits, signed. */
        INTEGER,
        REAL,
        BOOLEAN,
        /** A point in time, to the microsecond. */
        TIME
    }

    /**
     * A column.
     *
     * @param name lower case letters, digits and underscores
     * @param type of its values
     * @param comment what it means and its unit
     */
    record Column(String name, Type type, String comment) {
        public Column {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(comment, "comment");
        }

        /** A column of Strings. */
        public static Column text(String name, String comment) {
            return new Column(name, Type.TEXT, comment);
        }

        /** A column of Longs. */
        public static Column integer(String name, String comment) {
            return new Column(name, Type.INTEGER, comment);
        }

        /** A column of Doubles. */
        public static Column real(String name, String comment) {
            return new Column(name, Type.REAL, comment);
        }

        /** A column of Booleans; clients see 1 and 0. */
        public static Column bool(String name, String comment) {
            return new Column(name, Type.BOOLEAN, comment);
        }

        /** A column of Instants; clients see them as DATETIME(6) in UTC. */
        public static Column time(String name, String comment) {
            return new Column(name, Type.TIME, comment);
        }
    }
}
