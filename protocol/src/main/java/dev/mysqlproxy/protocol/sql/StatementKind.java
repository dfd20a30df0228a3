package dev.mysqlproxy.protocol.sql;

/** What a statement is for, by its first words. */
public enum StatementKind {
    SELECT,
    INSERT,
    REPLACE,
    UPDATE,
    DELETE,
    /** LOAD DATA, LOAD XML. */
    LOAD,
    CALL,
    /** BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, XA. */
    TRANSACTION,
    /** SET of anything but a password. */
    SET,
    USE,
    /** SHOW, DESCRIBE, EXPLAIN, HELP. */
    SHOW,
    /** PREPARE, EXECUTE, DEALLOCATE. */
    PREPARE,
    /** CREATE, ALTER, DROP, RENAME, TRUNCATE of anything but accounts. */
    DEFINITION,
    /** Accounts and what else has passwords in it: CREATE USER, GRANT, SET PASSWORD, CHANGE REPLICATION SOURCE, ... */
    ACCOUNT,
    /** FLUSH, KILL, ANALYZE, LOCK TABLES, ... */
    ADMINISTRATION,
    /** Nothing, or something that is not known. */
    OTHER;

    private boolean readsOrWritesRows() {
        return switch (this) {
            case SELECT, INSERT, REPLACE, UPDATE, DELETE -> true;
            default -> false;
        };
    }

    /** The kind of a statement, of the first of several. */
    public static StatementKind of(byte[] statement) {
        SqlScanner scanner = new SqlScanner().reset(statement, 0, statement.length);
        StatementKind kind = OTHER;
        boolean with = false;
        int depth = 0;
        int words = 0;
        for (int token = scanner.next(); token != SqlScanner.END; token = scanner.next()) {
            if (token == SqlScanner.SIGN && scanner.is('(')) {
                depth++;
            } else if (token == SqlScanner.SIGN && scanner.is(')')) {
                depth--;
            } else if (token == SqlScanner.SIGN && scanner.is(';')) {
                if (words > 0) {
                    return kind;
                }
            } else if (token == SqlScanner.WORD) {
                String word = Names.upper(statement, scanner.start(), scanner.end());
                if (with) {
                    // what follows the common table expressions, which stand in parentheses
                    StatementKind main = depth == 0 ? first(word) : OTHER;
                    if (main.readsOrWritesRows()) {
                        return main;
                    }
                } else if (words == 0) {
                    with = word.equals("WITH");
                    kind = with ? SELECT : first(word);
                    if (!with && (!kind.dependsOnMore() || depth > 0)) {
                        return kind;
                    }
                } else if (words != 2 || !word.equals("REPLACE")) {
                    boolean or = words == 1 && word.equals("OR");
                    if (!or) {
                        return isAccount(word) ? ACCOUNT : kind;
                    }
                }
                words++;
            }
        }
        return kind;
    }

    /** The kind of a statement that begins with this word in capitals. */
    static StatementKind first(String word) {
        return switch (word) {
            case "SELECT", "TABLE", "VALUES" -> SELECT;
            case "INSERT" -> INSERT;
            case "REPLACE" -> REPLACE;
            case "UPDATE" -> UPDATE;
            case "DELETE" -> DELETE;
            case "LOAD" -> LOAD;
            case "CALL", "DO" -> CALL;
            case "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA" -> TRANSACTION;
            case "SET" -> SET;
            case "USE" -> USE;
            case "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "HELP" -> SHOW;
            case "PREPARE", "EXECUTE", "DEALLOCATE" -> PREPARE;
            case "CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE" -> DEFINITION;
            case "GRANT", "REVOKE" -> ACCOUNT;
            case "CHANGE",
                    "FLUSH",
                    "KILL",
                    "ANALYZE",
                    "OPTIMIZE",
                    "CHECK",
                    "CHECKSUM",
                    "REPAIR",
                    "LOCK",
                    "UNLOCK",
                    "RESET",
                    "PURGE",
                    "INSTALL",
                    "UNINSTALL",
                    "STOP",
                    "CACHE",
                    "BINLOG",
                    "CLONE",
                    "SHUTDOWN",
                    "RESTART",
                    "HANDLER" -> ADMINISTRATION;
            default -> OTHER;
        };
    }

    private boolean dependsOnMore() {
        return this == SET || this == DEFINITION || this == ADMINISTRATION || this == TRANSACTION;
    }

    /** Whether the second word says that it is about accounts, or that there may be a password in it. */
    private static boolean isAccount(String word) {
        return switch (word) {
            case "USER",
                    "ROLE",
                    "PASSWORD",
                    "SERVER",
                    "MASTER",
                    "REPLICATION",
                    "REPLICA",
                    "SLAVE",
                    "GROUP_REPLICATION" -> true;
            default -> false;
        };
    }
}
