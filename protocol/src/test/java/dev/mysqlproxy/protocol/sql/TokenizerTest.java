package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.sql.StatementCase.Lexeme;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerTest {
    static List<StatementCase> cases() {
        return StatementCase.loadAll();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokensAreThoseWrittenDown(StatementCase example) {
        assertThat(Tokenizer.tokenize(example.sqlBytes()).stream().map(Lexeme::of))
                .containsExactlyElementsOf(example.tokens());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyPrefixIsReadAsTheRulesSay(StatementCase example) {
        for (int length = 0; length <= example.sql().length(); length++) {
            byte[] prefix = Arrays.copyOf(example.sqlBytes(), length);
            assertThat(Tokenizer.tokenize(prefix).stream().map(Lexeme::of))
                    .containsExactlyElementsOf(
                            ReferenceLexer.tokenize(example.sql().substring(0, length)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingOutsideTheGivenPartIsRead(StatementCase example) {
        byte[] sql = example.sqlBytes();
        List<Token> expected = Tokenizer.tokenize(sql);
        for (byte around : new byte[] {'\'', '.', '(', '/', '-', 'x', '5', '\n', '=', '*', '`', '\\'}) {
            byte[] wider = new byte[sql.length + 8];
            Arrays.fill(wider, around);
            System.arraycopy(sql, 0, wider, 4, sql.length);
            assertThat(Tokenizer.tokenize(wider, 4, sql.length)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneTokenizerLeaksNothingIntoTheNextStatement(StatementCase example) {
        Tokenizer tokenizer = new Tokenizer();
        for (String before : List.of("a.b", "'open", "/* open", "a", "`x``")) {
            byte[] earlier = before.getBytes(StandardCharsets.UTF_8);
            tokenizer.reset(earlier, 0, earlier.length).next();
            tokenizer.reset(example.sqlBytes(), 0, example.sqlBytes().length);
            for (Lexeme expected : example.tokens()) {
                assertThat(tokenizer.next()).isTrue();
                assertThat(tokenizer.kind()).isEqualTo(expected.kind());
                assertThat(tokenizer.text(StandardCharsets.ISO_8859_1)).isEqualTo(expected.text());
            }
            assertThat(tokenizer.next()).isFalse();
        }
    }

    @Test
    void anIdentifierLeftHalfwayDoesNotGoOnInTheNextStatement() {
        byte[] earlier = "a.b".getBytes(StandardCharsets.US_ASCII);
        byte[] sql = ".1e5".getBytes(StandardCharsets.US_ASCII);
        Tokenizer tokenizer = new Tokenizer().reset(earlier, 0, earlier.length);
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.reset(sql, 0, sql.length).next()).isTrue();
        assertThat(tokenizer.kind()).isEqualTo(TokenKind.FLOAT);

        tokenizer.reset(earlier, 0, earlier.length);
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.reset(sql, 1, 1).next()).isTrue();
        assertThat(tokenizer.kind()).isEqualTo(TokenKind.INTEGER);
    }

    @Test
    void positionsIncludeDelimitersAndTextDoesNot() {
        byte[] sql = "x 'a''b' /*! c **/".getBytes(StandardCharsets.US_ASCII);
        Tokenizer tokenizer = new Tokenizer().reset(sql, 1, sql.length - 1);

        assertThat(tokenizer.next()).isTrue();
        assertThat(new int[] {tokenizer.start(), tokenizer.end(), tokenizer.textStart(), tokenizer.textEnd()})
                .containsExactly(2, 8, 3, 7);
        assertThat(tokenizer.isQuoted()).isTrue();
        assertThat(tokenizer.isTextVerbatim()).isFalse();
        assertThat(tokenizer.text()).isEqualTo("a'b");

        assertThat(tokenizer.next()).isTrue();
        assertThat(new int[] {tokenizer.start(), tokenizer.end(), tokenizer.textStart(), tokenizer.textEnd()})
                .containsExactly(9, 18, 12, 15);
        assertThat(tokenizer.isQuoted()).isFalse();
        assertThat(tokenizer.isTextVerbatim()).isTrue();
        assertThat(tokenizer.textBytes()).containsExactly(' ', 'c', ' ');
    }

    @Test
    void theEndIsReportedAgainAndAgain() {
        Tokenizer tokenizer = new Tokenizer().reset(new byte[] {'a', ' '}, 0, 2);
        assertThat(tokenizer.kind()).isNull();
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.next()).isFalse();
        assertThat(tokenizer.next()).isFalse();
        assertThat(tokenizer.kind()).isNull();
        assertThat(tokenizer.text()).isEmpty();
        assertThat(tokenizer.isQuoted()).isFalse();
    }

    @Test
    void aNewTokenizerHasNothing() {
        assertThat(new Tokenizer().next()).isFalse();
    }

    @Test
    void partsOutsideTheArrayAreRefused() {
        byte[] sql = new byte[4];
        assertThatThrownBy(() -> Tokenizer.tokenize(sql, 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Tokenizer.tokenize(sql, -1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Tokenizer.tokenize(sql, 4, Integer.MAX_VALUE))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void textIsComparesInAnyCaseAfterUndoubling() {
        byte[] sql = "Last_Insert_Id `a``B` `a\u00e9`".getBytes(StandardCharsets.UTF_8);
        Tokenizer tokenizer = new Tokenizer().reset(sql, 0, sql.length);
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.textIs("LAST_INSERT_ID")).isTrue();
        assertThat(tokenizer.textIs("LAST_INSERT_I")).isFalse();
        assertThat(tokenizer.textIs("LAST_INSERT_IX")).isFalse();
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.textIs("A`b")).isTrue();
        assertThat(tokenizer.textIs("A``b")).isFalse();
        assertThat(tokenizer.textIs("A`c")).isFalse();
        assertThat(tokenizer.next()).isTrue();
        assertThat(tokenizer.textIs("a\u00e9")).isFalse();
        assertThat(tokenizer.textIs("a\u00c3\u00a9")).isFalse();
    }

    @Test
    void stringsAreReadAsUtf8() {
        assertThat(Tokenizer.tokenize("SELECT '\u00e4\u20ac'").get(1).text()).isEqualTo("\u00e4\u20ac");
    }

    @Test
    void hashBeginsACommentWhenAskedTo() {
        byte[] sql = "SELECT 1 # it's\n, 2 #".getBytes(StandardCharsets.US_ASCII);
        Tokenizer tokenizer = Tokenizer.withHashComments().reset(sql, 0, sql.length);
        StringBuilder seen = new StringBuilder();
        while (tokenizer.next()) {
            seen.append(tokenizer.kind()).append('{').append(tokenizer.text()).append('}');
        }
        assertThat(seen).hasToString("SQL_SELECT{SELECT}INTEGER{1}COMMENT{ it's}COMMA{,}INTEGER{2}COMMENT{}");
    }

    @Test
    void tokensAreValues() {
        Token bare = Tokenizer.tokenize("abc").get(0);
        assertThat(bare).isEqualTo(Token.of(TokenKind.LITERAL, new byte[] {'a', 'b', 'c'}, false));
        assertThat(bare).hasSameHashCodeAs(Token.of(TokenKind.LITERAL, new byte[] {'a', 'b', 'c'}, false));
        assertThat(bare).isNotEqualTo(Token.of(TokenKind.FUNCTION, new byte[] {'a', 'b', 'c'}, false));
        assertThat(bare).isNotEqualTo(Token.of(TokenKind.LITERAL, new byte[] {'a', 'b'}, false));
        assertThat(bare).isNotEqualTo(Tokenizer.tokenize("`abc`").get(0));
        assertThat(bare).hasToString("TK_LITERAL{abc}");
        bare.textBytes()[0] = 'x';
        assertThat(bare.text()).isEqualTo("abc");
    }
}
