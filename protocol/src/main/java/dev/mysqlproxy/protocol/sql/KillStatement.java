package dev.mysqlproxy.protocol.sql;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A statement that ends another connection or what that one does: {@code KILL [CONNECTION | QUERY] n}, and MariaDB's
 * {@code KILL [HARD | SOFT] ...}. Forms that name no connection ({@code KILL QUERY ID n}, {@code KILL USER name}) and those
 * with an expression instead of a number are not among them.
 *
 * @param query whether only what the connection does is ended, not the connection
 * @param id number of the connection
 * @param begin where the number begins in the statement
 * @param end where it ends
 * @see <a href="https://dev.mysql.com/doc/refman/en/kill.html">MySQL</a>
 * @see <a href="https://mariadb.com/kb/en/kill/">MariaDB</a>
 */
public record KillStatement(boolean query, long id, int begin, int end) {

    /** Digits of which no number is too large. */
    private static final int MOST_DIGITS = 18;

    /**
     * Whether a statement may be one of these, for all that its first byte says: nearly all others are told apart so.
     */
    public static boolean mayBegin(byte first) {
        return switch (first) {
            // a comment or white space may come before it
            case 'k', 'K', '/', '-', '#', ' ', '\t', '\n', '\r', '\f', 0x0b -> true;
            default -> false;
        };
    }

    /** Reads a statement, in whatever character set its comments are; empty when it is none of these. */
    public static Optional<KillStatement> parse(byte[] statement) {
        return new Reader(statement).read();
    }

    /** The statement with another number in it, all else as it was. */
    public byte[] withId(byte[] statement, long other) {
        byte[] digits = Long.toString(other).getBytes(StandardCharsets.US_ASCII);
        byte[] changed = new byte[begin + digits.length + statement.length - end];
        System.arraycopy(statement, 0, changed, 0, begin);
        System.arraycopy(digits, 0, changed, begin, digits.length);
        System.arraycopy(statement, end, changed, begin + digits.length, statement.length - end);
        return changed;
    }

    /** Goes through a statement word by word. */
    private static final class Reader {

        private final byte[] text;
        private int at;
        /** Inside of {@code /*! ... *}{@code /}, whose contents the server executes. */
        private boolean executed;

        Reader(byte[] text) {
            this.text = text;
        }

        Optional<KillStatement> read() {
            if (!word("KILL")) {
                return Optional.empty();
            }
            if (!word("HARD")) {
                word("SOFT");
            }
            boolean query = word("QUERY");
            if (!query) {
                word("CONNECTION");
            }
            blank();
            int begin = at;
            long id = 0;
            while (at < text.length && text[at] >= '0' && text[at] <= '9' && at - begin <= MOST_DIGITS) {
                id = id * 10 + text[at++] - '0';
            }
            int end = at;
            boolean number = end > begin && end - begin <= MOST_DIGITS;
            return number && ends() ? Optional.of(new KillStatement(query, id, begin, end)) : Optional.empty();
        }

        /** Skips a word and what is before it, if it is the next one. */
        private boolean word(String name) {
            int before = at;
            boolean executedBefore = executed;
            blank();
            int letter = 0;
            while (letter < name.length() && at < text.length && (text[at] & ~0x20) == name.charAt(letter)) {
                at++;
                letter++;
            }
            if (letter == name.length() && (at == text.length || !isName(text[at]))) {
                return true;
            }
            at = before;
            executed = executedBefore;
            return false;
        }

        private static boolean isName(byte letter) {
            return letter < 0
                    || letter >= '0' && letter <= '9'
                    || (letter & ~0x20) >= 'A' && (letter & ~0x20) <= 'Z'
                    || letter == '_'
                    || letter == '$';
        }

        /** Whether nothing of the statement is left, and no other statement follows. */
        private boolean ends() {
            if (at < text.length && isName(text[at])) {
                return false;
            }
            blank();
            if (at < text.length && text[at] == ';') {
                at++;
                blank();
            }
            return at == text.length && !executed;
        }

        /** Skips white space and comments. */
        private void blank() {
            boolean more = true;
            while (more && at < text.length) {
                more = switch (text[at]) {
                    case ' ', '\t', '\n', '\r', '\f', 0x0b -> skip(1);
                    case '#' -> skipLine();
                    case '-' -> next(1) == '-' && next(2) <= ' ' && skipLine();
                    case '/' -> next(1) == '*' && comment();
                    case '*' -> executed && next(1) == '/' && closeExecuted();
                    default -> false;
                };
            }
        }

        /** The byte that far away; a control character where there is none. */
        private int next(int distance) {
            return at + distance < text.length ? text[at + distance] & 0xff : 0;
        }

        private boolean skip(int bytes) {
            at += bytes;
            return true;
        }

        private boolean skipLine() {
            while (at < text.length && text[at] != '\n') {
                at++;
            }
            return true;
        }

        private boolean comment() {
            if (next(2) == '!') {
                executed = true;
                at += 3;
                while (next(0) >= '0' && next(0) <= '9') {
                    at++;
                }
                return true;
            }
            if (next(2) == 'M' && next(3) == '!') {
                // which server is to execute it is not known here
                return false;
            }
            int close = at + 2;
            while (close + 1 < text.length && !(text[close] == '*' && text[close + 1] == '/')) {
                close++;
            }
            if (close + 1 >= text.length) {
                return false;
            }
            at = close + 2;
            return true;
        }

        private boolean closeExecuted() {
            executed = false;
            return skip(2);
        }
    }
}
