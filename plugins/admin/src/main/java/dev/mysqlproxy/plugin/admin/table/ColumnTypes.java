package dev.mysqlproxy.plugin.admin.table;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.decision.Reply;
import java.sql.Types;

/** What MySQL calls the types of columns, and their numbers in its protocol. */
public final class ColumnTypes {

    public static final int MYSQL_TYPE_TINY = 1;
    public static final int MYSQL_TYPE_DOUBLE = 5;
    public static final int MYSQL_TYPE_DATE = 10;
    public static final int MYSQL_TYPE_TIME = 11;
    public static final int MYSQL_TYPE_DATETIME = 12;
    public static final int MYSQL_TYPE_NEWDECIMAL = 246;

    private ColumnTypes() {}

    /** The number of a table's column. */
    public static int number(AdminTable.Type type) {
        return switch (type) {
            case TEXT -> Reply.Column.MYSQL_TYPE_STRING;
            case INTEGER -> Reply.Column.MYSQL_TYPE_LONGLONG;
            case REAL -> MYSQL_TYPE_DOUBLE;
            case BOOLEAN -> MYSQL_TYPE_TINY;
            case TIME -> MYSQL_TYPE_DATETIME;
        };
    }

    /** The number of a result's column by its number in {@link Types}. */
    public static int ofJdbc(int type) {
        return switch (type) {
            case Types.BOOLEAN -> MYSQL_TYPE_TINY;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> Reply.Column.MYSQL_TYPE_LONG;
            case Types.BIGINT -> Reply.Column.MYSQL_TYPE_LONGLONG;
            case Types.DOUBLE, Types.REAL, Types.FLOAT -> MYSQL_TYPE_DOUBLE;
            case Types.NUMERIC, Types.DECIMAL -> MYSQL_TYPE_NEWDECIMAL;
            case Types.DATE -> MYSQL_TYPE_DATE;
            case Types.TIME -> MYSQL_TYPE_TIME;
            case Types.TIMESTAMP -> MYSQL_TYPE_DATETIME;
            default -> Reply.Column.MYSQL_TYPE_VAR_STRING;
        };
    }

    /** As in information_schema.columns. */
    static String dataType(AdminTable.Type type) {
        return switch (type) {
            case TEXT -> "text";
            case INTEGER -> "bigint";
            case REAL -> "double";
            case BOOLEAN -> "tinyint";
            case TIME -> "datetime";
        };
    }

    /** As SHOW COLUMNS says it. */
    public static String columnType(AdminTable.Type type) {
        return switch (type) {
            case TEXT, INTEGER, REAL -> dataType(type);
            case BOOLEAN -> "tinyint(1)";
            case TIME -> "datetime(6)";
        };
    }

    static Integer precision(AdminTable.Type type) {
        return switch (type) {
            case INTEGER -> 19;
            case REAL -> 22;
            case BOOLEAN -> 3;
            case TEXT, TIME -> null;
        };
    }

    static Integer scale(AdminTable.Type type) {
        return type == AdminTable.Type.INTEGER || type == AdminTable.Type.BOOLEAN ? 0 : null;
    }
}
