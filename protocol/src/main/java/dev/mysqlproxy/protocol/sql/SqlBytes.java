package dev.mysqlproxy.protocol.sql;

/** What a byte of SQL can be for today's servers, as a table: see {@link SqlScanner}. {@link Bytes} is what it was for 0.8.5. */
final class SqlBytes {
    /** A sign that begins nothing but operators. */
    static final byte OTHER = 0;

    static final byte BLANK = 1;
    /** Together with {@link #NAME}, and by differing from it in the lowest bit only, part of a name. */
    static final byte DIGIT = 2;
    /** ASCII letter, underscore, dollar sign or a byte from 0x80 up. */
    static final byte NAME = 3;

    static final byte QUOTE = 4;
    /** May begin a comment, or end a versioned one. */
    static final byte COMMENT = 5;

    private static final byte[] CLASSES = classes();

    private SqlBytes() {}

    static byte classOf(byte value) {
        return CLASSES[value & 0xff];
    }

    /** Whether it can be part of a name without quotes. */
    static boolean isName(byte value) {
        return (CLASSES[value & 0xff] & ~1) == DIGIT;
    }

    static boolean isDigit(byte value) {
        return CLASSES[value & 0xff] == DIGIT;
    }

    /** Whether it is a blank, or may begin a comment. */
    static boolean mayBeBlank(byte value) {
        byte kind = CLASSES[value & 0xff];
        return kind == BLANK || kind == COMMENT;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int value = 0; value < 256; value++) {
            boolean letter = (value | 0x20) >= 'a' && (value | 0x20) <= 'z';
            if (value <= ' ' || value == 0x7f) {
                classes[value] = BLANK;
            } else if (value >= '0' && value <= '9') {
                classes[value] = DIGIT;
            } else if (letter && value < 0x80 || value == '_' || value == '$' || value >= 0x80) {
                classes[value] = NAME;
            } else if (value == '\'' || value == '"' || value == '`') {
                classes[value] = QUOTE;
            } else if (value == '#' || value == '-' || value == '/' || value == '*') {
                classes[value] = COMMENT;
            }
        }
        return classes;
    }
}
