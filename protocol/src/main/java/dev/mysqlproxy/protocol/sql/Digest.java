package dev.mysqlproxy.protocol.sql;

import static dev.mysqlproxy.protocol.sql.DigestTokens.AFTER_LIST;
import static dev.mysqlproxy.protocol.sql.DigestTokens.AFTER_ROW;
import static dev.mysqlproxy.protocol.sql.DigestTokens.BARED;
import static dev.mysqlproxy.protocol.sql.DigestTokens.CLOSE;
import static dev.mysqlproxy.protocol.sql.DigestTokens.COMMA;
import static dev.mysqlproxy.protocol.sql.DigestTokens.DEMOTED;
import static dev.mysqlproxy.protocol.sql.DigestTokens.DOT;
import static dev.mysqlproxy.protocol.sql.DigestTokens.HINT;
import static dev.mysqlproxy.protocol.sql.DigestTokens.LIST;
import static dev.mysqlproxy.protocol.sql.DigestTokens.NAME;
import static dev.mysqlproxy.protocol.sql.DigestTokens.OPEN;
import static dev.mysqlproxy.protocol.sql.DigestTokens.QUALIFIER;
import static dev.mysqlproxy.protocol.sql.DigestTokens.ROW_END;
import static dev.mysqlproxy.protocol.sql.DigestTokens.SEMICOLON;
import static dev.mysqlproxy.protocol.sql.DigestTokens.SIGN;
import static dev.mysqlproxy.protocol.sql.DigestTokens.UNARY;
import static dev.mysqlproxy.protocol.sql.DigestTokens.VALUE;
import static dev.mysqlproxy.protocol.sql.DigestTokens.VARIABLE;
import static dev.mysqlproxy.protocol.sql.DigestTokens.WORD;

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

    private final SqlScanner scanner = new SqlScanner();
    private final DigestText text;
    private final DigestRows rows = new DigestRows();
    private final DigestTokens tokens;

    private byte[] sql;
    private int keywordSource;
    /** A plus or minus that goes when a value follows; 0 for none. */
    private int pendingSign;

    private int statements;

    /** @param maxText where texts are cut, in bytes; up to 65,536 */
    public Digest(int maxText) {
        if (maxText < 1 || maxText > DigestText.LARGEST) {
            throw new IllegalArgumentException("a digest's text has 1 to " + DigestText.LARGEST + " bytes: " + maxText);
        }
        text = new DigestText(maxText);
        tokens = new DigestTokens(scanner, text, rows);
    }

    /** Whether a backslash in a string hides what is behind it, from the next statement on; it does at first. */
    public Digest backslashEscapes(boolean escapes) {
        scanner.backslashEscapes(escapes);
        return this;
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
        tokens.reset();
        pendingSign = 0;
        statements = 0;
        read(statement);
        flushSign();
        if (tokens.lastIs(SEMICOLON)) {
            tokens.dropLast();
        } else if (!tokens.isEmpty()) {
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

    // most tokens are words without a meaning: what is done for them is here, not in a method that may not be inlined
    private void read(byte[] statement) {
        for (int token = scanner.next(); token != SqlScanner.END; token = scanner.next()) {
            if (token == SqlScanner.WORD) {
                int from = scanner.start();
                int to = scanner.end();
                int flags = tokens.lastIs(DOT) ? 0 : DigestWords.of(statement, from, to);
                if ((flags & DigestWords.KEYWORD) != 0) {
                    keyword(flags, from, to);
                } else {
                    flushSign();
                    tokens.begin(flags & (DigestWords.TEMPORAL | DigestWords.VALUES) | NAME | WORD, to - from);
                    text.add(statement, from, to);
                }
            } else if (token == SqlScanner.SIGN) {
                sign();
            } else {
                take(token);
            }
        }
    }

    private void take(int token) {
        switch (token) {
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
            default -> hint();
        }
    }

    private void keyword(int flags, int from, int to) {
        scanner.keyword((flags & DigestWords.HINTED) != 0);
        if ((flags & DigestWords.CONSTANT) != 0 && valueMayStand()
                || (flags & DigestWords.DEFAULT) != 0 && rows.kind() == DigestRows.ROW && elementBegins()) {
            value();
            return;
        }
        flushSign();
        if ((flags & DigestWords.QUERY) != 0 && tokens.lastIs(OPEN)) {
            rows.isPlain();
        }
        tokens.begin(flags | WORD, to - from);
        keywordSource = from;
        text.addCapitals(sql, from, to);
    }

    private void hint() {
        flushSign();
        tokens.begin(HINT, 3);
        text.add(sql, scanner.start(), scanner.end());
    }

    private boolean valueMayStand() {
        return pendingSign != 0 || tokens.lastIs(COMMA | OPEN | SIGN | DigestWords.BEFORE_VALUE);
    }

    /** Whether the next token is the first of an element of a list of values. */
    private boolean elementBegins() {
        return rows.kind() != DigestRows.PLAIN && tokens.lastIs(OPEN | COMMA);
    }

    private void quoted() {
        flushSign();
        int from = scanner.start() + 1;
        int to = scanner.end() - 1;
        if (bares(from, to)) {
            tokens.begin(NAME | BARED, to - from);
            text.add(sql, from, to);
        } else {
            tokens.begin(NAME, to - from + 2);
            text.add('`');
            text.add(sql, from, to);
            text.add('`');
        }
    }

    /** Whether a name means the same without its backticks. */
    private boolean bares(int from, int to) {
        if (from == to || SqlBytes.isDigit(sql[from])) {
            return false;
        }
        boolean qualified = tokens.lastIs(DOT);
        // $$ and $tag$ begin the code of a routine
        boolean dollar = !qualified && sql[from] == '$';
        for (int at = from; at < to; at++) {
            if (!SqlBytes.isName(sql[at]) || dollar && at > from && sql[at] == '$') {
                return false;
            }
        }
        return qualified || (DigestWords.of(sql, from, to) & DigestWords.KEYWORD) == 0;
    }

    private void variable() {
        flushSign();
        int from = scanner.start();
        int name = from + 1;
        if (name < scanner.end() && (sql[name] == '\'' || sql[name] == '"')) {
            tokens.begin(VARIABLE, 2);
            text.add('@');
            text.add('?');
            return;
        }
        tokens.begin(VARIABLE, scanner.end() - from);
        text.add(sql, from, scanner.end());
    }

    /** Takes back the word before a literal that belongs to it: a character set, or DATE, TIME, TIMESTAMP. */
    private void dropIntroducer(boolean string) {
        if (!tokens.lastIs(NAME) || !tokens.lastIs(WORD) || tokens.secondIs(DOT) || pendingSign != 0) {
            return;
        }
        boolean temporal = string && tokens.lastIs(DigestWords.TEMPORAL);
        boolean characterSet = text.at(tokens.start()) == '_' && (string || prefixed());
        if (temporal || characterSet) {
            tokens.dropLast();
            if (tokens.lastIs(UNARY)) {
                tokens.dropLast();
            }
        }
    }

    /** Whether the number is one of {@code 0x..} and {@code 0b..}. */
    private boolean prefixed() {
        return scanner.end() - scanner.start() > 2 && (sql[scanner.start() + 1] | 0x20) >= 'a';
    }

    private void value() {
        pendingSign = 0;
        if (tokens.lastIs(VALUE | LIST)) {
            return;
        }
        if (!elementBegins()) {
            tokens.begin(VALUE, 1);
            text.add('?');
        } else if (tokens.lastIs(AFTER_LIST)) {
            // the comma goes
            tokens.dropLast();
            tokens.endsWith(LIST, 3);
        } else {
            tokens.begin(LIST, 3);
            text.add('.');
            text.add('.');
            text.add('.');
        }
    }

    private void flushSign() {
        if (pendingSign != 0) {
            int sign = pendingSign;
            pendingSign = 0;
            tokens.begin(SIGN | UNARY, 1);
            text.add(sign);
        }
    }

    private void sign() {
        int first = scanner.first();
        if (scanner.end() - scanner.start() > 1) {
            flushSign();
            tokens.begin(SIGN, 3);
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
        return pendingSign != 0 || !tokens.lastIs(VALUE | LIST | NAME | VARIABLE | CLOSE | DigestWords.OPERAND);
    }

    private void single(int what, int sign) {
        tokens.begin(what, 1);
        text.add(sign);
    }

    private void comma() {
        int behind = tokens.lastIs(LIST) ? AFTER_LIST : tokens.lastIs(ROW_END) ? AFTER_ROW : 0;
        single(COMMA | behind, ',');
    }

    private void semicolon() {
        if (!tokens.isEmpty() && !tokens.lastIs(SEMICOLON)) {
            single(SEMICOLON, ';');
            statements++;
            rows.reset();
        }
    }

    private void dot() {
        if (tokens.lastIs(WORD) && tokens.lastIs(DigestWords.KEYWORD)) {
            text.replace(tokens.start(), sql, keywordSource);
            tokens.lastBecomes(NAME | WORD | DEMOTED);
        }
        single(tokens.lastIs(NAME | VARIABLE) ? DOT | QUALIFIER : DOT, '.');
    }

    private void open() {
        if (tokens.lastIs(NAME) && !tokens.secondIs(DOT)) {
            functionName();
        }
        byte kind = DigestRows.PLAIN;
        int row = -1;
        boolean again = tokens.lastIs(AFTER_ROW);
        if (tokens.lastIs(DigestWords.IN)) {
            kind = DigestRows.LIST;
        } else if (tokens.lastIs(DigestWords.ROW)
                && (tokens.secondIs(DigestWords.QUERY) && tokens.secondIs(DigestWords.VALUES)
                        || tokens.secondIs(AFTER_ROW))) {
            kind = DigestRows.ROW;
            row = tokens.start();
            again = tokens.secondIs(AFTER_ROW);
        } else if (again
                || tokens.lastIs(DigestWords.VALUES)
                || tokens.lastIs(OPEN) && rows.kind() == DigestRows.LIST) {
            kind = DigestRows.ROW;
        }
        single(OPEN, '(');
        rows.open(kind, row >= 0 ? row : text.length() - 1, again);
    }

    /** The name that a parenthesis follows is that of a function, perhaps. */
    private void functionName() {
        int at = tokens.start();
        if ((text.word(at) & DigestWords.FUNCTION) == 0) {
            return;
        }
        if (tokens.lastIs(BARED)) {
            // not that function, then
            tokens.room(2);
            text.quote(tokens.start());
            tokens.lastLoses(BARED);
        } else if (tokens.lastIs(WORD)) {
            text.capitals(at);
        }
    }

    private void close() {
        boolean row = rows.isRow();
        single(row ? CLOSE | ROW_END : CLOSE, ')');
        if (row && rows.repeats(text)) {
            tokens.endsWith(CLOSE | ROW_END, 1);
        }
        rows.close();
    }
}
