package dev.mysqlproxy.plugin.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Bucket;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {

    private static final MetricFamily COUNTER = new MetricFamily(
            "mysqlproxy_logins_total",
            Kind.COUNTER,
            "Logins.",
            "core",
            List.of(new Sample(Map.of("result", "ok"), 12), new Sample(Map.of("result", "failed"), 0)));

    private static final MetricFamily GAUGE = new MetricFamily(
            "mysqlproxy_heap_used_bytes", Kind.GAUGE, "Heap.", "core", List.of(new Sample(Map.of(), 1.5e9)));

    private static final MetricFamily HISTOGRAM = new MetricFamily(
            "mysqlproxy_command_duration_seconds",
            Kind.HISTOGRAM,
            "Durations.",
            "admin",
            List.of(new Sample(
                    labels("backend", "db:3306", "command", "COM_QUERY"),
                    2.25,
                    7,
                    List.of(new Bucket(0.00001, 1), new Bucket(0.5, 3), new Bucket(1, 3), new Bucket(100, 6)))));

    private static Map<String, String> labels(String... pairs) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    private static String text(Exposition format, MetricFamily... families) {
        return new String(format.write(List.of(families)), UTF_8);
    }

    @Test
    void prometheus() {
        assertThat(text(Exposition.PROMETHEUS, COUNTER, GAUGE, HISTOGRAM)).isEqualTo("""
                        # HELP mysqlproxy_logins_total Logins.
                        # TYPE mysqlproxy_logins_total counter
                        mysqlproxy_logins_total{result="ok"} 12
                        mysqlproxy_logins_total{result="failed"} 0
                        # HELP mysqlproxy_heap_used_bytes Heap.
                        # TYPE mysqlproxy_heap_used_bytes gauge
                        mysqlproxy_heap_used_bytes 1500000000
                        # HELP mysqlproxy_command_duration_seconds Durations.
                        # TYPE mysqlproxy_command_duration_seconds histogram
                        mysqlproxy_command_duration_seconds_bucket{backend="db:3306",command="COM_QUERY",le="0.00001"} 1
                        mysqlproxy_command_duration_seconds_bucket{backend="db:3306",command="COM_QUERY",le="0.5"} 3
                        mysqlproxy_command_duration_seconds_bucket{backend="db:3306",command="COM_QUERY",le="1.0"} 3
                        mysqlproxy_command_duration_seconds_bucket{backend="db:3306",command="COM_QUERY",le="100.0"} 6
                        mysqlproxy_command_duration_seconds_bucket{backend="db:3306",command="COM_QUERY",le="+Inf"} 7
                        mysqlproxy_command_duration_seconds_count{backend="db:3306",command="COM_QUERY"} 7
                        mysqlproxy_command_duration_seconds_sum{backend="db:3306",command="COM_QUERY"} 2.25
                        """);
    }

    @Test
    void openMetrics() {
        assertThat(text(Exposition.OPEN_METRICS, COUNTER, GAUGE)).isEqualTo("""
                        # HELP mysqlproxy_logins Logins.
                        # TYPE mysqlproxy_logins counter
                        mysqlproxy_logins_total{result="ok"} 12
                        mysqlproxy_logins_total{result="failed"} 0
                        # HELP mysqlproxy_heap_used_bytes Heap.
                        # TYPE mysqlproxy_heap_used_bytes gauge
                        # UNIT mysqlproxy_heap_used_bytes bytes
                        mysqlproxy_heap_used_bytes 1500000000
                        # EOF
                        """);
        assertThat(text(Exposition.OPEN_METRICS, HISTOGRAM))
                .contains("# UNIT mysqlproxy_command_duration_seconds seconds");
        assertThat(text(Exposition.OPEN_METRICS)).isEqualTo("# EOF\n");
    }

    @Test
    void bothAreRight() {
        for (Exposition format : Exposition.values()) {
            MetricsText read =
                    MetricsText.read(text(format, COUNTER, GAUGE, HISTOGRAM), format == Exposition.OPEN_METRICS);
            assertThat(read.types()).hasSize(3);
            assertThat(read.value("mysqlproxy_logins_total{result=ok}")).isEqualTo(12);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "a\\b", "a\nb", "\\n", "\\\"", "ä€😀", "", "a,b=\"c\"} 1"})
    void everyLabelValueComesBack(String value) {
        MetricFamily family = new MetricFamily(
                "m", Kind.GAUGE, "h \\ \n \" x", "core", List.of(new Sample(Map.of("user", value), 1)));
        for (Exposition format : Exposition.values()) {
            String text = text(format, family);
            assertThat(text.lines()).hasSize(format == Exposition.OPEN_METRICS ? 4 : 3);
            assertThat(MetricsText.read(text, format == Exposition.OPEN_METRICS).value("m{user=" + value + "}"))
                    .isEqualTo(1);
        }
        assertThat(text(Exposition.PROMETHEUS, family)).contains("# HELP m h \\\\ \\n \" x\n");
        assertThat(text(Exposition.OPEN_METRICS, family)).contains("# HELP m h \\\\ \\n \\\" x\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-3, -3",
        "0.1, 0.1",
        "1e15, 1000000000000000",
        "1e300, 1.0E300",
        "NaN, NaN",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "1e-9, 1.0E-9"
    })
    void numbers(double value, String shown) {
        MetricFamily family = new MetricFamily("m", Kind.GAUGE, "h", "core", List.of(new Sample(Map.of(), value)));

        assertThat(text(Exposition.PROMETHEUS, family)).endsWith("\nm " + shown + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,"
                        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2 | OPEN_METRICS",
                "application/openmetrics-text; version=1.0.0 | OPEN_METRICS",
                "application/openmetrics-text | OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;q=0 | PROMETHEUS",
                "application/openmetrics-text;version=1.0.0;q=0.1,text/plain | PROMETHEUS",
                "application/openmetrics-text;version=0.0.1 | PROMETHEUS",
                "text/html,*/*;q=0.8 | PROMETHEUS",
                "'' | PROMETHEUS",
                "application/openmetrics-text;q=zero | OPEN_METRICS",
            })
    void scraperChooses(String accept, Exposition format) {
        assertThat(Exposition.accepted(List.of(accept.split(",")))).isEqualTo(format);
    }

    /** The reader above would let nothing of this pass. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "# TYPE a counter\na 1",
                "a 1\n",
                "# TYPE a gauge\na 1\na 1\n",
                "# TYPE a gauge\na{b=\"c} 1\n",
                "# TYPE a gauge\na{b=\"\\x\"} 1\n",
                "# TYPE a gauge\na one\n",
                "# TYPE a gauge\n# TYPE b gauge\nb 1\n# HELP a x\n",
                "# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_count 2\na_sum 2\n",
                "# TYPE a histogram\na_bucket{le=\"1.0\"} 3\na_bucket{le=\"+Inf\"} 2\na_count 2\na_sum 2\n",
            })
    void readerIsStrict(String text) {
        assertThatThrownBy(() -> MetricsText.read(text, false)).isInstanceOf(AssertionError.class);
    }
}
