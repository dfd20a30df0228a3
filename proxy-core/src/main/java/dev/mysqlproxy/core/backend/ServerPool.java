package dev.mysqlproxy.core.backend;

import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * The idle server connections of one backend, by user, those that were parked first at the front. Any thread; its lock is
 * held for a few steps and never while a connection is touched.
 */
public final class ServerPool implements Pool {

    private final Map<String, Set<PooledConnection>> idle = new HashMap<>();
    /**
     * Of what kind each was when it was parked. What a connection says of itself counts only while it is here: whoever asks
     * for one that is not may be racing with the session that uses it.
     */
    private final IdentityHashMap<PooledConnection, Kind> parked = new IdentityHashMap<>();
    /** How many there are of each kind: asked before each statement by scripts that swap connections. */
    private final Map<Kind, Integer> counts = new HashMap<>();

    private record Kind(String user, Capabilities negotiated, boolean withSchema) {
        static Kind of(PooledConnection connection) {
            return new Kind(connection.poolUser(), connection.negotiated(), connection.hasSchema());
        }
    }

    private volatile int minIdle;
    private volatile int maxIdle;
    private volatile Limits limits = Limits.DEFAULT;
    private volatile boolean resettable = true;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    @Override
    public int minIdle() {
        return minIdle;
    }

    @Override
    public void minIdle(int connections) {
        minIdle = Math.max(0, connections);
    }

    @Override
    public int maxIdle() {
        return maxIdle;
    }

    @Override
    public void maxIdle(int connections) {
        maxIdle = Math.max(0, connections);
    }

    void limits(Limits wanted) {
        limits = wanted;
    }

    public Limits limits() {
        return limits;
    }

    /** Whether its server knows COM_RESET_CONNECTION, as far as has been seen. */
    public boolean resettable() {
        return resettable;
    }

    /** Its server does not: connections change hands at login only. */
    public void notResettable() {
        resettable = false;
    }

    @Override
    public synchronized Map<String, Integer> idle() {
        Map<String, Integer> counts = new HashMap<>();
        idle.forEach((user, connections) -> counts.put(user, connections.size()));
        return counts;
    }

    /** Takes a connection in; whoever is one too many, or too old, is discarded. */
    public void park(PooledConnection connection) {
        List<PooledConnection> evicted = new ArrayList<>();
        Duration maxAge = limits.maxAge();
        if (!maxAge.isZero() && connection.parkedNanos() - connection.openedNanos() > maxAge.toNanos()) {
            connection.discard();
            return;
        }
        synchronized (this) {
            Set<PooledConnection> mine = idle.computeIfAbsent(connection.poolUser(), user -> new LinkedHashSet<>());
            if (!mine.add(connection)) {
                return;
            }
            Kind kind = Kind.of(connection);
            parked.put(connection, kind);
            counts.merge(kind, 1, Integer::sum);
            int most = maxIdle;
            while (most > 0 && mine.size() > most || parked.size() > limits.maxIdle()) {
                Set<PooledConnection> from = most > 0 && mine.size() > most
                        ? mine
                        : idle.values().iterator().next();
                PooledConnection oldest = from.iterator().next();
                removeLocked(oldest);
                evicted.add(oldest);
            }
        }
        evicted.forEach(PooledConnection::discard);
    }

    /** Takes this very connection out; false when it is not here. */
    public synchronized boolean remove(PooledConnection connection) {
        return removeLocked(connection);
    }

    /** As {@link #remove(PooledConnection)}, when it is this user's. */
    public synchronized boolean remove(PooledConnection connection, String user) {
        Kind kind = parked.get(connection);
        return kind != null && kind.user().equals(user) && removeLocked(connection);
    }

    /** Whether this very connection is here. */
    public synchronized boolean holds(PooledConnection connection) {
        return parked.containsKey(connection);
    }

    private boolean removeLocked(PooledConnection connection) {
        Kind kind = parked.remove(connection);
        if (kind == null) {
            return false;
        }
        counts.computeIfPresent(kind, (same, count) -> count == 1 ? null : count - 1);
        Set<PooledConnection> set = idle.get(kind.user());
        set.remove(connection);
        if (set.isEmpty()) {
            idle.remove(kind.user());
        }
        return true;
    }

    /**
     * Takes a connection of this user out.
     *
     * @param loop connections that live there are preferred
     * @return null when there is none
     */
    public synchronized PooledConnection take(String user, Capabilities negotiated, boolean withSchema, Executor loop) {
        Set<PooledConnection> set = idle.get(user);
        return counted(set == null ? null : take(set, fits(negotiated, withSchema), loop));
    }

    /** Takes a connection of this user out, whatever protocol it speaks; null when there is none. */
    public synchronized PooledConnection takeOf(String user, Executor loop) {
        Set<PooledConnection> set = idle.get(user);
        return set == null ? null : take(set, connection -> true, loop);
    }

    /** Takes a connection for a login out: of the first user that has more than {@link #minIdle}. */
    public synchronized PooledConnection takeAny(Executor loop) {
        for (Set<PooledConnection> set : idle.values()) {
            if (set.size() > minIdle) {
                return counted(take(set, connection -> true, loop));
            }
        }
        return counted(null);
    }

    /** Takes a connection of anybody's that speaks this protocol out, to log in on it. */
    public synchronized PooledConnection takeAny(Capabilities negotiated, Executor loop) {
        for (Set<PooledConnection> set : idle.values()) {
            PooledConnection found = take(set, fits(negotiated, true), loop);
            if (found != null) {
                return counted(found);
            }
        }
        return counted(null);
    }

    private PooledConnection counted(PooledConnection found) {
        (found == null ? misses : hits).increment();
        return found;
    }

    /** How often a session has got a connection. */
    public long hits() {
        return hits.sum();
    }

    /** How often a session has asked in vain. */
    public long misses() {
        return misses.sum();
    }

    private static Predicate<PooledConnection> fits(Capabilities negotiated, boolean withSchema) {
        return connection -> connection.negotiated().equals(negotiated) && (withSchema || !connection.hasSchema());
    }

    private PooledConnection take(Set<PooledConnection> set, Predicate<PooledConnection> fits, Executor loop) {
        PooledConnection elsewhere = null;
        for (PooledConnection connection : set) {
            if (!fits.test(connection)) {
                continue;
            }
            if (connection.loop() == loop) {
                removeLocked(connection);
                return connection;
            }
            if (elsewhere == null) {
                elsewhere = connection;
            }
        }
        if (elsewhere != null) {
            removeLocked(elsewhere);
        }
        return elsewhere;
    }

    /** How many connections {@link #take(String, Capabilities, boolean, Executor)} could choose from. */
    public synchronized int count(String user, Capabilities negotiated, boolean withSchema) {
        int without = counts.getOrDefault(new Kind(user, negotiated, false), 0);
        return withSchema ? without + counts.getOrDefault(new Kind(user, negotiated, true), 0) : without;
    }

    /** How many connections {@link #takeAny(Executor)} could choose from. */
    public synchronized int countAny() {
        for (Set<PooledConnection> set : idle.values()) {
            if (set.size() > minIdle) {
                return set.size();
            }
        }
        return 0;
    }

    /** Discards what has been idle for too long. */
    public void sweep() {
        Duration timeout = limits.idleTimeout();
        if (timeout.isZero()) {
            return;
        }
        List<PooledConnection> old = new ArrayList<>();
        long now = System.nanoTime();
        synchronized (this) {
            for (PooledConnection connection : parked.keySet()) {
                if (now - connection.parkedNanos() >= timeout.toNanos()) {
                    old.add(connection);
                }
            }
            old.forEach(this::removeLocked);
        }
        old.forEach(PooledConnection::discard);
    }

    /** Discards all. */
    public void clear() {
        List<PooledConnection> all = new ArrayList<>();
        synchronized (this) {
            all.addAll(parked.keySet());
            parked.clear();
            idle.clear();
            counts.clear();
        }
        all.forEach(PooledConnection::discard);
    }
}
