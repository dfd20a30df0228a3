package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.lifecycle.Tasks;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.pf4j.Extension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The auditing plugin. */
@Extension
public final class AuditingPlugin implements ProxyPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(AuditingPlugin.class);
    private static final long MIB = 1024 * 1024;
    /** For what is left in the queue at the end. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    /** When listeners are seen to be open, the process is about to run under its own account. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(1);

    private RecordQueue queue;
    private Recorder recorder;
    private AuditWriter writer;
    private Destination destination;
    private volatile Tasks.Timer untilUnderWay;

    @Override
    public List<Option<?>> options() {
        return AuditingOptions.ALL;
    }

    /** What is not recorded must not happen. */
    @Override
    public boolean failClosed() {
        return true;
    }

    @Override
    public void start(PluginContext context) throws StartException {
        OptionValues options = context.options();
        Recording recording = recording(options);
        destination = Destinations.of(context, Clock.systemUTC());
        AuditWriter.Force force =
                AuditWriter.Force.valueOf(options.get(AuditingOptions.FSYNC).toUpperCase(Locale.ROOT));
        Overflow overflow = Overflow.of(options.get(AuditingOptions.OVERFLOW));
        boolean showLiterals = options.get(AuditingOptions.LITERALS).equals("show");
        Metrics metrics = context.metrics();
        queue = new RecordQueue(
                options.get(AuditingOptions.QUEUE) * MIB,
                force == AuditWriter.Force.EACH,
                metrics.counter("auditing_dropped_records_total", "Audit records that had no room.")
                        .with());
        recorder = new Recorder(queue, context.control().version());
        AuditStatus status = new AuditStatus(metrics);
        RecordFormat format = options.get(AuditingOptions.FORMAT).equals("json")
                ? new JsonFormat(showLiterals)
                : new TextFormat(showLiterals);
        writer = new AuditWriter(queue, destination, format, recording, force, overflow, status);

        Optional<Gate> gate = overflow == Overflow.DROP
                ? Optional.empty()
                : Optional.of(new Gate(
                        recording,
                        queue,
                        status,
                        overflow == Overflow.WAIT,
                        metrics.counter(
                                        "auditing_refused_total",
                                        "Statements and connections refused because the audit cannot be written.")
                                .with()));
        gate.ifPresent(context::addHook);
        context.addHook(new AuditHooks(recording, recorder));
        context.addTable(new AuditTable(destination, queue, status, gate, overflow));
        context.addCommand(new RotateCommand(writer));
        AuditingOptions.FILTERS.forEach(option -> changeable(context, recording, option));
        gauges(metrics, status);
        writer.start();
        untilUnderWay = context.tasks().every(UNDER_WAY, () -> beginRun(context));
    }

    /** Not when the proxy only checks its configuration. */
    private void beginRun(PluginContext context) {
        if (!context.control().listeners().isEmpty()) {
            recorder.beginRun();
            Tasks.Timer timer = untilUnderWay;
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    private static Recording recording(OptionValues options) throws StartException {
        try {
            return new Recording(options);
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static <T> void changeable(PluginContext context, Recording recording, Option<T> option) {
        context.onChange(
                option, value -> recording.filters(new Filters(new ChangedOption<>(context.options(), option, value))));
    }

    private void gauges(Metrics metrics, AuditStatus status) {
        metrics.gauge("auditing_queue_bytes", "Bytes of audit records that wait for being written.", () ->
                (double) queue.bytes());
        metrics.gauge(
                "auditing_queue_limit_bytes", "Bytes of audit records that may wait.", () -> (double) queue.limit());
        metrics.gauge("auditing_waiting_sessions", "Sessions that wait for room in the audit's queue.", () ->
                (double) queue.waiting());
        metrics.gauge("auditing_failing", "1 while the audit cannot be written.", () -> status.isFailing() ? 1.0 : 0.0);
    }

    @Override
    public void stop() {
        if (writer == null) {
            return;
        }
        recorder.endRun();
        if (!writer.stop(LAST_WRITES)) {
            LOG.atError()
                    .addKeyValue("destination", destination.name())
                    .addKeyValue("bytes", queue.bytes())
                    .log("the end of the audit could not be written and is lost");
        }
    }
}
