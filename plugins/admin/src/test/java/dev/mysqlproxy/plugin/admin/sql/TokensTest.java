package dev.mysqlproxy.plugin.admin.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "a b\tc | WORD a,WORD b,WORD c",
                "SELECT*FROM x; | WORD SELECT,SYMBOL *,WORD FROM,WORD x,SYMBOL ;",
                "'it''s' \"a\\\"b\" `q``q` | STRING it's,STRING a\"b,QUOTED q`q",
                "@@session.sql_mode @x @@`a`.b | VARIABLE @@session.sql_mode,VARIABLE @x,VARIABLE @@`a`.b",
                "1 2.5 0x1f 1a 3. | NUMBER 1,NUMBER 2.5,WORD 0x1f,WORD 1a,NUMBER 3,SYMBOL .",
                "/* c */ a /* b | WORD a",
                "/*!40101 SET */ x /*M!100100 y*/ /*! z */ | WORD SET,WORD x,WORD y,WORD z",
                "a -- b | WORD a",
                "a --b | WORD a,SYMBOL -,SYMBOL -,WORD b",
                "a # b | WORD a",
                "a 'b | WORD a,SYMBOL 'b",
                "é $x | WORD é,WORD $x",
                "select $$x$$ | WORD select,SYMBOL $$x$$",
            })
    void statementsAreCutIntoTokens(String sql, String expected) {
        assertThat(Tokens.of(sql).stream().map(token -> token.sort() + " " + token.text()))
                .containsExactly(expected.split(",", -1));
    }

    @Test
    void lineCommentsEndWithTheLine() {
        assertThat(Tokens.of("a -- b\nc # d\ne --").stream().map(Token::text)).containsExactly("a", "c", "e");
    }

    @Test
    void positionsAreThoseOfTheStatement() {
        List<Token> tokens = Tokens.of(" 'a''b' @@x.y ");

        assertThat(tokens)
                .containsExactly(
                        new Token(Token.Sort.STRING, "a'b", 1, 7), new Token(Token.Sort.VARIABLE, "@@x.y", 8, 13));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "/*", "/**/", "--", "#", "/*!", "/*! */", "/*!40101"})
    void nothingIsNoToken(String sql) {
        assertThat(Tokens.of(sql)).isEmpty();
    }

    @Test
    void anythingEnds() {
        StringBuilder sql = new StringBuilder("'\"`@/*!-\\#;");
        for (char c = 0; c < 300; c++) {
            sql.append(c).append('\\');
        }
        for (int length = 0; length <= sql.length(); length++) {
            List<Token> tokens = Tokens.of(sql.substring(0, length));
            int end = 0;
            for (Token token : tokens) {
                assertThat(token.start()).isGreaterThanOrEqualTo(end);
                end = token.end();
            }
            assertThat(end).isLessThanOrEqualTo(length);
        }
    }
}
