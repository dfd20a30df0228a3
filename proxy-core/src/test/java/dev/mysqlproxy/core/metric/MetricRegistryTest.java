package dev.mysqlproxy.core.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Bucket;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import dev.mysqlproxy.api.metric.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricRegistryTest {

    private final MetricRegistry registry = new MetricRegistry();
    private final Metrics metrics = registry.of("audit");

    private MetricFamily only() {
        assertThat(registry.snapshot()).hasSize(1);
        return registry.snapshot().get(0);
    }

    private Sample sample() {
        assertThat(only().samples()).hasSize(1);
        return only().samples().get(0);
    }

    // --- counters ---------------------------------------------------------------------------------------------------

    @Test
    void aCounterWithoutLabelsBeginsAtZero() {
        Metrics.Counter counter = metrics.counter("audit_lines_total", "Lines.").with();
        assertThat(only())
                .isEqualTo(new MetricFamily(
                        "mysqlproxy_audit_lines_total",
                        Kind.COUNTER,
                        "Lines.",
                        "audit",
                        List.of(new Sample(Map.of(), 0))));
        counter.add(41);
        counter.increment();
        assertThat(sample().value()).isEqualTo(42);
        assertThatIllegalArgumentException().isThrownBy(() -> counter.add(-1));
    }

    @Test
    void membersAreToldApartByTheirLabels() {
        Metrics.Labelled<Metrics.Counter> lines = metrics.counter("lines_total", "Lines.", "kind", "user");
        lines.with("a", "root").increment();
        lines.with("a", "root").increment();
        lines.with("b", "root").increment();
        assertThat(only().samples())
                .containsExactlyInAnyOrder(
                        new Sample(Map.of("kind", "a", "user", "root"), 2),
                        new Sample(Map.of("kind", "b", "user", "root"), 1));
        assertThat(only().samples().get(0).labels().keySet()).containsExactly("kind", "user");
        assertThatIllegalArgumentException().isThrownBy(() -> lines.with("a")).withMessageContaining("[kind, user]");
    }

    @Test
    void tooManyMembersAreCountedTogether() {
        Metrics.Labelled<Metrics.Counter> users = metrics.counter("users_total", "Users.", "user");
        for (int i = 0; i < Members.MOST + 50; i++) {
            users.with("user" + i).increment();
        }
        users.with("user3").increment();
        assertThat(only().samples()).hasSize(Members.MOST + 1);
        assertThat(only().samples())
                .contains(new Sample(Map.of("user", "other"), 50), new Sample(Map.of("user", "user3"), 2));
    }

    @Test
    void threadsLoseNothing() throws InterruptedException {
        Metrics.Labelled<Metrics.Counter> hits = metrics.counter("hits_total", "Hits.", "of");
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 10_000; j++) {
                    hits.with("x" + j % 10).increment();
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(only().samples()).hasSize(10).allMatch(sample -> sample.value() == 4000);
    }

    // --- timers -----------------------------------------------------------------------------------------------------

    @Test
    void aTimerCountsUpToItsBounds() {
        Metrics.Timer timer = metrics.timer("wait_seconds", "Waits.").with();
        timer.record(10_000);
        timer.record(10_001);
        timer.record(1_500_000_000);
        timer.record(1_000_000_000_000L);
        timer.record(-5);
        Sample sample = sample();
        assertThat(only().kind()).isEqualTo(Kind.HISTOGRAM);
        assertThat(sample.count()).isEqualTo(5);
        assertThat(sample.value()).isEqualTo((10_000 + 10_001 + 1_500_000_000L + 1_000_000_000_000L) / 1e9);
        assertThat(sample.buckets())
                .contains(
                        new Bucket(1e-5, 2),
                        new Bucket(2e-5, 3),
                        new Bucket(1, 3),
                        new Bucket(2, 4),
                        new Bucket(100, 4));
    }

    @Test
    void theBoundsAreAtMostAFactorOfTwoApart() {
        metrics.timer("wait_seconds", "Waits.");
        List<Bucket> buckets = sample().buckets();
        assertThat(buckets).hasSize(29);
        assertThat(buckets.get(0).seconds()).isEqualTo(1e-5);
        assertThat(buckets.get(28).seconds()).isEqualTo(100);
        for (int i = 1; i < buckets.size(); i++) {
            assertThat(buckets.get(i).seconds() / buckets.get(i - 1).seconds()).isBetween(1.4, 2.0 + 1e-9);
        }
    }

    // --- gauges -----------------------------------------------------------------------------------------------------

    @Test
    void aGaugeIsAskedEachTime() {
        List<Integer> queue = new ArrayList<>();
        metrics.gauge("queue_lines", "Lines that wait.", () -> (double) queue.size());
        assertThat(sample().value()).isZero();
        queue.add(1);
        assertThat(sample().value()).isEqualTo(1);
    }

    @Test
    void aGaugeThatFailsHidesNoOther() {
        metrics.gauge("bad", "Fails.", () -> {
            throw new IllegalStateException("test");
        });
        metrics.gauge("good", "Works.", () -> 1.0);
        assertThat(registry.snapshot())
                .extracting(MetricFamily::name)
                .containsExactly("mysqlproxy_bad", "mysqlproxy_good");
        assertThat(registry.snapshot().get(0).samples()).isEmpty();
        assertThat(registry.snapshot().get(1).samples()).hasSize(1);
    }

    @Test
    void aGaugesLabelsGoWithItsValues() {
        metrics.gauge(
                "size",
                "Sizes.",
                List.of("a", "b"),
                () -> Map.of(
                        List.of("1", "2"), 3.0,
                        List.of("too short"), 4.0));
        assertThat(sample()).isEqualTo(new Sample(Map.of("a", "1", "b", "2"), 3));
    }

    // --- names ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", "Lines_total", "lines", "9_total", "mysqlproxy_lines_total", "a__b_total", "a-b_total"})
    void namesOfCountersFollowTheConventions(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.counter(name, "Lines."));
        assertThat(registry.snapshot()).isEmpty();
    }

    @Test
    void labelsFollowThemToo() {
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.timer("x_seconds", "X.", "le"));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.timer("x_seconds", "X.", "a", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.timer("x_seconds", "X.", "A"));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.timer("x_total", "X."));
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.timer("x_seconds", " "));
    }

    @Test
    void theSameTwiceIsTheSame() {
        metrics.counter("lines_total", "Lines.", "kind").with("a").increment();
        metrics.counter("lines_total", "Lines.", "kind").with("a").increment();
        assertThat(sample().value()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metrics.counter("lines_total", "Lines.", "user"))
                .withMessageContaining("registered already, as COUNTER with the labels [kind]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.of("other").counter("lines_total", "Lines.", "kind"))
                .withMessage("metric mysqlproxy_lines_total is registered by audit already");
    }

    @Test
    void aGaugeIsNoTimer() {
        metrics.gauge("x", "X.", () -> 1.0);
        assertThatIllegalArgumentException().isThrownBy(() -> metrics.timer("x", "X."));
    }

    // --- coming and going -------------------------------------------------------------------------------------------

    @Test
    void metricsGoWithTheirPlugin() {
        Metrics.Counter counter = metrics.counter("lines_total", "Lines.").with();
        registry.of("other").gauge("x", "X.", () -> 1.0);
        registry.remove(metrics);
        counter.increment();
        assertThat(only().name()).isEqualTo("mysqlproxy_x");
        registry.of("other2").counter("lines_total", "Lines.");
        assertThat(registry.snapshot()).hasSize(2);
    }

    @Test
    void whatAPluginRegistersAfterItHasGoneGoesNowhere() {
        metrics.counter("lines_total", "Lines.");
        registry.remove(metrics);
        metrics.gauge("x", "X.", () -> 1.0);
        metrics.counter("lines_total", "Lines.").with().increment();
        metrics.timer("work_seconds", "Work.").with().record(1);
        assertThat(registry.snapshot()).isEmpty();
    }

    static Stream<Supplier<Map<List<String>, Double>>> gaugesThatFail() {
        Map<List<String>, Double> holes = new HashMap<>();
        holes.put(List.of(), null);
        return Stream.of(
                () -> null,
                () -> holes,
                () -> {
                    throw new IllegalStateException("test");
                },
                () -> {
                    throw new NoClassDefFoundError("test");
                },
                () -> {
                    throw new StackOverflowError();
                });
    }

    @ParameterizedTest
    @MethodSource("gaugesThatFail")
    void aGaugeThatFailsHidesNobodyElse(Supplier<Map<List<String>, Double>> values) {
        metrics.gauge("bad", "Bad.", List.of(), values);
        metrics.gauge("good", "Good.", () -> 1.0);
        assertThat(registry.snapshot())
                .extracting(MetricFamily::name, family -> family.samples().size())
                .containsExactly(tuple("mysqlproxy_bad", 0), tuple("mysqlproxy_good", 1));
    }

    @Test
    void aNewerInstanceTakesAnOldersPlaceOrNot() {
        metrics.gauge("x", "X.", () -> 1.0);
        Metrics newer = registry.of("audit");
        newer.gauge("x", "X.", () -> 2.0);
        assertThat(sample().value()).isEqualTo(2);
        registry.remove(newer);
        assertThat(sample().value()).isEqualTo(1);
    }

    @Test
    void theProxysOwnTotalsAreCounters() {
        registry.total("logins_total", "Logins.", List.of("result"), () -> Map.of(List.of("ok"), 3.0));
        assertThat(only())
                .isEqualTo(new MetricFamily(
                        "mysqlproxy_logins_total",
                        Kind.COUNTER,
                        "Logins.",
                        MetricRegistry.CORE,
                        List.of(new Sample(Map.of("result", "ok"), 3))));
    }
}
