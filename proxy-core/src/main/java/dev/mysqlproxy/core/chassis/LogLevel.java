package dev.mysqlproxy.core.chassis;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Levels of the log as operators name them, the most severe first. */
public enum LogLevel {
    ERROR(2),
    CRITICAL(3),
    WARNING(4),
    MESSAGE(5),
    INFO(6),
    DEBUG(7);

    private final String word = name().toLowerCase(Locale.ROOT);
    private final int syslogSeverity;

    LogLevel(int syslogSeverity) {
        this.syslogSeverity = syslogSeverity;
    }

    /** The word used by {@code --log-level} and in the lines. */
    public String word() {
        return word;
    }

    /** The level with this exact, lower-case word. */
    public static Optional<LogLevel> of(String word) {
        return Arrays.stream(values()).filter(level -> level.word.equals(word)).findFirst();
    }

    /** All words, the most severe first, for help and error texts. */
    public static String words() {
        return Arrays.stream(values()).map(LogLevel::word).collect(Collectors.joining(", "));
    }

    /** Whether a line of this level is written when the log is set to {@code threshold}. */
    public boolean isVisibleAt(LogLevel threshold) {
        return compareTo(threshold) <= 0;
    }

    int syslogSeverity() {
        return syslogSeverity;
    }
}
