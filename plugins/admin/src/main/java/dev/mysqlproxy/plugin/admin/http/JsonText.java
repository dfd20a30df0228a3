package dev.mysqlproxy.plugin.admin.http;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes JSON values. One thread. */
final class JsonText {

    private static final int FIRST_PRINTABLE = 0x20;

    private final StringBuilder out = new StringBuilder(8 * 1024);

    /** What comes as it is: braces, brackets, commas and colons. */
    JsonText raw(String text) {
        out.append(text);
        return this;
    }

    /** A member's name and the colon behind it. */
    JsonText name(String name) {
        return string(name).raw(":");
    }

    /** A value of a table by its type; times by RFC 3339 in UTC, numbers that JSON does not have as null. */
    JsonText value(Object value) {
        if (value == null) {
            out.append("null");
        } else if (value instanceof Instant time) {
            string(time.truncatedTo(ChronoUnit.MICROS).toString());
        } else if (value instanceof Double number) {
            out.append(number.isNaN() || number.isInfinite() ? "null" : number.toString());
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            string(value.toString());
        }
        return this;
    }

    JsonText string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= FIRST_PRINTABLE) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        out.append('"');
        return this;
    }

    /** How many characters there are so far. */
    int length() {
        return out.length();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
