package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NormalizerTest {
    static List<StatementCase> cases() {
        return StatementCase.loadAll();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void statementsComeOutAsWrittenDown(StatementCase example) {
        assertThat(new String(Normalizer.normalize(example.sqlBytes()), StandardCharsets.ISO_8859_1))
                .isEqualTo(example.normalised());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokensComeOutAsTheirStatement(StatementCase example) {
        byte[] normalised = Normalizer.normalize(Tokenizer.tokenize(example.sqlBytes()));
        assertThat(new String(normalised, StandardCharsets.ISO_8859_1)).isEqualTo(example.normalised());
    }

    @Test
    void oneNormalizerLeaksNothingIntoTheNextStatement() {
        Normalizer normalizer = new Normalizer();
        for (int round = 0; round < 2; round++) {
            for (StatementCase example : StatementCase.loadAll()) {
                byte[] wider = ("'" + example.sql() + "'").getBytes(StandardCharsets.ISO_8859_1);
                normalizer.normalize(wider, 1, wider.length - 2);
                assertThat(new String(normalizer.buffer(), 0, normalizer.length(), StandardCharsets.ISO_8859_1))
                        .isEqualTo(example.normalised());
            }
        }
    }

    @Test
    void statementsThatDifferInValuesSpacingAndCommentsAreOne() {
        assertThat(Normalizer.normalize("select\t* from t /* 1 */ where a='x' -- b"))
                .isEqualTo(Normalizer.normalize("SELECT *\nFROM t WHERE a=7.5e3"))
                .isEqualTo("SELECT * FROM `t` WHERE `a` = ? ");
    }

    @Test
    void stringsAreReadAndWrittenAsUtf8() {
        assertThat(Normalizer.normalize("select `\u00e4\u20ac`")).isEqualTo("SELECT `\u00e4\u20ac` ");
    }

    @Test
    void aLimitKeepsWholePiecesOnly() {
        byte[] sql = "SELECT a, b".getBytes(StandardCharsets.US_ASCII);
        String whole = "SELECT `a` , `b` ";
        for (int limit = 0; limit <= whole.length(); limit++) {
            Normalizer normalizer = new Normalizer(limit).normalize(sql, 0, sql.length);
            String result = normalizer.toString();
            assertThat(result).hasSizeLessThanOrEqualTo(limit);
            assertThat(List.of("", "SELECT ", "SELECT `a` ", "SELECT `a` , ", whole))
                    .contains(result);
            assertThat(normalizer.isTruncated()).isEqualTo(limit < whole.length());
        }
    }

    @Test
    void nothingIsAddedAfterAPieceThatDidNotFit() {
        Normalizer normalizer = new Normalizer(6);
        byte[] text = {'a', 'b', 'c', 'd', 'e', 'f'};
        normalizer.add(TokenKind.LITERAL, text, 0, 2);
        assertThat(normalizer.isTruncated()).isFalse();
        normalizer.add(TokenKind.LITERAL, text, 0, 6);
        normalizer.add(TokenKind.COMMA, text, 0, 0);
        assertThat(normalizer).hasToString("`ab` ");
        normalizer.clear();
        normalizer.add(TokenKind.FUNCTION, text, 1, 4);
        assertThat(normalizer).hasToString("BCD");
        assertThat(normalizer.isTruncated()).isFalse();
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatThrownBy(() -> new Normalizer(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longStatementsGrowTheBufferAndTheNextOneShrinksIt() {
        String list = "1,".repeat(100_000) + "1";
        byte[] sql = list.getBytes(StandardCharsets.US_ASCII);
        Normalizer normalizer = new Normalizer().normalize(sql, 0, sql.length);
        assertThat(normalizer.toByteArray()).hasSize(100_000 * 4 + 2);
        assertThat(normalizer.toString()).isEqualTo("? , ".repeat(100_000) + "? ");
        normalizer.normalize(sql, 0, 1);
        assertThat(normalizer).hasToString("? ");
        assertThat(normalizer.buffer()).hasSizeLessThan(1024);
    }
}
