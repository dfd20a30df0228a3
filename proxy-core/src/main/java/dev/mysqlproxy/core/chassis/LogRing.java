package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.ProxyControl.LogLine;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The last {@value #MOST_LINES} lines of the log as text, without stacks and no longer than {@value #MOST_CHARS} characters
 * each, and how many lines there were. Thread safe; readers never wait for the disk.
 */
final class LogRing {

    static final int MOST_LINES = 1000;
    static final int MOST_CHARS = 4096;

    private static final String CUT = "...";

    private final Deque<LogLine> lines = new ArrayDeque<>(MOST_LINES);
    private final Map<LogLevel, Long> counts = new EnumMap<>(LogLevel.class);
    // what a line is made of may hold on to much more, a plugin's classes for example: so it is made at once
    private final TextFormat format = TextFormat.bare();

    LogRing() {
        for (LogLevel level : LogLevel.values()) {
            counts.put(level, 0L);
        }
    }

    synchronized void add(LogEntry entry) {
        counts.merge(entry.level(), 1L, Long::sum);
        String text = format.format(entry, false).stripTrailing();
        if (text.length() > MOST_CHARS) {
            int end = MOST_CHARS - CUT.length();
            text = text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
        }
        if (lines.size() == MOST_LINES) {
            lines.removeFirst();
        }
        lines.addLast(
                new LogLine(Instant.ofEpochMilli(entry.millis()), entry.level().word(), text));
    }

    /** What there is, oldest first. */
    synchronized List<LogLine> lines() {
        return new ArrayList<>(lines);
    }

    /** How many lines there were of each level. */
    synchronized Map<LogLevel, Long> counts() {
        return new EnumMap<>(counts);
    }
}
