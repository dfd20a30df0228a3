package dev.mysqlproxy.plugin.queryanalysis;

import dev.mysqlproxy.api.option.Option;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The options of the plugin. */
final class AnalysisOptions {

    static final Option<Integer> MEMORY = Option.integer(
                    "query-analysis-memory", 1, 65_536, "MiB of memory for digests; the rarest make room for new ones")
            .defaultsTo(64)
            .build();
    static final Option<Integer> TEXT = Option.integer(
                    "query-analysis-text", 64, 65_536, "bytes to keep of a digest's text and of its example")
            .defaultsTo(1024)
            .build();
    static final Option<String> LITERALS = Option.choice(
                    "query-analysis-literals",
                    List.of("shown", "hidden"),
                    "whether examples, slow queries and the slow log show literals; statements with passwords never do")
            .defaultsTo("shown")
            .build();
    static final Option<Boolean> INBAND = Option.flag(
                    "query-analysis-inband",
                    "answer SELECT * FROM and DELETE FROM histogram.queries and histogram.tables to any client")
            .defaultsTo(true)
            .build();
    static final Option<Duration> SLOW_TIME = Option.seconds(
                    "query-analysis-slow-time", 0, 31_536_000, "a statement that takes so many seconds or more is slow")
            .defaultsTo(Duration.ofSeconds(1))
            .changeable()
            .build();
    static final Option<Integer> SLOW_QUERIES = Option.integer(
                    "query-analysis-slow-queries", 0, 100_000, "slow statements to keep for the table slow_queries")
            .defaultsTo(200)
            .build();
    static final Option<Path> SLOW_LOG = Option.path(
                    "query-analysis-slow-log", "file to which slow statements are written as MySQL's slow log")
            .build();
    static final Option<Integer> DEVIATION = Option.integer(
                    "query-analysis-deviation",
                    0,
                    1_000,
                    "a statement deviates when it takes longer than its mean and so many standard deviations; 0 for never")
            .defaultsTo(5)
            .changeable()
            .build();
    static final Option<Integer> DEVIATION_COUNT = Option.integer(
                    "query-analysis-deviation-count",
                    2,
                    1_000_000_000,
                    "executions before a statement can deviate from its mean")
            .defaultsTo(1_000)
            .changeable()
            .build();
    static final Option<Duration> DEVIATION_TIME = Option.seconds(
                    "query-analysis-deviation-time", 0, 86_400, "what takes less than so many seconds never deviates")
            .defaultsTo(Duration.ofMillis(1))
            .changeable()
            .build();
    static final Option<Boolean> EXPLAIN = Option.flag(
                    "query-analysis-explain",
                    "EXPLAIN slow SELECTs, on another connection of the same user to the same backend")
            .changeable()
            .build();
    static final Option<Duration> EXPLAIN_INTERVAL = Option.seconds(
                    "query-analysis-explain-interval", 0.01, 86_400, "at most one EXPLAIN in so many seconds")
            .defaultsTo(Duration.ofSeconds(1))
            .changeable()
            .build();

    static final List<Option<?>> ALL = List.of(
            MEMORY,
            TEXT,
            LITERALS,
            INBAND,
            SLOW_TIME,
            SLOW_QUERIES,
            SLOW_LOG,
            DEVIATION,
            DEVIATION_COUNT,
            DEVIATION_TIME,
            EXPLAIN,
            EXPLAIN_INTERVAL);

    private AnalysisOptions() {}
}
