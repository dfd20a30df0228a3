package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Backends in memory. */
final class FakeBackends implements Backends {

    final List<BackendView> views = new ArrayList<>();
    final List<FakePool> pools = new ArrayList<>();
    int snapshots;

    /** A pool that holds numbers. */
    static final class FakePool implements Pool {

        final Map<String, Integer> idle = new LinkedHashMap<>();
        int min;
        int max;

        @Override
        public int minIdle() {
            return min;
        }

        @Override
        public void minIdle(int connections) {
            min = connections;
        }

        @Override
        public int maxIdle() {
            return max;
        }

        @Override
        public void maxIdle(int connections) {
            max = connections;
        }

        @Override
        public Map<String, Integer> idle() {
            return idle;
        }
    }

    @Override
    public List<BackendView> snapshot() {
        snapshots++;
        return List.copyOf(views);
    }

    @Override
    public BackendView add(String address, BackendView.Type type, BackendHop hop) {
        BackendView view = new BackendView(
                views.size() + 1,
                address,
                type,
                BackendView.State.UNKNOWN,
                BackendView.Mode.ONLINE,
                0,
                Instant.EPOCH,
                Optional.empty());
        views.add(view);
        pools.add(new FakePool());
        return view;
    }

    void set(int index, BackendView.State state, int clients, Optional<String> uuid) {
        BackendView old = views.get(index - 1);
        views.set(
                index - 1,
                new BackendView(index, old.address(), old.type(), state, old.mode(), clients, Instant.EPOCH, uuid));
    }

    @Override
    public boolean remove(int index, boolean now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setWeight(int index, int weight) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setState(int index, BackendView.State state) {
        BackendView old = views.get(index - 1);
        set(index, state, old.connectedClients(), old.uuid());
        return true;
    }

    @Override
    public boolean setMode(int index, BackendView.Mode mode) {
        return false;
    }

    @Override
    public boolean setUuid(int index, Optional<String> uuid) {
        BackendView old = views.get(index - 1);
        set(index, old.state(), old.connectedClients(), uuid);
        return true;
    }

    @Override
    public Optional<Pool> pool(int index) {
        return index <= pools.size() ? Optional.of(pools.get(index - 1)) : Optional.empty();
    }

    @Override
    public void limits(Pool.Limits limits) {
        throw new UnsupportedOperationException();
    }
}
