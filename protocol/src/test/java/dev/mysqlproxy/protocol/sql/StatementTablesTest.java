package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTablesTest {

    private static String tables(String sql) {
        return StatementTables.of(sql.getBytes(StandardCharsets.UTF_8)).stream()
                .map(table -> (table.schema().isEmpty() ? "" : table.schema() + '.')
                        + table.name().replace(' ', '_')
                        + (table.written() ? "!" : ""))
                .collect(Collectors.joining(" "));
    }

    /** A statement, its kind, its tables: those that are written with an exclamation mark. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "SELECT a.b FROM t1 a, s.t2 AS b JOIN `t 3` ON a.x=b.y, t4 WHERE x IN (SELECT y FROM t5) AND extract(year FROM d) > 1|SELECT|t1 s.t2 t_3 t4 t5",
                "INSERT INTO s.t(a,b) SELECT c FROM u JOIN (SELECT * FROM v) w|INSERT|s.t! u v",
                "INSERT IGNORE t VALUES (1,(SELECT max(a) FROM t2))|INSERT|t! t2",
                "WITH RECURSIVE c (n) AS (SELECT 1 FROM r UNION SELECT n FROM c), d AS (SELECT 2) SELECT * FROM c, d, e|SELECT|r e",
                "UPDATE t1 a JOIN t2 b ON a.x=b.x SET b.y=1, a.z = (SELECT q FROM t3) WHERE a.k=1|UPDATE|t3 t1! t2!",
                "UPDATE t SET x=1, y=(select 1 from b)|UPDATE|b t!",
                "DELETE FROM t WHERE x IN (SELECT y FROM z)|DELETE|z t!",
                "DELETE a, s.b FROM t1 a JOIN s.b JOIN c|DELETE|t1! s.b! c",
                "DELETE FROM a USING t1 a, t2 WHERE a.x=1|DELETE|t1! t2",
                "REPLACE INTO r SET a=1|REPLACE|r!",
                "LOAD DATA LOCAL INFILE 'x' INTO TABLE s.l FIELDS TERMINATED BY ','|LOAD|s.l!",
                "TRUNCATE TABLE x|DDL|x!",
                "truncate y|DDL|y!",
                "CREATE TABLE IF NOT EXISTS n AS SELECT * FROM o|DDL|n! o",
                "DROP TABLE IF EXISTS a, b.c|DDL|a! b.c!",
                "SELECT * FROM (t1, t2) LEFT JOIN (t3 CROSS JOIN t4) USING (a)|SELECT|t1 t2 t3 t4",
                "(SELECT 1 FROM a) UNION (SELECT 2 FROM b) UNION TABLE c|SELECT|a b c",
                "TABLE t ORDER BY 1|SELECT|t",
                "SELECT * FROM json_table('[]', '$' COLUMNS (x INT PATH '$')) j, t PARTITION (p0), dual|SELECT|t",
                "SELECT 1; UPDATE x SET y=2; select 3 from z|SELECT|x! z",
                "SET @a = (SELECT max(id) FROM m)|SET|m",
                "EXPLAIN SELECT * FROM t|SHOW|",
                "CREATE USER x IDENTIFIED BY 'y'|DCL|",
                "CREATE OR REPLACE USER x|DCL|",
                "CREATE TABLE user (a int)|DDL|user!",
                "SELECT * FROM a LEFT JOIN LATERAL (SELECT * FROM b) c ON 1, d|SELECT|a b d",
                "INSERT INTO t TABLE u|INSERT|t! u",
                "SELECT substring(a from 2), trim(both 'x' from y) FROM t USE INDEX FOR ORDER BY (i), u WHERE (SELECT 1) IS DISTINCT FROM x|SELECT|t",
                "WITH c AS (SELECT 1) DELETE FROM t WHERE x IN (SELECT * FROM c)|DELETE|t!"
            })
    void kindsAndTablesAreAsWrittenDown(String sql, StatementKind kind, String tables) {
        assertThat(StatementKind.of(sql.getBytes(StandardCharsets.UTF_8))).isEqualTo(kind);
        assertThat(tables(sql)).isEqualTo(tables == null ? "" : tables);
    }

    @Test
    void nestingHasNoEnd() {
        assertThat(tables("WITH a AS (".repeat(10_000) + "SELECT 1 FROM t")).isEmpty();
        assertThat(tables("SELECT * FROM " + "(".repeat(5_000) + "t" + ")".repeat(5_000) + ", u"))
                .isEqualTo("u");
    }

    @Test
    void tablesAreCountedUpToABound() {
        StringBuilder sql = new StringBuilder("SELECT * FROM t0");
        for (int i = 1; i < 500; i++) {
            sql.append(", t").append(i);
        }
        assertThat(StatementTables.of(sql.toString().getBytes(StandardCharsets.UTF_8)))
                .hasSize(StatementTables.MOST);
    }

    @Test
    void namesLoseTheirBackticks() {
        assertThat(tables("SELECT * FROM `a``b`.`c`")).isEqualTo("a`b.c");
        assertThat(tables("SELECT * FROM a, `no end, 'x'")).isEqualTo("a");
        assertThat(tables("SELECT * FROM ``")).isEmpty();
    }
}
