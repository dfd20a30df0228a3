package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class TokenKindTest {
    @Test
    void idsAndNamesAreThoseScriptsKnow() {
        Stream<String> kinds = Stream.of(TokenKind.values()).map(kind -> kind.id() + " " + kind.tokenName());
        assertThat(kinds).containsExactlyElementsOf(StatementCase.lines("token-kinds.txt"));
    }

    @Test
    void byIdFindsEachKind() {
        for (TokenKind kind : TokenKind.values()) {
            assertThat(TokenKind.byId(kind.id())).isSameAs(kind);
        }
        assertThatThrownBy(() -> TokenKind.byId(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenKind.byId(262)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thereAre233Keywords() {
        assertThat(Stream.of(TokenKind.values()).filter(TokenKind::isKeyword))
                .hasSize(233)
                .doesNotContain(TokenKind.COMMENT_MYSQL, TokenKind.LITERAL);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "SQL_.*")
    void aKeywordIsFoundInAnyCaseAndNothingNearItIs(TokenKind kind) {
        String word = kind.tokenName().substring("TK_SQL_".length());
        String mixed = word.substring(0, 1) + word.substring(1).toLowerCase(Locale.ROOT);
        for (String spelling : List.of(word, word.toLowerCase(Locale.ROOT), mixed)) {
            assertThat(kinds(spelling)).containsExactly(kind);
            assertThat(kinds("a." + spelling)).containsExactly(TokenKind.LITERAL, TokenKind.DOT, kind);
            assertThat(kinds(spelling + "(")).containsExactly(TokenKind.FUNCTION, TokenKind.OBRACE);
            assertThat(kinds("`" + spelling + "`")).containsExactly(TokenKind.LITERAL);
        }
        for (String other : List.of(word + "@", "_" + word, "0" + word, word + "_X", word + word)) {
            assertThat(kinds(other)).containsExactly(TokenKind.LITERAL);
        }
    }

    /** A keyword with one byte changed must not be taken for it: catches a lookup that trusts its hash. */
    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "SQL_.*")
    void aKeywordWithOneByteChangedIsNotThatKeyword(TokenKind kind) {
        byte[] word = kind.tokenName().substring("TK_SQL_".length()).getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < word.length; at++) {
            byte[] changed = word.clone();
            changed[at] = (byte) (word[at] == 'Q' ? 'X' : 'Q');
            assertThat(Tokenizer.tokenize(changed).get(0).kind()).isNotEqualTo(kind);
        }
    }

    private static List<TokenKind> kinds(String sql) {
        return Tokenizer.tokenize(sql).stream().map(Token::kind).toList();
    }
}
