package dev.mysqlproxy.protocol.sql;

import java.util.HexFormat;

/**
 * Makes of a statement the text and the hash that it shares with all statements that differ from it in values, comments and
 * spacing only, in one pass over its bytes and without allocating.
 *
 * <p>Literals, parameters and signs before them are {@code ?}; so are NULL, TRUE and FALSE where a value may stand, but not
 * in {@code IS NULL}. A row of literals in a list is {@code ...}: {@code IN (...)}, {@code VALUES (...)}, {@code VALUES
 * (..., NOW())}; equal rows behind one another are one. Comments are gone, versioned ones are read as what is in them,
 * optimizer hints stay. Keywords and the names of functions are in capitals, identifiers as they were, without backticks
 * where they need none. A semicolon at the end is dropped. The digest of such a text is that of the statement.
 *
 * <p>Any bytes are accepted and time is linear. The text is cut at a bound, the hash is of all of it: 128 bits, the same in
 * every process (see {@link SipHash}). Not thread-safe; reuse one instance.
 */
public final class Digest {

    private static final int WORD = 1;
    private static final int NAME = 1 << 1;
    private static final int VARIABLE = 1 << 2;
    private static final int VALUE = 1 << 3;
    private static final int LIST = 1 << 4;
    private static final int COMMA = 1 << 5;
    private static final int OPEN = 1 << 6;
    private static final int CLOSE = 1 << 7;
    /** A parenthesis that closes a row of values. */
    private static final int ROW_END = 1 << 8;

    private static final int DOT = 1 << 9;
    /** A dot that stands close to a name. */
    private static final int QUALIFIER = 1 << 10;

    private static final int SEMICOLON = 1 << 11;
    private static final int SIGN = 1 << 12;
    private static final int HINT = 1 << 13;
    /** A name in backticks that has lost them. */
    private static final int BARED = 1 << 14;
    /** A keyword that a dot behind it has made a name. */
    private static final int DEMOTED = 1 << 15;

    // from 1 << 16 to 1 << 28: what DigestWords says

    /** A sign that belongs to what follows. */
    private static final int UNARY = 1 << 29;
    /** A comma behind a list of literals. */
    private static final int AFTER_LIST = 1 << 30;
    /** A comma behind a row of values. */
    private static final int AFTER_ROW = 1 << 31;

    private final SqlScanner scanner = new SqlScanner();
    private final DigestText text;
    private final DigestRows rows = new DigestRows();

    private byte[] sql;
    // the last three tokens: what they are, and where in the text they begin with the blank before them
    private int last;
    private int second;
    private int third;
    private int lastAt;
    private int secondAt;
    private int thirdAt;
    private int lastSource;
    private int pendingSign;
    private int statements;

    /** @param maxText where texts are cut, in bytes; up to 65,536 */
    public Digest(int maxText) {
        if (maxText < 1 || maxText > DigestText.LARGEST) {
            throw new IllegalArgumentException("a digest's text has 1 to " + DigestText.LARGEST + " bytes: " + maxText);
        }
        this.text = new DigestText(maxText);
    }

    /** Reads a statement. The array is borrowed until this returns. */
    public Digest of(byte[] statement) {
        return of(statement, 0, statement.length);
    }

    /** As {@link #of(byte[])}, of a part of an array. */
    public Digest of(byte[] statement, int offset, int count) {
        scanner.reset(statement, offset, count);
        sql = statement;
        text.reset();
        rows.reset();
        last = 0;
        second = 0;
        third = 0;
        pendingSign = 0;
        statements = 0;
        for (int token = scanner.next(); token != SqlScanner.END; token = scanner.next()) {
            take(token);
        }
        flushSign();
        if ((last & SEMICOLON) != 0) {
            text.truncate(lastAt);
        } else if (last != 0) {
            statements++;
        }
        sql = null;
        text.finish();
        return this;
    }

    /** The upper 64 bits of the hash. */
    public long high() {
        return text.hash().high();
    }

    /** The lower 64 bits of the hash. */
    public long low() {
        return text.hash().low();
    }

    /** The hash in 32 hexadecimal digits. */
    public String hex() {
        return hex(high(), low());
    }

    /** A hash in 32 hexadecimal digits. */
    public static String hex(long high, long low) {
        HexFormat format = HexFormat.of();
        return format.toHexDigits(high) + format.toHexDigits(low);
    }

    /** How many statements there are, with semicolons between them. */
    public int statements() {
        return statements;
    }

    /** Whether the text has been cut. */
    public boolean isCut() {
        return text.isCut();
    }

    /** The text, cut between two characters where it is longer than the bound; a copy. */
    public byte[] text() {
        return text.copy();
    }

    private void take(int token) {
        switch (token) {
            case SqlScanner.WORD -> word();
            case SqlScanner.QUOTED -> quoted();
            case SqlScanner.STRING -> {
                dropIntroducer(true);
                value();
            }
            case SqlScanner.NUMBER -> {
                dropIntroducer(false);
                value();
            }
            case SqlScanner.PARAMETER, SqlScanner.DOTS -> value();
            case SqlScanner.VARIABLE -> variable();
            case SqlScanner.HINT, SqlScanner.HINT_END -> {
                flushSign();
                begin(HINT, 3);
                text.add(sql, scanner.start(), scanner.end());
            }
            default -> sign();
        }
    }

    private void word() {
        int from = scanner.start();
        int to = scanner.end();
        int flags = (last & DOT) != 0 ? 0 : DigestWords.of(sql, from, to);
        if ((flags & DigestWords.KEYWORD) == 0) {
            flushSign();
            begin((flags & DigestWords.TEMPORAL) | (flags & DigestWords.VALUES) | NAME | WORD, to - from);
            text.add(sql, from, to);
            return;
        }
        scanner.keyword((flags & DigestWords.HINTED) != 0);
        if ((flags & DigestWords.CONSTANT) != 0 && valueMayStand()
                || (flags & DigestWords.DEFAULT) != 0 && rows.kind() == DigestRows.ROW && elementBegins()) {
            value();
            return;
        }
        flushSign();
        if ((flags & DigestWords.QUERY) != 0 && (last & OPEN) != 0) {
            rows.isPlain();
        }
        begin(flags | WORD, to - from);
        lastSource = from;
        text.addCapitals(sql, from, to);
    }

    private boolean valueMayStand() {
        return pendingSign != 0 || (last & (COMMA | OPEN | SIGN | DigestWords.BEFORE_VALUE)) != 0;
    }

    /** Whether the next token is the first of an element of a list of values. */
    private boolean elementBegins() {
        return rows.kind() != DigestRows.PLAIN && (last & (OPEN | COMMA)) != 0;
    }

    private void quoted() {
        flushSign();
        int from = scanner.start() + 1;
        int to = scanner.end();
        int marks = 0;
        while (to - marks > from && sql[to - marks - 1] == '`') {
            marks++;
        }
        // doubled ones belong to the name
        to -= marks & 1;
        if (bares(from, to)) {
            begin(NAME | BARED, to - from);
            text.add(sql, from, to);
        } else {
            begin(NAME, to - from + 2);
            text.add('`');
            text.add(sql, from, to);
            text.add('`');
        }
    }

    /** Whether a name means the same without its backticks. */
    private boolean bares(int from, int to) {
        if (from == to || SqlScanner.isDigit(sql[from])) {
            return false;
        }
        for (int at = from; at < to; at++) {
            if (!SqlScanner.isName(sql[at])) {
                return false;
            }
        }
        return (last & DOT) != 0 || (DigestWords.of(sql, from, to) & DigestWords.KEYWORD) == 0;
    }

    private void variable() {
        flushSign();
        int from = scanner.start();
        int name = from + 1;
        if (name < scanner.end() && (sql[name] == '\'' || sql[name] == '"')) {
            begin(VARIABLE, 2);
            text.add('@');
            text.add('?');
            return;
        }
        begin(VARIABLE, scanner.end() - from + 1);
        text.add(sql, from, scanner.end());
        closeName(from);
    }

    /** Adds the backtick that a variable's name lacks at the end of the input. */
    private void closeName(int from) {
        int name = from;
        while (name < scanner.end() && sql[name] == '@') {
            name++;
        }
        if (name < scanner.end() && sql[name] == '`') {
            int marks = 0;
            while (scanner.end() - marks > name + 1 && sql[scanner.end() - marks - 1] == '`') {
                marks++;
            }
            if ((marks & 1) == 0) {
                text.add('`');
            }
        }
    }

    /** Takes back the word before a literal that belongs to it: a character set, or DATE, TIME, TIMESTAMP. */
    private void dropIntroducer(boolean string) {
        if ((last & NAME) == 0 || (last & WORD) == 0 || (second & DOT) != 0 || pendingSign != 0) {
            return;
        }
        boolean temporal = string && (last & DigestWords.TEMPORAL) != 0;
        boolean characterSet = text.at(textAt(lastAt)) == '_' && (string || prefixed());
        if (temporal || characterSet) {
            dropLast();
            if ((last & UNARY) != 0) {
                dropLast();
            }
        }
    }

    /** Whether the number is one of {@code 0x..} and {@code 0b..}. */
    private boolean prefixed() {
        return scanner.end() - scanner.start() > 2 && (sql[scanner.start() + 1] | 0x20) >= 'a';
    }

    private void dropLast() {
        text.truncate(lastAt);
        last = second;
        lastAt = secondAt;
        second = third;
        secondAt = thirdAt;
        third = 0;
    }

    private int textAt(int tokenAt) {
        return text.at(tokenAt) == ' ' ? tokenAt + 1 : tokenAt;
    }

    private void value() {
        pendingSign = 0;
        if ((last & (VALUE | LIST)) != 0) {
            return;
        }
        if (!elementBegins()) {
            begin(VALUE, 1);
            text.add('?');
        } else if ((last & AFTER_LIST) != 0) {
            text.truncate(lastAt);
            last = LIST;
            lastAt -= 3;
            second = 0;
            third = 0;
        } else {
            begin(LIST, 3);
            text.add('.');
            text.add('.');
            text.add('.');
        }
    }

    private void flushSign() {
        if (pendingSign != 0) {
            int sign = pendingSign;
            pendingSign = 0;
            begin(SIGN | UNARY, 1);
            text.add(sign);
        }
    }

    private void sign() {
        int first = scanner.first();
        if (scanner.end() - scanner.start() > 1) {
            flushSign();
            begin(SIGN, 3);
            if (first == '<' && sql[scanner.start() + 1] == '>') {
                text.add('!');
                text.add('=');
            } else {
                text.add(sql, scanner.start(), scanner.end());
            }
            return;
        }
        if ((first == '-' || first == '+') && unary()) {
            pendingSign = pendingSign == 0 ? first : pendingSign;
            return;
        }
        flushSign();
        switch (first) {
            case '(' -> open();
            case ')' -> close();
            case ',' -> comma();
            case ';' -> semicolon();
            case '.' -> dot();
            default -> single(SIGN, first);
        }
    }

    private boolean unary() {
        return pendingSign != 0 || (last & (VALUE | LIST | NAME | VARIABLE | CLOSE | DigestWords.OPERAND)) == 0;
    }

    private void single(int what, int sign) {
        begin(what, 1);
        text.add(sign);
    }

    private void comma() {
        int behind = (last & LIST) != 0 ? AFTER_LIST : (last & ROW_END) != 0 ? AFTER_ROW : 0;
        single(COMMA | behind, ',');
    }

    private void semicolon() {
        if (last != 0 && (last & SEMICOLON) == 0) {
            single(SEMICOLON, ';');
            statements++;
            rows.reset();
        }
    }

    private void dot() {
        if ((last & WORD) != 0 && (last & DigestWords.KEYWORD) != 0) {
            text.replace(textAt(lastAt), sql, lastSource);
            last = NAME | WORD | DEMOTED;
        }
        single((last & (NAME | VARIABLE)) != 0 ? DOT | QUALIFIER : DOT, '.');
    }

    private void open() {
        if ((last & NAME) != 0 && (second & DOT) == 0) {
            functionName();
        }
        byte kind = DigestRows.PLAIN;
        int row = -1;
        boolean again = (last & AFTER_ROW) != 0;
        if ((last & DigestWords.IN) != 0) {
            kind = DigestRows.LIST;
        } else if ((last & DigestWords.ROW) != 0
                && ((second & DigestWords.QUERY) != 0 && (second & DigestWords.VALUES) != 0
                        || (second & AFTER_ROW) != 0)) {
            kind = DigestRows.ROW;
            row = textAt(lastAt);
            again = (second & AFTER_ROW) != 0;
        } else if (again || (last & DigestWords.VALUES) != 0 || (last & OPEN) != 0 && rows.kind() == DigestRows.LIST) {
            kind = DigestRows.ROW;
        }
        single(OPEN, '(');
        rows.open(kind, row >= 0 ? row : text.length() - 1, again);
    }

    /** The name that a parenthesis follows is that of a function, perhaps. */
    private void functionName() {
        int at = textAt(lastAt);
        if ((text.word(at) & DigestWords.FUNCTION) == 0) {
            return;
        }
        if ((last & BARED) != 0) {
            // not that function, then
            room(2);
            text.quote(textAt(lastAt));
            last &= ~BARED;
        } else if ((last & WORD) != 0) {
            text.capitals(at);
        }
    }

    private void close() {
        boolean row = rows.isRow();
        single(row ? CLOSE | ROW_END : CLOSE, ')');
        if (row && rows.repeats(text)) {
            lastAt = text.length() - 1;
            second = 0;
            third = 0;
        }
        rows.close();
    }

    /** Begins a token of so many bytes: makes room, sets it off from the last one, and remembers it. */
    private void begin(int what, int bytes) {
        if (!text.hasRoom(bytes + 1)) {
            room(bytes + 1);
        }
        third = second;
        thirdAt = secondAt;
        second = last;
        secondAt = lastAt;
        lastAt = text.length();
        last = what;
        if (blankBetween(second, what)) {
            text.add(' ');
        }
    }

    private boolean blankBetween(int before, int what) {
        if (before == 0 || (what & (COMMA | CLOSE | SEMICOLON)) != 0 || (before & OPEN) != 0) {
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
        return (third & DEMOTED) != 0 && (what & WORD) != 0 && SqlScanner.isDigit((byte) scanner.first());
    }

    /** Makes room for so many bytes, if need be by hashing all but the last token away. */
    private void room(int bytes) {
        if (text.room(bytes, lastAt)) {
            lastAt = 0;
            second = 0;
            third = 0;
            rows.forget();
        }
    }
}
