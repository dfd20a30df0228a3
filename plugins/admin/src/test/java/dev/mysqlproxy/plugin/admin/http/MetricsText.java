package dev.mysqlproxy.plugin.admin.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict reader of both text formats: fails on whatever a scraper could refuse or take for something else. */
final class MetricsText {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE|UNIT) (\\S+) (.+)");
    private static final Pattern SAMPLE = Pattern.compile(
            "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{((?:[a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\"\\\\n])*\",?)+)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\\n]|\\\\[\"\\\\n])*)\"(,|$)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(Inf|NaN|[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?)");

    private final boolean open;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final Map<String, List<double[]>> buckets = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> said = new HashSet<>();
    private String family = "";

    private MetricsText(boolean open) {
        this.open = open;
    }

    /** Reads a document of format 0.0.4, or of OpenMetrics. */
    static MetricsText read(String text, boolean open) {
        MetricsText document = new MetricsText(open);
        require(text.endsWith("\n"), "the last line has no end");
        List<String> lines =
                new ArrayList<>(List.of(text.substring(0, text.length() - 1).split("\n", -1)));
        if (open) {
            require(lines.remove(lines.size() - 1).equals("# EOF"), "the last line is not # EOF");
        }
        if (!text.isEmpty() && !text.equals("\n")) {
            lines.forEach(document::line);
        }
        document.histograms();
        return document;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private void line(String line) {
        Matcher comment = COMMENT.matcher(line);
        if (line.startsWith("#")) {
            require(comment.matches(), "not a comment that means something: " + line);
            describe(comment.group(1), comment.group(2), comment.group(3));
        } else {
            Matcher sample = SAMPLE.matcher(line);
            require(sample.matches(), "not a sample: " + line);
            sample(sample.group(1), sample.group(2) == null ? "" : sample.group(2), sample.group(3));
        }
    }

    private void describe(String what, String name, String text) {
        require(NAME.matcher(name).matches(), "not a name: " + name);
        if (!name.equals(family)) {
            require(ended.add(name), "the lines of " + name + " are not together");
            family = name;
        }
        require(said.add(what + name), what + " of " + name + " comes twice");
        switch (what) {
            case "TYPE" -> {
                require(text.matches("counter|gauge|histogram"), "type of " + name + ": " + text);
                require(!open || !text.equals("counter") || !name.endsWith("_total"), "the family " + name);
                types.put(name, text);
            }
            case "UNIT" -> require(open && name.endsWith("_" + text), "unit of " + name + ": " + text);
            default -> require(!text.replaceAll("\\\\[\\\\n\"]", "").contains("\\"), "help of " + name + ": " + text);
        }
    }

    private void sample(String name, String labels, String number) {
        require(types.containsKey(family), name + " has no type");
        String suffix = name.startsWith(family) ? name.substring(family.length()) : "!";
        String allowed = switch (types.get(family)) {
            case "counter" -> open ? "_total" : "";
            case "gauge" -> "";
            default -> "_bucket|_count|_sum";
        };
        require(suffix.matches(allowed), name + " does not belong to " + family);
        require(NUMBER.matcher(number).matches(), "not a number: " + number);
        double value = Double.parseDouble(number.replace("Inf", "Infinity"));
        Map<String, String> read = labels(labels);
        if (suffix.equals("_bucket")) {
            String le = read.remove("le");
            require(le != null && le.matches("\\+Inf|[0-9]+\\.[0-9]+"), "bound " + le + " of " + name);
            buckets.computeIfAbsent(family + read, key -> new ArrayList<>())
                    .add(new double[] {Double.parseDouble(le.replace("Inf", "Infinity")), value});
            read.put("le", le);
        }
        require(values.put(name + read, value) == null, name + read + " comes twice");
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (label.find()) {
            require(label.start() == at, "labels " + text);
            at = label.end();
            String value = ESCAPED.matcher(label.group(2))
                    .replaceAll(one -> Matcher.quoteReplacement(one.group(1).equals("n") ? "\n" : one.group(1)));
            require(labels.put(label.group(1), value) == null, "a label comes twice: " + text);
        }
        require(at == text.length(), "labels " + text);
        return labels;
    }

    private void histograms() {
        buckets.forEach((key, all) -> {
            for (int i = 1; i < all.size(); i++) {
                require(all.get(i)[0] > all.get(i - 1)[0], "bounds of " + key);
                require(all.get(i)[1] >= all.get(i - 1)[1], "counts of " + key);
            }
            int brace = key.indexOf('{');
            double[] last = all.get(all.size() - 1);
            require(Double.isInfinite(last[0]), key + " has no infinite bucket");
            require(
                    values.get(key.substring(0, brace) + "_count" + key.substring(brace)) == last[1],
                    "count of " + key);
            require(values.containsKey(key.substring(0, brace) + "_sum" + key.substring(brace)), "sum of " + key);
        });
    }

    /** The families' names with their types. */
    Map<String, String> types() {
        return types;
    }

    /** A sample's number, as {@code name{label=value, ...}}. */
    double value(String sample) {
        Double value = values.get(sample);
        require(value != null, "there is no " + sample + " in " + values.keySet());
        return value;
    }
}
