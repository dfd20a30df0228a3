package dev.mysqlproxy.plugin.queryanalysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.testkit.Summaries;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DigestStoreTest {

    private static final long MIB = 1024 * 1024;
    private static final Deviation NEVER = new Deviation(0, 2, 0);

    private final Observation observation = new Observation(1024);

    private static DigestStore store(long limit) {
        return new DigestStore(limit, new StatementReader(1024, true), NEVER, none -> {});
    }

    private static QuerySummary took(long millis) {
        return Summaries.query().rows(1).took(Duration.ofMillis(millis)).build();
    }

    private void add(DigestStore store, String sql, long nowMillis) {
        add(store, observation, sql, nowMillis);
    }

    private static void add(DigestStore store, Observation observation, String sql, long nowMillis) {
        observation.statement = sql.getBytes(StandardCharsets.UTF_8);
        observation.digest.of(observation.statement);
        observation.schema = "shop";
        observation.user = "app";
        observation.backend = "198.51.100.1:3306";
        observation.summary = took(1);
        observation.nowMillis = nowMillis;
        store.add(observation);
        observation.clear();
    }

    private static Seen seen(String sql, Duration took, long nowMillis) {
        return new Seen(
                sql.getBytes(StandardCharsets.UTF_8),
                true,
                "shop",
                "app",
                "198.51.100.1:3306",
                Summaries.query().rows(1).took(took).build(),
                nowMillis,
                7);
    }

    private static void addLater(DigestStore store, String sql) {
        store.addLater(seen(sql, Duration.ofMillis(1), 1));
    }

    private static long counted(DigestStore store) {
        DigestStore.Snapshot snapshot = store.snapshot();
        return snapshot.others().count
                + snapshot.entries().stream()
                        .mapToLong(entry -> entry.totals.count)
                        .sum();
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return heap.getUsed();
    }

    @Test
    void aMillionDigestsStayInTheirMemory() {
        long limit = 16 * MIB;
        long before = used();
        DigestStore store = store(limit);
        String padding = "x".repeat(60);
        for (int i = 0; i < 1_000_000; i++) {
            add(store, "SELECT c" + i + ", " + padding + " FROM t WHERE id = 7", i / 100);
        }
        assertThat(store.bytes()).isLessThanOrEqualTo(limit).isGreaterThan(limit / 2);
        assertThat(used() - before).isLessThan(limit * 5 / 4);
        assertThat(counted(store)).isEqualTo(1_000_000);
        assertThat(store.size() + store.evictions()).isEqualTo(1_000_000);
        assertThat(store.snapshot().others().times.percentile(0.5)).isBetween(960_000L, 1_040_000L);
        assertThat(store.tables())
                .isEqualTo(Map.of(new TableTotals.Name("shop", "t"), new TableTotals.Uses(1_000_000, 0)));
    }

    @Test
    void whatRunsOftenStays() {
        DigestStore store = store(MIB);
        for (int i = 0; i < 50_000; i++) {
            add(store, "SELECT c" + i + " FROM t", i);
            if (i % 10 == 0) {
                add(store, "SELECT often FROM u", i);
            }
        }
        List<DigestEntry> often = store.snapshot().entries().stream()
                .filter(entry -> Text.of(entry.text).equals("SELECT often FROM u"))
                .toList();
        assertThat(often).hasSize(1);
        assertThat(often.get(0).totals.count).isEqualTo(5_000);
        assertThat(counted(store)).isEqualTo(55_000);
        assertThat(store.evictions()).isPositive();
    }

    @Test
    void whatRanOftenOnceGoes() {
        DigestStore store = store(MIB);
        for (int i = 0; i < 100; i++) {
            add(store, "SELECT once FROM u", 0);
        }
        for (int i = 0; i < 20_000; i++) {
            add(store, "SELECT c" + i % 10_000 + " FROM t", Duration.ofDays(30).toMillis());
        }
        assertThat(store.snapshot().entries())
                .noneMatch(entry -> Text.of(entry.text).equals("SELECT once FROM u"));
        assertThat(store.tables().get(new TableTotals.Name("shop", "u"))).isEqualTo(new TableTotals.Uses(100, 0));
    }

    /** Adds statements that have been read, by one thread. */
    private static IntConsumer reading(DigestStore store, IntFunction<String> statement) {
        Observation own = new Observation(1024);
        return i -> add(store, own, statement.apply(i), i);
    }

    /** Each thread adds so many statements, while the test goes on doing something. */
    private static void inThreads(int threads, int count, Supplier<IntConsumer> adding, Runnable meanwhile)
            throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Void>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Callable<Void> work = () -> {
                    IntConsumer own = adding.get();
                    for (int i = 0; i < count; i++) {
                        own.accept(i);
                    }
                    return null;
                };
                done.add(executor.submit(work));
            }
            while (!done.stream().allMatch(Future::isDone)) {
                meanwhile.run();
            }
            for (Future<Void> each : done) {
                each.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void threadsLoseNothing() throws Exception {
        DigestStore store = store(2 * MIB);
        IntFunction<String> statement = i -> i % 2 == 0 ? "SELECT 1" : "UPDATE t" + i + " SET a = 1";
        inThreads(4, 20_000, () -> reading(store, statement), Thread::onSpinWait);
        assertThat(counted(store)).isEqualTo(80_000);
        assertThat(store.snapshot().entries())
                .anyMatch(entry -> Text.of(entry.text).equals("SELECT ?") && entry.totals.count == 40_000);
    }

    @Test
    void emptyingKeepsTheTablesAndTablesKeepTheDigests() {
        DigestStore store = store(MIB);
        add(store, "INSERT INTO a SELECT * FROM x.b", 1);
        add(store, "INSERT INTO a SELECT * FROM x.b", 2);
        assertThat(store.clear()).isEqualTo(1);
        assertThat(store.snapshot().entries()).isEmpty();
        add(store, "INSERT INTO a SELECT * FROM x.b", 3);
        assertThat(store.tables())
                .containsEntry(new TableTotals.Name("shop", "a"), new TableTotals.Uses(0, 3))
                .containsEntry(new TableTotals.Name("x", "b"), new TableTotals.Uses(3, 0));
        assertThat(store.clearTables()).isEqualTo(2);
        assertThat(store.tables()).isEmpty();
        assertThat(counted(store)).isEqualTo(1);
        add(store, "INSERT INTO a SELECT * FROM x.b", 4);
        assertThat(store.tables().get(new TableTotals.Name("shop", "a"))).isEqualTo(new TableTotals.Uses(0, 1));
    }

    @Test
    void readersAndThoseWhoEmptyItMissNothingOfWhatThreadsCount() throws Exception {
        DigestStore store = store(MIB);
        // often enough the same to be counted by the thread
        IntFunction<String> statement = i -> i % 40 == 0 ? "SELECT a" + i + " FROM t" : "SELECT 1 FROM t";
        IntConsumer later = i -> addLater(store, statement.apply(i));
        Deque<IntConsumer> adding = new ConcurrentLinkedDeque<>(
                List.of(reading(store, statement), reading(store, statement), later, later));
        inThreads(4, 30_000, adding::poll, () -> {
            store.clear();
            store.snapshot();
        });
        assertThat(store.tables())
                .isEqualTo(Map.of(new TableTotals.Name("shop", "t"), new TableTotals.Uses(120_000, 0)));
    }

    @Test
    void whoeverReadsFindsWhatWasLaidAside() {
        DigestStore store = store(MIB);
        addLater(store, "SELECT 1 FROM t");
        assertThat(store.size()).isEqualTo(1);
        addLater(store, "SELECT 2 FROM t");
        assertThat(counted(store)).isEqualTo(2);
        addLater(store, "SELECT 3 FROM t");
        assertThat(store.tables()).isEqualTo(Map.of(new TableTotals.Name("shop", "t"), new TableTotals.Uses(3, 0)));
        addLater(store, "SELECT 4 FROM t");
        assertThat(store.clear()).isEqualTo(1);
        assertThat(counted(store)).isEqualTo(0);
        assertThat(store.tables()).isEqualTo(Map.of(new TableTotals.Name("shop", "t"), new TableTotals.Uses(4, 0)));
    }

    @Test
    void whatWasLaidAsideIsReadWithManyOthersOrWhenItIsLong() {
        List<Long> told = new ArrayList<>();
        DigestStore store = new DigestStore(
                MIB,
                new StatementReader(1024, true),
                new Deviation(3, 10, 0),
                observation -> told.add(observation.summary.totalNanos()));
        for (int i = 0; i < 100; i++) {
            store.addLater(seen("SELECT " + i, Duration.ofMillis(10 + i % 3), i));
        }
        store.catchUp();
        store.addLater(seen("SELECT 'slower'", Duration.ofMillis(100), 100));
        assertThat(told).isEmpty();
        for (int i = 0; told.isEmpty() && i < 100; i++) {
            store.addLater(seen("SELECT " + i, Duration.ofMillis(10), 101 + i));
        }
        assertThat(told).containsExactly(100_000_000L);
        store.addLater(seen("SELECT '" + "long".repeat(1000) + "'", Duration.ofMillis(300), 300));
        assertThat(told).containsExactly(100_000_000L, 300_000_000L);
        store.addLater(seen("SELECT 2", Duration.ofMillis(900), 301));
        store.catchUp();
        assertThat(told).containsExactly(100_000_000L, 300_000_000L, 900_000_000L);
    }

    @Test
    void whatWasLaidAsideCountsBeforeWhatCameBehindIt() {
        DigestStore store = store(MIB);
        store.addLater(seen("SELECT 1 FROM t", Duration.ofMillis(1), 5));
        add(store, "SELECT 2 FROM t", 9);
        DigestEntry entry = store.snapshot().entries().get(0);
        assertThat(entry.totals.firstSeen).isEqualTo(5);
        assertThat(entry.totals.lastSeen).isEqualTo(9);
        assertThat(new String(entry.example, StandardCharsets.UTF_8)).isEqualTo("SELECT 1 FROM t");
    }

    @Test
    void whatIsEvictedWhileAThreadCountsItIsNotLostAndComesBack() {
        DigestStore store = store(MIB);
        for (int i = 0; i < 20_000; i++) {
            // seldom enough to look like the others in the store, often enough to keep its place in the thread
            if (i % 250 == 0) {
                add(store, "SELECT hot FROM u", 1);
            }
            add(store, "SELECT c" + i + " FROM t", 1);
        }
        assertThat(counted(store)).isEqualTo(20_080);
        add(store, "SELECT hot FROM u", 1);
        assertThat(store.snapshot().entries())
                .filteredOn(entry -> Text.of(entry.text).equals("SELECT hot FROM u"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.totals.count).isBetween(1L, 79L));
        assertThat(counted(store)).isEqualTo(20_081);
        assertThat(store.tables()).containsEntry(new TableTotals.Name("shop", "u"), new TableTotals.Uses(81, 0));
    }

    @Test
    void whatAThreadCountsHasTheNumbersOfAll() {
        DigestStore store = new DigestStore(MIB, new StatementReader(1024, true), new Deviation(3, 10, 0), none -> {});
        Moments expected = new Moments();
        int deviating = 0;
        for (int i = 0; i < 5_000; i++) {
            int millis = i == 4_000 ? 90 : 10 + i % 5;
            expected.add(millis * 1e6);
            String sql = "SELECT " + i + " FROM t";
            observation.statement = sql.getBytes(StandardCharsets.UTF_8);
            observation.digest.of(observation.statement);
            observation.summary = took(millis);
            observation.nowMillis = i;
            store.add(observation);
            if (observation.deviates) {
                deviating++;
                assertThat(observation.usualNanos).isBetween(11.9e6, 12.1e6);
            }
            observation.clear();
            if (i % 700 == 0) {
                assertThat(counted(store)).isEqualTo(i + 1);
            }
        }
        assertThat(deviating).isEqualTo(1);
        DigestEntry entry = store.snapshot().entries().get(0);
        assertThat(entry.totals.count).isEqualTo(5_000);
        assertThat(entry.totals.deviations).isEqualTo(1);
        assertThat(entry.lastDeviation).isEqualTo(4_000);
        assertThat(entry.totals.firstSeen).isZero();
        assertThat(entry.totals.lastSeen).isEqualTo(4_999);
        assertThat(entry.durations.mean()).isCloseTo(expected.mean(), within(1.0));
        assertThat(entry.durations.spread()).isCloseTo(expected.spread(), within(1.0));
        assertThat(new String(entry.example, StandardCharsets.UTF_8)).isEqualTo("SELECT 4000 FROM t");
    }
}
