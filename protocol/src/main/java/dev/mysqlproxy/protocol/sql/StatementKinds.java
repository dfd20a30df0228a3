package dev.mysqlproxy.protocol.sql;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Tells what the statements of a text are for. What runs another statement (ANALYZE UPDATE, SET STATEMENT ... FOR) is of
 * that one's kind. Any bytes are accepted, nothing throws, time is linear. An instance belongs to one thread at a time.
 */
public final class StatementKinds {

    private final SqlScanner scanner = new SqlScanner();
    private final Set<StatementKind> kinds = EnumSet.noneOf(StatementKind.class);
    private final Set<StatementKind> view = Collections.unmodifiableSet(kinds);

    private byte[] sql;
    private int token;
    private StatementKind first;
    private boolean certain;
    private boolean wrapped;

    /** Reads a text; what the methods below say is about it. The array is borrowed until this returns. */
    public StatementKinds read(byte[] text, int offset, int length) {
        scanner.reset(text, offset, length);
        sql = text;
        kinds.clear();
        first = null;
        int end = offset + length;
        boolean several = Bytes.indexOfEither(text, offset, end, (byte) ';', (byte) ';') < end - 1;
        certain = !several || !isAmbiguous(text, offset, end);
        do {
            token = scanner.next();
            statement();
            while (several && !isOver()) {
                token = scanner.next();
                // a name on servers that know no strings in dollar signs
                certain &= token != SqlScanner.STRING || scanner.first() != '$';
            }
        } while (several && token != SqlScanner.END);
        if (first == null) {
            add(StatementKind.OTHER);
        }
        sql = null;
        return this;
    }

    /** The kind of the first statement. */
    public StatementKind first() {
        return first;
    }

    /** The kinds of all statements, one at least; good until the next text is read. */
    public Set<StatementKind> all() {
        return view;
    }

    /**
     * Whether these are all kinds that any server can see in the text, whatever its version and {@code sql_mode}. Not so
     * when statements are wrapped up in a block, when a versioned comment is around the first words only, and when several
     * statements have such comments in them or a backslash that may keep a string open.
     */
    public boolean isCertain() {
        return certain;
    }

    /** Whether servers may see the ends of strings, and so semicolons, at different places. */
    private static boolean isAmbiguous(byte[] text, int from, int end) {
        for (int at = from; at + 2 < end; at++) {
            byte next = text[at + 1];
            boolean escape = text[at] == '\\' && (next == '\'' || next == '"');
            boolean versioned = text[at] == '/' && next == '*' && (text[at + 2] == '!' || text[at + 2] == 'M');
            if (escape || versioned) {
                return true;
            }
        }
        return false;
    }

    private void add(StatementKind kind) {
        if (first == null) {
            first = kind;
        }
        kinds.add(kind);
    }

    // --- one statement ----------------------------------------------------------------------------------------------

    /** Adds the statement whose first token is at hand. */
    private void statement() {
        while (token == SqlScanner.SIGN && scanner.is('(')) {
            token = scanner.next();
        }
        if (isOver()) {
            return;
        }
        boolean versioned = scanner.isVersioned();
        wrapped = false;
        add(kind(word()));
        while (versioned && !isOver()) {
            certain &= scanner.isVersioned();
            token = scanner.next();
        }
    }

    private boolean isOver() {
        return token == SqlScanner.END || scanner.is(';');
    }

    /** The token at hand in capitals; empty if it is no word. */
    private String word() {
        return token == SqlScanner.WORD ? Names.upper(sql, scanner.start(), scanner.end()) : "";
    }

    private String nextWord() {
        if (!isOver()) {
            token = scanner.next();
        }
        return word();
    }

    private StatementKind kind(String word) {
        return switch (word) {
            case "SELECT", "TABLE", "VALUES", "HANDLER" -> StatementKind.SELECT;
            case "WITH" -> behind(StatementKind.SELECT);
            case "INSERT" -> StatementKind.INSERT;
            case "REPLACE" -> StatementKind.REPLACE;
            case "UPDATE" -> StatementKind.UPDATE;
            case "DELETE" -> StatementKind.DELETE;
            case "LOAD", "IMPORT" -> StatementKind.LOAD;
            case "CALL", "DO" -> StatementKind.CALL;
            case "BEGIN" -> begin();
            case "START" -> nextWord().equals("TRANSACTION") ? StatementKind.TRANSACTION : StatementKind.ADMIN;
            case "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA", "LOCK", "UNLOCK" -> StatementKind.TRANSACTION;
            case "SET" -> set();
            case "USE" -> StatementKind.USE;
            case "SHOW", "HELP" -> StatementKind.SHOW;
            case "EXPLAIN", "DESCRIBE", "DESC" ->
                nextWord().equals("ANALYZE") ? behind(StatementKind.SHOW) : StatementKind.SHOW;
            case "PREPARE", "EXECUTE", "DEALLOCATE" -> StatementKind.PREPARE;
            case "CREATE", "ALTER", "DROP", "RENAME" -> accountsOrDdl();
            case "TRUNCATE" -> StatementKind.DDL;
            case "GRANT", "REVOKE" -> StatementKind.DCL;
            case "ANALYZE" -> analyze();
            case "BACKUP",
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
            case "IF", "CASE", "FOR", "LOOP", "REPEAT", "WHILE" -> block();
            default -> nextIsColon() ? block() : StatementKind.OTHER;
        };
    }

    /** MariaDB's blocks hold any statements, and so does one with a label. */
    private StatementKind block() {
        certain = false;
        return StatementKind.OTHER;
    }

    private boolean nextIsColon() {
        return nextWord().isEmpty() && scanner.is(':');
    }

    private StatementKind begin() {
        return nextWord().equals("NOT") ? block() : StatementKind.TRANSACTION;
    }

    /** The kind of the statement behind its prelude, if it reads or writes rows. */
    private StatementKind behind(StatementKind otherwise) {
        int depth = 0;
        while (!isOver()) {
            String word = nextWord();
            if (scanner.is('(')) {
                depth++;
            } else if (scanner.is(')')) {
                depth--;
            } else if (depth == 0) {
                switch (word) {
                    case "SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE" -> {
                        return StatementKind.valueOf(word);
                    }
                    default -> {}
                }
            }
        }
        return otherwise;
    }

    private StatementKind analyze() {
        return switch (nextWord()) {
            case "TABLE", "LOCAL", "NO_WRITE_TO_BINLOG" -> StatementKind.ADMIN;
            case "FORMAT", "WITH" -> behind(StatementKind.SELECT);
            default -> inner(word());
        };
    }

    /** The kind of a statement in another one, once. */
    private StatementKind inner(String word) {
        if (wrapped) {
            return block();
        }
        wrapped = true;
        return kind(word);
    }

    private StatementKind accountsOrDdl() {
        String word = nextWord();
        if (word.equals("OR")) {
            // OR REPLACE
            nextWord();
            word = nextWord();
        }
        return word.equals("USER") || word.equals("ROLE") ? StatementKind.DCL : StatementKind.DDL;
    }

    private StatementKind set() {
        String word = nextWord();
        while (word.equals("GLOBAL") || word.equals("SESSION") || word.equals("LOCAL")) {
            word = nextWord();
        }
        return switch (word) {
            case "TRANSACTION" -> StatementKind.TRANSACTION;
            case "PASSWORD", "ROLE" -> StatementKind.DCL;
            case "DEFAULT" -> nextWord().equals("ROLE") ? StatementKind.DCL : StatementKind.SET;
            case "STATEMENT" -> behindFor();
            default -> StatementKind.SET;
        };
    }

    /** SET STATEMENT variable = value FOR statement. */
    private StatementKind behindFor() {
        while (!isOver()) {
            if (nextWord().equals("FOR")) {
                return inner(nextWord());
            }
        }
        return StatementKind.SET;
    }
}
