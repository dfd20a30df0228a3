package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyPlugin;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.pf4j.Extension;

/** The plugin {@code query-analysis}: counts statements by digest, and finds the slow ones. */
@Extension
public final class QueryAnalysisPlugin implements ProxyPlugin {

    private static final long MIB = 1024L * 1024;

    private Optional<SlowLog> log = Optional.empty();

    /** For PF4J. */
    public QueryAnalysisPlugin() {}

    @Override
    public List<Option<?>> options() {
        return AnalysisOptions.ALL;
    }

    @Override
    public void start(PluginContext context) throws StartException {
        OptionValues options = context.options();
        int text = options.get(AnalysisOptions.TEXT);
        StatementReader reader =
                new StatementReader(text, options.get(AnalysisOptions.LITERALS).equals("shown"));
        SlowQueries queries = new SlowQueries(options.get(AnalysisOptions.SLOW_QUERIES));
        log = slowLog(context);
        Explainer explainer = new Explainer(context.control(), context.metrics());
        SlowStatements slow = new SlowStatements(queries, log, explainer, reader, context.metrics());
        slow.slowTime(options.get(AnalysisOptions.SLOW_TIME));
        DigestStore store = new DigestStore(
                options.get(AnalysisOptions.MEMORY) * MIB,
                reader,
                new Deviation(
                        options.get(AnalysisOptions.DEVIATION),
                        options.get(AnalysisOptions.DEVIATION_COUNT),
                        options.get(AnalysisOptions.DEVIATION_TIME).toNanos()),
                slow::deviates);
        // for what is told of statements, not only counted
        context.tasks().every(Duration.ofSeconds(1), store::catchUp);
        explainer.enable(options.get(AnalysisOptions.EXPLAIN));
        explainer.interval(options.get(AnalysisOptions.EXPLAIN_INTERVAL));
        changes(context, store, slow, explainer);
        measure(context.metrics(), store);
        context.addTable(new DigestsTable(store));
        context.addTable(new TablesTable(store));
        context.addTable(new SlowQueriesTable(queries));
        context.addCommand(new SlowLogReopen(log));
        Observations observations = new Observations(text);
        Inband inband = new Inband(store);
        if (options.get(AnalysisOptions.INBAND)) {
            context.addHook(inband);
        }
        context.addHook(new Recorder(store, observations, slow, inband, System::currentTimeMillis));
    }

    private static Optional<SlowLog> slowLog(PluginContext context) throws StartException {
        Optional<Path> path = context.options().find(AnalysisOptions.SLOW_LOG);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SlowLog(path.get(), context.tasks(), context.metrics()));
        } catch (IOException e) {
            throw new StartException(
                    AnalysisOptions.SLOW_LOG + "=" + path.get() + ": the file cannot be opened for writing: " + e, e);
        }
    }

    private static void changes(PluginContext context, DigestStore store, SlowStatements slow, Explainer explainer) {
        context.onChange(AnalysisOptions.SLOW_TIME, slow::slowTime);
        context.onChange(AnalysisOptions.EXPLAIN, explainer::enable);
        context.onChange(AnalysisOptions.EXPLAIN_INTERVAL, explainer::interval);
        context.onChange(
                AnalysisOptions.DEVIATION,
                spreads -> store.deviation(store.deviation().withSpreads(spreads)));
        context.onChange(
                AnalysisOptions.DEVIATION_COUNT,
                count -> store.deviation(store.deviation().withCount(count)));
        context.onChange(
                AnalysisOptions.DEVIATION_TIME,
                (Duration time) -> store.deviation(store.deviation().withNanos(time.toNanos())));
    }

    private static void measure(Metrics metrics, DigestStore store) {
        metrics.gauge("query_analysis_digests", "Digests that are kept.", () -> (double) store.size());
        metrics.gauge(
                "query_analysis_memory_bytes", "Memory that the digests take, about.", () -> (double) store.bytes());
        metrics.gauge("query_analysis_evicted_digests", "Digests that made room for others.", () ->
                (double) store.evictions());
    }

    @Override
    public void stop() {
        log.ifPresent(SlowLog::close);
    }
}
