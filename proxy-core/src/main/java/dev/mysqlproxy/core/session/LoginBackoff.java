package dev.mysqlproxy.core.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes password guessing slow: each wrong login from a host doubles the pause before its next answer, right or wrong, so
 * that hanging up early or asking in parallel tells nothing sooner. Any thread.
 */
final class LoginBackoff {

    private static final long FIRST_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 5;
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int MOST_SECONDS = 8;
    private static final int HOSTS = 10_000;

    private static final class Failures {
        private int count;
        private long lastNanos;
        private long freeNanos;
    }

    private final Map<String, Failures> hosts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > HOSTS;
        }
    };

    /** How many failures of a host are remembered. */
    synchronized int failures(String host) {
        Failures failures = hosts.get(host);
        return failures == null ? 0 : failures.count;
    }

    /**
     * A login from this host is decided.
     *
     * @return milliseconds that its answer must wait
     */
    synchronized long decided(String host, boolean right) {
        long now = System.nanoTime();
        Failures failures = hosts.get(host);
        if (failures != null && now - failures.lastNanos > FORGET_NANOS) {
            hosts.remove(host);
            failures = null;
        }
        if (failures == null) {
            if (right) {
                return 0;
            }
            failures = new Failures();
            failures.freeNanos = now;
            hosts.put(host, failures);
        }
        long free = Math.max(failures.freeNanos, now);
        if (!right) {
            long pause = FIRST_MILLIS << Math.min(failures.count, MOST_DOUBLINGS);
            failures.count++;
            failures.lastNanos = now;
            free += TimeUnit.MILLISECONDS.toNanos(pause);
            // no queue without an end: who asks faster than this is not answered within the handshake timeout
            failures.freeNanos = Math.min(free, now + TimeUnit.SECONDS.toNanos(MOST_SECONDS));
        }
        return TimeUnit.NANOSECONDS.toMillis(failures.freeNanos - now);
    }
}
