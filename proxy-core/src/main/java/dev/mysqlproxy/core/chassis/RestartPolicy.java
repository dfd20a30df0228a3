package dev.mysqlproxy.core.chassis;

import java.time.Duration;

/** When a dead worker is started again: 1, 2, 4 ... 60 s after its death, and after a life of 5 minutes from 1 s on. */
final class RestartPolicy {

    static final Duration LONGEST = Duration.ofSeconds(60);
    static final Duration GOOD_LIFE = Duration.ofMinutes(5);

    /** What {@code -XX:+ExitOnOutOfMemoryError} exits with. */
    private static final int OUT_OF_MEMORY = 3;

    private static final int SIGNALLED = 128;

    private final Duration shortest;
    private Duration next;

    RestartPolicy(Duration shortest) {
        this.shortest = shortest;
        this.next = shortest;
    }

    /** Whether a worker with this exit code died, rather than ended. Codes from 128 mean a signal. */
    static boolean isCrash(int exitCode) {
        return exitCode >= SIGNALLED || exitCode == OUT_OF_MEMORY;
    }

    /** How it died, for the log. */
    static String causeOf(int exitCode) {
        return exitCode >= SIGNALLED ? "died on signal " + (exitCode - SIGNALLED) : "died with exit code " + exitCode;
    }

    /** How long to wait after a life of this length. */
    Duration delayAfter(Duration life) {
        if (life.compareTo(GOOD_LIFE) >= 0) {
            next = shortest;
        }
        Duration delay = next;
        Duration doubled = delay.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return delay;
    }
}
