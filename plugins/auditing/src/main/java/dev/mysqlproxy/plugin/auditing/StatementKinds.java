package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import java.util.Locale;

/**
 * Tells kinds of statements apart. A text may hold several statements; a versioned comment counts as the code that it is
 * for the servers it is meant for. One thread.
 */
final class StatementKinds {

    private final Tokenizer tokenizer = Tokenizer.withHashComments();

    private StatementKind first;
    private int bits;

    /** Reads a text; afterwards {@link #first} and {@link #bits} are about it. */
    void read(byte[] sql, int offset, int length) {
        first = null;
        bits = 0;
        int from = offset;
        int end = offset + length;
        while (from < end && (first == null || hasMore(sql, from, end))) {
            from = statement(sql, from, end);
        }
        if (first == null) {
            add(StatementKind.OTHER);
        }
    }

    /** The kind of the first statement. */
    StatementKind first() {
        return first;
    }

    /** The bits of all statements' kinds. */
    int bits() {
        return bits;
    }

    private static boolean hasMore(byte[] sql, int from, int end) {
        for (int at = from; at < end; at++) {
            if (sql[at] > ' ' || sql[at] < 0) {
                return true;
            }
        }
        return false;
    }

    private void add(StatementKind kind) {
        if (first == null) {
            first = kind;
        }
        bits |= kind.bit();
    }

    /** Adds the statement that begins here; answers where the next may begin. */
    private int statement(byte[] sql, int from, int end) {
        tokenizer.reset(sql, from, end - from);
        String word = word(sql);
        if (word == null) {
            return tokenizer.kind() == TokenKind.SEMICOLON ? tokenizer.end() : end;
        }
        boolean several = contains(sql, tokenizer.end(), end, (byte) ';');
        add(word.equals("WITH") ? behindWith() : kind(word, tokenizer));
        if (!several) {
            return end;
        }
        tokenizer.reset(sql, from, end - from);
        while (tokenizer.next()) {
            if (tokenizer.kind() == TokenKind.SEMICOLON) {
                return tokenizer.end();
            }
        }
        return end;
    }

    private static boolean contains(byte[] sql, int from, int end, byte wanted) {
        for (int at = from; at < end; at++) {
            if (sql[at] == wanted) {
                return true;
            }
        }
        return false;
    }

    /** The next word in capital letters, with the tokenizer on it; null when nothing follows. */
    private String word(byte[] sql) {
        while (tokenizer.next()) {
            TokenKind kind = tokenizer.kind();
            if (kind == TokenKind.COMMENT_MYSQL) {
                enter(sql);
            } else if (kind == TokenKind.SEMICOLON) {
                return null;
            } else if (kind != TokenKind.COMMENT && kind != TokenKind.OBRACE && kind != TokenKind.INTEGER) {
                return tokenizer.isQuoted() ? "" : tokenizer.text().toUpperCase(Locale.ROOT);
            }
        }
        return null;
    }

    /** Goes on inside a versioned comment; an integer in front is its version. */
    private void enter(byte[] sql) {
        tokenizer.reset(sql, tokenizer.textStart(), tokenizer.textEnd() - tokenizer.textStart());
    }

    /** What the common table expressions are for. */
    private StatementKind behindWith() {
        int depth = 0;
        while (tokenizer.next()) {
            switch (tokenizer.kind()) {
                case OBRACE -> depth++;
                case CBRACE -> depth--;
                case SQL_SELECT -> {
                    if (depth == 0) {
                        return StatementKind.SELECT;
                    }
                }
                case SQL_UPDATE -> {
                    if (depth == 0) {
                        return StatementKind.UPDATE;
                    }
                }
                case SQL_DELETE -> {
                    if (depth == 0) {
                        return StatementKind.DELETE;
                    }
                }
                case SQL_INSERT, SQL_REPLACE -> {
                    if (depth == 0) {
                        return StatementKind.INSERT;
                    }
                }
                default -> {}
            }
        }
        return StatementKind.SELECT;
    }

    private static StatementKind kind(String word, Tokenizer rest) {
        return switch (word) {
            case "SELECT", "TABLE", "VALUES", "HANDLER" -> StatementKind.SELECT;
            case "INSERT", "REPLACE" -> StatementKind.INSERT;
            case "UPDATE" -> StatementKind.UPDATE;
            case "DELETE" -> StatementKind.DELETE;
            case "CREATE", "ALTER", "DROP", "RENAME" -> accountsOrDdl(rest);
            case "TRUNCATE" -> StatementKind.DDL;
            case "GRANT", "REVOKE" -> StatementKind.DCL;
            case "BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA", "LOCK", "UNLOCK" ->
                transactionOrAdmin(word, rest);
            case "SET" -> passwordOrSet(rest);
            case "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "USE", "HELP" -> StatementKind.SHOW;
            case "CALL" -> StatementKind.CALL;
            case "LOAD", "IMPORT" -> StatementKind.LOAD;
            case "PREPARE", "EXECUTE", "DEALLOCATE" -> StatementKind.PREPARE;
            case "ANALYZE",
                    "BACKUP",
                    "BINLOG",
                    "CACHE",
                    "CHANGE",
                    "CHECK",
                    "CHECKSUM",
                    "CLONE",
                    "FLUSH",
                    "INSTALL",
                    "KILL",
                    "OPTIMIZE",
                    "PURGE",
                    "REPAIR",
                    "RESET",
                    "RESTART",
                    "SHUTDOWN",
                    "STOP",
                    "UNINSTALL" -> StatementKind.ADMIN;
            default -> StatementKind.OTHER;
        };
    }

    private static StatementKind accountsOrDdl(Tokenizer rest) {
        boolean more = nextWord(rest);
        if (more && rest.textIs("OR")) {
            // OR REPLACE
            more = nextWord(rest);
            more = more && nextWord(rest);
        }
        return more && (rest.textIs("USER") || rest.textIs("ROLE")) ? StatementKind.DCL : StatementKind.DDL;
    }

    private static StatementKind transactionOrAdmin(String word, Tokenizer rest) {
        if (word.equals("START")) {
            // START REPLICA, START GROUP_REPLICATION
            return nextWord(rest) && rest.textIs("TRANSACTION") ? StatementKind.TRANSACTION : StatementKind.ADMIN;
        }
        return StatementKind.TRANSACTION;
    }

    private static StatementKind passwordOrSet(Tokenizer rest) {
        if (!nextWord(rest)) {
            return StatementKind.SET;
        }
        if (rest.textIs("TRANSACTION")) {
            return StatementKind.TRANSACTION;
        }
        boolean account = rest.textIs("PASSWORD") || rest.textIs("ROLE") || rest.textIs("DEFAULT") && nextWord(rest);
        return account ? StatementKind.DCL : StatementKind.SET;
    }

    private static boolean nextWord(Tokenizer rest) {
        while (rest.next()) {
            if (rest.kind() != TokenKind.COMMENT && rest.kind() != TokenKind.COMMENT_MYSQL) {
                return true;
            }
        }
        return false;
    }
}
