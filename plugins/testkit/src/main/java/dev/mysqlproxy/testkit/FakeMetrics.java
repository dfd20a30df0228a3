package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import java.util.function.Supplier;

/** Metrics that a test can read. Any thread. */
public final class FakeMetrics implements Metrics {

    private static final String PREFIX = "mysqlproxy_";
    private static final int MOST_MEMBERS = 1_000;
    private static final String OVERFLOW = "other";

    private final Map<String, Family<?>> families = new ConcurrentHashMap<>();

    @Override
    public Labelled<Counter> counter(String name, String help, String... labels) {
        return family(new Family<>(name, Kind.COUNTER, help, List.of(labels), any -> new FakeCounter()));
    }

    @Override
    public Labelled<Timer> timer(String name, String help, String... labels) {
        return family(new Family<>(name, Kind.HISTOGRAM, help, List.of(labels), any -> new FakeTimer()));
    }

    @Override
    public void gauge(String name, String help, List<String> labels, Supplier<Map<List<String>, Double>> values) {
        Family<Counter> made = new Family<>(name, Kind.GAUGE, help, List.copyOf(labels), any -> {
            throw new IllegalStateException("a gauge has no members");
        });
        made.values = values;
        family(made).values = values;
    }

    @SuppressWarnings("unchecked") // kind and labels are the same, so the members are too
    private <M> Family<M> family(Family<M> made) {
        if (!made.name.matches("[a-z][a-z0-9_]*") || made.name.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not a metric's name: " + made.name);
        }
        Family<?> known = families.putIfAbsent(made.name, made);
        if (known == null) {
            return made;
        }
        if (known.kind != made.kind || !known.labels.equals(made.labels)) {
            throw new IllegalArgumentException(
                    "the metric " + made.name + " is a " + known.kind + " with the labels " + known.labels);
        }
        return (Family<M>) known;
    }

    /**
     * The number of a counter or gauge, or how many durations a timer has counted; 0 for a member that nobody has asked
     * for.
     *
     * @param name without prefix
     * @param labels values in the order of the labels
     */
    public double value(String name, String... labels) {
        Family<?> family = families.get(name);
        if (family == null) {
            throw new AssertionError("there is no metric " + name + "; there are " + families.keySet());
        }
        return family.samples().stream()
                .filter(sample -> List.copyOf(sample.labels().values()).equals(List.of(labels)))
                .mapToDouble(sample -> family.kind == Kind.HISTOGRAM ? sample.count() : sample.value())
                .findFirst()
                .orElse(0);
    }

    /** All metrics as they stand, as the admin port would show them. */
    public List<MetricFamily> families() {
        return families.values().stream()
                .map(family ->
                        new MetricFamily(PREFIX + family.name, family.kind, family.help, "test", family.samples()))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    /** A metric with its members. */
    private static final class Family<M> implements Labelled<M> {

        private final String name;
        private final Kind kind;
        private final String help;
        private final List<String> labels;
        private final Function<List<String>, M> maker;
        private final Map<List<String>, M> members = new ConcurrentHashMap<>();
        private volatile Supplier<Map<List<String>, Double>> values = Map::of;

        Family(String name, Kind kind, String help, List<String> labels, Function<List<String>, M> maker) {
            this.name = name;
            this.kind = kind;
            this.help = help;
            this.labels = labels;
            this.maker = maker;
        }

        @Override
        public M with(String... wanted) {
            if (wanted.length != labels.size()) {
                throw new IllegalArgumentException(
                        name + " has the labels " + labels + ", not " + wanted.length + " of them");
            }
            List<String> key = List.of(wanted);
            if (members.size() >= MOST_MEMBERS && !members.containsKey(key)) {
                key = labels.stream().map(label -> OVERFLOW).toList();
            }
            return members.computeIfAbsent(key, maker);
        }

        private List<MetricFamily.Sample> samples() {
            List<MetricFamily.Sample> samples = new ArrayList<>();
            values.get().forEach((key, value) -> samples.add(new MetricFamily.Sample(named(key), value)));
            members.forEach((key, member) -> samples.add(sample(named(key), member)));
            return samples;
        }

        private static MetricFamily.Sample sample(Map<String, String> names, Object member) {
            return member instanceof FakeTimer timer
                    ? timer.sample(names)
                    : new MetricFamily.Sample(names, ((FakeCounter) member).total.get());
        }

        private Map<String, String> named(List<String> key) {
            Map<String, String> named = new LinkedHashMap<>();
            for (int at = 0; at < labels.size(); at++) {
                named.put(labels.get(at), key.get(at));
            }
            return named;
        }
    }

    /** A sum. */
    private static final class FakeCounter implements Counter {

        private final AtomicLong total = new AtomicLong();

        @Override
        public void add(long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException("a counter only grows: " + amount);
            }
            total.addAndGet(amount);
        }
    }

    /** A histogram whose bounds double, from 10 microseconds. */
    private static final class FakeTimer implements Timer {

        private static final int BOUNDS = 24;
        private static final long FIRST_NANOS = 10_000;

        private final AtomicLong nanos = new AtomicLong();
        private final AtomicLong count = new AtomicLong();
        private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS);

        @Override
        public void record(long duration) {
            nanos.addAndGet(duration);
            count.incrementAndGet();
            for (int at = 0; at < BOUNDS; at++) {
                if (duration <= FIRST_NANOS << at) {
                    buckets.incrementAndGet(at);
                }
            }
        }

        private MetricFamily.Sample sample(Map<String, String> labels) {
            List<MetricFamily.Bucket> shown = new ArrayList<>();
            for (int at = 0; at < BOUNDS; at++) {
                shown.add(new MetricFamily.Bucket((FIRST_NANOS << at) / 1e9, buckets.get(at)));
            }
            return new MetricFamily.Sample(labels, nanos.get() / 1e9, count.get(), shown);
        }
    }
}
