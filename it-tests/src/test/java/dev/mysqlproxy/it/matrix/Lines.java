package dev.mysqlproxy.it.matrix;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/** What a client saw: lines {@code feature<TAB>result}. For one thread. */
final class Lines {
    private static final int SHORT = 200;
    private static final int FEW_ROWS = 20;

    private final List<String> all = new ArrayList<>();

    void say(String feature, Object result) {
        String line = feature + "\t" + result;
        all.add(line.replace("\n", "\\n").replace("\r", "\\r"));
    }

    void columns(String feature, List<String> columns) {
        say(feature, "columns " + String.join(" ", columns));
    }

    /** Rows as {@link #row} made them; many of them become their sum. */
    void rows(String feature, List<String> rows) {
        if (rows.size() > FEW_ROWS) {
            say(feature, rows.size() + " rows " + sum(String.join("\n", rows).getBytes(StandardCharsets.UTF_8)));
            return;
        }
        rows.forEach(row -> say(feature, "row " + row));
    }

    static String row(List<?> values) {
        return String.join(" | ", values.stream().map(Lines::shown).toList());
    }

    static String shown(Object value) {
        if (value == null || value == Features.Null.NULL) {
            return "NULL";
        }
        if (value instanceof byte[] bytes) {
            return bytes.length > SHORT ? sum(bytes) : new String(bytes, StandardCharsets.ISO_8859_1);
        }
        String text = value instanceof Object[] several ? Arrays.toString(several) : value.toString();
        return text.length() > SHORT
                ? sum(text.getBytes(StandardCharsets.UTF_8))
                : value.getClass().getSimpleName() + ":" + text;
    }

    static String sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return bytes.length + " bytes " + sum.getValue();
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
