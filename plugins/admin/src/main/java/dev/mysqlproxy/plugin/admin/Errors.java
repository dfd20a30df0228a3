package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.plugin.admin.sql.SqlException;

/** The errors of the admin listener. Those of MySQL Proxy keep its words, number and SQLSTATE. */
final class Errors {

    static final Reply.Err UNKNOWN_STATEMENT = own("use 'SELECT * FROM help' to see the supported commands");
    static final Reply.Err NOT_TEXT = own("[admin] we only handle text-based queries (COM_QUERY)");

    /** ER_EMPTY_QUERY. */
    static final Reply.Err EMPTY = Reply.error(1065, "42000", "Query was empty");

    private Errors() {}

    /** An error of ours, numbered as MySQL Proxy numbered its own. */
    static Reply.Err own(String message) {
        return Reply.error(1105, "07000", message);
    }

    /** An error of ours, as something to throw. */
    static SqlException failed(String message) {
        return new SqlException(1105, "07000", message);
    }

    static Reply.Err of(SqlException e) {
        return Reply.error(e.code(), e.sqlState(), e.getMessage());
    }

    /** ER_SPECIFIC_ACCESS_DENIED_ERROR. */
    static SqlException denied(Role needed) {
        return new SqlException(1227, "42000", "Access denied; you need the " + needed + " role for this operation");
    }

    /** ER_NO_SUCH_TABLE. */
    static SqlException noTable(String schema, String table, String hint) {
        return new SqlException(1146, "42S02", "Table '" + schema + "." + table + "' doesn't exist" + hint);
    }

    /** ER_UNKNOWN_SYSTEM_VARIABLE. */
    static Reply.Err unknownVariable(String name) {
        return Reply.error(1193, "HY000", "Unknown system variable '" + name + "'");
    }

    /** ER_NO_SUCH_THREAD. */
    static SqlException unknownSession(String id) {
        return new SqlException(1094, "HY000", "Unknown thread id: " + id + "; SHOW SESSIONS lists those there are");
    }
}
