package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.metric.MetricRegistry;
import dev.mysqlproxy.core.session.SessionCounters;
import dev.mysqlproxy.core.session.SessionRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The proxy's own metrics. Nearly all are what somebody counts anyway, and are read only when somebody asks; nothing here is
 * done for a packet or a statement.
 */
final class ProxyMetrics {

    private static final List<String> BACKEND = List.of("backend", "group");
    private static final List<String> NONE = List.of();

    private final MetricRegistry registry;
    private final Metrics metrics;

    private ProxyMetrics(MetricRegistry registry) {
        this.registry = registry;
        this.metrics = registry.of(MetricRegistry.CORE);
    }

    /** Registers them. */
    static void register(
            MetricRegistry registry, SessionRegistry sessions, BackendRegistry backends, Logs logs, int eventLoops) {
        ProxyMetrics all = new ProxyMetrics(registry);
        all.sessions(sessions);
        all.backends(backends);
        all.process(logs, eventLoops);
    }

    private void sessions(SessionRegistry sessions) {
        SessionCounters counters = sessions.counters();
        metrics.gauge("sessions", "Sessions open now.", List.of("listener"), () -> {
            Map<List<String>, Double> values = new HashMap<>();
            sessions.countByListener().forEach((listener, count) -> values.put(List.of(listener), (double) count));
            return values;
        });
        registry.total(
                "sessions_accepted_total",
                "Clients that have connected.",
                NONE,
                () -> Map.of(NONE, (double) counters.accepted()));
        registry.total(
                "sessions_ended_total",
                "Sessions that have ended, by the words that the log has for it.",
                List.of("cause"),
                () -> {
                    Map<List<String>, Double> values = new HashMap<>();
                    counters.ended().forEach((cause, count) -> values.put(List.of(cause.word()), (double) count));
                    return values;
                });
        registry.total(
                "logins_total",
                "Logins of clients, those by COM_CHANGE_USER among them.",
                List.of("result"),
                () -> Map.of(
                        List.of("ok"), (double) counters.logins(true),
                        List.of("failed"), (double) counters.logins(false)));
    }

    private void backends(BackendRegistry backends) {
        ofEach(
                "backend_up",
                "0 for a backend that could not be reached when it was tried last, else 1.",
                backends,
                backend -> backend.view().state() == BackendView.State.DOWN ? 0 : 1);
        ofEach(
                "backend_online",
                "1 for a backend to which operators want sessions to go, else 0.",
                backends,
                backend -> backend.online() ? 1 : 0);
        ofEach(
                "backend_connected_clients",
                "Sessions that use a backend now.",
                backends,
                backend -> backend.view().connectedClients());
        ofEach(
                "backend_weight",
                "Share of new sessions that a backend gets.",
                backends,
                backend -> backend.view().weight());
        ofEach(
                "pool_idle_connections",
                "Server connections that lie in the pool.",
                backends,
                backend -> backend.pool().idle().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum());
        registry.total(
                "pool_takes_total",
                "How often sessions asked the pool for a connection, and whether there was one.",
                List.of("backend", "group", "result"),
                () -> {
                    Map<List<String>, Double> values = new HashMap<>();
                    for (Backend backend : all(backends)) {
                        String address = backend.address().toString();
                        String group = backend.hop().group();
                        values.put(List.of(address, group, "hit"), (double)
                                backend.pool().hits());
                        values.put(List.of(address, group, "miss"), (double)
                                backend.pool().misses());
                    }
                    return values;
                });
    }

    private static List<Backend> all(BackendRegistry backends) {
        return backends.snapshot().stream()
                .map(view -> backends.find(view.index()))
                .flatMap(Optional::stream)
                .toList();
    }

    private void ofEach(String name, String help, BackendRegistry backends, ToDoubleFunction<Backend> value) {
        metrics.gauge(name, help, BACKEND, () -> {
            Map<List<String>, Double> values = new HashMap<>();
            for (Backend backend : all(backends)) {
                List<String> labels =
                        List.of(backend.address().toString(), backend.hop().group());
                values.put(labels, value.applyAsDouble(backend));
            }
            return values;
        });
    }

    private void process(Logs logs, int eventLoops) {
        Instant start = Instant.now();
        long startNanos = System.nanoTime();
        Runtime runtime = Runtime.getRuntime();
        metrics.gauge(
                "build_info",
                "Always 1; the labels say what runs.",
                List.of("version", "java"),
                () -> Map.of(List.of(Version.text(), Runtime.version().toString()), 1.0));
        number(
                "start_time_seconds",
                "When the proxy started, in seconds since 1970.",
                () -> start.toEpochMilli() / 1e3);
        number("uptime_seconds", "How long the proxy has been running.", () -> (System.nanoTime() - startNanos) / 1e9);
        number("event_loops", "Threads that serve sessions.", () -> (double) eventLoops);
        number("heap_used_bytes", "Java's heap in use, garbage included.", () ->
                (double) (runtime.totalMemory() - runtime.freeMemory()));
        number("heap_max_bytes", "As large as Java's heap may become.", () -> (double) runtime.maxMemory());
        number(
                "direct_memory_used_bytes",
                "Memory of network buffers outside of the heap.",
                ProxyMetrics::directMemory);
        registry.total("log_lines_total", "Lines written to the log.", List.of("level"), () -> {
            Map<List<String>, Double> values = new HashMap<>();
            logs.counts().forEach((level, count) -> values.put(List.of(level.word()), (double) count));
            return values;
        });
    }

    private void number(String name, String help, Supplier<Double> value) {
        metrics.gauge(name, help, value);
    }

    private static double directMemory() {
        return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider
                ? provider.metric().usedDirectMemory()
                : 0;
    }
}
