package dev.mysqlproxy.core.chassis;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: time (ISO 8601 with zone), level, logger, thread, message, fields (when there are any), error
 * (class, message, causes and, when asked for, stack). Numbers and booleans among the fields stay what they are.
 */
final class JsonFormat implements LogFormat {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    private final ZoneId zone;

    JsonFormat(ZoneId zone) {
        this.zone = zone;
    }

    @Override
    public String format(LogEntry entry, boolean stacks) {
        StringBuilder line = new StringBuilder(256).append("{\"time\":\"");
        TIME.formatTo(Instant.ofEpochMilli(entry.millis()).atZone(zone), line);
        line.append('"');
        appendMember(line, "level", entry.level().word());
        appendMember(line, "logger", entry.logger());
        appendMember(line, "thread", entry.thread());
        appendMember(line, "message", entry.message());
        if (!entry.fields().isEmpty()) {
            line.append(",\"fields\":{");
            String comma = "";
            for (KeyValuePair field : entry.fields()) {
                line.append(comma);
                Escapes.appendJson(line, String.valueOf(field.key));
                line.append(':');
                appendValue(line, field.value);
                comma = ",";
            }
            line.append('}');
        }
        entry.error().ifPresent(thrown -> appendError(line, thrown, stacks));
        return line.append("}\n").toString();
    }

    private static void appendError(StringBuilder line, IThrowableProxy thrown, boolean stacks) {
        line.append(",\"error\":{\"class\":");
        Escapes.appendJson(line, thrown.getClassName());
        if (thrown.getMessage() != null) {
            appendMember(line, "message", thrown.getMessage());
        }
        if (thrown.getCause() != null) {
            appendMember(line, "causes", LogEntry.textOf(thrown.getCause()));
        }
        if (stacks) {
            line.append(",\"stack\":[");
            String comma = "";
            for (StackTraceElementProxy frame : thrown.getStackTraceElementProxyArray()) {
                line.append(comma);
                Escapes.appendJson(line, frame.getSTEAsString());
                comma = ",";
            }
            line.append(']');
        }
        line.append('}');
    }

    private static void appendMember(StringBuilder line, String name, String value) {
        line.append(",\"").append(name).append("\":");
        Escapes.appendJson(line, value);
    }

    private static void appendValue(StringBuilder line, Object value) {
        if (value instanceof Boolean || value instanceof Integer || value instanceof Long || value instanceof Short) {
            line.append(value);
        } else if (value == null) {
            line.append("null");
        } else {
            Escapes.appendJson(line, String.valueOf(value));
        }
    }
}
