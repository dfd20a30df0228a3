package dev.mysqlproxy.plugin.admin.table;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The tables about the proxy itself. */
public final class ProxyTables {

    /** A line of the help. */
    public record HelpLine(String command, String description, String role) {}

    private record PoolUser(BackendView backend, Pool pool, String user, int idle) {}

    private record MetricSample(MetricFamily family, MetricFamily.Sample sample) {}

    private record MetricBucket(MetricFamily family, MetricFamily.Sample sample, MetricFamily.Bucket bucket) {}

    private ProxyTables() {}

    static List<AdminTable> all(Backends backends, ProxyControl control) {
        return List.of(
                backends(backends),
                pools(backends),
                sessions(control),
                listeners(control),
                plugins(control),
                options(control),
                metrics(control),
                buckets(control),
                log(control),
                version(control));
    }

    /** The help, as a table. */
    public static AdminTable help(Supplier<List<HelpLine>> lines) {
        return ListTable.<HelpLine>of("help", "the statements of the admin port", lines)
                .text("command", "what a statement looks like", HelpLine::command)
                .text("description", "what it does", HelpLine::description)
                .text("role", "who may give it: reader, operator or admin", HelpLine::role);
    }

    private static AdminTable backends(Backends backends) {
        return ListTable.<BackendView>of("backends", "the servers behind the proxy", backends::snapshot)
                .integer("backend_ndx", "number, from 1; never reused", BackendView::index)
                .text("address", "host:port or path", BackendView::address)
                .text("state", "what the proxy knows: unknown, up or down", backend -> word(backend.state()))
                .text("type", "rw or ro", backend -> word(backend.type()))
                .text(
                        "uuid",
                        "the server's, when it is known",
                        backend -> backend.uuid().orElse(null))
                .integer("connected_clients", "sessions that use it", BackendView::connectedClients)
                .text("mode", "what is wanted: online, drain or offline", backend -> word(backend.mode()))
                .time("state_since", "when the state was last set", backend -> time(backend.stateSince()))
                .integer("weight", "share of new sessions", BackendView::weight)
                .text(
                        "last_error",
                        "why it could not be reached the last time that it could not; NULL when it always could",
                        backend -> backend.lastFailure()
                                .map(BackendView.Failure::reason)
                                .orElse(null))
                .time(
                        "last_error_at",
                        "when that was",
                        backend -> backend.lastFailure()
                                .map(BackendView.Failure::at)
                                .orElse(null));
    }

    private static AdminTable pools(Backends backends) {
        return ListTable.<PoolUser>of("pools", "idle connections to the servers", () -> poolUsers(backends))
                .integer(
                        "backend_ndx",
                        "number of the backend",
                        row -> row.backend().index())
                .text("address", "of the backend", row -> row.backend().address())
                .text("user", "whose connections they are; NULL when there is none", PoolUser::user)
                .integer("idle", "connections that wait", PoolUser::idle)
                .integer("min_idle", "kept for each user", row -> row.pool().minIdle())
                .integer(
                        "max_idle",
                        "of each user at most; 0 for no limit of its own",
                        row -> row.pool().maxIdle());
    }

    private static List<PoolUser> poolUsers(Backends backends) {
        List<PoolUser> rows = new ArrayList<>();
        for (BackendView backend : backends.snapshot()) {
            backends.pool(backend.index()).ifPresent(pool -> {
                Map<String, Integer> idle = new TreeMap<>(pool.idle());
                if (idle.isEmpty()) {
                    rows.add(new PoolUser(backend, pool, null, 0));
                }
                idle.forEach((user, count) -> rows.add(new PoolUser(backend, pool, user, count)));
            });
        }
        return rows;
    }

    private static AdminTable sessions(ProxyControl control) {
        return ListTable.<ProxyControl.SessionInfo>of("sessions", "the clients that are connected", control::sessions)
                .integer("id", "for KILL, and in the log", ProxyControl.SessionInfo::id)
                .text("listener", "where it connected", ProxyControl.SessionInfo::listener)
                .text("client", "its address", ProxyControl.SessionInfo::client)
                .text("user", "empty before the login", ProxyControl.SessionInfo::user)
                .text("schema", "its default schema", ProxyControl.SessionInfo::schema)
                .text("backend", "the server that it uses", ProxyControl.SessionInfo::backend)
                .integer("thread_id", "the server's connection id", ProxyControl.SessionInfo::threadId)
                .text("state", "what it does", ProxyControl.SessionInfo::state)
                .text("command", "the command that runs, or ran last", ProxyControl.SessionInfo::command)
                .integer("seconds", "in this state", ProxyControl.SessionInfo::seconds)
                .text("statement", "how the statement begins that runs, or ran last", row -> empty(row.statement()))
                .text(
                        "pinned",
                        "why it keeps its server connection; NULL when it does not",
                        row -> empty(row.pinned()));
    }

    private static AdminTable listeners(ProxyControl control) {
        return ListTable.<ProxyControl.ListenerInfo>of("listeners", "where clients connect", control::listeners)
                .text("name", "as in the table sessions", ProxyControl.ListenerInfo::name)
                .text("kind", "forwarding, local or relay", ProxyControl.ListenerInfo::kind)
                .text("address", "with the port that it has", ProxyControl.ListenerInfo::address)
                .text("backend_group", "whose backends it uses", row -> empty(row.group()))
                .integer("sessions", "open now", ProxyControl.ListenerInfo::sessions);
    }

    private static AdminTable plugins(ProxyControl control) {
        return ListTable.<ProxyControl.PluginInfo>of("plugins", "the loaded plugins, in their order", control::plugins)
                .text("name", "as in --plugins", ProxyControl.PluginInfo::name)
                .text("version", "of the plugin", ProxyControl.PluginInfo::version)
                .text("description", "what it says of itself", ProxyControl.PluginInfo::description)
                .bool("enabled", "whether its hooks are at work", ProxyControl.PluginInfo::enabled);
    }

    private static AdminTable options(ProxyControl control) {
        return ListTable.<ProxyControl.OptionInfo>of("options", "the options and their values", control::options)
                .text("name", "without dashes before it", ProxyControl.OptionInfo::name)
                .text("value", "secret ones are masked", ProxyControl.OptionInfo::value)
                .text("source", "where the value came from", ProxyControl.OptionInfo::source)
                .bool("changeable", "whether SET OPTION can change it", ProxyControl.OptionInfo::changeable);
    }

    private static AdminTable metrics(ProxyControl control) {
        return ListTable.<MetricSample>of("metrics", "the numbers that the proxy counts", () -> samples(control))
                .text("name", "of the metric", row -> row.family().name())
                .text("labels", "what of it", row -> labels(row.sample()))
                .real(
                        "value",
                        "the number; the sum in seconds of a histogram",
                        row -> row.sample().value())
                .integer("count", "of a histogram; else NULL", row -> count(row))
                .text(
                        "kind",
                        "counter, gauge or histogram",
                        row -> word(row.family().kind()))
                .text("plugin", "who counts it", row -> row.family().plugin())
                .text("help", "what it is", row -> row.family().help());
    }

    private static Long count(MetricSample row) {
        boolean counts = row.family().kind() == MetricFamily.Kind.HISTOGRAM;
        return counts ? row.sample().count() : null;
    }

    private static AdminTable buckets(ProxyControl control) {
        return ListTable.<MetricBucket>of("metric_buckets", "how the durations spread", () -> bucketRows(control))
                .text("name", "of the histogram", row -> row.family().name())
                .text("labels", "what of it", row -> labels(row.sample()))
                .real("seconds", "durations up to this", row -> row.bucket().seconds())
                .integer(
                        "count",
                        "how many were at most that long",
                        row -> row.bucket().count());
    }

    private static List<MetricSample> samples(ProxyControl control) {
        return control.metrics().stream()
                .flatMap(family -> family.samples().stream().map(sample -> new MetricSample(family, sample)))
                .toList();
    }

    private static List<MetricBucket> bucketRows(ProxyControl control) {
        return samples(control).stream()
                .flatMap(row -> row.sample().buckets().stream()
                        .map(bucket -> new MetricBucket(row.family(), row.sample(), bucket)))
                .toList();
    }

    private static String labels(MetricFamily.Sample sample) {
        return sample.labels().entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
                .collect(Collectors.joining(","));
    }

    private static AdminTable log(ProxyControl control) {
        return ListTable.<ProxyControl.LogLine>of("log", "the last lines of the log, oldest first", control::log)
                .time("time", "when", ProxyControl.LogLine::time)
                .text("level", "as in --log-level", ProxyControl.LogLine::level)
                .text("line", "without time and level", ProxyControl.LogLine::text);
    }

    private static AdminTable version(ProxyControl control) {
        return ListTable.<String>of("version", "the proxy and what it runs on", () -> List.of(control.version()))
                .text("version", "of the proxy", version -> version)
                .text(
                        "java",
                        "of the Java runtime",
                        version -> Runtime.version().toString())
                .text(
                        "os",
                        "operating system and processor",
                        version -> System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    private static String word(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static String empty(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Instant time(Instant time) {
        return time.equals(Instant.EPOCH) ? null : time;
    }
}
