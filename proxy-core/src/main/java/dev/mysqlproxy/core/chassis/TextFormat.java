package dev.mysqlproxy.core.chassis;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** {@code 2026-11-22 22:44:50: (message) text key=value error="..."}, in local time. */
final class TextFormat implements LogFormat {

    private final ZoneId zone;
    private final boolean stamped;
    private long stampSecond = Long.MIN_VALUE;
    private String stamp = "";

    private TextFormat(ZoneId zone, boolean stamped) {
        this.zone = zone;
        this.stamped = stamped;
    }

    static TextFormat stamped(ZoneId zone) {
        return new TextFormat(zone, true);
    }

    /** Without time and level, for syslog, which adds its own, and without stacks: a line is a message there. */
    static TextFormat bare() {
        return new TextFormat(ZoneId.systemDefault(), false);
    }

    @Override
    public String format(LogEntry entry, boolean stacks) {
        StringBuilder line = new StringBuilder(128);
        if (stamped) {
            line.append(stamp(Math.floorDiv(entry.millis(), 1000L)))
                    .append(": (")
                    .append(entry.level().word())
                    .append(") ");
        }
        Escapes.appendPlain(line, entry.message());
        for (KeyValuePair field : entry.fields()) {
            appendField(line, field.key, String.valueOf(field.value));
        }
        entry.error().ifPresent(thrown -> {
            appendField(line, "error", entry.errorText());
            if (stacks && stamped) {
                appendStack(line, thrown);
            }
        });
        return line.append('\n').toString();
    }

    private static void appendField(StringBuilder line, String key, String value) {
        line.append(' ');
        Escapes.appendValue(line, key);
        line.append('=');
        Escapes.appendValue(line, value);
    }

    private static void appendStack(StringBuilder line, IThrowableProxy thrown) {
        IThrowableProxy link = thrown;
        for (int depth = 0; link != null && depth < 8; depth++) {
            if (depth > 0) {
                line.append("\n\tcaused by ").append(link.getClassName());
            }
            for (StackTraceElementProxy frame : link.getStackTraceElementProxyArray()) {
                line.append("\n\t");
                Escapes.appendPlain(line, frame.getSTEAsString());
            }
            link = link.getCause();
        }
    }

    private String stamp(long second) {
        if (second != stampSecond) {
            stamp = LocalDateTime.ofInstant(Instant.ofEpochSecond(second), zone).format(Stamp.PATTERN);
            stampSecond = second;
        }
        return stamp;
    }

    /** Loaded with the first line only. */
    private static final class Stamp {
        private static final DateTimeFormatter PATTERN =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

        private Stamp() {}
    }
}
