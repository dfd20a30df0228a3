package dev.mysqlproxy.protocol.sql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Builds the normalised text of statements: what is left when values become {@code ?} and comments, spacing and the
 * case of keywords do not count. The form is that of MySQL Proxy 0.8.5's {@code proxy.tokenizer.normalize}, trailing
 * blank included:
 *
 * <pre>{@code select COUNT(*) from t where id=7  ->  "SELECT COUNT( * ) FROM `t` WHERE `id` = ? "}</pre>
 *
 * <p>Each token adds a piece: values {@code ?}, words that are not keywords in backticks, variables as they are,
 * functions in upper case, anything else in upper case; all but functions with a blank behind. BEGIN, COMMIT, ROLLBACK
 * and START [TRANSACTION] are no keywords but come out as if they were when the statement begins with them.
 *
 * <p>Either {@link #normalize(byte[], int, int)} does a whole statement, or tokens are added one by one after
 * {@link #clear()}. Bytes of any character set pass through. Not thread-safe; an instance reuses its buffer and
 * allocates nothing once that has grown, except for backtick-quoted names with backticks in them.
 */
public final class Normalizer {
    private static final int FIRST_CAPACITY = 256;
    /** A larger buffer is not kept for the next statement. */
    private static final int KEPT_CAPACITY = 64 * 1024;
    /** About the longest array a JVM makes. */
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private static final byte[][] FIRST_WORDS = {ascii("BEGIN"), ascii("COMMIT"), ascii("ROLLBACK"), ascii("START")};
    private static final byte[] START = ascii("START ");
    private static final byte[] TRANSACTION = ascii("TRANSACTION");
    private static final byte[] VALUE = ascii("?");
    private static final byte[] COMMENT_OPEN = ascii("/*!");
    private static final byte[] COMMENT_CLOSE = ascii("*/ ");

    private final Tokenizer tokenizer = new Tokenizer();
    private final int maxLength;

    private byte[] buffer = new byte[FIRST_CAPACITY];
    private int length;
    private boolean truncated;

    /** A normalizer whose result has no other limit than an array's length. */
    public Normalizer() {
        this(LARGEST);
    }

    /**
     * A normalizer that stops before the first token with which the result would become longer than this.
     *
     * @param maxLength in bytes, at least 0
     */
    public Normalizer(int maxLength) {
        if (maxLength < 0) {
            throw new IllegalArgumentException("a negative length: " + maxLength);
        }
        this.maxLength = Math.min(maxLength, LARGEST);
    }

    /** The normalised text of a statement in UTF-8. */
    public static String normalize(String sql) {
        return new String(normalize(sql.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    /** The normalised text of a statement. */
    public static byte[] normalize(byte[] sql) {
        return new Normalizer().normalize(sql, 0, sql.length).toByteArray();
    }

    /** The normalised text of these tokens. */
    public static byte[] normalize(List<Token> tokens) {
        Normalizer normalizer = new Normalizer();
        for (Token token : tokens) {
            token.addTo(normalizer);
        }
        return normalizer.toByteArray();
    }

    /**
     * Replaces the result by the normalised text of this statement. No scanning is done beyond the maximal length.
     *
     * @throws IndexOutOfBoundsException if that part is not inside the array
     */
    public Normalizer normalize(byte[] sql, int offset, int length) {
        clear();
        tokenizer.reset(sql, offset, length);
        while (!truncated && tokenizer.next()) {
            if (tokenizer.isTextVerbatim() || tokenizer.kind() == TokenKind.STRING) {
                add(tokenizer.kind(), sql, tokenizer.textStart(), tokenizer.textEnd());
            } else {
                byte[] text = tokenizer.textBytes();
                add(tokenizer.kind(), text, 0, text.length);
            }
        }
        return this;
    }

    /** Empties the result. */
    public void clear() {
        if (buffer.length > KEPT_CAPACITY) {
            buffer = new byte[FIRST_CAPACITY];
        }
        length = 0;
        truncated = false;
    }

    /**
     * Adds a token's piece to the result, unless the result is truncated or would become so.
     *
     * @param text an array in which the bytes {@code from} to {@code to} are the token's text
     */
    public void add(TokenKind kind, byte[] text, int from, int to) {
        switch (kind) {
            case COMMENT -> {}
            case COMMENT_MYSQL -> addMysqlComment(text, from, to);
            case LITERAL -> addLiteral(text, from, to);
            case STRING, INTEGER, FLOAT -> addUpperCase(VALUE, 0, 1, true);
            case FUNCTION -> addUpperCase(text, from, to, false);
            default -> addUpperCase(text, from, to, true);
        }
    }

    /** The length of the result in bytes. */
    public int length() {
        return length;
    }

    /** Whether tokens were left out because of the maximal length. */
    public boolean isTruncated() {
        return truncated;
    }

    /** The array that has the result in its first {@link #length()} bytes, lent until the next change. */
    public byte[] buffer() {
        return buffer;
    }

    /** A copy of the result. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    /** The result read as UTF-8. */
    @Override
    public String toString() {
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    private void addLiteral(byte[] text, int from, int to) {
        if (isStatementWord(text, from, to)) {
            addUpperCase(text, from, to, true);
        } else if (from < to && text[from] == '@') {
            if (reserve(to - from + 1L)) {
                append(text, from, to);
                append(' ');
            }
        } else if (reserve(to - from + 3L)) {
            append('`');
            append(text, from, to);
            append('`');
            append(' ');
        }
    }

    private boolean isStatementWord(byte[] text, int from, int to) {
        if (length == 0) {
            for (byte[] word : FIRST_WORDS) {
                if (equalsIgnoreCase(word, text, from, to)) {
                    return true;
                }
            }
            return false;
        }
        return length == START.length
                && Arrays.equals(buffer, 0, length, START, 0, START.length)
                && equalsIgnoreCase(TRANSACTION, text, from, to);
    }

    private void addMysqlComment(byte[] text, int from, int to) {
        if (reserve((long) to - from + COMMENT_OPEN.length + COMMENT_CLOSE.length)) {
            append(COMMENT_OPEN, 0, COMMENT_OPEN.length);
            append(text, from, to);
            append(COMMENT_CLOSE, 0, COMMENT_CLOSE.length);
        }
    }

    private void addUpperCase(byte[] text, int from, int to, boolean blank) {
        if (reserve(to - from + (blank ? 1L : 0L))) {
            for (int i = from; i < to; i++) {
                buffer[length++] = Bytes.toUpper(text[i]);
            }
            if (blank) {
                append(' ');
            }
        }
    }

    /** Makes room for a piece; false if it is not to be added. */
    private boolean reserve(long piece) {
        if (truncated || piece > maxLength - length) {
            truncated = true;
            return false;
        }
        int needed = length + (int) piece;
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(LARGEST, Math.max(needed, buffer.length * 2L)));
        }
        return true;
    }

    private void append(byte[] text, int from, int to) {
        System.arraycopy(text, from, buffer, length, to - from);
        length += to - from;
    }

    private void append(char ascii) {
        buffer[length++] = (byte) ascii;
    }

    private static boolean equalsIgnoreCase(byte[] upperCase, byte[] text, int from, int to) {
        if (upperCase.length != to - from) {
            return false;
        }
        for (int i = 0; i < upperCase.length; i++) {
            if (upperCase[i] != Bytes.toUpper(text[from + i])) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
