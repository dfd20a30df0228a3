package dev.mysqlproxy.plugin.auditing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of a statement whose record has no room. */
enum Overflow {
    /** It waits until there is room, and its session with it. */
    WAIT,
    /** It is run, its record is not written but counted. */
    DROP,
    /** It is refused. */
    FAIL;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Overflow of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Overflow::word).toList();
    }
}
