package dev.mysqlproxy.protocol.sql;

import java.util.Arrays;
import java.util.Objects;

/**
 * Cuts SQL up as today's MySQL and MariaDB servers do, for {@link Digest}, {@link StatementTables} and {@link
 * StatementKinds}: {@code #} and {@code --} comments, versioned comments read as what is in them, optimizer hints,
 * identifiers of any bytes, every form of a literal. {@link Tokenizer} has the rules of MySQL Proxy 0.8.5's scripts.
 *
 * <p>Any bytes are accepted; what has no end goes to the end of the input. Time is linear, nothing is allocated. The array
 * is borrowed until the next {@link #reset}. Not thread-safe.
 */
final class SqlScanner {

    /** The input is over. */
    static final int END = 0;
    /** An identifier or keyword without quotes. */
    static final int WORD = 1;
    /** An identifier in backticks, closed. */
    static final int QUOTED = 2;
    /**
     * A literal in quotes or dollar signs, with the letter of {@code n'..'}, {@code x'..'} or {@code b'..'} before it. Also
     * what begins with a backtick and has no certain end: there may be literals in it.
     */
    static final int STRING = 3;
    /** A number in decimal, hexadecimal or binary digits, or {@code \N}. */
    static final int NUMBER = 4;
    /** The question mark of a prepared or normalised statement. */
    static final int PARAMETER = 5;
    /** {@code @name} or {@code @@name}, without what follows a dot. */
    static final int VARIABLE = 6;
    /** An operator or another sign of one to three bytes. */
    static final int SIGN = 7;
    /** What begins optimizer hints. */
    static final int HINT = 8;
    /** What ends optimizer hints. */
    static final int HINT_END = 9;
    /** Three dots: what {@link Digest} writes for a list of literals. */
    static final int DOTS = 10;

    private byte[] sql = new byte[0];
    private int begin;
    private int limit;
    private int at;
    private int token;
    private int start;
    private int before;
    private boolean hintMayFollow;
    private boolean inHint;
    private boolean versioned;
    private boolean backslashEscapes = true;

    /** Starts over with a statement. */
    SqlScanner reset(byte[] statement, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, statement.length);
        sql = statement;
        begin = offset;
        at = offset;
        limit = offset + length;
        token = END;
        before = END;
        start = offset;
        hintMayFollow = false;
        inHint = false;
        versioned = false;
        return this;
    }

    /** Whether a backslash hides the quote behind it, from here on. */
    void backslashEscapes(boolean escapes) {
        backslashEscapes = escapes;
    }

    /** Goes to the next token and says what it is. */
    int next() {
        before = is('.') ? '.' : token;
        int from = at;
        if (from < limit && sql[from] == ' ') {
            at = ++from;
        }
        if (from < limit && SqlBytes.mayBeBlank(sql[from])) {
            blanks();
        }
        start = at;
        token = at == limit ? END : scan();
        hintMayFollow = false;
        return token;
    }

    /** Where the token begins. */
    int start() {
        return start;
    }

    /** Where the token ends, exclusive. */
    int end() {
        return at;
    }

    /** The first byte of the token. */
    int first() {
        return sql[start];
    }

    /** Whether the token is this sign of one byte. */
    boolean is(char sign) {
        return token == SIGN && sql[start] == sign && at - start == 1;
    }

    /**
     * Says that the current word is a keyword, so that {@code .5} behind it is a number.
     *
     * @param hints whether a comment with a plus behind it holds hints
     */
    void keyword(boolean hints) {
        token = SIGN;
        hintMayFollow = hints;
    }

    private int byteAt(int index) {
        return index < limit ? sql[index] : -1;
    }

    private void blanks() {
        boolean more = true;
        while (more && at < limit) {
            byte value = sql[at];
            if (SqlBytes.classOf(value) == SqlBytes.BLANK) {
                at++;
            } else {
                more = switch (value) {
                    case '#' -> line();
                    case '-' -> byteAt(at + 1) == '-' && endsDashes(at + 2) && line();
                    case '/' -> byteAt(at + 1) == '*' && comment();
                    case '*' -> versioned && !inHint && byteAt(at + 1) == '/' && closeVersioned();
                    default -> false;
                };
            }
        }
    }

    private boolean endsDashes(int index) {
        return index >= limit || SqlBytes.classOf(sql[index]) == SqlBytes.BLANK;
    }

    private boolean line() {
        while (at < limit && sql[at] != '\n') {
            at++;
        }
        return true;
    }

    private boolean closeVersioned() {
        versioned = false;
        at += 2;
        return true;
    }

    /** Skips a comment; false for hints, which are tokens. */
    private boolean comment() {
        int third = byteAt(at + 2);
        boolean mariadb = third == 'M' && byteAt(at + 3) == '!';
        if (!inHint && !versioned && (third == '!' || mariadb)) {
            versioned = true;
            at += mariadb ? 4 : 3;
            // a version has five or six digits; fewer are part of the statement
            int digits = at;
            while (digits < limit && digits - at < 6 && SqlBytes.isDigit(sql[digits])) {
                digits++;
            }
            if (digits - at >= 5) {
                at = digits;
            }
            return true;
        }
        if (third == '+' && hintMayFollow && !inHint) {
            return false;
        }
        int close = at + 2;
        while (close + 1 < limit && (sql[close] != '*' || sql[close + 1] != '/')) {
            close++;
        }
        at = close + 1 < limit ? close + 2 : limit;
        return true;
    }

    private int scan() {
        byte first = sql[at];
        return switch (SqlBytes.classOf(first)) {
            case SqlBytes.NAME -> word(first);
            case SqlBytes.DIGIT -> before == '.' ? name() : number();
            case SqlBytes.QUOTE -> quoted(first);
            default -> sign(first);
        };
    }

    private int word(byte first) {
        if (byteAt(at + 1) == '\'' && introduces(first)) {
            at++;
            return quoted((byte) '\'');
        }
        return first == '$' && before != '.' ? dollar() : name();
    }

    /** The code of a routine, {@code $$...$$} or {@code $tag$...$tag$}, else a name. */
    private int dollar() {
        int open = at;
        name();
        int mark = open + 1;
        while (mark < at && sql[mark] != '$') {
            mark++;
        }
        if (mark == at) {
            return WORD;
        }
        int length = mark + 1 - open;
        int to = mark + 1;
        while (to + length <= limit && !Arrays.equals(sql, open, open + length, sql, to, to + length)) {
            to++;
        }
        at = to + length <= limit ? to + length : limit;
        return STRING;
    }

    /** Whether this letter and a quote begin a literal. */
    private static boolean introduces(byte first) {
        return "nNxXbB".indexOf(first) >= 0;
    }

    private int name() {
        int to = at;
        long behind = 0;
        while (behind == 0 && limit - to >= EightBytes.COUNT) {
            behind = EightBytes.outsideNames(EightBytes.get(sql, to));
            to += behind == 0 ? EightBytes.COUNT : EightBytes.first(behind);
        }
        while (behind == 0 && to < limit && SqlBytes.isName(sql[to])) {
            to++;
        }
        at = to;
        return WORD;
    }

    private int quoted(byte quote) {
        if (quote == '`') {
            return backticks();
        }
        byte escape = backslashEscapes ? (byte) '\\' : quote;
        int to = Bytes.indexOfEither(sql, at + 1, limit, quote, escape);
        while (to < limit && (sql[to] == '\\' || byteAt(to + 1) == quote)) {
            int behind = sql[to] == '\\' && endIsUnsure(to, quote) ? limit : Math.min(to + 2, limit);
            to = Bytes.indexOfEither(sql, behind, limit, quote, escape);
        }
        at = Math.min(to + 1, limit);
        return STRING;
    }

    /** Whether it depends on the character set if this backslash hides what is behind it. */
    private boolean endIsUnsure(int backslash, byte quote) {
        int next = byteAt(backslash + 1);
        return (next == quote || next == '\\') && Bytes.isMaybeHalf(sql, at, backslash);
    }

    private int backticks() {
        int to = Bytes.isMaybeHalf(sql, begin, at) ? limit : at + 1;
        while (to < limit) {
            if (sql[to] != '`') {
                to++;
            } else if (Bytes.isMaybeHalf(sql, at, to)) {
                to = limit;
            } else if (byteAt(to + 1) == '`') {
                to += 2;
            } else {
                at = to + 1;
                return QUOTED;
            }
        }
        at = limit;
        return STRING;
    }

    private int number() {
        int digits = Bytes.digitsEnd(sql, at, limit);
        int next = byteAt(digits);
        if (digits == at + 1 && sql[at] == '0' && (next == 'x' || next == 'b')) {
            int to = digits + 1;
            while (to < limit && (next == 'x' ? Character.digit(sql[to], 16) >= 0 : sql[to] == '0' || sql[to] == '1')) {
                to++;
            }
            if (to > digits + 1 && (to == limit || !SqlBytes.isName(sql[to]))) {
                at = to;
                return NUMBER;
            }
            return name();
        }
        if (next == '.') {
            at = Bytes.exponentEnd(sql, Bytes.digitsEnd(sql, digits + 1, limit), limit);
            return NUMBER;
        }
        int exponent = Bytes.exponentEnd(sql, digits, limit);
        if (exponent == digits && next != -1 && SqlBytes.isName((byte) next)) {
            return name();
        }
        at = exponent;
        return NUMBER;
    }

    private int sign(byte first) {
        switch (first) {
            case '?' -> {
                at++;
                return PARAMETER;
            }
            case '@' -> {
                return variable();
            }
            case '.' -> {
                return dot();
            }
            case '\\' -> {
                if (byteAt(at + 1) == 'N') {
                    at += 2;
                    return NUMBER;
                }
            }
            case '/' -> {
                // comments are behind us: this one is left for its hints
                if (byteAt(at + 1) == '*') {
                    inHint = true;
                    at += 3;
                    return HINT;
                }
            }
            case '*' -> {
                if (inHint && byteAt(at + 1) == '/') {
                    inHint = false;
                    at += 2;
                    return HINT_END;
                }
            }
            default -> {}
        }
        at += Bytes.operatorLength(first, byteAt(at + 1), byteAt(at + 2));
        return SIGN;
    }

    private int dot() {
        if (byteAt(at + 1) == '.' && byteAt(at + 2) == '.') {
            at += 3;
            return DOTS;
        }
        boolean behindName = before == WORD || before == QUOTED || before == VARIABLE;
        int digits = behindName ? at + 1 : Bytes.digitsEnd(sql, at + 1, limit);
        if (digits > at + 1) {
            at = Bytes.exponentEnd(sql, digits, limit);
            return NUMBER;
        }
        at++;
        return SIGN;
    }

    private int variable() {
        int to = at + 1;
        int next = byteAt(to);
        if (next == '@') {
            next = byteAt(++to);
        }
        at = to;
        if (next == '?') {
            at++;
        } else if (next != -1 && SqlBytes.classOf((byte) next) == SqlBytes.QUOTE) {
            return quoted((byte) next) == STRING && next == '`' ? STRING : VARIABLE;
        } else {
            name();
        }
        return VARIABLE;
    }
}
