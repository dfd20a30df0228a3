package dev.mysqlproxy.plugin.admin.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikeTest {

    @ParameterizedTest
    @CsvSource({
        "sql_mode, sql_mode, true",
        "sql_mode, SQL_MODE, true",
        "sql_mode, sql%, true",
        "sql_mode, %mode, true",
        "sql_mode, %l_m%, true",
        "sql_mode, %, true",
        "sql_mode, sql_mode%%, true",
        "sql_mode, %o%o%, false",
        "sql_mode, sql, false",
        "sql_mode, mode, false",
        "sql_mode, sql_mode_, false",
        "aab, %ab, true",
        "sql_mode, '', false",
        "'', '', true",
        "'', %, true"
    })
    void patternsMatch(String name, String pattern, boolean matches) {
        assertThat(Like.matches(name, pattern)).isEqualTo(matches);
    }

    @Test
    void hostilePatternEndsSoon() {
        assertThat(Like.matches("a".repeat(60), "%a".repeat(30_000) + "b")).isFalse();
    }
}
