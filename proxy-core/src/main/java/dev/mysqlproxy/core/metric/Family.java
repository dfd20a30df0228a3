package dev.mysqlproxy.core.metric;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A registered metric with all its members. */
interface Family {

    /** Who it is. */
    Description description();

    /** Its members as they stand. */
    List<Sample> samples();

    /**
     * What tells metrics apart.
     *
     * @param name whole
     * @param kind what it is
     * @param help one sentence
     * @param labels names in order
     */
    record Description(String name, Kind kind, String help, List<String> labels) {
        public Description {
            labels = List.copyOf(labels);
        }

        /** Whether both would be the same metric. */
        boolean sameAs(Description other) {
            return name.equals(other.name) && kind == other.kind && labels.equals(other.labels);
        }

        /** The labels with these values. */
        Map<String, String> labelled(List<String> values) {
            Map<String, String> labelled = new LinkedHashMap<>();
            for (int i = 0; i < labels.size(); i++) {
                labelled.put(labels.get(i), values.get(i));
            }
            return labelled;
        }

        MetricFamily of(String plugin, List<Sample> samples) {
            return new MetricFamily(name, kind, help, plugin, samples);
        }
    }
}
