package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.hook.QueryCompletedHook;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.metric.Metrics.Counter;
import dev.mysqlproxy.api.metric.Metrics.Labelled;
import dev.mysqlproxy.api.metric.Metrics.Timer;
import dev.mysqlproxy.api.view.Command;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.api.view.SessionView;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * Times and counts commands by backend and type. On the path of every command: the counters of a backend are found
 * with one look into a table that only grows when a new one is seen, and no objects are made.
 */
final class CommandMetrics implements QueryCompletedHook {

    private static final int CODES = 256;
    private static final String NO_BACKEND = "none";

    private final Labelled<Timer> durations;
    private final Labelled<Counter> errors;
    private final Labelled<Counter> lost;
    private final Labelled<Counter> requestBytes;
    private final Labelled<Counter> replyBytes;
    private final Labelled<Counter> rows;
    private final PerCommand<Counter> answered;
    private final Map<String, OfBackend> backends = new ConcurrentHashMap<>();

    /** Registers them. */
    CommandMetrics(Metrics metrics) {
        this.durations = metrics.timer(
                "command_duration_seconds",
                "From the start of a command on the server connection to the end of its reply.",
                "backend",
                "command");
        this.errors = metrics.counter("command_errors_total", "Commands that a server refused.", "backend", "command");
        this.lost = metrics.counter(
                "commands_lost_total", "Commands whose connection ended before the reply did.", "backend");
        this.requestBytes = metrics.counter("command_request_bytes_total", "Bytes of commands.", "backend");
        this.replyBytes = metrics.counter("command_reply_bytes_total", "Bytes of replies.", "backend");
        this.rows = metrics.counter("command_rows_total", "Rows in replies.", "backend");
        Labelled<Counter> ofProxy = metrics.counter(
                "commands_answered_total",
                "Commands that a plugin or script answered in place of a server.",
                "command");
        this.answered = new PerCommand<>(ofProxy::with);
    }

    /** Members of a metric, found by a command's first byte. Any thread. */
    private static final class PerCommand<M> {

        private final AtomicReferenceArray<M> members = new AtomicReferenceArray<>(CODES);
        private final Function<String, M> make;

        /** Makes them by the command's name when they are first asked for. */
        PerCommand(Function<String, M> make) {
            this.make = make;
        }

        M of(int code) {
            M member = members.getAcquire(code);
            return member == null ? first(code) : member;
        }

        private M first(int code) {
            // two threads that come at once get the same member
            M member = make.apply(CommandType.of(code).map(Enum::name).orElse("unknown"));
            members.setRelease(code, member);
            return member;
        }
    }

    /** What is counted for one backend. */
    private final class OfBackend {

        private final PerCommand<Timer> timers;
        private final PerCommand<Counter> refused;
        private final Counter cut;
        private final Counter sent;
        private final Counter received;
        private final Counter seen;

        OfBackend(String address) {
            this.timers = new PerCommand<>(command -> durations.with(address, command));
            this.refused = new PerCommand<>(command -> errors.with(address, command));
            this.cut = lost.with(address);
            this.sent = requestBytes.with(address);
            this.received = replyBytes.with(address);
            this.seen = rows.with(address);
        }

        void count(int code, QuerySummary summary) {
            switch (summary.status()) {
                case OK -> timers.of(code).record(summary.totalNanos());
                case ERR -> {
                    timers.of(code).record(summary.totalNanos());
                    refused.of(code).increment();
                }
                case LOST -> cut.increment();
                // a stream's duration is no latency; what plugins answer has no backend
                case OPAQUE, ANSWERED -> {}
            }
            sent.add(summary.requestBytes());
            received.add(summary.replyBytes());
            if (summary.rows() > 0) {
                seen.add(summary.rows());
            }
        }
    }

    /** All but COM_QUIT, which no server answers. */
    @Override
    public Set<CommandType> completedTypes() {
        return EnumSet.complementOf(EnumSet.of(CommandType.COM_QUIT));
    }

    @Override
    public void onQueryCompleted(SessionView session, Command command, QuerySummary summary) {
        int code = command.code();
        if (summary.status() == QuerySummary.Status.ANSWERED) {
            answered.of(code).increment();
            return;
        }
        String address = session.backend().orElse(NO_BACKEND);
        OfBackend backend = backends.get(address);
        if (backend == null) {
            backend = backends.computeIfAbsent(address, OfBackend::new);
        }
        backend.count(code, summary);
    }
}
