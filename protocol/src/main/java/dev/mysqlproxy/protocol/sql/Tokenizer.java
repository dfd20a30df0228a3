package dev.mysqlproxy.protocol.sql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Cuts SQL into tokens, one {@link #next()} at a time and without allocating.
 *
 * <pre>{@code
 * tokenizer.reset(packet, 1, packet.length - 1);
 * while (tokenizer.next()) {
 *     if (tokenizer.kind() == TokenKind.SQL_SELECT) ...
 * }
 * }</pre>
 *
 * <p>The rules are those of MySQL Proxy 0.8.5's {@code mysql.tokenizer}: at each position the longest token wins; no
 * server settings (ANSI_QUOTES, NO_BACKSLASH_ESCAPES, character set) are considered. Any bytes are accepted: what
 * begins no token is {@link TokenKind#UNKNOWN}, and a string or comment without an end goes to the end of the input.
 * Time is linear in the input, and no call looks further ahead than the token it returns and one identifier part.
 *
 * <p>The array is borrowed until the next {@link #reset} and must not change meanwhile. Not thread-safe; reuse one
 * instance per event loop.
 */
public final class Tokenizer {
    private static final byte[] NOTHING = new byte[0];
    private static final byte BACKSLASH = '\\';
    /** {@code a.b.c} is one identifier; after three parts the next dot begins anew, which {@code a.b.c.1e5} shows. */
    private static final int PARTS_AFTER_FIRST = 2;

    private final boolean hashComments;

    private byte[] sql = NOTHING;
    private int limit;

    private TokenKind kind;
    private int start;
    private int end;
    private int textStart;
    private int textEnd;
    private int doubledQuotes;

    private int partsLeft;
    private boolean partDue;

    /** A tokenizer that takes {@code #} as 0.8.5 did: an unknown byte, with SQL behind it. */
    public Tokenizer() {
        this(false);
    }

    private Tokenizer(boolean hashComments) {
        this.hashComments = hashComments;
    }

    /**
     * A tokenizer that takes {@code #} as servers do: a comment up to the end of the line, with what follows the
     * {@code #} as its text. Normalised statements differ from those of 0.8.5 where such comments occur.
     */
    public static Tokenizer withHashComments() {
        return new Tokenizer(true);
    }

    /** All tokens of a statement, encoded as UTF-8. */
    public static List<Token> tokenize(String sql) {
        return tokenize(sql.getBytes(StandardCharsets.UTF_8));
    }

    /** All tokens of a statement. */
    public static List<Token> tokenize(byte[] sql) {
        return tokenize(sql, 0, sql.length);
    }

    /**
     * All tokens of a statement that is part of an array.
     *
     * @throws IndexOutOfBoundsException if that part is not inside the array
     */
    public static List<Token> tokenize(byte[] sql, int offset, int length) {
        Tokenizer tokenizer = new Tokenizer().reset(sql, offset, length);
        List<Token> tokens = new ArrayList<>();
        while (tokenizer.next()) {
            tokens.add(Token.current(tokenizer));
        }
        return tokens;
    }

    /**
     * Starts over with another statement; nothing of the one before is left.
     *
     * @throws IndexOutOfBoundsException if that part is not inside the array
     */
    public Tokenizer reset(byte[] sql, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, sql.length);
        this.sql = sql;
        limit = offset + length;
        partsLeft = 0;
        partDue = false;
        take(null, offset, offset);
        return this;
    }

    /** Goes to the next token. False at the end of the input, now and on every further call. */
    public boolean next() {
        int at = end;
        if (partDue) {
            partDue = false;
            word(at, Bytes.wordEnd(sql, at, limit));
            return true;
        }
        if (partsLeft > 0) {
            if (at < limit && sql[at] == '.' && isPart(at + 1)) {
                partsLeft--;
                partDue = true;
                take(TokenKind.DOT, at, at + 1);
                return true;
            }
            partsLeft = 0;
        }
        while (at < limit && Bytes.classOf(sql[at]) == Bytes.SPACE) {
            at++;
        }
        if (at == limit) {
            take(null, at, at);
            return false;
        }
        scan(at);
        return true;
    }

    /** What the current token is; null before the first and after the last {@link #next()}. */
    public TokenKind kind() {
        return kind;
    }

    /** Where the current token begins in the array, its quote or comment delimiter included. */
    public int start() {
        return start;
    }

    /** Where the current token ends in the array, exclusive, its closing delimiter included. */
    public int end() {
        return end;
    }

    /** Where the current token's text begins in the array. */
    public int textStart() {
        return textStart;
    }

    /** Where the current token's text ends in the array, exclusive. */
    public int textEnd() {
        return textEnd;
    }

    /** Whether the current token stood in quotes or backticks. */
    public boolean isQuoted() {
        return start < end && Bytes.classOf(sql[start]) == Bytes.QUOTE;
    }

    /**
     * Whether the text is exactly the bytes from {@link #textStart()} to {@link #textEnd()}. If not, there are doubled
     * quotes among them, each of which stands for one in the text.
     */
    public boolean isTextVerbatim() {
        return doubledQuotes == 0;
    }

    /** A new array with the current token's text. */
    public byte[] textBytes() {
        byte[] text = new byte[textEnd - textStart - doubledQuotes];
        if (doubledQuotes == 0) {
            System.arraycopy(sql, textStart, text, 0, text.length);
            return text;
        }
        byte quote = sql[start];
        int from = textStart;
        for (int to = 0; to < text.length; to++) {
            byte value = sql[from++];
            text[to] = value;
            if (value == quote) {
                from++;
            } else if (value == BACKSLASH && to + 1 < text.length) {
                text[++to] = sql[from++];
            }
        }
        return text;
    }

    /** The current token's text read as UTF-8. */
    public String text() {
        return text(StandardCharsets.UTF_8);
    }

    /** The current token's text read in this character set. */
    public String text(Charset charset) {
        return doubledQuotes == 0
                ? new String(sql, textStart, textEnd - textStart, charset)
                : new String(textBytes(), charset);
    }

    /** Whether the current token's text is this ASCII word in any case. Allocates only for doubled quotes. */
    public boolean textIs(String word) {
        byte[] text = doubledQuotes == 0 ? sql : textBytes();
        int from = doubledQuotes == 0 ? textStart : 0;
        if (textEnd - textStart - doubledQuotes != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            char expected = word.charAt(i);
            if (expected >= 0x80 || Bytes.toUpper(text[from + i]) != Bytes.toUpper((byte) expected)) {
                return false;
            }
        }
        return true;
    }

    private void scan(int at) {
        byte first = sql[at];
        switch (Bytes.classOf(first)) {
            case Bytes.LETTER -> identifier(at, Bytes.wordEnd(sql, at + 1, limit));
            case Bytes.DIGIT -> number(at);
            case Bytes.SINGLE -> take(Bytes.single(first), at, at + 1);
            case Bytes.QUOTE -> quoted(at, first);
            case Bytes.DOT -> dot(at);
            case Bytes.MINUS -> minus(at);
            case Bytes.SLASH -> slash(at);
            case Bytes.LESS -> {
                if (byteAt(at + 1) == '>') {
                    take(TokenKind.NE, at, at + 2);
                } else {
                    either(at, '=', TokenKind.LE, TokenKind.LT);
                }
            }
            case Bytes.GREATER -> either(at, '=', TokenKind.GE, TokenKind.GT);
            case Bytes.EXCLAMATION -> either(at, '=', TokenKind.NE, TokenKind.UNKNOWN);
            case Bytes.COLON -> either(at, '=', TokenKind.ASSIGN, TokenKind.UNKNOWN);
            case Bytes.AMPERSAND -> either(at, '&', TokenKind.LOGICAL_AND, TokenKind.BITWISE_AND);
            case Bytes.PIPE -> either(at, '|', TokenKind.LOGICAL_OR, TokenKind.BITWISE_OR);
            case Bytes.HASH -> hash(at);
            default -> take(TokenKind.UNKNOWN, at, at + 1);
        }
    }

    private void either(int at, char second, TokenKind two, TokenKind one) {
        if (byteAt(at + 1) == second) {
            take(two, at, at + 2);
        } else {
            take(one, at, at + 1);
        }
    }

    private void identifier(int from, int to) {
        partsLeft = PARTS_AFTER_FIRST;
        word(from, to);
    }

    private void word(int from, int to) {
        take(byteAt(to) == '(' ? TokenKind.FUNCTION : Keywords.lookup(sql, from, to), from, to);
    }

    private void number(int from) {
        int digits = Bytes.digitsEnd(sql, from + 1, limit);
        int next = byteAt(digits);
        if (next == '.') {
            int fraction = Bytes.digitsEnd(sql, digits + 1, limit);
            if (fraction > digits + 1) {
                take(TokenKind.FLOAT, from, Bytes.exponentEnd(sql, fraction, limit));
                return;
            }
        } else if (next >= 0 && Bytes.classOf((byte) next) == Bytes.LETTER) {
            int exponent = Bytes.exponentEnd(sql, digits, limit);
            int word = Bytes.wordEnd(sql, digits, limit);
            // 1e5 is a number unless that makes the token shorter than 1e5x, 1e5.x or 1e5( would be
            if (exponent > digits && exponent >= word && !goesOn(word)) {
                take(TokenKind.FLOAT, from, exponent);
            } else {
                identifier(from, word);
            }
            return;
        }
        take(TokenKind.INTEGER, from, digits);
    }

    private void dot(int at) {
        int fraction = Bytes.digitsEnd(sql, at + 1, limit);
        if (fraction > at + 1) {
            take(TokenKind.FLOAT, at, Bytes.exponentEnd(sql, fraction, limit));
        } else {
            take(TokenKind.DOT, at, at + 1);
        }
    }

    private void minus(int at) {
        int from = at + 3;
        int third = byteAt(at + 1) == '-' ? byteAt(at + 2) : -1;
        if (third == ' ' || third == '\t') {
            lineComment(at, from);
        } else if (third == '\n') {
            takeText(TokenKind.COMMENT, at, from, from, from);
        } else if (third == '\r' && byteAt(from) == '\n') {
            takeText(TokenKind.COMMENT, at, from + 1, from, from);
        } else {
            take(TokenKind.MINUS, at, at + 1);
        }
    }

    private void hash(int at) {
        if (hashComments) {
            lineComment(at, at + 1);
        } else {
            take(TokenKind.UNKNOWN, at, at + 1);
        }
    }

    private void lineComment(int at, int from) {
        int to = from;
        while (to < limit && sql[to] != '\n') {
            to++;
        }
        boolean onlyCarriageReturn = to == from + 1 && to < limit && sql[from] == '\r';
        takeText(TokenKind.COMMENT, at, to, from, onlyCarriageReturn ? from : to);
    }

    private void slash(int at) {
        if (byteAt(at + 1) != '*') {
            take(TokenKind.DIV, at, at + 1);
            return;
        }
        boolean mysql = byteAt(at + 2) == '!';
        TokenKind comment = mysql ? TokenKind.COMMENT_MYSQL : TokenKind.COMMENT;
        int from = mysql ? at + 3 : at + 2;
        for (int close = from + 1; close < limit; close++) {
            if (sql[close] == '/' && sql[close - 1] == '*') {
                int to = close - 1;
                while (to > from && sql[to - 1] == '*') {
                    to--;
                }
                takeText(comment, at, close + 1, from, to);
                return;
            }
        }
        takeText(comment, at, limit, from, limit);
    }

    private void quoted(int at, byte quote) {
        TokenKind quotedKind = quote == '`' ? TokenKind.LITERAL : TokenKind.STRING;
        int doubled = 0;
        int to = Bytes.indexOfEither(sql, at + 1, limit, quote, BACKSLASH);
        while (to < limit) {
            int behind = to + 1;
            if (sql[to] == BACKSLASH) {
                behind = Math.min(to + 2, limit);
            } else if (byteAt(behind) == quote) {
                doubled++;
                behind++;
            } else {
                takeText(quotedKind, at, behind, at + 1, to);
                doubledQuotes = doubled;
                return;
            }
            to = Bytes.indexOfEither(sql, behind, limit, quote, BACKSLASH);
        }
        takeText(quotedKind, at, limit, at + 1, limit);
        doubledQuotes = doubled;
    }

    /** Whether an identifier that has come to {@code at} has more to it: another part, or a function's parenthesis. */
    private boolean goesOn(int at) {
        int next = byteAt(at);
        return next == '(' || (next == '.' && isPart(at + 1));
    }

    /** Whether an identifier part begins here: digits alone do not make one. */
    private boolean isPart(int at) {
        int digits = Bytes.digitsEnd(sql, at, limit);
        return digits < limit && Bytes.classOf(sql[digits]) == Bytes.LETTER;
    }

    /** The byte there as a signed number, or -1 (which no SQL syntax uses) behind the end. */
    private int byteAt(int at) {
        return at < limit ? sql[at] : -1;
    }

    private void take(TokenKind taken, int from, int to) {
        takeText(taken, from, to, from, to);
    }

    private void takeText(TokenKind taken, int from, int to, int textFrom, int textTo) {
        kind = taken;
        start = from;
        end = to;
        textStart = textFrom;
        textEnd = textTo;
        doubledQuotes = 0;
    }
}
