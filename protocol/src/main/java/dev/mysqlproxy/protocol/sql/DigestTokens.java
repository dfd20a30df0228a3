package dev.mysqlproxy.protocol.sql;

/**
 * What a {@link Digest} has written, as tokens: the last three of them are remembered, because what follows may depend on
 * them, join them or take them back. What a token is, is said by bits: those here and those of {@link DigestWords}.
 */
final class DigestTokens {

    static final int WORD = 1;
    static final int NAME = 1 << 1;
    static final int VARIABLE = 1 << 2;
    static final int VALUE = 1 << 3;
    /** Literals in a list. */
    static final int LIST = 1 << 4;

    static final int COMMA = 1 << 5;
    static final int OPEN = 1 << 6;
    static final int CLOSE = 1 << 7;
    /** A parenthesis that closes a row of values. */
    static final int ROW_END = 1 << 8;

    static final int DOT = 1 << 9;
    /** A dot that stands close to a name. */
    static final int QUALIFIER = 1 << 10;

    static final int SEMICOLON = 1 << 11;
    static final int SIGN = 1 << 12;
    static final int HINT = 1 << 13;
    /** A name in backticks that has lost them. */
    static final int BARED = 1 << 14;
    /** A keyword that a dot behind it has made a name. */
    static final int DEMOTED = 1 << 15;

    // from 1 << 16 to 1 << 28: what DigestWords says

    /** A sign that belongs to what follows. */
    static final int UNARY = 1 << 29;
    /** A comma behind a list of literals. */
    static final int AFTER_LIST = 1 << 30;
    /** A comma behind a row of values. */
    static final int AFTER_ROW = 1 << 31;

    private final SqlScanner scanner;
    private final DigestText text;
    private final DigestRows rows;

    private int last;
    private int second;
    private int third;
    // where in the text they begin, with the blank before them
    private int lastAt;
    private int secondAt;
    private int thirdAt;

    /** @param scanner is on the token that is written next */
    DigestTokens(SqlScanner scanner, DigestText text, DigestRows rows) {
        this.scanner = scanner;
        this.text = text;
        this.rows = rows;
    }

    /** Begins with nothing. */
    void reset() {
        last = 0;
        second = 0;
        third = 0;
    }

    /** Whether nothing has been written. */
    boolean isEmpty() {
        return last == 0;
    }

    /** Whether the last token is one of these. */
    boolean lastIs(int bits) {
        return (last & bits) != 0;
    }

    /** Whether the one before the last is one of these. */
    boolean secondIs(int bits) {
        return (second & bits) != 0;
    }

    /** Where in the text the last one begins. */
    int start() {
        return text.at(lastAt) == ' ' ? lastAt + 1 : lastAt;
    }

    /** Begins a token of so many bytes: makes room for it and sets it off from the last one. */
    void begin(int what, int bytes) {
        if (!text.hasRoom(bytes + 1)) {
            room(bytes + 1);
        }
        int before = last;
        third = second;
        thirdAt = secondAt;
        second = before;
        secondAt = lastAt;
        lastAt = text.length();
        last = what;
        boolean ordinary = (what & (COMMA | CLOSE | SEMICOLON | DOT | OPEN)) == 0 && (before & (OPEN | DOT)) == 0;
        if (before != 0 && (ordinary || blankBetween(before, what))) {
            text.add(' ');
        }
    }

    private boolean blankBetween(int before, int what) {
        if ((what & (COMMA | CLOSE | SEMICOLON)) != 0 || (before & OPEN) != 0) {
            return false;
        }
        if ((what & DOT) != 0) {
            return (what & QUALIFIER) == 0;
        }
        if ((before & DOT) != 0) {
            return (before & QUALIFIER) == 0 || (what & NAME) == 0 && !scanner.is('*') || numberLike(what);
        }
        return (what & OPEN) == 0 || (before & (NAME | DigestWords.TIGHT)) == 0;
    }

    /** Whether a name would be a number if it stood close to the dot behind what looks like a keyword. */
    private boolean numberLike(int what) {
        return (third & DEMOTED) != 0 && (what & WORD) != 0 && SqlBytes.isDigit((byte) scanner.first());
    }

    /** Makes room for so many bytes, if need be by hashing all but the last token away. */
    void room(int bytes) {
        if (text.room(bytes, lastAt)) {
            lastAt = 0;
            second = 0;
            third = 0;
            rows.forget();
        }
    }

    /** The last one is something else than it seemed. */
    void lastBecomes(int what) {
        last = what;
    }

    /** The last one is no longer one of these. */
    void lastLoses(int bits) {
        last &= ~bits;
    }

    /** Takes the last one back. */
    void dropLast() {
        text.truncate(lastAt);
        last = second;
        lastAt = secondAt;
        second = third;
        secondAt = thirdAt;
        third = 0;
    }

    /** The text ends with a token of so many bytes, and what came before it does not matter. */
    void endsWith(int what, int bytes) {
        last = what;
        lastAt = text.length() - bytes;
        second = 0;
        third = 0;
    }
}
