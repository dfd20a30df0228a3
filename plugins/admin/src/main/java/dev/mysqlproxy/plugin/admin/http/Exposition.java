package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Bucket;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The two text formats in which Prometheus reads metrics.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus text format 0.0.4</a>
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/">OpenMetrics 1.0</a>
 */
enum Exposition {
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private static final String TOTAL = "_total";
    private static final double EXACT = 1L << 53;
    private static final List<String> UNITS = List.of("seconds", "bytes", "ratio");

    private final String contentType;

    Exposition(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** The format for a scraper that sends these elements of {@code Accept}: OpenMetrics only for who prefers it. */
    static Exposition accepted(List<String> elements) {
        double open = 0;
        double text = 0;
        for (String element : elements) {
            String compact = element.replace(" ", "");
            if (compact.matches("application/openmetrics-text(;.*)?") && !compact.contains("version=0.")) {
                open = Math.max(open, quality(compact));
            } else if (compact.startsWith("text/plain") || compact.startsWith("text/*") || compact.startsWith("*/*")) {
                text = Math.max(text, quality(compact));
            }
        }
        return open > 0 && open >= text ? OPEN_METRICS : PROMETHEUS;
    }

    private static double quality(String element) {
        for (String parameter : element.split(";", -1)) {
            if (parameter.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }

    /** All families as one document. */
    byte[] write(List<MetricFamily> families) {
        StringBuilder out = new StringBuilder(8 * 1024);
        for (MetricFamily family : families) {
            write(family, out);
        }
        if (this == OPEN_METRICS) {
            out.append("# EOF\n");
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(MetricFamily family, StringBuilder out) {
        boolean counter = family.kind() == Kind.COUNTER;
        String base = counter && family.name().endsWith(TOTAL)
                ? family.name().substring(0, family.name().length() - TOTAL.length())
                : family.name();
        // a counter is described with its suffix in the one format and without it in the other
        String described = this == OPEN_METRICS ? base : family.name();
        out.append("# HELP ").append(described).append(' ');
        escape(family.help(), this == OPEN_METRICS, out);
        out.append("\n# TYPE ").append(described).append(' ');
        out.append(family.kind().name().toLowerCase(Locale.ROOT)).append('\n');
        if (this == OPEN_METRICS) {
            for (String unit : UNITS) {
                if (base.endsWith("_" + unit)) {
                    out.append("# UNIT ").append(base).append(' ').append(unit).append('\n');
                }
            }
        }
        for (Sample sample : family.samples()) {
            if (family.kind() == Kind.HISTOGRAM) {
                histogram(family.name(), sample, out);
            } else {
                line(counter && this == OPEN_METRICS ? base + TOTAL : family.name(), sample.labels(), "", out);
                out.append(number(sample.value())).append('\n');
            }
        }
    }

    private static void histogram(String name, Sample sample, StringBuilder out) {
        for (Bucket bucket : sample.buckets()) {
            line(name + "_bucket", sample.labels(), bound(bucket.seconds()), out);
            out.append(bucket.count()).append('\n');
        }
        line(name + "_bucket", sample.labels(), "+Inf", out);
        out.append(sample.count()).append('\n');
        line(name + "_count", sample.labels(), "", out);
        out.append(sample.count()).append('\n');
        line(name + "_sum", sample.labels(), "", out);
        out.append(number(sample.value())).append('\n');
    }

    /** A sample's line up to its value; {@code le} is a bucket's bound or empty. */
    private static void line(String name, Map<String, String> labels, String le, StringBuilder out) {
        out.append(name);
        if (!labels.isEmpty() || !le.isEmpty()) {
            char before = '{';
            for (Map.Entry<String, String> label : labels.entrySet()) {
                out.append(before).append(label.getKey()).append("=\"");
                escape(label.getValue(), true, out);
                out.append('"');
                before = ',';
            }
            if (!le.isEmpty()) {
                out.append(before).append("le=\"").append(le).append('"');
            }
            out.append('}');
        }
        out.append(' ');
    }

    private static void escape(String text, boolean quotes, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                out.append("\\\\");
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '"' && quotes) {
                out.append("\\\"");
            } else {
                out.append(c);
            }
        }
    }

    /** A bucket's bound, in both formats the same so that it names the same series. */
    private static String bound(double seconds) {
        BigDecimal plain = BigDecimal.valueOf(seconds).stripTrailingZeros();
        return (plain.scale() < 1 ? plain.setScale(1) : plain).toPlainString();
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        boolean whole = value == Math.rint(value) && Math.abs(value) < EXACT;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }
}
