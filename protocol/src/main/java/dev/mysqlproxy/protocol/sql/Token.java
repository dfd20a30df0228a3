package dev.mysqlproxy.protocol.sql;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * One word, number, string, comment or operator of a statement, independent of the statement's bytes. Immutable.
 *
 * <p>The text is the source spelling, except that quoted tokens come without their quotes (a doubled quote inside is
 * one, backslash escapes are kept as written) and comments without their delimiters.
 */
public final class Token {
    private final TokenKind kind;
    private final byte[] text;
    private final boolean quoted;

    private Token(TokenKind kind, byte[] text, boolean quoted) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.text = text;
        this.quoted = quoted;
    }

    /**
     * A token with a copy of these bytes.
     *
     * @param quoted whether the source has the text in quotes or backticks
     */
    public static Token of(TokenKind kind, byte[] text, boolean quoted) {
        return new Token(kind, text.clone(), quoted);
    }

    /** The token a tokenizer stands on. */
    static Token current(Tokenizer tokenizer) {
        return new Token(tokenizer.kind(), tokenizer.textBytes(), tokenizer.isQuoted());
    }

    public TokenKind kind() {
        return kind;
    }

    /** Whether the text stood in quotes or backticks; tells {@code `from`} from a bare word. */
    public boolean isQuoted() {
        return quoted;
    }

    /** A copy of the text's bytes, in the character set of the statement. */
    public byte[] textBytes() {
        return text.clone();
    }

    /** The text read as UTF-8. Not for telling bytes apart: each malformed one becomes U+FFFD. */
    public String text() {
        return text(StandardCharsets.UTF_8);
    }

    public String text(Charset charset) {
        return new String(text, charset);
    }

    /** Appends this token to a normalised statement, sparing the copy that {@link #textBytes()} makes. */
    void addTo(Normalizer normalizer) {
        normalizer.add(kind, text, 0, text.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Token token
                && kind == token.kind
                && quoted == token.quoted
                && Arrays.equals(text, token.text);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * kind.id() + Boolean.hashCode(quoted)) + Arrays.hashCode(text);
    }

    /** For people: {@code TK_LITERAL{name}}. */
    @Override
    public String toString() {
        return kind.tokenName() + '{' + text() + '}';
    }
}
