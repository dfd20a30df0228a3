package dev.mysqlproxy.core.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes password guessing slow: each wrong login from a host doubles the time until its next answer. Any thread.
 */
final class LoginBackoff {

    private static final long FIRST_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 6;
    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final int HOSTS = 10_000;

    private record Failures(int count, long at) {}

    private final Map<String, Failures> hosts = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > HOSTS;
        }
    });

    /** Milliseconds that the answer to a wrong login from this host must wait. */
    long failed(String host) {
        long now = System.nanoTime();
        Failures failures = hosts.compute(
                host,
                (key, known) -> known == null || now - known.at() > FORGET_NANOS
                        ? new Failures(1, now)
                        : new Failures(known.count() + 1, now));
        return FIRST_MILLIS << Math.min(failures.count() - 1, MOST_DOUBLINGS);
    }

    /** A login from this host was right. */
    void succeeded(String host) {
        hosts.remove(host);
    }
}
