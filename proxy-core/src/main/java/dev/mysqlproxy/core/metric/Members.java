package dev.mysqlproxy.core.metric;

import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import dev.mysqlproxy.api.metric.Metrics.Labelled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counters or timers of one name, by label values. */
final class Members<M> implements Family, Labelled<M> {

    /** Most combinations of label values; all further ones are counted together. */
    static final int MOST = 1000;

    private static final String OTHER = "other";
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    private final Description description;
    private final Supplier<? extends M> make;
    private final BiFunction<Map<String, String>, M, Sample> read;
    private final Map<List<String>, M> members = new ConcurrentHashMap<>();
    private final List<String> others;
    private final AtomicBoolean full = new AtomicBoolean();

    /**
     * None yet.
     *
     * @param make a new member
     * @param read a member with its labels as it stands
     */
    Members(Description description, Supplier<? extends M> make, BiFunction<Map<String, String>, M, Sample> read) {
        this.description = description;
        this.make = make;
        this.read = read;
        this.others = Collections.nCopies(description.labels().size(), OTHER);
        if (description.labels().isEmpty()) {
            // what nobody has counted yet is zero, not unknown
            members.put(List.of(), make.get());
        }
    }

    @Override
    public M with(String... values) {
        if (values.length != description.labels().size()) {
            throw new IllegalArgumentException(description.name() + " has the labels " + description.labels() + ", not "
                    + values.length + " of them");
        }
        List<String> key = List.of(values);
        M known = members.get(key);
        return known == null ? add(key) : known;
    }

    private synchronized M add(List<String> key) {
        M known = members.get(key);
        if (known != null) {
            return known;
        }
        List<String> wanted = key;
        if (members.size() >= MOST) {
            wanted = others;
            if (full.compareAndSet(false, true)) {
                LOG.atWarn()
                        .addKeyValue("metric", description.name())
                        .addKeyValue("members", MOST)
                        .log("a metric has too many members, further ones are counted as 'other'");
            }
        }
        return members.computeIfAbsent(wanted, values -> Objects.requireNonNull(make.get()));
    }

    @Override
    public Description description() {
        return description;
    }

    @Override
    public List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        members.forEach((values, member) -> samples.add(read.apply(description.labelled(values), member)));
        return samples;
    }
}
