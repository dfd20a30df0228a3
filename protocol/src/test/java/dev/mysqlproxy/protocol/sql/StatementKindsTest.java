package dev.mysqlproxy.protocol.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindsTest {

    private final StatementKinds kinds = new StatementKinds();

    private Set<StatementKind> kinds(String sql) {
        byte[] bytes = ("xx" + sql + "yy").getBytes(UTF_8);
        return kinds.read(bytes, 2, bytes.length - 4).all();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '§', textBlock = """
            select 1                                       ~ SELECT
            (SELECT 1) UNION (SELECT 2)                    ~ SELECT
            ((TABLE t))                                    ~ SELECT
            -- note                                        ~ OTHER
            /* a */ # b                                    ~ OTHER
            /* a */ SELECT 1 -- ; DROP TABLE t             ~ SELECT
            SELECT ';', `;`, ";" /* ; */                   ~ SELECT
            /*!40101 SET NAMES utf8 */                     ~ SET
            /*!40101 SET NAMES utf8 */;                    ~ SET
            REPLACE INTO t VALUES (1)                      ~ REPLACE
            WITH a AS (SELECT 1) SELECT * FROM a           ~ SELECT
            WITH a AS (SELECT 1) DELETE FROM t             ~ DELETE
            WITH RECURSIVE a AS (SELECT 1) UPDATE t SET b=1 ~ UPDATE
            CREATE TABLE user (a INT)                      ~ DDL
            CREATE USER u                                  ~ DCL
            CREATE OR REPLACE USER u                       ~ DCL
            CREATE OR REPLACE TABLE user (a INT)           ~ DDL
            DROP ROLE r                                    ~ DCL
            GRANT ALL ON *.* TO u                          ~ DCL
            SET PASSWORD = 'a'                             ~ DCL
            SET DEFAULT ROLE r TO u                        ~ DCL
            SET @a = 1                                     ~ SET
            SET GLOBAL a = 1                               ~ SET
            SET TRANSACTION READ ONLY                      ~ TRANSACTION
            SET SESSION TRANSACTION READ ONLY              ~ TRANSACTION
            SET STATEMENT a = 1 FOR DELETE FROM t          ~ DELETE
            SET STATEMENT a = 1                            ~ SET
            START TRANSACTION                              ~ TRANSACTION
            START REPLICA                                  ~ ADMIN
            COMMIT                                         ~ TRANSACTION
            BEGIN                                          ~ TRANSACTION
            EXPLAIN DELETE FROM t                          ~ SHOW
            EXPLAIN ANALYZE DELETE FROM t                  ~ DELETE
            ANALYZE TABLE t                                ~ ADMIN
            ANALYZE DELETE FROM t                          ~ DELETE
            ANALYZE FORMAT=JSON UPDATE t SET a = 1         ~ UPDATE
            USE shop                                       ~ USE
            LOAD DATA INFILE 'a' INTO TABLE t              ~ LOAD
            EXECUTE p                                      ~ PREPARE
            FLUSH TABLES                                   ~ ADMIN
            nonsense                                       ~ OTHER
            'SELECT'                                       ~ OTHER
            """)
    void byFirstWords(String sql, StatementKind expected) {
        assertThat(kinds(sql)).containsExactly(expected);
        assertThat(kinds.first()).isEqualTo(expected);
        assertThat(kinds.isCertain()).isTrue();
    }

    @Test
    void ofSeveralStatements() {
        assertThat(kinds("SELECT 1; DROP TABLE t;\n")).containsExactly(StatementKind.SELECT, StatementKind.DDL);
        assertThat(kinds.first()).isEqualTo(StatementKind.SELECT);
        assertThat(kinds.isCertain()).isTrue();
        assertThat(kinds(";;UPDATE t SET a = 1")).containsExactly(StatementKind.UPDATE);
        assertThat(kinds("/*! SELECT 1; */ DELETE FROM t")).contains(StatementKind.SELECT);
        assertThat(kinds("DROP TABLE t; SELECT 1")).contains(StatementKind.DDL);
        assertThat(kinds("CREATE; USER")).containsExactly(StatementKind.DDL, StatementKind.OTHER);
    }

    /** In each of them some server, or some sql_mode, finds a DROP that others do not see. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*!99999 SELECT 1 */ DROP TABLE t",
                "/*!50001 DROP */ TABLE t",
                "SELECT 1 /*!99999 ' */; DROP TABLE t -- '",
                "SELECT 1 /*M!99999 ' */; DROP TABLE t -- '",
                "SELECT '\\'; DROP TABLE t -- '",
                "SELECT \"\\\"; DROP TABLE t -- \"",
                "SELECT a AS $$; DROP TABLE t -- $$",
                "BEGIN NOT ATOMIC DROP TABLE t; END",
                "IF 1 THEN DROP TABLE t; END IF",
                "a: LOOP DROP TABLE t; END LOOP",
                "SET STATEMENT a=1 FOR SET STATEMENT a=1 FOR DROP TABLE t",
            })
    void saysWhenItIsNotCertain(String sql) {
        assertThat(kinds(sql)).isNotEmpty();
        assertThat(kinds.isCertain()).isFalse();
    }

    @Test
    void nestingHasNoEnd() {
        assertThat(kinds("ANALYZE ".repeat(100_000))).isNotEmpty();
        assertThat(kinds("SET STATEMENT FOR ".repeat(100_000))).isNotEmpty();
        assertThat(kinds("(".repeat(100_000))).containsExactly(StatementKind.OTHER);
    }

    @Test
    void ofNothing() {
        assertThat(kinds("")).containsExactly(StatementKind.OTHER);
        assertThat(kinds(";")).containsExactly(StatementKind.OTHER);
    }
}
