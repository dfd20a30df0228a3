package dev.mysqlproxy.plugin.admin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.plugin.admin.engine.EngineException.Reason;
import dev.mysqlproxy.testkit.FakeTasks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine alone: its limits hold for statements that get to it as they are, too. */
class EngineTest {

    private static final EngineLimits LIMITS = new EngineLimits(Duration.ofSeconds(20), 64, 1000);

    /** The engine's own number for a query that took too long. */
    private static final int TIME = 57014;

    private final FakeTasks tasks = new FakeTasks();
    private EngineLimits limits = LIMITS;
    private final Engine engine = new Engine(() -> limits, tasks);

    @AfterEach
    void close() {
        engine.close();
    }

    private EngineException failure(String sql) {
        return catchThrowableOfType(EngineException.class, () -> engine.query(List.of(Numbers.table(1000)), sql));
    }

    @Test
    void valuesOfEveryTypeComeBack() throws EngineException {
        Instant time = Instant.parse("2026-01-02T03:04:05.000006Z");
        EngineTable table = new EngineTable(
                "proxy",
                new Numbers(
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
        assertThat(Numbers.engines()).isEmpty();
        engine.query(List.of(), "SELECT 1");
        List<Long> first = Numbers.engines();
        engine.query(List.of(), "SELECT 1");

        assertThat(first).hasSize(1);
        assertThat(Numbers.engines()).isEqualTo(first);
    }

    @Test
    void anErrorLeavesItAtWork() throws EngineException {
        engine.query(List.of(), "SELECT 1");
        List<Long> first = Numbers.engines();

        assertThat(failure("SELECT x FROM numbers").reason()).isEqualTo(Reason.SQL);
        assertThat(failure("SELECT * FROM numbers a CROSS JOIN numbers b").reason())
                .isEqualTo(Reason.TOO_LARGE);
        assertThat(engine.query(List.of(Numbers.table(3)), "SELECT SUM(n) FROM numbers")
                        .rows())
                .containsExactly(List.of("3"));
        assertThat(Numbers.engines()).isEqualTo(first);
    }

    @Test
    void queriesDoNotSeeEachOther() throws EngineException {
        engine.query(List.of(Numbers.table(3)), "SELECT * FROM numbers");

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> engine.query(List.of(), "SELECT * FROM numbers"));
        assertThat(failure.code()).isBetween(42102, 42104);
    }

    @Test
    void whatTakesTooLongIsEnded() {
        limits = new EngineLimits(Duration.ofSeconds(1), 64, 1000);

        EngineException failure =
                failure("SELECT COUNT(*) FROM numbers a, numbers b, numbers c WHERE a.n + b.n = c.n * 7");

        assertThat(failure.code()).isEqualTo(TIME);
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
                "SELECT COUNT(*) FROM (SELECT DISTINCT REPEAT('x', 100000) || a.n || b.n FROM numbers a, numbers b)",
                "SELECT LENGTH(GROUP_CONCAT(REPEAT('x', 100000))) FROM numbers",
                "SELECT LENGTH(LPAD('a', 2000000000, 'b'))",
                "WITH RECURSIVE r(x, y) AS (SELECT 1, '' UNION ALL SELECT x + 1, REPEAT('z', 10000) || x FROM r) SELECT MAX(x)"
                        + " FROM r",
                "SELECT COUNT(DISTINCT REPEAT('x', 10000) || x) FROM SYSTEM_RANGE(1, 100000000)",
            })
    void whatNeedsTooMuchMemoryEndsTheEngineAndNothingElse(String sql) throws EngineException {
        EngineException failure = failure(sql);

        assertThat(failure).isNotNull();
        assertThat(failure.reason()).as(failure.toString()).isIn(Reason.NO_MEMORY, Reason.SQL);
        assertThat(failure.code()).isNotEqualTo(TIME);
        assertThat(engine.query(List.of(), "SELECT 2").rows()).containsExactly(List.of("2"));
    }

    @Test
    void deepStatementsAreRefused() throws EngineException {
        EngineException failure = failure("SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000));

        assertThat(failure.reason()).isIn(Reason.TOO_DEEP, Reason.SQL);
        assertThat(engine.query(List.of(), "SELECT 2").rows()).containsExactly(List.of("2"));
    }

    @Test
    void oneThatNobodyNeedsIsEnded() throws Exception {
        long[] clock = {0};
        try (Engine aging = new Engine(() -> limits, tasks, () -> clock[0])) {
            aging.query(List.of(), "SELECT 1");
            assertThat(Numbers.engines()).hasSize(1);
            clock[0] = Duration.ofSeconds(61).toNanos();
            tasks.advance(Duration.ofSeconds(31));
            await().until(() -> Numbers.engines().isEmpty());
        }
    }

    @Test
    void closeEndsAll() throws Exception {
        engine.query(List.of(), "SELECT 1");
        engine.close();
        await().until(() -> Numbers.engines().isEmpty());

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> engine.query(List.of(), "SELECT 1"));
        assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
    }
}
