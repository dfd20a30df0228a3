package dev.mysqlproxy.core.metric;

import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers that are asked for when somebody reads.
 *
 * @param values numbers by label values
 */
record Gauge(Description description, Supplier<Map<List<String>, Double>> values) implements Family {

    private static final Logger LOG = LoggerFactory.getLogger(Gauge.class);

    @Override
    public List<Sample> samples() {
        try {
            List<Sample> samples = new ArrayList<>();
            values.get().forEach((key, value) -> {
                if (key.size() == description.labels().size() && samples.size() < Members.MOST) {
                    samples.add(new Sample(description.labelled(List.copyOf(key)), value));
                }
            });
            return samples;
        } catch (Throwable e) {
            // one plugin's fault, errors and nulls included, must not hide everybody's numbers
            LOG.atWarn().setCause(e).addKeyValue("metric", description.name()).log("a metric cannot be read");
            return List.of();
        }
    }
}
