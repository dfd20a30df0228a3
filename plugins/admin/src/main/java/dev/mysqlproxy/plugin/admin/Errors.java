package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.decision.Reply;

/** The errors of the admin listener. Those of MySQL Proxy keep its words, number and SQLSTATE. */
final class Errors {

    static final Reply.Err UNKNOWN_STATEMENT = own("use 'SELECT * FROM help' to see the supported commands");
    static final Reply.Err NOT_TEXT = own("[admin] we only handle text-based queries (COM_QUERY)");

    /** ER_EMPTY_QUERY. */
    static final Reply.Err EMPTY = Reply.error(1065, "42000", "Query was empty");

    /** ER_UNSUPPORTED_PS: clients that see this number prepare the statement themselves. */
    static final Reply.Err NO_PREPARED_STATEMENTS =
            Reply.error(1295, "HY000", "the admin listener does not support prepared statements");

    private Errors() {}

    /** An error of ours, numbered as MySQL Proxy numbered its own. */
    static Reply.Err own(String message) {
        return Reply.error(1105, "07000", message);
    }

    /** ER_UNKNOWN_SYSTEM_VARIABLE. */
    static Reply.Err unknownVariable(String name) {
        return Reply.error(1193, "HY000", "Unknown system variable '" + name + "'");
    }

    /** ER_NO_SUCH_THREAD. */
    static Reply.Err unknownSession(String id) {
        return Reply.error(1094, "HY000", "Unknown thread id: " + id + "; SHOW SESSIONS lists those there are");
    }
}
