package dev.mysqlproxy.protocol.sql;

import java.util.Arrays;
import java.util.Objects;

/**
 * Hides what a statement says about data: strings and numbers become {@code ?}, comments {@code /*?*}{@code /}, {@code -- ?}
 * or {@code #?}. Names, words and signs stay, and so do the names of accounts in statements about accounts.
 *
 * <p>Whatever cannot be read with certainty hides the rest of the statement, as one question mark: a string, name or
 * comment without an end, a backslash or backtick that may be half a character, a string that leaves a versioned comment, a
 * password without quotes. Double quotes hold strings, which hides names under ANSI_QUOTES. The text never becomes longer.
 * Any bytes are accepted, nothing throws, time is linear. An instance belongs to one thread at a time.
 */
public final class Redaction {

    private static final byte[] SHOWN_VERSION = {'/', '*', '!'};
    private static final int MOST_DIGITS_OF_VERSION = 6;
    /** Searches for the end of a dollar-quoted string that may find none, before the statement is given up. */
    private static final int DOLLAR_SEARCHES = 8;

    private final AccountNames accounts = new AccountNames();

    private byte[] sql;
    private int begin;
    private int at;
    private int end;
    private byte[] out;
    private int to;
    private boolean backslashEscapes;
    private boolean versioned;
    private int dollarSearches;

    /**
     * The statement without its strings, numbers and comments.
     *
     * @param backslashEscapes as below
     */
    public static byte[] literals(byte[] sql, boolean backslashEscapes) {
        byte[] target = new byte[sql.length];
        return Arrays.copyOf(target, new Redaction().literals(sql, 0, sql.length, backslashEscapes, target, 0));
    }

    /**
     * The statement without passwords: as it is when it has no word near which passwords and keys stand, else as {@link
     * #literals(byte[], boolean)}.
     */
    public static byte[] passwords(byte[] sql, boolean backslashEscapes) {
        return mentionsSecrets(sql, 0, sql.length) ? literals(sql, backslashEscapes) : sql.clone();
    }

    /** Whether there is a word near which passwords and keys stand, such as IDENTIFIED, be it in a string or comment. */
    public static boolean mentionsSecrets(byte[] sql, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, sql.length);
        return SecretWords.in(sql, offset, offset + length);
    }

    /**
     * Writes a statement without its strings, numbers and comments.
     *
     * @param backslashEscapes whether a backslash hides the quote behind it: unless the server's status has
     *     SERVER_STATUS_NO_BACKSLASH_ESCAPES
     * @param target has room for {@code length} bytes from {@code position}
     * @return where in the target the text ends
     */
    public int literals(
            byte[] statement, int offset, int length, boolean backslashEscapes, byte[] target, int position) {
        Objects.checkFromIndexSize(offset, length, statement.length);
        Objects.checkFromIndexSize(position, length, target.length);
        this.backslashEscapes = backslashEscapes;
        sql = statement;
        begin = offset;
        at = offset;
        end = offset + length;
        out = target;
        to = position;
        versioned = false;
        dollarSearches = 0;
        accounts.reset();
        while (at < end) {
            token();
        }
        sql = null;
        out = null;
        return to;
    }

    private void token() {
        byte first = sql[at];
        switch (first) {
            case ' ', '\t', '\n', '\r', '\f', 0x0b -> out[to++] = sql[at++];
            case '\'', '"' -> string(first);
            case '`' -> identifier();
            case '#' -> lineComment(1);
            case '-' -> minus();
            case '/' -> slash();
            case '$' -> dollar();
            case '*' -> star();
            default -> {
                if (first >= '0' && first <= '9') {
                    number();
                } else if (isWord(first)) {
                    word();
                } else {
                    sign();
                }
            }
        }
    }

    /** Letters, digits and what else names consist of; bytes above ASCII are parts of letters. */
    private static boolean isWord(byte value) {
        return value < 0
                || value >= 'a' && value <= 'z'
                || value >= 'A' && value <= 'Z'
                || value >= '0' && value <= '9'
                || value == '_'
                || value == '$';
    }

    private boolean is(int index, char expected) {
        return index < end && sql[index] == expected;
    }

    private void copyTo(int limit) {
        System.arraycopy(sql, at, out, to, limit - at);
        to += limit - at;
        at = limit;
    }

    private void hideTo(int limit) {
        out[to++] = '?';
        at = limit;
    }

    private void sign() {
        if (accounts.isSecret(sql[at])) {
            hideTo(end);
            return;
        }
        accounts.sign(sql[at]);
        out[to++] = sql[at++];
    }

    private void word() {
        int from = at;
        int limit = at + 1;
        while (limit < end && isWord(sql[limit])) {
            limit++;
        }
        if (accounts.isSecret(sql, from, limit)) {
            hideTo(end);
            return;
        }
        accounts.word(sql, from, limit);
        copyTo(limit);
    }

    /** Whatever begins with a digit: numbers, 0xff, and names that look alike. */
    private void number() {
        int limit = at + 1;
        while (limit < end) {
            byte value = sql[limit];
            boolean exponentSign = (value == '+' || value == '-')
                    && (sql[limit - 1] | 0x20) == 'e'
                    && limit + 1 < end
                    && sql[limit + 1] >= '0'
                    && sql[limit + 1] <= '9';
            if (!isWord(value) && value != '.' && !exponentSign) {
                break;
            }
            limit++;
        }
        // a hash may be a number, a password without quotes goes on
        boolean secret = accounts.isSecret((byte) '0') && limit < end && ",;) \t\r\n".indexOf(sql[limit]) < 0;
        accounts.sign((byte) '0');
        hideTo(secret ? end : limit);
    }

    private void string(byte quote) {
        int index = at + 1;
        while (index < end) {
            byte value = sql[index];
            if (value == quote) {
                if (!is(index + 1, (char) quote)) {
                    endString(index + 1);
                    return;
                }
                index += 2;
            } else if (value == '\\' && backslashEscapes) {
                boolean hides = is(index + 1, (char) quote) || is(index + 1, '\\');
                if (hides && Bytes.isMaybeHalf(sql, at, index)) {
                    break;
                }
                index += 2;
            } else if (versioned && value == '*' && is(index + 1, '/')) {
                // servers that skip the comment see no string here
                break;
            } else {
                index++;
            }
        }
        hideTo(end);
    }

    private void endString(int limit) {
        if (accounts.string()) {
            copyTo(limit);
        } else {
            hideTo(limit);
        }
    }

    private void identifier() {
        // a backtick may belong to the word before it, or to a character of the name
        int index = Bytes.isMaybeHalf(sql, begin, at) ? end : at + 1;
        while (index < end) {
            if (sql[index] != '`') {
                index++;
            } else if (Bytes.isMaybeHalf(sql, at, index)) {
                index = end;
            } else if (is(index + 1, '`')) {
                index += 2;
            } else {
                break;
            }
        }
        if (index >= end || accounts.isSecret(sql, at, index) || versioned && leavesComment(index)) {
            hideTo(end);
            return;
        }
        accounts.identifier();
        copyTo(index + 1);
    }

    private boolean leavesComment(int limit) {
        for (int index = at; index + 1 < limit; index++) {
            if (sql[index] == '*' && sql[index + 1] == '/') {
                return true;
            }
        }
        return false;
    }

    private void minus() {
        boolean comment =
                is(at + 1, '-') && (at + 2 == end || sql[at + 2] >= 0 && sql[at + 2] <= ' ' || is(at + 2, '\u007f'));
        if (comment) {
            lineComment(Math.min(3, end - at));
        } else {
            sign();
        }
    }

    private void lineComment(int opening) {
        int from = at;
        int limit = at;
        while (limit < end && sql[limit] != '\n') {
            if (versioned && sql[limit] == '*' && is(limit + 1, '/')) {
                // whether the rest of the line belongs to the comment depends on the server's version
                hideTo(end);
                return;
            }
            limit++;
        }
        copyTo(Math.min(from + opening, limit));
        if (at < limit) {
            hideTo(limit);
        }
    }

    private void slash() {
        if (!is(at + 1, '*')) {
            sign();
            return;
        }
        if (is(at + 2, '!') || is(at + 2, 'M') && is(at + 3, '!')) {
            openVersioned(is(at + 2, '!') ? SHOWN_VERSION.length : SHOWN_VERSION.length + 1);
        } else if (is(at + 2, '+')) {
            versioned = true;
            copyTo(at + 3);
        } else {
            comment();
        }
    }

    private void openVersioned(int opening) {
        versioned = true;
        int limit = at + opening;
        int most = Math.min(end, limit + MOST_DIGITS_OF_VERSION);
        while (limit < most && sql[limit] >= '0' && sql[limit] <= '9') {
            limit++;
        }
        copyTo(limit);
    }

    private void comment() {
        int close = at + 2;
        while (close < end && !(sql[close] == '*' && is(close + 1, '/'))) {
            close++;
        }
        copyTo(at + 2);
        if (close >= end) {
            if (at < end) {
                hideTo(end);
            }
            return;
        }
        if (close > at) {
            hideTo(close);
        }
        copyTo(close + 2);
    }

    private void star() {
        if (versioned && is(at + 1, '/')) {
            versioned = false;
            copyTo(at + 2);
        } else {
            sign();
        }
    }

    /** {@code $$...$$} or {@code $tag$...$tag$}, which holds a routine's code; else a name that begins so. */
    private void dollar() {
        int tag = at + 1;
        while (tag < end && isWord(sql[tag]) && sql[tag] != '$') {
            tag++;
        }
        if (!is(tag, '$')) {
            word();
            return;
        }
        int length = tag + 1 - at;
        for (int index = tag + 1; index + length <= end; index++) {
            if (Arrays.equals(sql, index, index + length, sql, at, at + length)) {
                accounts.sign((byte) '$');
                hideTo(versioned ? end : index + length);
                return;
            }
        }
        if (++dollarSearches > DOLLAR_SEARCHES) {
            hideTo(end);
        } else {
            word();
        }
    }
}
