package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

    private final Digest digest = new Digest(1024);

    private String text(String sql) {
        return new String(digest.of(sql.getBytes(StandardCharsets.UTF_8)).text(), StandardCharsets.UTF_8);
    }

    private String hash(String sql) {
        return digest.of(sql.getBytes(StandardCharsets.UTF_8)).hex();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "select a.b,count( * ) from `t` where c=-5;|SELECT a.b, COUNT(*) FROM t WHERE c = ?",
                "select * from `order` o where x is not null|SELECT * FROM `order` o WHERE x IS NOT NULL",
                "SELECT NULL, f(TRUE), a = false, b IS TRUE|SELECT ?, f(?), a = ?, b IS TRUE",
                "select a-1, -a, - - 1, a - -1, +.5e-3|SELECT a - ?, - a, ?, a - ?, ?",
                "SELECT 1, 1.5, 1., .5, 1e5, 0x1F, 0b01|SELECT ?, ?, ?, ?, ?, ?, ?",
                "SELECT X'1f', b'01', N'x', _utf8mb4 'x', _binary 0xff|SELECT ?, ?, ?, ?, ?",
                "SELECT DATE '2020-01-01', time'1:2', TIMESTAMP \"x\"|SELECT ?, ?, ?",
                "SELECT 'it''s', 'a\\'b', \"say \"\"x\"\"\", 'a' 'b'|SELECT ?, ?, ?, ?",
                "SELECT date, DATE(d), t.date 'alias' FROM t|SELECT date, DATE(d), t.date ? FROM t",
                "SELECT \\N|SELECT ?",
                "SELECT ? , :x|SELECT ?, : x",
                "SELECT * FROM t LIMIT 5,10|SELECT * FROM t LIMIT ?, ?",
                "SELECT json->'$.a', j ->> '$.b'|SELECT json -> ?, j ->> ?",
                "a<>1 and b!=2 or c<=>3 && d<<4|a != ? AND b != ? OR c <=> ? && d << ?",
                "set @@session.sql_mode='x', @a:=1, @`a b`=2, @'q'=3"
                        + "|SET @@session.sql_mode = ?, @a := ?, @`a b` = ?, @? = ?",
                "CREATE USER 'bob'@'%' identified by 'x'|CREATE USER ? @? IDENTIFIED BY ?",
                "begin|BEGIN",
                "start transaction read only;;|START TRANSACTION READ ONLY",
                "select 1; select 2;|SELECT ?; SELECT ?",
                "select `a``b`, `1a`, `x y`, t.`order`, 1a|SELECT `a``b`, `1a`, `x y`, t.order, 1a",
                "select offset.x, `offset`.x|SELECT offset.x, `offset`.x",
                "create function f() language javascript as $$ return 'x' $$|CREATE FUNCTION f() language javascript AS ?",
                "select \u00e4.\u20ac from \u00fc|SELECT \u00e4.\u20ac FROM \u00fc",
                "select 'open and never closed|SELECT ?",
                "select `open, 'x'|SELECT ?",
                "select @`open|SELECT ?",
                "select `\u00e9`, `\u20ac``` , '\u20ac\\'' , \u00e9`a b`|SELECT \u00e9, `\u20ac```, ?, \u00e9 `a b`",
                "select `$$`, `$x$`, `$x`, t.`$x$`|SELECT `$$`, `$x$`, $x, t.$x$",
                "|''",
            })
    void textsAreAsWrittenDown(String sql, String expected) {
        assertThat(text(sql == null ? "" : sql)).isEqualTo("''".equals(expected) ? "" : expected);
    }

    /** In GBK or SJIS a character may end with what seems to be a backslash or backtick: then nothing behind is shown. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "select '\u0095\\', 's3cret'|SELECT ?",
                "select '\u0082\u00cc\u0095\\', 's3cret'|SELECT ?",
                "select \"\u0095\\\\\", \"s3cret\"|SELECT ?",
                "select `\u0081``, 's3cret', `x`|SELECT ?",
                "select @`\u0081``, 's3cret', `x`|SELECT ?",
                "select a \u0081`, 's3cret', \u0081`|SELECT a \u0081 ?",
                // what a backslash escapes here ends no string
                "select '\u00e9\\n', a|SELECT ?, a",
                "select `\u00e9x`, a|SELECT \u00e9x, a",
            })
    void charactersThatMayHaveTwoBytes(String sql, String expected) {
        byte[] text = digest.of(sql.getBytes(StandardCharsets.ISO_8859_1)).text();
        String hash = digest.hex();
        assertThat(new String(text, StandardCharsets.ISO_8859_1)).isEqualTo(expected);
        assertThat(digest.of(text).hex()).isEqualTo(hash);
    }

    @Test
    void withoutEscapesABackslashIsNoMatter() {
        byte[] sql = "select '\u0095\\', a".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new String(digest.backslashEscapes(false).of(sql).text(), StandardCharsets.UTF_8))
                .isEqualTo("SELECT ?, a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "a in (1)|a IN (...)",
                "a not in (1,-2, 'x', NULL, ?)|a NOT IN (...)",
                "(a,b) in ((1,2),(3,4))|(a, b) IN ((...))",
                "a in (select 1, 2 from t limit 1,2)|a IN (SELECT ?, ? FROM t LIMIT ?, ?)",
                "a in (1,2,b,3,4)|a IN (..., b, ...)",
                "a in (f(1,2), 3)|a IN (f(?, ?), ...)",
                "insert into t (a,b) values (1,2)|INSERT INTO t(a, b) VALUES (...)",
                "insert into t(a,b) values (1,'x'),(DEFAULT,NULL)|INSERT INTO t(a, b) VALUES (...)",
                "insert into t values (1,now()),(2, now( )),(3,NOW())|INSERT INTO t VALUES (..., NOW())",
                "insert into t values (1,uuid()),(2,now())|INSERT INTO t VALUES (..., UUID()), (..., NOW())",
                "insert t values row(1,2),row(3,4)|INSERT t VALUES ROW(...)",
                "insert t value (1,-2),(3,4) on duplicate key update a=values(a)"
                        + "|INSERT t VALUE(...) ON DUPLICATE KEY UPDATE a = VALUES (a)",
                "insert t values (),()|INSERT t VALUES ()",
                "insert t values ((select 1 from x where y in (1,2)), 3)"
                        + "|INSERT t VALUES ((SELECT ? FROM x WHERE y IN (...)), ...)",
                "f(1,2)|f(?, ?)",
            })
    void listsAreOne(String sql, String expected) {
        assertThat(text(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select/* c */1 -- end|SELECT ?",
                "select 1 # end|SELECT ?",
                "select 1--|SELECT ?",
                "select 1--1|SELECT ? - ?",
                "/*!50000 insert */ into t /*!99 x*/ (a)|INSERT INTO t ? x(a)",
                "select /*M!100100 sql_big_result */ 1|SELECT SQL_BIG_RESULT ?",
                "select /*+ max_execution_time(1000) */ a|SELECT /*+ max_execution_time(?) */ a",
                "select a /*+ no hint */ from t|SELECT a FROM t",
                "select /* never closed|SELECT",
            })
    void commentsGoAndHintsStay(String sql, String expected) {
        assertThat(text(sql)).isEqualTo(expected);
    }

    @Test
    void statementsThatDifferInMoreDiffer() {
        Set<String> hashes = new HashSet<>();
        List<String> different = List.of(
                "SELECT a FROM t",
                "SELECT b FROM t",
                "SELECT a FROM t WHERE a IS NULL",
                "SELECT a FROM t WHERE a = NULL",
                "SELECT a FROM t WHERE a IN (SELECT 1)",
                "SELECT a FROM t WHERE a IN (1)",
                "SELECT A FROM t",
                "SELECT a FROM s.t",
                "SELECT /*+ X */ a FROM t",
                "SELECT a FROM t LIMIT 1",
                "SELECT a FROM t LIMIT 1, 2");
        different.forEach(sql -> hashes.add(hash(sql)));
        assertThat(hashes).hasSameSizeAs(different);
    }

    /** Everything that may change between the pieces without changing the digest: values, white space, comments, case. */
    @Test
    void valuesSpacingCommentsAndCaseOfKeywordsDoNotMatter() {
        Random random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            String[] pieces = pieces(random);
            String one = text(write(pieces, random));
            String other = text(write(pieces, random));
            assertThat(other).isEqualTo(one);
        }
    }

    private static String[] pieces(Random random) {
        String[] all = {
            "select", "a", ",", "count", "(", "*", ")", "from", "`t`", "where", "V", "=", "in", "(", "V", ",", "V", ")",
            "and", "b", "-", "V", "values", "(", "V", ")", "order", "by", "c.d", "||", "limit", "@v", "update", "set"
        };
        return random.ints(1 + random.nextInt(20), 0, all.length)
                .mapToObj(i -> all[i])
                .toArray(String[]::new);
    }

    private static String write(String[] pieces, Random random) {
        String[] values = {"1", "-1", "'x'", "\"it\"\"s\"", "0xff", "1.5e3", "x'00'", "_utf8'\\''", "NULL", "?", "- 7"};
        String[] blanks = {" ", "\n", "\t ", "/* c */", " -- c\n", "# c\n", " /*! */ "};
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < pieces.length; i++) {
            String piece = pieces[i];
            boolean operand =
                    i > 0 && (pieces[i - 1].equals("=") || pieces[i - 1].equals(",") || pieces[i - 1].equals("("));
            if (piece.equals("V")) {
                // signs and NULL are values where nothing but a value can stand
                piece = operand ? values[random.nextInt(values.length)] : "'v" + random.nextInt() + "'";
            } else if (random.nextBoolean() && !piece.equals("a") && !piece.equals("b") && piece.matches("[a-z]+")) {
                piece = piece.toUpperCase(java.util.Locale.ROOT);
                piece = piece.equals("COUNT") ? "count" : piece;
            }
            sql.append(piece).append(blanks[random.nextInt(blanks.length)]);
        }
        return sql.toString();
    }

    @Test
    void longListsTakeNoMore() {
        String rows = "(1, 'abc', NOW()),".repeat(200_000);
        assertThat(text("INSERT INTO t VALUES " + rows + "(1, 'x', NOW())"))
                .isEqualTo("INSERT INTO t VALUES (..., NOW())");
        assertThat(text("a IN (" + "1,".repeat(500_000) + "2)")).isEqualTo("a IN (...)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 1_024, 1_030, 70_000, 300_000})
    void longTextsAreCutAndHashedWhole(int names) {
        StringBuilder sql = new StringBuilder("SELECT ");
        for (int i = 0; i < names; i++) {
            sql.append("c").append(i).append(", ");
        }
        String one = text(sql + "x");
        boolean cut = digest.isCut();
        String first = digest.hex();
        String other = text(sql + "y");
        assertThat(cut).isTrue();
        assertThat(one).hasSize(1024).isEqualTo(other);
        assertThat(digest.hex()).isNotEqualTo(first);
        text(sql + "/* c */ x");
        assertThat(digest.hex()).isEqualTo(first);
    }

    @Test
    void aNameMayBeLongerThanAnyBuffer() {
        String name = "n".repeat(200_000);
        assertThat(text("SELECT a, " + name)).hasSize(1024).startsWith("SELECT a, nnn");
        assertThat(text("SELECT 1")).isEqualTo("SELECT ?");
    }

    @Test
    void charactersAreNotCutInTwo() {
        for (int max = 8; max < 20; max++) {
            Digest small = new Digest(max);
            String text = new String(
                    small.of("SELECT \u00e4\u20ac\ud83d\ude00\u00e4\u20ac\ud83d\ude00".getBytes(StandardCharsets.UTF_8))
                            .text(),
                    StandardCharsets.UTF_8);
            assertThat(text).doesNotContain("\ufffd");
            assertThat(small.isCut()).isTrue();
        }
    }

    @Test
    void depthIsNoMatter() {
        String deep = "SELECT " + "(".repeat(5_000) + "a IN (1,2)" + ")".repeat(5_000) + " IN (3, 4)";
        assertThat(hash(deep)).isEqualTo(hash(deep.replace('2', '7')));
        assertThat(text("SELECT " + "(".repeat(100) + "1" + ")".repeat(100) + " IN (3, 4)"))
                .endsWith(") IN (...)");
    }

    @Test
    void hashesAreTheSameInEveryProcess() {
        assertThat(hash("SELECT c FROM t WHERE id = 1"))
                .isEqualTo(Digest.hex(digest.high(), digest.low()))
                .isEqualTo("f697986b5f1c0dbedc3211b15a56529b");
    }

    @Test
    void aTextHasABound() {
        assertThatThrownBy(() -> new Digest(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Digest(65_537)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Words are read eight bytes at a time, where there are eight. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1 from dual",
                "select a,b",
                "select substring_index",
                "select `utc_time` from t where x in (1,2)",
                "insert into t values",
                "select a_name_of_more_than_twenty_four_letters.x",
                "select a.sql_calc_found_rows",
                "selectx sql_small_resul high_priorit high_priority1"
            })
    void isTheSameWhereverTheStatementLies(String sql) {
        byte[] alone = sql.getBytes(StandardCharsets.UTF_8);
        String text = text(sql);
        for (int length = 1; length <= alone.length; length++) {
            String hash = digest.of(alone.clone(), 0, length).hex();
            byte[] around = new byte[length + 24];
            for (byte other : new byte[] {'a', 'Z', '_', '0', ' ', '\'', (byte) 0xe4}) {
                Arrays.fill(around, other);
                System.arraycopy(alone, 0, around, 12, length);
                assertThat(digest.of(around, 12, length).hex())
                        .as("first %d bytes", length)
                        .isEqualTo(hash);
                assertThat(digest.of(Arrays.copyOf(alone, length)).hex()).isEqualTo(hash);
            }
        }
        assertThat(text(text)).isEqualTo(text);
    }
}
