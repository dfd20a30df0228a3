package dev.mysqlproxy.plugin.auditing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementKindsTest {

    private final StatementKinds kinds = new StatementKinds();

    private List<StatementKind> kinds(String sql) {
        byte[] bytes = sql.getBytes(UTF_8);
        kinds.read(bytes, 0, bytes.length);
        return Arrays.stream(StatementKind.values())
                .filter(kind -> (kinds.bits() & kind.bit()) != 0)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '§', textBlock = """
            select 1                                       ~ SELECT
            (SELECT 1) UNION (SELECT 2)                    ~ SELECT
            -- note                                        ~ OTHER
            /* a */ # b                                    ~ OTHER
            /* a */ SELECT 1 -- ; DROP TABLE t             ~ SELECT
            SELECT ';', `;`, ";" /* ; */                   ~ SELECT
            /*!40101 SET NAMES utf8 */                     ~ SET
            /*!50001 DROP */ TABLE t                       ~ DDL
            REPLACE INTO t VALUES (1)                      ~ INSERT
            WITH a AS (SELECT 1) SELECT * FROM a           ~ SELECT
            WITH a AS (SELECT 1) DELETE FROM t             ~ DELETE
            WITH RECURSIVE a AS (SELECT 1) UPDATE t SET b=1 ~ UPDATE
            CREATE TABLE user (a INT)                      ~ DDL
            CREATE USER u                                  ~ DCL
            CREATE OR REPLACE USER u                       ~ DCL
            DROP ROLE r                                    ~ DCL
            GRANT ALL ON *.* TO u                          ~ DCL
            SET PASSWORD = 'a'                             ~ DCL
            SET DEFAULT ROLE r TO u                        ~ DCL
            SET @a = 1                                     ~ SET
            SET TRANSACTION READ ONLY                      ~ TRANSACTION
            START TRANSACTION                              ~ TRANSACTION
            START REPLICA                                  ~ ADMIN
            COMMIT                                         ~ TRANSACTION
            EXPLAIN DELETE FROM t                          ~ SHOW
            LOAD DATA INFILE 'a' INTO TABLE t              ~ LOAD
            EXECUTE p                                      ~ PREPARE
            FLUSH TABLES                                   ~ ADMIN
            nonsense                                       ~ OTHER
            'SELECT'                                       ~ OTHER
            """)
    void byFirstWords(String sql, StatementKind expected) {
        assertThat(kinds(sql)).containsExactly(expected);
        assertThat(kinds.first()).isEqualTo(expected);
    }

    @Test
    void ofSeveralStatements() {
        assertThat(kinds("SELECT 1; DROP TABLE t;\n")).containsExactly(StatementKind.SELECT, StatementKind.DDL);
        assertThat(kinds.first()).isEqualTo(StatementKind.SELECT);
        assertThat(kinds(";;UPDATE t SET a = 1")).contains(StatementKind.UPDATE);
        assertThat(kinds("/*! SELECT 1; */ DELETE FROM t")).contains(StatementKind.SELECT);
    }

    @Test
    void ofNothing() {
        assertThat(kinds("")).containsExactly(StatementKind.OTHER);
        assertThat(kinds(";")).containsExactly(StatementKind.OTHER);
    }
}
