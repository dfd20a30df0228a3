package dev.mysqlproxy.core.chassis;

import java.util.Optional;

/**
 * Holds back a line that repeats the one before it, until {@value #MAX_HELD} are held or the oldest of them is
 * {@value #MAX_HOLD_MILLIS} ms old. Remembers one entry. Not thread safe: the appender calls it under its lock.
 */
final class RepeatFilter {

    static final int MAX_HELD = 100;
    static final long MAX_HOLD_MILLIS = 30_000;

    private LogEntry last;
    private int held;
    private long heldSince;

    /** Whether the entry repeats the last one and is now held; otherwise the caller writes it, after {@link #take}. */
    boolean holds(LogEntry entry) {
        if (last == null || !last.repeats(entry)) {
            return false;
        }
        if (held == 0) {
            heldSince = entry.millis();
        }
        held++;
        return true;
    }

    /** Whether what is held must be told now. */
    boolean isDue(long now) {
        return held >= MAX_HELD || (held > 0 && now - heldSince >= MAX_HOLD_MILLIS);
    }

    int held() {
        return held;
    }

    /** Gives out the line that stands for what is held, if anything is. */
    Optional<LogEntry> take(long now) {
        if (held == 0) {
            return Optional.empty();
        }
        LogEntry summary = last.repeated(held, now);
        held = 0;
        return Optional.of(summary);
    }

    /** The entry that following ones are compared with; null for none. */
    void remember(LogEntry entry) {
        last = entry;
    }
}
