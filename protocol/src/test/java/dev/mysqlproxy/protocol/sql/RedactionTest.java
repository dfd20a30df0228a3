package dev.mysqlproxy.protocol.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In every case what must not be seen is or contains {@code s3cret}. */
class RedactionTest {

    private static String literals(String sql) {
        return new String(Redaction.literals(sql.getBytes(UTF_8), true), UTF_8);
    }

    private static String passwords(String sql) {
        return new String(Redaction.passwords(sql.getBytes(UTF_8), true), UTF_8);
    }

    private static String literals(byte[] sql, boolean backslashEscapes) {
        byte[] target = new byte[sql.length];
        int length = new Redaction().literals(sql, 0, sql.length, backslashEscapes, target, 0);
        return new String(target, 0, length, ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '§', textBlock = """
            SELECT 's3cret'                              ~ SELECT ?
            SELECT "s3cret"                              ~ SELECT ?
            SELECT 's3''cret', "s3""cret", 's3"cret'     ~ SELECT ?, ?, ?
            SELECT 's3\\'cret', "s3\\"cret", 's3\\\\', a ~ SELECT ?, ?, ?, a
            SELECT 1, -2.5, .5, 1e10, 1.5e-3, 0xFF, 0b1  ~ SELECT ?, -?, .?, ?, ?, ?, ?
            SELECT x'CAFE', N'a', _utf8mb4'a', b'01'     ~ SELECT x?, N?, _utf8mb4?, b?
            SELECT a1, t2.b3, `4x`, `a``5`, @v6, $7      ~ SELECT a1, t2.b3, `4x`, `a``5`, @v6, $7
            SELECT a-1, a - 1, a--1                      ~ SELECT a-?, a - ?, a--?
            SELECT NULL, TRUE, f(3) LIMIT 10, 5          ~ SELECT NULL, TRUE, f(?) LIMIT ?, ?
            INSERT INTO t VALUES (1,'a'),(2,'b')         ~ INSERT INTO t VALUES (?,?),(?,?)
            SELECT 1 /* s3cret */ + 2                    ~ SELECT ? /*?*/ + ?
            SELECT 1 /**/ + 2 /*s3cret                   ~ SELECT ? /**/ + ? /*?
            SELECT 1 -- s3cret                           ~ SELECT ? -- ?
            SELECT 1 # s3cret                            ~ SELECT ? #?
            SELECT /*!50001 STRAIGHT_JOIN */ 1           ~ SELECT /*!50001 STRAIGHT_JOIN */ ?
            SELECT /*!50001 's3cret' */ 1                ~ SELECT /*!50001 ? */ ?
            SELECT /*M!100100 's3cret' */ 1              ~ SELECT /*M!100100 ? */ ?
            SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1     ~ SELECT /*+ MAX_EXECUTION_TIME(?) */ ?
            CREATE FUNCTION f AS $$ 's3cret $$, 'a'      ~ CREATE FUNCTION f AS ?, ?
            CREATE FUNCTION f AS $j$ s3cret $$ $j$ b     ~ CREATE FUNCTION f AS ? b
            SELECT * FROM a.b WHERE c = 's3cret' AND d<3 ~ SELECT * FROM a.b WHERE c = ? AND d<?
            """)
    void hidesLiterals(String sql, String expected) {
        assertThat(literals(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'a s3cret",
                "SELECT \"a s3cret",
                "SELECT `a s3cret",
                "SELECT 'a\\' s3cret",
                // a server of another version takes the first quote for part of a comment
                "SELECT /*!99999 ' */ 's3cret'",
                "SELECT /*!99999 `a */ `, 's3cret'",
                "SELECT /*!99999 -- ' */ 's3cret'",
                "SELECT /*!99999 $$ */ 's3cret' $$ s3cret",
            })
    void hidesTheRestWhenUnsure(String sql) {
        assertThat(literals(sql)).doesNotContain("s3cret").endsWith("?");
    }

    @Test
    void aLineCommentEndsWithTheLine() {
        assertThat(literals("SELECT 1 -- it's\n, 's3cret' --\n, 2 #'\n, 3"))
                .isEqualTo("SELECT ? -- ?\n, ? --\n, ? #?\n, ?");
    }

    @Test
    void backslashesEscapeUnlessTheServerSaysOtherwise() {
        byte[] sql = "SELECT 'C:\\', 's3cret', 'a'".getBytes(UTF_8);
        assertThat(literals(sql, false)).isEqualTo("SELECT ?, ?, ?");
        byte[] escaped = "SELECT 'it\\'s', 's3cret'".getBytes(UTF_8);
        assertThat(literals(escaped, true)).isEqualTo("SELECT ?, ?");
    }

    @Test
    void aBackslashMayBeTheSecondHalfOfACharacter() {
        byte[] gbk = "SELECT 'a\u00d0\\', 's3cret'".getBytes(ISO_8859_1);
        assertThat(literals(gbk, true)).isEqualTo("SELECT ?");
        // but not behind a whole character of UTF-8
        assertThat(literals("SELECT 'caf\u00e9\\'s', a")).isEqualTo("SELECT ?, a");
        assertThat(literals("SELECT '\u20ac\\'', '\ud83d\ude00\\'', a")).isEqualTo("SELECT ?, ?, a");
        // in SJIS: two characters, of which the last three bytes look like UTF-8 and an escape
        byte[] sjis = "SELECT '\u0082\u00cc\u0095\\', 's3cret'".getBytes(ISO_8859_1);
        assertThat(literals(sjis, true)).isEqualTo("SELECT ?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT `\u0081``, 's3cret', `x`",
                "SELECT \u0081`, 's3cret', \u0081`",
                "SELECT 1\u0081`, 's3cret', \u0081`",
                "ALTER USER `\u0081`` IDENTIFIED BY 's3cret' ATTRIBUTE `x`",
            })
    void aBacktickMayBeTheSecondHalfOfACharacter(String gbk) {
        assertThat(literals(gbk.getBytes(ISO_8859_1), true))
                .doesNotContain("s3cret")
                .endsWith("?");
    }

    @Test
    void namesInUtf8AreWhole() {
        String sql = "SELECT `\u00e9`, `\u20ac```, \ud83d\ude00`\u00fc`, '?'";
        assertThat(literals(sql)).isEqualTo(sql.replace("'?'", "?"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '§', textBlock = """
            CREATE USER 'bob'@'%' IDENTIFIED BY 's3cret'            ~ CREATE USER 'bob'@'%' IDENTIFIED BY ?
            create user bob@'10.%' identified by 's3cret'           ~ create user bob@'10.%' identified by ?
            CREATE USER IF NOT EXISTS 'b' IDENTIFIED BY 's3cret'    ~ CREATE USER IF NOT EXISTS 'b' IDENTIFIED BY ?
            CREATE OR REPLACE USER 'b' IDENTIFIED BY 's3cret'       ~ CREATE OR REPLACE USER 'b' IDENTIFIED BY ?
            CREATE USER a IDENTIFIED WITH x AS '*s3cret'            ~ CREATE USER a IDENTIFIED WITH x AS ?
            CREATE USER a IDENTIFIED WITH 'x' AS 0x24s3cret         ~ CREATE USER a IDENTIFIED WITH ? AS ?
            CREATE USER a IDENTIFIED VIA x USING PASSWORD('s3cret') ~ CREATE USER a IDENTIFIED VIA x USING PASSWORD(?)
            ALTER USER 'b'@'h' IDENTIFIED BY 's3cret' REPLACE 's3cret' ~ ALTER USER 'b'@'h' IDENTIFIED BY ? REPLACE ?
            ALTER USER b IDENTIFIED BY PASSWORD '*s3cret'           ~ ALTER USER b IDENTIFIED BY PASSWORD ?
            ALTER USER b IDENTIFIED BY RANDOM PASSWORD              ~ ALTER USER b IDENTIFIED BY RANDOM PASSWORD
            ALTER USER b IDENTIFIED BY s3cret AND more              ~ ALTER USER b IDENTIFIED BY ?
            ALTER USER b IDENTIFIED BY `s3cret` AND more            ~ ALTER USER b IDENTIFIED BY ?
            CREATE USER 'a' IDENTIFIED BY 's3cret', 'b' IDENTIFIED BY 's3cret' ~ CREATE USER 'a' IDENTIFIED BY ?, ? IDENTIFIED BY ?
            DROP USER 'a'@'b', 'c'                                  ~ DROP USER 'a'@'b', 'c'
            RENAME USER 'a' TO 'b'@'c'                              ~ RENAME USER 'a' TO 'b'@'c'
            GRANT SELECT ON db.* TO 'bob'@'%', 'c' IDENTIFIED BY 's3cret' ~ GRANT SELECT ON db.* TO 'bob'@'%', 'c' IDENTIFIED BY ?
            GRANT 'r'@'%', 'q' TO 'bob'                             ~ GRANT 'r'@'%', 'q' TO 'bob'
            REVOKE ALL ON *.* FROM 'bob'@'%'                        ~ REVOKE ALL ON *.* FROM 'bob'@'%'
            SET PASSWORD = 's3cret'                                 ~ SET PASSWORD = ?
            SET PASSWORD TO 's3cret'                                ~ SET PASSWORD TO ?
            SET PASSWORD FOR 'bob'@'%' = 's3cret'                   ~ SET PASSWORD FOR 'bob'@'%' = ?
            SET PASSWORD FOR bob = PASSWORD('s3cret')               ~ SET PASSWORD FOR bob = PASSWORD(?)
            SHOW GRANTS FOR 'bob'@'%'                               ~ SHOW GRANTS FOR 'bob'@'%'
            CHANGE MASTER TO MASTER_USER='r', MASTER_PASSWORD='s3cret' ~ CHANGE MASTER TO MASTER_USER=?, MASTER_PASSWORD=?
            CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD='s3cret'   ~ CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD=?
            START GROUP_REPLICATION USER='r', PASSWORD='s3cret'     ~ START GROUP_REPLICATION USER=?, PASSWORD=?
            CLONE INSTANCE FROM 'u'@'h':3306 IDENTIFIED BY 's3cret' ~ CLONE INSTANCE FROM ?@?:? IDENTIFIED BY ?
            CREATE SERVER s OPTIONS (USER 'u', PASSWORD 's3cret')   ~ CREATE SERVER s OPTIONS (USER ?, PASSWORD ?)
            CREATE TABLE t (a INT) CONNECTION='mysql://u:s3cret@h/' ~ CREATE TABLE t (a INT) CONNECTION=?
            PREPARE p FROM 'ALTER USER a IDENTIFIED BY "s3cret"'    ~ PREPARE p FROM ?
            SET PASSWORD = s3cret                                   ~ SET PASSWORD = ?
            SET PASSWORD FOR bob@h = s3cret                         ~ SET PASSWORD FOR bob@h = ?
            SET PASSWORD FOR bob = PASSWORD(s3cret)                 ~ SET PASSWORD FOR bob = PASSWORD(?
            SET PASSWORD TO s3cret                                  ~ SET PASSWORD TO ?
            SET PASSWORD TO RANDOM                                  ~ SET PASSWORD TO RANDOM
            SET PASSWORD = 'a' REPLACE s3cret                       ~ SET PASSWORD = ? REPLACE ?
            SET PASSWORD FOR bob = ?                                ~ SET PASSWORD FOR bob = ?
            CHANGE MASTER TO MASTER_PASSWORD = s3cret, MASTER_PORT=1 ~ CHANGE MASTER TO MASTER_PASSWORD = ?
            CHANGE REPLICATION SOURCE TO source_password=`s3cret`   ~ CHANGE REPLICATION SOURCE TO source_password=?
            CHANGE MASTER TO MASTER_PASSWORD='s3cret', MASTER_PORT=1 ~ CHANGE MASTER TO MASTER_PASSWORD=?, MASTER_PORT=?
            START REPLICA USER='u' PASSWORD=s3cret                  ~ START REPLICA USER=? PASSWORD=?
            ALTER SERVER s OPTIONS (PASSWORD s3cret, PORT 1)        ~ ALTER SERVER s OPTIONS (PASSWORD ?
            INSTALL COMPONENT 'c' SET c.password = s3cret           ~ INSTALL COMPONENT ? SET c.password = ?
            ALTER USER b IDENTIFIED BY 's3cret' REPLACE s3cret      ~ ALTER USER b IDENTIFIED BY ? REPLACE ?
            ALTER USER b IDENTIFIED BY !s3cret                      ~ ALTER USER b IDENTIFIED BY ?
            ALTER USER b IDENTIFIED BY 1#2s3cret                    ~ ALTER USER b IDENTIFIED BY ?
            ALTER USER b IDENTIFIED BY (s3cret)                     ~ ALTER USER b IDENTIFIED BY (?
            ALTER USER b IDENTIFIED BY ? REQUIRE SSL                ~ ALTER USER b IDENTIFIED BY ? REQUIRE SSL
            CREATE USER a IDENTIFIED WITH x AS 0x24 REQUIRE SSL     ~ CREATE USER a IDENTIFIED WITH x AS ? REQUIRE SSL
            SET GLOBAL s3_access_key = 's3cret'                     ~ SET GLOBAL s3_access_key = ?
            SELECT ENCODE(a, 's3cret')                              ~ SELECT ENCODE(a, ?)
            SELECT AES_ENCRYPT(a, 's3cret')                         ~ SELECT AES_ENCRYPT(a, ?)
            SELECT encode (a, 's3cret')                             ~ SELECT encode (a, ?)
            SELECT DECODE/**/(a, 's3cret')                          ~ SELECT DECODE/**/(a, ?)
            SELECT KDF ('s3cret', 'salt')                           ~ SELECT KDF (?, ?)
            SELECT keyring_key_store('k', 'AES', 's3cret')          ~ SELECT keyring_key_store(?, ?, ?)
            SELECT ASYMMETRIC_SIGN('RSA', @d, 's3cret')             ~ SELECT ASYMMETRIC_SIGN(?, @d, ?)
            SELECT f('-----BEGIN RSA PRIVATE KEY-----s3cret')       ~ SELECT f(?)
            CALL mysql.rds_set_external_master('h', 3306, 'u', 's3cret') ~ CALL mysql.rds_set_external_master(?, ?, ?, ?)
            CALL mysql.rds_set_external_source('h', 3306, 'u', 's3cret') ~ CALL mysql.rds_set_external_source(?, ?, ?, ?)
            CALL mysql.setupExternalSource('h', 3306, 'u', 's3cret') ~ CALL mysql.setupExternalSource(?, ?, ?, ?)
            CALL mysql.az_replication_change_master('h', 's3cret')  ~ CALL mysql.az_replication_change_master(?, ?)
            CALL mysql.az_replication_change_source('h', 's3cret')  ~ CALL mysql.az_replication_change_source(?, ?)
            SELECT 1; SET PASSWORD = 's3cret'                       ~ SELECT ?; SET PASSWORD = ?
            UPDATE users SET passwd = 's3cret' WHERE id = 7         ~ UPDATE users SET passwd = ? WHERE id = ?
            """)
    void hidesPasswords(String sql, String expected) {
        assertThat(passwords(sql)).isEqualTo(expected);
        assertThat(literals(sql)).isEqualTo(expected);
    }

    @Test
    void leavesStatementsWithoutPasswordsAlone() {
        String sql = "SELECT 'a', 1 /* b */ FROM t -- c";
        assertThat(passwords(sql)).isEqualTo(sql);
        assertThat(literals(sql)).isEqualTo("SELECT ?, ? /*?*/ FROM t -- ?");
    }

    @Test
    void accountsEndWithTheStatement() {
        assertThat(literals("DROP USER 'a'; SELECT 's3cret' TO 's3cret'")).isEqualTo("DROP USER 'a'; SELECT ? TO ?");
    }

    @Test
    void worksInPartsOfArrays() {
        byte[] sql = "xxSELECT 'a'yy".getBytes(UTF_8);
        byte[] target = "................".getBytes(UTF_8);
        int end = new Redaction().literals(sql, 2, 10, true, target, 3);
        assertThat(new String(target, 0, end, UTF_8)).isEqualTo("...SELECT ?");
        assertThat(target).endsWith("...".getBytes(UTF_8));
    }

    @Test
    void anyBytesAreAcceptedAndNeverGrow() {
        Random random = new Random(7);
        byte[] alphabet = "'\"`\\*/!-#$;@=(),. \n1aE\u00e9BYIDENTIFIED".getBytes(Charset.forName("ISO-8859-1"));
        Redaction redaction = new Redaction();
        for (int round = 0; round < 20_000; round++) {
            byte[] sql = new byte[random.nextInt(40)];
            for (int i = 0; i < sql.length; i++) {
                sql[i] = alphabet[random.nextInt(alphabet.length)];
            }
            byte[] before = sql.clone();
            byte[] target = new byte[sql.length];
            int length = redaction.literals(sql, 0, sql.length, random.nextBoolean(), target, 0);
            assertThat(length).isLessThanOrEqualTo(sql.length);
            assertThat(sql).isEqualTo(before);
            // once more: hidden is hidden
            byte[] hidden = Arrays.copyOf(target, length);
            assertThat(Redaction.literals(hidden, true)).hasSizeLessThanOrEqualTo(length);
        }
    }

    @Test
    void timeIsLinear() {
        // 64 KiB of what would be searched for its end again and again
        byte[] sql = new byte[1 << 16];
        for (int i = 0; i + 8 <= sql.length; i += 8) {
            System.arraycopy(("$" + (i + 1_000_000) % 10_000_000).concat("$ ").getBytes(UTF_8), 0, sql, i, 8);
        }
        assertThat(Redaction.literals(sql, true).length).isLessThanOrEqualTo(sql.length);
    }
}
