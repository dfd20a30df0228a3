package dev.mysqlproxy.plugin.queryanalysis;

import java.nio.charset.StandardCharsets;

/** Bytes of statements as text for people. */
final class Text {

    private Text() {}

    /** UTF-8, with malformed bytes replaced. */
    static String of(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** As {@link #of}, with three dots behind what was cut. */
    static String of(byte[] bytes, boolean cut) {
        return cut ? of(bytes) + "..." : of(bytes);
    }

    /** One line of so many characters at most. */
    static String line(byte[] bytes, int most) {
        String text = of(bytes).replaceAll("\\p{Cntrl}", " ");
        return text.length() > most ? text.substring(0, most) + "..." : text;
    }

    /** A name that stays on its line. */
    static String name(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
