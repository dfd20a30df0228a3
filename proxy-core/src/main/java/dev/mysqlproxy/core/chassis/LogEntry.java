package dev.mysqlproxy.core.chassis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * One line to be.
 *
 * @param millis when it happened, milliseconds since 1970
 * @param level the operator's level
 * @param logger name of the logger
 * @param thread name of the thread that logged
 * @param message the sentence, arguments filled in
 * @param fields keys and values, in the order in which they were added
 * @param error what was thrown, if anything
 */
record LogEntry(
        long millis,
        LogLevel level,
        String logger,
        String thread,
        String message,
        List<KeyValuePair> fields,
        Optional<IThrowableProxy> error) {

    static LogEntry of(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        String message = event.getFormattedMessage();
        return new LogEntry(
                event.getTimeStamp(),
                levelOf(event),
                event.getLoggerName(),
                event.getThreadName(),
                message == null ? "" : message,
                pairs == null ? List.of() : List.copyOf(pairs),
                Optional.ofNullable(event.getThrowableProxy()));
    }

    private static LogLevel levelOf(ILoggingEvent event) {
        int level = event.getLevel().toInt();
        if (level >= Level.ERROR_INT) {
            return hasMarker(event, Levels.FATAL) ? LogLevel.ERROR : LogLevel.CRITICAL;
        }
        if (level >= Level.WARN_INT) {
            return LogLevel.WARNING;
        }
        if (level >= Level.INFO_INT) {
            return hasMarker(event, Levels.MESSAGE) ? LogLevel.MESSAGE : LogLevel.INFO;
        }
        return LogLevel.DEBUG;
    }

    private static boolean hasMarker(ILoggingEvent event, Marker marker) {
        List<Marker> markers = event.getMarkerList();
        if (markers == null) {
            return false;
        }
        for (Marker each : markers) {
            if (each.getName().equals(marker.getName())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a reader would take the other entry for the same line at another time. */
    boolean repeats(LogEntry other) {
        return level == other.level
                && message.equals(other.message)
                && fields.size() == other.fields.size()
                && sameFields(other)
                && errorText().equals(other.errorText());
    }

    private boolean sameFields(LogEntry other) {
        for (int i = 0; i < fields.size(); i++) {
            KeyValuePair mine = fields.get(i);
            KeyValuePair theirs = other.fields.get(i);
            if (!Objects.equals(mine.key, theirs.key)
                    || !String.valueOf(mine.value).equals(String.valueOf(theirs.value))) {
                return false;
            }
        }
        return true;
    }

    /** Class and message of what was thrown and of its causes, without stack; empty if nothing was thrown. */
    String errorText() {
        return error.map(LogEntry::textOf).orElse("");
    }

    static String textOf(IThrowableProxy thrown) {
        StringBuilder text = new StringBuilder();
        IThrowableProxy link = thrown;
        // causes can form a ring
        for (int depth = 0; link != null && depth < 8; depth++) {
            text.append(depth == 0 ? "" : "; caused by ").append(link.getClassName());
            if (link.getMessage() != null) {
                text.append(": ").append(link.getMessage());
            }
            link = link.getCause();
        }
        return text.toString();
    }

    /** The line that stands for {@code count} repetitions of this one, seen at {@code now}. */
    LogEntry repeated(int count, long now) {
        String text = "last message repeated " + count + (count == 1 ? " time" : " times");
        return new LogEntry(now, level, logger, thread, text, List.of(), Optional.empty());
    }
}
