package dev.mysqlproxy.bench;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A proxy with a primary and a replica, without a network: what a script engine needs to run. */
final class FakeProxy implements PluginContext, OptionValues, Backends {

    private static final ProxyControl CONTROL = new FakeControl();

    private final Map<Option<?>, Object> values = new HashMap<>();
    private final List<BackendView> backends =
            List.of(backend(1, BackendView.Type.RW), backend(2, BackendView.Type.RO));
    private final Pool pool = new FakePool();

    private static final class FakePool implements Pool {
        private int min;
        private int max;

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
            return Map.of("app", 4);
        }
    }

    private static final class FakeControl implements ProxyControl {

        @Override
        public List<String> reload() {
            return List.of();
        }

        @Override
        public String version() {
            return "1.0.0";
        }

        @Override
        public List<SessionInfo> sessions() {
            return List.of();
        }

        @Override
        public boolean kill(long sessionId) {
            return false;
        }

        @Override
        public List<PluginInfo> plugins() {
            return List.of();
        }

        @Override
        public List<OptionInfo> options() {
            return List.of();
        }
    }

    private static BackendView backend(int index, BackendView.Type type) {
        return new BackendView(
                index,
                "10.0.0." + index + ":3306",
                type,
                BackendView.State.UP,
                BackendView.Mode.ONLINE,
                4,
                Instant.EPOCH,
                Optional.empty());
    }

    <T> FakeProxy with(Option<T> option, T value) {
        values.put(option, value);
        return this;
    }

    @Override
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option + " has no value"));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Optional<T> find(Option<T> option) {
        Object value = values.get(option);
        return value == null ? option.defaultValue() : Optional.of((T) value);
    }

    @Override
    public boolean isGiven(Option<?> option) {
        return values.containsKey(option);
    }

    @Override
    public OptionValues options() {
        return this;
    }

    @Override
    public void addHook(Hook hook) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void listen(Listener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Backends backends() {
        return this;
    }

    @Override
    public ProxyControl control() {
        return CONTROL;
    }

    @Override
    public Optional<ScriptEngine> scriptEngine(String suffix) {
        return Optional.empty();
    }

    @Override
    public List<BackendView> snapshot() {
        return backends;
    }

    @Override
    public BackendView add(String address, BackendView.Type type, BackendHop hop) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setState(int index, BackendView.State state) {
        return false;
    }

    @Override
    public boolean setMode(int index, BackendView.Mode mode) {
        return false;
    }

    @Override
    public boolean setUuid(int index, Optional<String> uuid) {
        return false;
    }

    @Override
    public Optional<Pool> pool(int index) {
        return Optional.of(pool);
    }

    @Override
    public void limits(Pool.Limits limits) {
        // none here
    }
}
