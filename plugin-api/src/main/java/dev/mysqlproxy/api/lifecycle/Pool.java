package dev.mysqlproxy.api.lifecycle;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** The idle server connections of one backend. Any thread. */
public interface Pool {

    /** Connections of a user that others leave alone at login; 0 by default. */
    int minIdle();

    /** Sets {@link #minIdle}; 0 and more. */
    void minIdle(int connections);

    /** Most idle connections of one user; 0, the default, stands for {@link Limits#maxIdle} alone. */
    int maxIdle();

    /** Sets {@link #maxIdle}; takes effect with the next connection that is parked. */
    void maxIdle(int connections);

    /** Idle connections of each user, without users that have none. */
    Map<String, Integer> idle();

    /**
     * What holds for all pools.
     *
     * @param maxIdle most idle connections of one backend; 1 and more
     * @param idleTimeout how long one may stay idle; zero for ever
     * @param maxAge how old one may be when it is parked; zero for ever
     * @param changeUser whether a login on a pooled connection resets it by COM_CHANGE_USER; else the login must be the
     *     very one that opened the connection
     */
    record Limits(int maxIdle, Duration idleTimeout, Duration maxAge, boolean changeUser) {

        /** A thousand connections, five minutes idle, an hour old, with COM_CHANGE_USER. */
        public static final Limits DEFAULT = new Limits(1000, Duration.ofMinutes(5), Duration.ofHours(1), true);

        public Limits {
            if (maxIdle < 1) {
                throw new IllegalArgumentException("a pool keeps at least one connection: " + maxIdle);
            }
            Objects.requireNonNull(idleTimeout, "idleTimeout");
            Objects.requireNonNull(maxAge, "maxAge");
        }
    }
}
