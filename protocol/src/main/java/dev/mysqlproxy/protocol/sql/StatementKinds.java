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
    private int begin;
    private int end;
    private int token;
    private StatementKind first;
    private boolean several;
    private boolean certain;
    private boolean wrapped;

    /** Reads a text; what the methods below say is about it. The array is borrowed until this returns. */
    public StatementKinds read(byte[] text, int offset, int length) {
        scanner.reset(text, offset, length);
        sql = text;
        begin = offset;
        end = offset + length;
        kinds.clear();
        first = null;
        several = Bytes.indexOfEither(text, offset, end, (byte) ';', (byte) ';') < end - 1;
        certain = !several || !isAmbiguous() && versionedComment(end) == end;
        do {
            next();
            statement();
            while (several && !isOver()) {
                next();
            }
        } while (several && token != SqlScanner.END);
        if (first == null) {
            add(StatementKind.OTHER);
        }
        certain &= several || isPlain(scanner.end());
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
     * Whether these are all kinds that any server can see in the text, whatever its version, {@code sql_mode} and character
     * set. Not so when statements are wrapped up in a block, when a versioned comment is around or between the first words
     * only, and when what is read far into the text, such as several statements, has such comments, hints, or a backslash or
     * backtick that may keep a string or name open.
     */
    public boolean isCertain() {
        return certain;
    }

    /** Whether servers may see the ends of strings, names and hints, and so of statements, at different places. */
    private boolean isAmbiguous() {
        for (int at = begin; at + 2 < end; at++) {
            byte next = sql[at + 1];
            boolean ambiguous = switch (sql[at]) {
                case '\\' -> next == '\'' || next == '"';
                // of hints, servers that know them read the strings and names
                case '/' -> next == '*' && sql[at + 2] == '+';
                // as in GBK, where a backtick may be the second half of a character
                default -> sql[at] < 0 && next == '`';
            };
            if (ambiguous) {
                return true;
            }
        }
        return false;
    }

    /** Where the first versioned comment before an index begins, or that index. */
    private int versionedComment(int to) {
        int at = begin;
        while (at < to && !(isComment(at) && (is(at + 2, '!') || is(at + 2, 'M') && is(at + 3, '!')))) {
            at++;
        }
        return at;
    }

    private boolean isComment(int at) {
        return is(at, '/') && is(at + 1, '*');
    }

    private boolean is(int at, char expected) {
        return at < end && sql[at] == expected;
    }

    /**
     * Whether no versioned comment begins in what was read, or one that holds all of the text also for servers that skip it:
     * up to the first end that they see, be it in a string or line comment.
     */
    private boolean isPlain(int read) {
        int open = versionedComment(read);
        if (open == read) {
            return true;
        }
        int close = open + 3;
        while (close < end && !(is(close, '*') && is(close + 1, '/'))) {
            if (isComment(close)) {
                // servers differ in whether these nest
                return false;
            }
            close++;
        }
        return close < end && isEmpty(begin, open) && isEmpty(close + 2, end);
    }

    private boolean isEmpty(int from, int to) {
        for (int at = from; at < to; at++) {
            if (sql[at] != ';' && (sql[at] < 0 || sql[at] > ' ')) {
                return false;
            }
        }
        return true;
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
        skipOpen();
        if (isOver()) {
            return;
        }
        wrapped = false;
        add(kind(word()));
    }

    private void skipOpen() {
        while (scanner.is('(')) {
            next();
        }
    }

    private void next() {
        token = scanner.next();
        int at = scanner.start();
        certain &= switch (token) {
            // a name on servers that know no strings in dollar signs
            case SqlScanner.STRING -> sql[at] != '$';
            // a comment where the third byte is a blank, as 0xa0 is in latin1
            case SqlScanner.SIGN -> !is(at, '-') || !is(at + 1, '-') || at + 2 >= end || sql[at + 2] >= 0;
            default -> true;
        };
    }

    private boolean isOver() {
        return token == SqlScanner.END || scanner.is(';');
    }

    /** The token at hand in capitals; empty if it is no word. */
    private String word() {
        if (token != SqlScanner.WORD) {
            return "";
        }
        for (int at = scanner.start(); at < scanner.end(); at++) {
            // it may be a blank: see above
            certain &= sql[at] >= 0;
        }
        return Names.upper(sql, scanner.start(), scanner.end());
    }

    private String nextWord() {
        if (!isOver()) {
            next();
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
            case "DECLARE", "IF", "CASE", "FOR", "LOOP", "REPEAT", "WHILE" -> block();
            default -> isLabel() ? block() : StatementKind.OTHER;
        };
    }

    /** MariaDB's blocks hold any statements, and so does one with a label. */
    private StatementKind block() {
        certain = false;
        return StatementKind.OTHER;
    }

    /** {@code label:}, or {@code <<label>>} with sql_mode=ORACLE. */
    private boolean isLabel() {
        return token == SqlScanner.SIGN && scanner.first() == '<' || nextWord().isEmpty() && scanner.is(':');
    }

    private StatementKind begin() {
        // all else is BEGIN NOT ATOMIC, or a block with sql_mode=ORACLE
        return nextWord().equals("WORK") || isOver() ? StatementKind.TRANSACTION : block();
    }

    /** The kind of the statement behind its prelude, if it reads or writes rows. */
    private StatementKind behind(StatementKind otherwise) {
        readFar();
        while (!isOver()) {
            String word = nextOutside();
            switch (word) {
                case "SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE" -> {
                    return StatementKind.valueOf(word);
                }
                default -> {}
            }
        }
        return otherwise;
    }

    /** What comes is read up to where strings and comments matter. */
    private void readFar() {
        // of several statements that is known, and each look would take as long as all of the text
        certain &= several || !isAmbiguous();
    }

    /** The next word, if it is one, that is not in parentheses. */
    private String nextOutside() {
        next();
        int depth = 0;
        while (!isOver() && (depth > 0 || scanner.is('('))) {
            depth += scanner.is('(') ? 1 : scanner.is(')') ? -1 : 0;
            next();
        }
        return word();
    }

    private StatementKind analyze() {
        return switch (nextWord()) {
            case "TABLE", "TABLES", "LOCAL", "NO_WRITE_TO_BINLOG" -> StatementKind.ADMIN;
            case "FORMAT", "WITH" -> behind(StatementKind.SELECT);
            default -> inner();
        };
    }

    /** The kind of a statement in another one, once. */
    private StatementKind inner() {
        if (wrapped) {
            return block();
        }
        wrapped = true;
        skipOpen();
        return kind(word());
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
            default -> variables();
        };
    }

    /** SET a = 1, PASSWORD = 'x': MariaDB takes both in one. */
    private StatementKind variables() {
        readFar();
        while (!isOver()) {
            boolean comma = scanner.is(',');
            String word = nextOutside();
            if (comma && (word.equals("PASSWORD") || word.equals("ROLE") || word.equals("DEFAULT"))) {
                add(StatementKind.SET);
                return StatementKind.DCL;
            }
        }
        return StatementKind.SET;
    }

    /** SET STATEMENT variable = value FOR statement. */
    private StatementKind behindFor() {
        readFar();
        while (!isOver()) {
            if (nextOutside().equals("FOR")) {
                next();
                return inner();
            }
        }
        return StatementKind.SET;
    }
}
