package dev.mysqlproxy.plugin.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.ProxyControl.LogLine;
import dev.mysqlproxy.api.lifecycle.ProxyControl.SessionInfo;
import dev.mysqlproxy.plugin.admin.table.ColumnTypes;
import dev.mysqlproxy.testkit.FakeSession;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions to the live tables, in MySQL's dialect. */
class SelectsTest {

    private static AdminWorld world;

    @BeforeAll
    static void start() {
        world = new AdminWorld("--admin-max-rows=500");
        for (int id = 20; id < 30; id++) {
            world.control.with(new SessionInfo(
                    id,
                    "proxy",
                    "10.0.0.9:" + id,
                    id % 2 == 0 ? "App" : "report",
                    "shop",
                    id % 5 == 0 ? "" : "db2:3307",
                    id,
                    "running",
                    "COM_QUERY",
                    id * 2L,
                    "SELECT 'it''s' /* " + id + " */",
                    id == 29 ? "transaction" : ""));
        }
        world.control.with(new LogLine(Instant.now(), "warning", "something happened"));
        world.control.with(new RubbishTable(() -> {}));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void tablesAreJoinedGroupedOrderedAndLimited() {
        Reply.ResultSet result = world.rows("SELECT b.address, COUNT(s.id) AS sessions, max(s.seconds)"
                + " FROM backends b LEFT JOIN sessions s ON s.backend = b.address"
                + " WHERE b.backend_ndx > 0 GROUP BY b.address HAVING COUNT(s.id) > 0"
                + " ORDER BY sessions DESC, b.address LIMIT 0, 5");

        assertThat(result.columns())
                .containsExactly(
                        new Reply.Column("address", Reply.Column.MYSQL_TYPE_VAR_STRING),
                        new Reply.Column("sessions", Reply.Column.MYSQL_TYPE_LONGLONG),
                        new Reply.Column("max(s.seconds)", Reply.Column.MYSQL_TYPE_LONGLONG));
        assertThat(result.rows()).containsExactly(List.of("db2:3307", "8", "58"), List.of("127.0.0.1:3306", "1", "3"));
    }

    @Test
    void theSchemaInUseHasATableOfTheSameName() {
        FakeSession own = AdminWorld.session("root");
        assertThat(world.ask(own, "USE information_schema")).isEqualTo(Reply.ok());
        assertThat(world.ask(own, "SELECT COUNT(*) > 5 AS tables FROM proxy.tables"))
                .isInstanceOfSatisfying(
                        Reply.ResultSet.class,
                        result -> assertThat(result.rows()).containsExactly(List.of("1")));
    }

    /** Expected values after the bar; NULL for null. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "SELECT user FROM sessions WHERE id = 29|report",
                "SELECT `user` FROM `proxy`.`sessions` WHERE `sessions`.`id` = 29|report",
                "SELECT COUNT(*) FROM sessions WHERE user = 'APP' AND schema LIKE 'SH%'|5",
                "SELECT COUNT(DISTINCT user) FROM sessions|2",
                "SELECT value FROM rubbish WHERE user = 2|bottle",
                "SELECT IFNULL(value, 'nothing') FROM rubbish WHERE value IS NULL|nothing",
                "SELECT IF(COUNT(*) > 2, 'many', 'few') FROM rubbish|many",
                "SELECT user u FROM sessions HAVING u = 'report' LIMIT 1|report",
                "SELECT CASE WHEN user = 'App' THEN 'x' ELSE user END AS user FROM sessions HAVING user = 'x' LIMIT 1|x",
                "SELECT COUNT(*) FROM (SELECT id AS n FROM sessions HAVING n > 20) t WHERE n > 28|1",
                "SELECT COUNT(*) FROM sessions HAVING COUNT(*) > 2|11",
                "SELECT COUNT(*) FROM (SELECT seconds / 60 seconds FROM sessions HAVING seconds > 0.95) t|1",
                "SELECT DISTINCT user AS u FROM sessions HAVING u = 'report'|report",
                "SELECT id AS n FROM sessions WHERE id IN (SELECT MAX(id) FROM sessions) HAVING n > 1|29",
                "SELECT id AS n FROM sessions HAVING n > 28 UNION SELECT MAX(id) FROM sessions|29",
                "SELECT CAST(id AS CHAR(10) CHARACTER SET utf8mb4) FROM sessions WHERE id = 29|29",
                "SELECT DATE_FORMAT(NOW() - INTERVAL seconds SECOND, '%Y') > 2000 FROM sessions WHERE id = 29|1",
                "SELECT TIMESTAMPDIFF(SECOND, NOW() - INTERVAL s.seconds SECOND, NOW()) FROM sessions s WHERE id = 29|58",
                "SELECT DATE_ADD('2026-01-31', INTERVAL 1 MONTH) FROM version|2026-02-28 00:00:00",
                "SELECT DATE_SUB('2026-01-01 00:00:00', INTERVAL 90 MINUTE) FROM version|2025-12-31 22:30:00",
                "SELECT SEC_TO_TIME(seconds) FROM sessions WHERE id = 29|00:00:58",
                "SELECT SUBSTRING_INDEX(client, ':', 1) FROM sessions WHERE id = 29|10.0.0.9",
                "SELECT 7 / 2|3.5",
                "SELECT AVG(user) FROM rubbish|2.0000",
                "SELECT SUM(user = 2) FROM rubbish|1",
                "SELECT GROUP_CONCAT(DISTINCT value ORDER BY value DESC SEPARATOR '; ') FROM rubbish|can; bottle",
                "SELECT statement FROM sessions WHERE id = 29|SELECT 'it''s' /* 29 */",
                "SELECT id FROM sessions WHERE pinned IS NOT NULL|29",
                "SELECT COUNT(*) FROM sessions WHERE pinned <=> NULL|10",
                "SELECT 'it''s', \"a \\\"word\\\"\", 'a\\\\b' FROM version|it's,a \"word\",a\\b",
                "SELECT DATABASE(), CONNECTION_ID() + 1, CONCAT(USER(), @@autocommit)|NULL,13,root@[::1]1",
                "SELECT COUNT(*) FROM log WHERE time > NOW() - INTERVAL 5 MINUTE AND level = 'warning'|1",
                "SELECT COUNT(*) FROM log WHERE time < NOW() - INTERVAL 2 WEEK|0",
                "SELECT CAST(user AS CHAR(20)), CAST('12' AS SIGNED), CAST('3' AS UNSIGNED INTEGER) FROM rubbish LIMIT 1|1,12,3",
                "SELECT CONVERT('12', SIGNED) + 1, CONVERT(user USING utf8mb4), CONVERT(7, CHAR(5)) FROM rubbish LIMIT 1|13,1,7",
                "WITH busy(u, n) AS (SELECT user, COUNT(*) FROM sessions GROUP BY user) SELECT u FROM busy WHERE n = 5 ORDER BY u LIMIT 1|report",
                "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b|2",
                "(SELECT 1) UNION (SELECT 1)|1",
                "SELECT (SELECT MAX(id) FROM sessions) - 20|9",
                "SELECT CASE WHEN COUNT(*) = 0 THEN 'none' ELSE 'some' END FROM help|some",
                "SELECT id FROM sessions ORDER BY id DESC LIMIT 1 OFFSET 2|27",
                "SELECT MAX(id) FROM sessions LIMIT 18446744073709551615|29",
                "select sql_no_cache count(*) from sessions where user regexp '^app$' and not id = 20 && 1 = 1|5",
                "SELECT UPPER(_utf8mb4'x'), LEFT('abc', 2), SUBSTRING('abc', 2), REPLACE('aa', 'a', 'b')|X,ab,bc,bb",
                "SELECT ROW_NUMBER() OVER (ORDER BY id DESC) FROM sessions WHERE id = 20|1",
                "SELECT 1 /* comment */ + /*!40101 1 */ -- more|2",
                "SELECT 5--1|6",
                "SELECT 1e3, 2.50|1000,2.50",
                "SELECT name FROM columns WHERE table_name = 'rubbish' ORDER BY position LIMIT 1|user",
                "SELECT comment FROM tables WHERE name = 'backends'|the servers behind the proxy",
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'proxy' AND table_name = 'RUBBISH'|1",
                "SELECT column_type FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'log' AND COLUMN_NAME = 'time'|datetime(6)",
                "SELECT role FROM help WHERE command LIKE 'SAVE%'|admin",
                "SELECT TIMESTAMPDIFF(SECOND, TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-01 00:01:00')|60",
            })
    void questionsAreAnswered(String sql, String expected) {
        List<List<String>> rows = world.rows(sql).rows();

        assertThat(rows).as("%s", rows).hasSize(1);
        assertThat(rows.get(0))
                .isEqualTo(Arrays.stream(expected.split(",", -1))
                        .map(value -> value.equals("NULL") ? null : value)
                        .toList());
    }

    @Test
    void twoBarsAreMySqlsOr() {
        assertThat(world.rows("SELECT COUNT(*) FROM sessions WHERE 1 = 2 || id IN (20, 21)")
                        .rows())
                .containsExactly(List.of("2"));
    }

    @Test
    void columnsAreCalledWhatWasWritten() {
        Reply.ResultSet result = world.rows("SELECT COUNT( * ), id+1, id AS `The Id`, user who, s.state, 1 \"y z\","
                + " NOW() - INTERVAL 1 DAY FROM sessions s GROUP BY id, user, s.state");

        assertThat(result.columns())
                .extracting(Reply.Column::name)
                .containsExactly("COUNT( * )", "id+1", "The Id", "who", "state", "y z", "NOW() - INTERVAL 1 DAY");
    }

    @Test
    void columnsHaveMySqlsTypes() {
        Reply.ResultSet result = world.rows("SELECT time, line FROM log WHERE 1");
        assertThat(result.columns())
                .extracting(Reply.Column::type)
                .containsExactly(ColumnTypes.MYSQL_TYPE_DATETIME, Reply.Column.MYSQL_TYPE_VAR_STRING);
        assertThat(world.rows("SELECT enabled, 1.5, CAST(1 AS DOUBLE) FROM plugins")
                        .columns())
                .extracting(Reply.Column::type)
                .containsExactly(
                        ColumnTypes.MYSQL_TYPE_TINY, ColumnTypes.MYSQL_TYPE_NEWDECIMAL, ColumnTypes.MYSQL_TYPE_DOUBLE);
    }

    @Test
    void theOldStatementKeepsItsColumnsAndOthersSeeAll() {
        assertThat(world.rows("SELECT * FROM backends").columns()).hasSize(6);
        assertThat(world.rows("SELECT * FROM backends LIMIT 1").columns()).hasSize(6);
        assertThat(world.rows("SELECT * FROM backends WHERE weight = 1").columns())
                .hasSizeGreaterThan(6)
                .extracting(Reply.Column::name)
                .contains("mode", "state_since", "weight", "last_error", "last_error_at");
        assertThat(world.rows("SHOW BACKENDS").columns()).hasSizeGreaterThan(6);
        assertThat(world.rows("SELECT * FROM help").columns()).hasSize(2);
        assertThat(world.rows("SHOW HELP").columns()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "SELECT * FROM sesions|1146|Table 'proxy.sesions' doesn't exist; did you mean 'sessions'?",
                "SELECT id FROM sesions WHERE 1|1146|Table 'proxy.sesions' doesn't exist; did you mean 'sessions'?",
                "SELECT * FROM mysql.user|1146|Table 'mysql.user' doesn't exist",
                "SELECT user FROM mysql.user WHERE 1|1049|Unknown database 'mysql'",
                "SELECT usr FROM sessions|1054|Unknown column 'usr'; did you mean 'user'?",
                "SELECT s.nothing_like_it FROM sessions s|1054|Unknown column 'nothing_like_it'",
                "SELECT id FROM sessions, sessions s|1052|Column 'id' is ambiguous",
                "SELECT user, id FROM sessions GROUP BY user|1055|Column 'id' is neither in GROUP BY",
                "SELECT SLEEP(10)|1305|FUNCTION proxy.SLEEP does not exist",
                "SELECT grup_concat(id) FROM sessions|1305|FUNCTION proxy.grup_concat does not exist; did you mean 'GROUP_CONCAT'?",
                "SELECT @@no_such_variable, id FROM sessions|1193|Unknown system variable 'no_such_variable'",
                "SELECT|1064|You have an error in your SQL syntax",
                "SELECT * FROM|1064|You have an error in your SQL syntax",
                "SELECT 1,|1064|You have an error in your SQL syntax",
                "SELECT id FROM sessions WHERE|1064|You have an error in your SQL syntax",
                "SELECT * FROM backends; SELECT * FROM help|1064|one statement at a time",
                "SELECT id FROM sessions LIMIT x|1064|write LIMIT",
                "SELECT id / 0 FROM sessions|1365|Division by 0",
                "SELECT a.id FROM sessions a CROSS JOIN help b CROSS JOIN help c|1105|more than 500 rows",
                "SELECT id FROM sessions WHERE (SELECT id FROM sessions) = 1|1242|more than 1 row",
            })
    void mistakesAreNamed(String sql, int code, String message) {
        Reply.Err error = world.error(sql);

        assertThat(error.code()).as(error.message()).isEqualTo(code);
        assertThat(error.message()).contains(message);
    }

    /** The engine alone is tested elsewhere: these must not even get there, or come to nothing there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FILE_READ('/etc/passwd')",
                "SELECT `FILE_READ`('/etc/passwd')",
                "SELECT file_read /* x */ ('/etc/passwd')",
                "SELECT \"FILE_READ\"('/etc/passwd')",
                "SELECT proxy.FILE_READ('/etc/passwd')",
                "SELECT FILE_WRITE('x', '/tmp/x')",
                "SELECT * FROM CSVREAD('http://127.0.0.1/x')",
                "SELECT * FROM LINK_SCHEMA('', '', '', '', '', '')",
                "SELECT * FROM TABLE(x INT = 1)",
                "SELECT * FROM UNNEST(ARRAY[1])",
                "SELECT * FROM SYSTEM_RANGE(1, 1000000000)",
                "SELECT * FROM FINAL TABLE (DELETE FROM sessions)",
                "SELECT * FROM sessions INTO OUTFILE '/tmp/x'",
                "SELECT * FROM sessions FOR UPDATE; DROP ALL OBJECTS",
                "SELECT 1 UNION CALL 1",
                "SELECT CAST(X'00' AS JAVA_OBJECT)",
                "SELECT CAST('x' AS GEOMETRY)",
                "SELECT $$a$$",
                "SELECT U&'\\0041'",
                "SELECT 1 \\u003b DROP TABLE x",
                "SELECT 'a\u0000b' || id FROM sessions",
                "SELECT {fn user()}",
                "SELECT ?1",
                "SELECT NEXT VALUE FOR s",
                "SELECT * FROM information_schema.users",
                "SELECT * FROM `information_schema`.`settings`",
                "SELECT * FROM \"INFORMATION_SCHEMA\".SETTINGS",
                "SELECT * FROM i_s.settings",
                "SELECT * FROM public.sessions",
                "SELECT MEMORY_USED(), DATABASE_PATH(), H2VERSION()",
                "SELECT SESSION_ID()",
                "SELECT CANCEL_SESSION(1)",
                "SELECT SIGNAL('00001', 'x')",
                "SELECT ENCRYPT('AES', '00', 'x')",
                "WITH file_read(a) AS (SELECT 1) SELECT file_read('/etc/passwd')",
                "SELECT 1 AS file_read, 2, file_read('/etc/passwd')",
                "(SCRIPT TO '/tmp/x')",
                "WITH x AS (SELECT 1) DELETE FROM sessions",
                "SELECT 0x41414141",
                "SELECT `` FROM sessions",
            })
    void nothingElseIsReached(String sql) {
        Reply reply = world.ask(sql);

        assertThat(reply).as(sql).isInstanceOf(Reply.Err.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT LENGTH(REPEAT('a', 2000000000)) FROM version",
                "SELECT COUNT(*) FROM (SELECT DISTINCT a.id, b.id x, c.command, d.command y FROM sessions a, sessions b,"
                        + " help c, help d, help e, help f) z"
            })
    void memoryHasALimit(String sql) {
        assertThat(world.error(sql).message()).matches("(?s).*(memory|too long|Value too long|interrupted).*");
        assertThat(world.rows("SELECT 1 + 1").rows()).containsExactly(List.of("2"));
    }
}
