package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Backends in memory. Any thread. */
public final class FakeBackends implements Backends {

    private final Map<Integer, BackendView> views = new LinkedHashMap<>();
    private final Map<Integer, BackendHop> hops = new LinkedHashMap<>();
    private final Map<Integer, FakePool> pools = new LinkedHashMap<>();
    private Pool.Limits limits = Pool.Limits.DEFAULT;
    private Instant clock = Instant.EPOCH;
    private volatile List<BackendView> snapshot = List.of();
    private int last;

    @Override
    public List<BackendView> snapshot() {
        return snapshot;
    }

    private void changed() {
        snapshot = List.copyOf(views.values());
    }

    @Override
    public synchronized BackendView add(String address, BackendView.Type type, BackendHop hop) {
        Objects.requireNonNull(hop, "hop");
        String whole = withPort(address);
        for (BackendView known : views.values()) {
            if (known.address().equals(whole) && hops.get(known.index()).group().equals(hop.group())) {
                throw new IllegalArgumentException("backend " + whole + " is already known");
            }
        }
        last++;
        BackendView view = new BackendView(
                last,
                whole,
                type,
                BackendView.State.UNKNOWN,
                BackendView.Mode.ONLINE,
                0,
                Instant.EPOCH,
                Optional.empty());
        views.put(last, view);
        hops.put(last, hop);
        pools.put(last, new FakePool());
        changed();
        return view;
    }

    private static String withPort(String address) {
        if (address.isEmpty()) {
            throw new IllegalArgumentException("an empty address");
        }
        boolean port = address.matches(".*:[0-9]+") && !address.matches("[^\\[]*:[^\\[]*:.*");
        return address.startsWith("/") || port ? address : address + ":3306";
    }

    /** Adds a backend of type RW that is up. */
    public synchronized BackendView addUp(String address) {
        int index = add(address, BackendView.Type.RW).index();
        setState(index, BackendView.State.UP);
        return views.get(index);
    }

    /** Puts another view in the place of the one with its index. */
    public synchronized void replace(BackendView view) {
        if (!views.containsKey(view.index())) {
            throw new IllegalArgumentException("there is no backend " + view.index());
        }
        views.put(view.index(), view);
        changed();
    }

    /** Says how many sessions use a backend. */
    public void setClients(int index, int clients) {
        boolean known = change(index, old -> view(old, old.state(), old.mode(), clients, old.uuid(), old.weight()));
        requireKnown(known, index);
    }

    /** The time that {@link BackendView#stateSince} gets from now on. */
    public synchronized void clock(Instant time) {
        this.clock = time;
    }

    /** How the proxy would speak with a backend. */
    public synchronized BackendHop hop(int index) {
        return hops.get(index);
    }

    /** The limits that were set last. */
    public synchronized Pool.Limits limits() {
        return limits;
    }

    @Override
    public synchronized boolean remove(int index, boolean now) {
        hops.remove(index);
        pools.remove(index);
        boolean known = views.remove(index) != null;
        changed();
        return known;
    }

    @Override
    public boolean setWeight(int index, int weight) {
        if (weight < 0 || weight > 1000) {
            throw new IllegalArgumentException("a weight is 0 to 1000: " + weight);
        }
        return change(index, old -> view(old, old.state(), old.mode(), old.connectedClients(), old.uuid(), weight));
    }

    @Override
    public boolean setState(int index, BackendView.State state) {
        return change(
                index,
                old -> new BackendView(
                        index,
                        old.address(),
                        old.type(),
                        state,
                        old.mode(),
                        old.connectedClients(),
                        clock,
                        old.uuid(),
                        old.weight()));
    }

    @Override
    public boolean setMode(int index, BackendView.Mode mode) {
        return change(index, old -> view(old, old.state(), mode, old.connectedClients(), old.uuid(), old.weight()));
    }

    @Override
    public boolean setUuid(int index, Optional<String> uuid) {
        return change(index, old -> view(old, old.state(), old.mode(), old.connectedClients(), uuid, old.weight()));
    }

    @Override
    public synchronized Optional<Pool> pool(int index) {
        return Optional.ofNullable(pools.get(index));
    }

    /** The pool of a backend that there is. */
    public synchronized FakePool fakePool(int index) {
        return Objects.requireNonNull(pools.get(index), () -> "there is no backend " + index);
    }

    @Override
    public synchronized void limits(Pool.Limits wanted) {
        this.limits = Objects.requireNonNull(wanted, "limits");
    }

    private synchronized boolean change(int index, UnaryOperator<BackendView> change) {
        boolean known = views.computeIfPresent(index, (key, old) -> change.apply(old)) != null;
        changed();
        return known;
    }

    private static void requireKnown(boolean known, int index) {
        if (!known) {
            throw new IllegalArgumentException("there is no backend " + index);
        }
    }

    private static BackendView view(
            BackendView old,
            BackendView.State state,
            BackendView.Mode mode,
            int clients,
            Optional<String> uuid,
            int weight) {
        return new BackendView(
                old.index(), old.address(), old.type(), state, mode, clients, old.stateSince(), uuid, weight);
    }

    /** A pool that holds numbers. Any thread. */
    public static final class FakePool implements Pool {

        private volatile Map<String, Integer> idle = Map.of();
        private volatile int minIdle;
        private volatile int maxIdle;

        /** Says how many idle connections a user has. */
        public synchronized FakePool with(String user, int connections) {
            Map<String, Integer> users = new LinkedHashMap<>(idle);
            users.remove(user);
            if (connections > 0) {
                users.put(user, connections);
            }
            idle = Collections.unmodifiableMap(users);
            return this;
        }

        @Override
        public int minIdle() {
            return minIdle;
        }

        @Override
        public void minIdle(int connections) {
            this.minIdle = connections;
        }

        @Override
        public int maxIdle() {
            return maxIdle;
        }

        @Override
        public void maxIdle(int connections) {
            this.maxIdle = connections;
        }

        @Override
        public Map<String, Integer> idle() {
            return idle;
        }
    }
}
