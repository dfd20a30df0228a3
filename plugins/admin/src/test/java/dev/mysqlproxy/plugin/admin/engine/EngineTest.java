package dev.mysqlproxy.plugin.admin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.plugin.admin.engine.EngineException.Reason;
import dev.mysqlproxy.testkit.FakeTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine alone: what it must not do it must not do either when a statement gets to it as it is. */
class EngineTest {

    private static final EngineLimits LIMITS = new EngineLimits(Duration.ofSeconds(20), 64, 1000);

    private final FakeTasks tasks = new FakeTasks();
    private EngineLimits limits = LIMITS;
    private final Engine engine = new Engine(() -> limits, tasks);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        engine.close();
    }

    private record Rows(String name, List<Column> columns, List<List<Object>> all) implements AdminTable {
        @Override
        public String comment() {
            return "of a test";
        }

        @Override
        public Iterable<List<Object>> rows() {
            return all;
        }
    }

    private static EngineTable numbers(int count) {
        List<List<Object>> rows = new ArrayList<>();
        IntStream.range(0, count).forEach(number -> rows.add(List.of((long) number, "text " + number % 3)));
        return new EngineTable(
                "proxy",
                new Rows(
                        "numbers", List.of(AdminTable.Column.integer("n", ""), AdminTable.Column.text("t", "")), rows));
    }

    private EngineException failure(String sql) {
        return catchThrowableOfType(EngineException.class, () -> engine.query(List.of(numbers(1000)), sql));
    }

    @Test
    void valuesOfEveryTypeComeBack() throws EngineException {
        Instant time = Instant.parse("2026-01-02T03:04:05.000006Z");
        EngineTable table = new EngineTable(
                "proxy",
                new Rows(
                        "things",
                        List.of(
                                AdminTable.Column.text("a", ""),
                                AdminTable.Column.integer("b", ""),
                                AdminTable.Column.real("c", ""),
                                AdminTable.Column.bool("d", ""),
                                AdminTable.Column.time("e", "")),
                        List.of(
                                Arrays.asList("ü'\"", Long.MIN_VALUE, 0.25, true, time),
                                Arrays.asList(null, null, null, null, null))));

        EngineResult result = engine.query(List.of(table), "SELECT * FROM things ORDER BY a DESC NULLS LAST");

        assertThat(result.columns()).extracting(EngineResult.Column::name).containsExactly("a", "b", "c", "d", "e");
        assertThat(result.rows().get(0).subList(0, 4)).containsExactly("ü'\"", "-9223372036854775808", "0.25", "1");
        assertThat(result.rows().get(0).get(4)).matches("2026-01-0[123] \\d\\d:\\d\\d:05.000006");
        assertThat(result.rows().get(1)).containsOnlyNulls();
    }

    @Test
    void nothingStartsBeforeTheFirstQueryAndTheSecondFindsItRunning() throws EngineException {
        assertThat(children()).isEmpty();
        engine.query(List.of(), "SELECT 1");
        List<Long> first = children();
        engine.query(List.of(), "SELECT 1");

        assertThat(first).hasSize(1);
        assertThat(children()).isEqualTo(first);
    }

    @Test
    void anErrorLeavesItAtWork() throws EngineException {
        engine.query(List.of(), "SELECT 1");
        List<Long> first = children();

        assertThat(failure("SELECT x FROM numbers").reason()).isEqualTo(Reason.SQL);
        assertThat(failure("SELECT * FROM numbers a CROSS JOIN numbers b").reason())
                .isEqualTo(Reason.TOO_LARGE);
        assertThat(engine.query(List.of(numbers(3)), "SELECT SUM(n) FROM numbers")
                        .rows())
                .containsExactly(List.of("3"));
        assertThat(children()).isEqualTo(first);
    }

    @Test
    void queriesDoNotSeeEachOther() throws EngineException {
        engine.query(List.of(numbers(3)), "SELECT * FROM numbers");

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> engine.query(List.of(), "SELECT * FROM numbers"));
        assertThat(failure.code()).isBetween(42102, 42104);
    }

    @Test
    void whatTakesTooLongIsEnded() {
        limits = new EngineLimits(Duration.ofSeconds(1), 64, 1000);

        EngineException failure =
                failure("SELECT COUNT(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n = c.n * 7");

        assertThat(failure.code()).isEqualTo(57014);
    }

    /** Not by the engine itself, which does not look at its clock while it compares. */
    @Test
    void whatCannotBeInterruptedIsKilled() throws Exception {
        limits = new EngineLimits(Duration.ofSeconds(1), 64, 1000);
        engine.query(List.of(), "SELECT 1");
        Thread watch = new Thread(() -> tasks.advance(Duration.ofSeconds(4)));
        List<EngineException> failures = new ArrayList<>();
        Thread query = new Thread(() ->
                failures.add(failure("SELECT REGEXP_LIKE('" + "a".repeat(60) + "b', '^(a|aa)+\\1$') FROM numbers")));
        query.start();
        await().until(() -> tasks.timers() > 1);
        watch.start();
        query.join();
        watch.join();

        assertThat(failures).hasSize(1);
        assertThat(failures.get(0).reason()).isEqualTo(Reason.TOO_SLOW);
        assertThat(engine.query(List.of(), "SELECT 2").rows()).containsExactly(List.of("2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT LENGTH(REPEAT('a', 2000000000))",
                "SELECT LENGTH(REPLACE(REPEAT('a', 1000000), 'a', REPEAT('b', 1000000)))",
                "SELECT COUNT(*) FROM (SELECT DISTINCT a.t || b.n || c.n FROM numbers a, numbers b, numbers c)",
                "SELECT LENGTH(GROUP_CONCAT(REPEAT('x', 100000))) FROM numbers",
                "SELECT LENGTH(LPAD('a', 2000000000, 'b'))",
                "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT MAX(x) FROM r",
                "SELECT COUNT(DISTINCT x + RAND()) FROM SYSTEM_RANGE(1, 100000000)",
            })
    void whatNeedsTooMuchMemoryEndsTheEngineAndNothingElse(String sql) throws EngineException {
        EngineException failure = failure(sql);

        assertThat(failure).isNotNull();
        assertThat(failure.reason()).isIn(Reason.NO_MEMORY, Reason.SQL);
        assertThat(engine.query(List.of(), "SELECT 2").rows()).containsExactly(List.of("2"));
    }

    @Test
    void deepStatementsAreRefused() throws EngineException {
        EngineException failure = failure("SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000));

        assertThat(failure.reason()).isIn(Reason.TOO_DEEP, Reason.SQL);
        assertThat(engine.query(List.of(), "SELECT 2").rows()).containsExactly(List.of("2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FILE_READ('%s/secret')",
                "SELECT FILE_READ('classpath:dev/mysqlproxy/plugin/admin/engine/EngineMain.class')",
                "SELECT FILE_WRITE('x', '%s/written')",
                "SELECT * FROM CSVREAD('%s/secret')",
                "SELECT * FROM CSVREAD('http://127.0.0.1:1/x')",
                "CALL CSVWRITE('%s/written', 'SELECT 1')",
                "SELECT CSVWRITE('%s/written', 'SELECT 1')",
                "SCRIPT TO '%s/written'",
                "RUNSCRIPT FROM '%s/secret'",
                "BACKUP TO '%s/written'",
                "CREATE ALIAS e AS 'void e() throws Exception { new java.io.File(\"%s/written\").createNewFile(); }'",
                "CREATE ALIAS e FOR 'java.lang.System.exit'",
                "CREATE AGGREGATE e FOR 'java.lang.String'",
                "CREATE TRIGGER t BEFORE SELECT ON numbers CALL 'java.lang.String'",
                "CREATE LINKED TABLE l('org.h2.Driver', 'jdbc:h2:%s/written', '', '', 'x')",
                "SELECT * FROM LINK_SCHEMA('x', 'org.h2.Driver', 'jdbc:h2:%s/written', '', '', 'PUBLIC')",
                "CREATE TABLE written(x INT)",
                "CREATE USER mallory PASSWORD '' ADMIN",
                "ALTER USER reader ADMIN TRUE",
                "GRANT ALL ON numbers TO reader",
                "INSERT INTO numbers VALUES (1, '')",
                "DELETE FROM numbers",
                "DROP TABLE numbers",
                "DROP ALL OBJECTS DELETE FILES",
                "SET DB_CLOSE_DELAY -1",
                "SET TRACE_LEVEL_FILE 3",
                "SET JAVA_OBJECT_SERIALIZER 'x'",
                "SET CLUSTER 'x'",
                "SHUTDOWN",
                "CREATE DOMAIN d AS INT",
                "SELECT * FROM FINAL TABLE (INSERT INTO numbers VALUES (1, ''))",
                "SELECT MEMORY_USED()",
                "SELECT CAST(X'aced0005' AS JAVA_OBJECT(10)) UNION SELECT FILE_READ('%s/secret')",
                "SELECT XMLTEXT(FILE_READ('%s/secret'))",
                "SELECT 1; SCRIPT TO '%s/written'",
                "EXPLAIN ANALYZE SELECT FILE_READ('%s/secret')",
                "SELECT DB_OBJECT_SQL('USER', 'owner')",
            })
    void filesClassesAndRightsAreOutOfReach(String sql) throws IOException {
        Files.writeString(folder.resolve("secret"), "the secret");
        String statement = sql.replace("%s", folder.toString());

        EngineResult result = null;
        EngineException failure = null;
        try {
            result = engine.query(List.of(numbers(3)), statement);
        } catch (EngineException e) {
            failure = e;
        }

        assertThat(failure).as("%s gave %s", statement, result).isNotNull();
        assertThat(failure.reason()).isEqualTo(Reason.SQL);
        assertThat(folder).isDirectoryNotContaining("glob:**written*");
    }

    @Test
    void oneThatNobodyNeedsIsEnded() throws Exception {
        long[] clock = {0};
        try (Engine aging = new Engine(() -> limits, tasks, () -> clock[0])) {
            aging.query(List.of(), "SELECT 1");
            assertThat(children()).hasSize(1);
            clock[0] = Duration.ofSeconds(61).toNanos();
            tasks.advance(Duration.ofSeconds(31));
            await().until(() -> children().isEmpty());
        }
    }

    @Test
    void closeEndsAll() throws Exception {
        engine.query(List.of(), "SELECT 1");
        engine.close();
        await().until(() -> children().isEmpty());

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> engine.query(List.of(), "SELECT 1"));
        assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    private static List<Long> children() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().arguments().isPresent()
                        && Arrays.asList(child.info().arguments().get()).contains(EngineMain.class.getName()))
                .map(ProcessHandle::pid)
                .toList();
    }
}
