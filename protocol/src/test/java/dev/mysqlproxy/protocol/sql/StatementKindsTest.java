package dev.mysqlproxy.protocol.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementKindsTest {

    private final StatementKinds kinds = new StatementKinds();

    private Set<StatementKind> kinds(String sql) {
        return kinds(sql, UTF_8);
    }

    private Set<StatementKind> kinds(String sql, Charset charset) {
        byte[] bytes = ("xx" + sql + "yy").getBytes(charset);
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
            SELECT /*!40001 SQL_NO_CACHE */ * FROM t       ~ SELECT
            CREATE TABLE /*!32312 IF NOT EXISTS*/ t (a INT) ~ DDL
            /*My note*/ SELECT 1                           ~ SELECT
            SELECT /*+ MAX_EXECUTION_TIME(1) */ 1          ~ SELECT
            SELECT '\\'', a /* ü */ FROM `ü`              ~ SELECT
            REPLACE INTO t VALUES (1)                      ~ REPLACE
            WITH a AS (SELECT 1) SELECT * FROM a           ~ SELECT
            WITH a AS (SELECT 1) DELETE FROM t             ~ DELETE
            WITH a AS (SELECT 1) SELECT /*!40001 b */ 2    ~ SELECT
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
            SET a = 'x,', b = f(1, password), c = @@d      ~ SET
            SET TRANSACTION READ ONLY                      ~ TRANSACTION
            SET SESSION TRANSACTION READ ONLY              ~ TRANSACTION
            SET STATEMENT a = 1 FOR DELETE FROM t          ~ DELETE
            SET STATEMENT a = 1                            ~ SET
            SET STATEMENT a = b(c('a' FROM 1 FOR 1)) FOR DROP TABLE t ~ DDL
            SET STATEMENT a = 1 FOR ((SELECT 1))           ~ SELECT
            START TRANSACTION                              ~ TRANSACTION
            START REPLICA                                  ~ ADMIN
            COMMIT                                         ~ TRANSACTION
            BEGIN                                          ~ TRANSACTION
            BEGIN WORK;                                    ~ TRANSACTION
            EXPLAIN DELETE FROM t                          ~ SHOW
            EXPLAIN ANALYZE DELETE FROM t                  ~ DELETE
            ANALYZE TABLE t                                ~ ADMIN
            ANALYZE TABLES t                               ~ ADMIN
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

    @Test
    void setMayBeMoreThanOne() {
        assertThat(kinds("SET @a = (1, 2), b = 'PASSWORD', PASSWORD = PASSWORD('x')"))
                .containsExactlyInAnyOrder(StatementKind.SET, StatementKind.DCL);
        assertThat(kinds.isCertain()).isTrue();
        assertThat(kinds("SET @a = 1, ROLE admin")).contains(StatementKind.DCL);
    }

    /** In each of them some server, sql_mode or character set finds a statement that others do not see. */
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
                // servers that skip a comment go to its first end
                "CREATE /*!99999 TABLE */ USER eve IDENTIFIED BY 'x'",
                "CREATE /*M! TABLE */ USER eve IDENTIFIED BY 'x'",
                "SET /*!99999 x */ PASSWORD = 'x'",
                "/*!99999 # */ DROP TABLE t",
                "/*!99999 SELECT '*/ DROP TABLE t -- '",
                "/*M! SELECT 1 -- */ DROP TABLE t",
                "/*!99999 SELECT ' */ DELETE FROM t /*' */",
                "/*!99999 SELECT 1",
                "WITH a AS (SELECT 1) /*!99999 SELECT */ DELETE FROM t",
                "SET STATEMENT x=1 FOR /*!999999 SELECT */ DELETE FROM t",
                "/*!99999 # */ DELETE FROM t WHERE id IN (/*\n*/ SELECT 1)",
                "/*!50000 CREATE /*!50000 USER*/ eve",
                "/*!50003 CREATE*/ /*!50017 DEFINER=a*/ /*!50003 TRIGGER t */",
                // with NO_BACKSLASH_ESCAPES
                "WITH a AS (SELECT '\\'), b AS (SELECT ') SELECT ' ) DELETE FROM t",
                "SET STATEMENT a='\\', b=' FOR SELECT 1 -- ' FOR DELETE FROM t",
                // where $$ is a name
                "WITH a AS (SELECT 1 AS $$) DELETE FROM t -- $$",
                "EXPLAIN ANALYZE TABLE $a$; DROP TABLE t; DO $a$",
                "$$: LOOP DROP TABLE t; END LOOP -- $$",
                // where hints are read as such
                "SELECT /*+ qb_name(`*/ '`) */; DROP TABLE t -- '",
                "WITH a AS (SELECT /*+ qb_name(`*/ 1) SELECT 1 /* `) */ 1) DELETE FROM t",
                // with sql_mode=ORACLE
                "BEGIN DROP TABLE t; END",
                "DECLARE x INT; BEGIN DROP TABLE t; END",
                "<<l>> BEGIN DROP TABLE t; END",
            })
    void saysWhenItIsNotCertain(String sql) {
        assertThat(kinds(sql)).isNotEmpty();
        assertThat(kinds.isCertain()).isFalse();
    }

    /** The same, with bytes that are half a character in GBK, or a blank in latin1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 AS `\u0081``; DROP TABLE t; SELECT 1 AS `x`",
                "SELECT 1 AS \u0081`; DROP TABLE t; SELECT 1 AS \u0081`",
                "WITH a AS (SELECT 1 AS `\u0081`), b AS (SELECT `) SELECT `) DELETE FROM t",
                "\u00a0DROP TABLE t",
                "CREATE\u00a0USER eve",
                "CREATE \u00a0USER eve",
                "CREATE --\u00a0 TABLE\nUSER eve",
                "WITH a AS (SELECT 1)\u00a0DELETE FROM t",
                "WITH a AS (SELECT 1 --\u00a0) SELECT\n) DELETE FROM t",
            })
    void isNotCertainOfBytesAboveAscii(String sql) {
        assertThat(kinds(sql, ISO_8859_1)).isNotEmpty();
        assertThat(kinds.isCertain()).isFalse();
    }

    @Test
    void nestingHasNoEnd() {
        assertThat(kinds("ANALYZE ".repeat(100_000))).isNotEmpty();
        assertThat(kinds("SET STATEMENT FOR ".repeat(100_000))).isNotEmpty();
        assertThat(kinds("(".repeat(100_000))).containsExactly(StatementKind.OTHER);
        assertThat(kinds("WITH a AS (SELECT 1) SELECT 2;".repeat(100_000))).containsExactly(StatementKind.SELECT);
    }

    @Test
    void ofNothing() {
        assertThat(kinds("")).containsExactly(StatementKind.OTHER);
        assertThat(kinds(";")).containsExactly(StatementKind.OTHER);
    }
}
