package dev.mysqlproxy.core.metric;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.core.metric.Family.Description;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * All metrics of the process, those of the proxy itself under the name {@link #CORE}. Any thread. Counting takes no lock;
 * registering does.
 *
 * @see <a href="https://prometheus.io/docs/concepts/data_model/">Prometheus's data model</a>
 */
public final class MetricRegistry {

    /** Whose metrics the proxy's own are. */
    public static final String CORE = "core";

    private static final String PREFIX = "mysqlproxy_";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,99}");
    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9_]{0,49}");
    /** What Prometheus makes of histograms itself. */
    private static final Set<String> RESERVED_LABELS = Set.of("le", "quantile");

    private static final int MOST_FAMILIES = 1000;

    private final Map<String, Owned> families = new ConcurrentHashMap<>();
    private final Own core = new Own(CORE);

    /**
     * A metric and who has registered it: one instance of a plugin, or two while the newer takes the older's place.
     *
     * @param uses the newest last; counters and timers are one and the same for all, gauges each instance's own
     */
    private record Owned(String plugin, List<Use> uses) {
        Owned {
            uses = List.copyOf(uses);
        }

        Family family() {
            return uses.get(uses.size() - 1).family();
        }

        Owned with(Use use) {
            List<Use> more = new ArrayList<>(without(use.by()));
            more.add(use);
            return new Owned(plugin, more);
        }

        List<Use> without(Metrics instance) {
            return uses.stream().filter(use -> use.by() != instance).toList();
        }
    }

    private record Use(Metrics by, Family family) {}

    /** Where one instance of a plugin registers its metrics. */
    public Metrics of(String plugin) {
        return new Own(plugin);
    }

    /** Lets go of what one instance of a plugin has registered; what it still counts or registers goes nowhere. */
    public synchronized void remove(Metrics instance) {
        ((Own) instance).gone = true;
        Iterator<Map.Entry<String, Owned>> all = families.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Owned> entry = all.next();
            List<Use> left = entry.getValue().without(instance);
            if (left.isEmpty()) {
                all.remove();
            } else {
                entry.setValue(new Owned(entry.getValue().plugin(), left));
            }
        }
    }

    /** All metrics as they stand, by name. Asks those who have gauges; may take a while. */
    public List<MetricFamily> snapshot() {
        List<MetricFamily> snapshot = new ArrayList<>();
        families.values().forEach(owned -> {
            Family family = owned.family();
            List<Sample> samples = family.samples();
            snapshot.add(family.description().of(owned.plugin(), samples));
        });
        snapshot.sort(Comparator.comparing(MetricFamily::name));
        return snapshot;
    }

    /**
     * Registers what only grows and is counted elsewhere, as one of the proxy's own metrics.
     *
     * @param values numbers by label values
     */
    public void total(String name, String help, List<String> labels, Supplier<Map<List<String>, Double>> values) {
        Description description = describe(name, Kind.COUNTER, help, labels);
        register(core, new Gauge(description, values));
    }

    private static Description describe(String name, Kind kind, String help, List<String> labels) {
        if (!NAME.matcher(name).matches() || name.endsWith("_") || name.contains("__")) {
            throw new IllegalArgumentException(
                    "a metric's name has lower case letters, digits and single underscores, '" + name + "' has not");
        }
        if (name.startsWith(PREFIX)) {
            throw new IllegalArgumentException(PREFIX + " is put before metric '" + name + "', leave it out");
        }
        if ((kind == Kind.COUNTER) != name.endsWith("_total")) {
            throw new IllegalArgumentException("metric '" + name + "': names of counters end in _total, others do not");
        }
        if (help.isBlank()) {
            throw new IllegalArgumentException("metric '" + name + "' needs a help");
        }
        for (String label : labels) {
            if (!LABEL.matcher(label).matches() || RESERVED_LABELS.contains(label)) {
                throw new IllegalArgumentException("metric '" + name + "' cannot have a label '" + label
                        + "': it is a word of lower case letters, digits and underscores, but not le or quantile");
            }
        }
        if (new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("metric '" + name + "' has a label twice: " + labels);
        }
        return new Description(PREFIX + name, kind, help, labels);
    }

    /** The family that is there already under this name, when it is the same, or this one from now on. */
    private synchronized Family register(Own by, Family wanted) {
        Description description = wanted.description();
        if (by.gone) {
            return wanted;
        }
        Owned known = families.get(description.name());
        if (known == null) {
            if (families.size() >= MOST_FAMILIES) {
                throw new IllegalArgumentException("there are " + MOST_FAMILIES + " metrics already");
            }
            families.put(description.name(), new Owned(by.plugin, List.of(new Use(by, wanted))));
            return wanted;
        }
        if (!known.plugin().equals(by.plugin)) {
            throw new IllegalArgumentException(
                    "metric " + description.name() + " is registered by " + known.plugin() + " already");
        }
        if (!known.family().description().sameAs(description)
                || known.family() instanceof Gauge != wanted instanceof Gauge) {
            throw new IllegalArgumentException("metric " + description.name() + " is registered already, as "
                    + known.family().description().kind() + " with the labels "
                    + known.family().description().labels());
        }
        // of gauges, who registers again wants to be asked from now on
        Family used = wanted instanceof Gauge ? wanted : known.family();
        families.put(description.name(), known.with(new Use(by, used)));
        return used;
    }

    private static Sample read(Map<String, String> labels, Histogram histogram) {
        Histogram.Reading reading = histogram.read();
        return new Sample(labels, reading.seconds(), reading.count(), reading.buckets());
    }

    /** An adder that takes nothing away. */
    private static final class Total implements Metrics.Counter {

        private final LongAdder adder = new LongAdder();

        @Override
        public void add(long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException("a counter only grows, not by " + amount);
            }
            adder.add(amount);
        }
    }

    /** One plugin's. */
    private final class Own implements Metrics {

        private final String plugin;
        /** Whether its plugin has left; guarded by the registry. */
        private boolean gone;

        Own(String plugin) {
            this.plugin = plugin;
        }

        @Override
        @SuppressWarnings("unchecked") // of the same kind, so made here
        public Labelled<Counter> counter(String name, String help, String... labels) {
            Description description = describe(name, Kind.COUNTER, help, List.of(labels));
            return (Labelled<Counter>) register(
                    this,
                    new Members<Counter>(
                            description,
                            Total::new,
                            (values, counter) -> new Sample(values, ((Total) counter).adder.sum())));
        }

        @Override
        @SuppressWarnings("unchecked") // as above
        public Labelled<Timer> timer(String name, String help, String... labels) {
            Description description = describe(name, Kind.HISTOGRAM, help, List.of(labels));
            return (Labelled<Timer>) register(
                    this,
                    new Members<Timer>(
                            description, Histogram::new, (values, timer) -> read(values, (Histogram) timer)));
        }

        @Override
        public void gauge(String name, String help, List<String> labels, Supplier<Map<List<String>, Double>> values) {
            register(this, new Gauge(describe(name, Kind.GAUGE, help, labels), values));
        }
    }
}
