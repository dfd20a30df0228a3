package dev.mysqlproxy.api.metric;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A metric as it stands.
 *
 * @param name whole, with its prefix
 * @param kind what it is
 * @param help one sentence
 * @param plugin who registered it; {@code core} for the proxy itself
 * @param samples one for each combination of label values
 */
public record MetricFamily(String name, Kind kind, String help, String plugin, List<Sample> samples) {

    /** Prometheus's metric types. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /**
     * One number or distribution.
     *
     * @param labels names and values in order
     * @param value of a counter or gauge; the sum in seconds of a histogram
     * @param count of a histogram, else 0
     * @param buckets of a histogram: upper bounds in seconds with how many were at most that, ascending, without the
     *     infinite one, whose number is {@code count}
     */
    public record Sample(Map<String, String> labels, double value, long count, List<Bucket> buckets) {
        public Sample {
            buckets = List.copyOf(buckets);
        }

        /** Of a counter or gauge. */
        public Sample(Map<String, String> labels, double value) {
            this(labels, value, 0, List.of());
        }
    }

    /**
     * Durations up to a bound.
     *
     * @param seconds the bound
     * @param count how many were at most that long
     */
    public record Bucket(double seconds, long count) {}

    public MetricFamily {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(help, "help");
        Objects.requireNonNull(plugin, "plugin");
        samples = List.copyOf(samples);
    }
}
