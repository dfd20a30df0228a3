package dev.mysqlproxy.api.metric;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Registers a plugin's numbers, which the admin port shows as the table {@code metrics} and over HTTP for Prometheus. Any
 * thread. Names are by Prometheus's conventions (snake case, base units, {@code _total} for counters) without a prefix:
 * {@code mysqlproxy_} is put before them. A metric registered twice under one name with the same labels is the same; with
 * other labels or of another kind it is an {@link IllegalArgumentException}. They go when their plugin goes.
 *
 * @see <a href="https://prometheus.io/docs/practices/naming/">Metric and label naming</a>
 */
public interface Metrics {

    /** What only grows, by label values. */
    Labelled<Counter> counter(String name, String help, String... labels);

    /** Durations, by label values. */
    Labelled<Timer> timer(String name, String help, String... labels);

    /** What goes up and down, read when somebody asks: values by label values. */
    void gauge(String name, String help, List<String> labels, Supplier<Map<List<String>, Double>> values);

    /** What goes up and down, without labels. */
    default void gauge(String name, String help, Supplier<Double> value) {
        gauge(name, help, List.of(), () -> Map.of(List.of(), value.get()));
    }

    /**
     * A family of which each combination of label values has a member.
     *
     * @param <M> the kind of metric
     */
    interface Labelled<M> {

        /**
         * The member with these values, in the order of the labels. Made when first asked for: keep it where it is used
         * often, and keep the number of combinations small. Behind 1,000 members all further ones are one whose values
         * are {@code other}.
         */
        M with(String... values);
    }

    /** A number that only grows. */
    interface Counter {

        /** Adds a number that is not negative. Never blocks, never waits for another thread. */
        void add(long amount);

        /** Adds 1. */
        default void increment() {
            add(1);
        }
    }

    /** A histogram of durations; 10 microseconds to 100 seconds are told apart to within a factor of two or better. */
    interface Timer {

        /** Counts a duration in nanoseconds. Never blocks, never waits for another thread. */
        void record(long nanos);
    }
}
