package dev.mysqlproxy.protocol.sql;

/** What a byte of SQL can begin, as a table. Letters and digits are ASCII; bytes from 0x80 up are {@link #OTHER}. */
final class Bytes {
    /** Stands for nothing but itself: {@link TokenKind#UNKNOWN}. */
    static final byte OTHER = 0;

    static final byte SPACE = 1;
    /** Together with {@link #LETTER}, and by differing from it in the lowest bit only, a word byte. */
    static final byte DIGIT = 2;
    /** ASCII letter, underscore or at-sign: what makes a run of word bytes more than a number. */
    static final byte LETTER = 3;
    /** An operator of one byte that begins no longer one. */
    static final byte SINGLE = 4;

    static final byte QUOTE = 5;
    static final byte DOT = 6;
    static final byte MINUS = 7;
    static final byte SLASH = 8;
    static final byte LESS = 9;
    static final byte GREATER = 10;
    static final byte EXCLAMATION = 11;
    static final byte COLON = 12;
    static final byte AMPERSAND = 13;
    static final byte PIPE = 14;
    static final byte HASH = 15;

    private static final byte[] CLASSES = classes();
    private static final TokenKind[] SINGLES = singles();

    private Bytes() {}

    static byte classOf(byte value) {
        return CLASSES[value & 0xFF];
    }

    /** The kind of a byte whose class is {@link #SINGLE}. */
    static TokenKind single(byte value) {
        return SINGLES[value];
    }

    static byte toUpper(byte value) {
        return value >= 'a' && value <= 'z' ? (byte) (value - ('a' - 'A')) : value;
    }

    /** Where the digits that begin at {@code from} end. */
    static int digitsEnd(byte[] sql, int from, int limit) {
        int to = from;
        while (to < limit && CLASSES[sql[to] & 0xFF] == DIGIT) {
            to++;
        }
        return to;
    }

    /** Where the word bytes that begin at {@code from} end. */
    static int wordEnd(byte[] sql, int from, int limit) {
        int to = from;
        while (to < limit && (CLASSES[sql[to] & 0xFF] & ~1) == DIGIT) {
            to++;
        }
        return to;
    }

    /** Where an exponent, such as {@code e+5}, that begins at {@code from} ends; {@code from} if there is none. */
    static int exponentEnd(byte[] sql, int from, int limit) {
        if (from >= limit || (sql[from] | 0x20) != 'e') {
            return from;
        }
        int digits = from + 1;
        if (digits < limit && (sql[digits] == '+' || sql[digits] == '-')) {
            digits++;
        }
        int to = digitsEnd(sql, digits, limit);
        return to > digits ? to : from;
    }

    /** Where the first of two bytes is, or {@code limit}. Strings can be megabytes, hence eight bytes at a time. */
    static int indexOfEither(byte[] sql, int from, int limit, byte one, byte other) {
        long ones = EightBytes.all(one);
        long others = EightBytes.all(other);
        int at = from;
        while (limit - at >= EightBytes.COUNT) {
            long eight = EightBytes.get(sql, at);
            long found = EightBytes.zeros(eight ^ ones) | EightBytes.zeros(eight ^ others);
            if (found != 0) {
                return at + EightBytes.first(found);
            }
            at += EightBytes.COUNT;
        }
        while (at < limit && sql[at] != one && sql[at] != other) {
            at++;
        }
        return at;
    }

    /**
     * Whether a backslash or backtick may be the second half of a character, as in GBK and SJIS: when the bytes above ASCII
     * before it, back to an index, are not whole characters of UTF-8.
     */
    static boolean isMaybeHalf(byte[] sql, int from, int index) {
        int at = index;
        while (at > from && sql[at - 1] < 0) {
            at--;
        }
        while (at < index) {
            int lead = sql[at++] & 0xff;
            if (lead < 0xc2 || lead > 0xf4) {
                return true;
            }
            for (int due = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1; due > 0; due--) {
                if (at == index || (sql[at++] & 0xc0) != 0x80) {
                    return true;
                }
            }
        }
        return false;
    }

    /** How long the operator that begins so is for today's servers. */
    static int operatorLength(int first, int second, int third) {
        return switch (first) {
            case '<' -> {
                if (second == '=') {
                    yield third == '>' ? 3 : 2;
                }
                yield second == '>' || second == '<' ? 2 : 1;
            }
            case '>' -> second == '=' || second == '>' ? 2 : 1;
            case '!', ':' -> second == '=' ? 2 : 1;
            case '&' -> second == '&' ? 2 : 1;
            case '|' -> second == '|' ? 2 : 1;
            case '-' -> {
                if (second == '>') {
                    yield third == '>' ? 3 : 2;
                }
                yield 1;
            }
            default -> 1;
        };
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        set(classes, SPACE, " \t\n\u000B\f\r");
        set(classes, DIGIT, "0123456789");
        set(classes, LETTER, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_@");
        set(classes, SINGLE, "=,();*+^");
        set(classes, QUOTE, "'\"`");
        set(classes, DOT, ".");
        set(classes, MINUS, "-");
        set(classes, SLASH, "/");
        set(classes, LESS, "<");
        set(classes, GREATER, ">");
        set(classes, EXCLAMATION, "!");
        set(classes, COLON, ":");
        set(classes, AMPERSAND, "&");
        set(classes, PIPE, "|");
        set(classes, HASH, "#");
        return classes;
    }

    private static void set(byte[] classes, byte value, String members) {
        for (int i = 0; i < members.length(); i++) {
            classes[members.charAt(i)] = value;
        }
    }

    private static TokenKind[] singles() {
        TokenKind[] kinds = new TokenKind[128];
        kinds['='] = TokenKind.EQ;
        kinds[','] = TokenKind.COMMA;
        kinds['('] = TokenKind.OBRACE;
        kinds[')'] = TokenKind.CBRACE;
        kinds[';'] = TokenKind.SEMICOLON;
        kinds['*'] = TokenKind.STAR;
        kinds['+'] = TokenKind.PLUS;
        kinds['^'] = TokenKind.BITWISE_XOR;
        return kinds;
    }
}
