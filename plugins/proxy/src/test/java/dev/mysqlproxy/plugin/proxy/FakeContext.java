package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.api.view.BackendView;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers what a plugin did when it started. */
final class FakeContext implements PluginContext, OptionValues, Backends {

    final List<Hook> hooks = new ArrayList<>();
    final List<Listener> listeners = new ArrayList<>();
    Pool.Limits poolLimits;
    final List<BackendHop> hops = new ArrayList<>();
    private final List<BackendView> backends = new ArrayList<>();
    private final Map<String, ScriptEngine> engines = new HashMap<>();
    private final Map<Option<?>, Object> given = new HashMap<>(Map.of(ScriptOptions.BASEDIR, Path.of("/base")));

    <T> FakeContext with(Option<T> option, T value) {
        given.put(option, value);
        return this;
    }

    FakeContext with(ScriptEngine engine) {
        engines.put(engine.suffix(), engine);
        return this;
    }

    @Override
    public OptionValues options() {
        return this;
    }

    @Override
    public void addHook(Hook hook) {
        hooks.add(hook);
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public Backends backends() {
        return this;
    }

    @Override
    public ProxyControl control() {
        throw new UnsupportedOperationException("the proxy plugin has no business here");
    }

    @Override
    public Optional<ScriptEngine> scriptEngine(String suffix) {
        return Optional.ofNullable(engines.get(suffix));
    }

    @Override
    public <T> T get(Option<T> option) {
        return find(option).orElseThrow(() -> new IllegalStateException(option.toString()));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Optional<T> find(Option<T> option) {
        if (!ProxyOptions.ALL.contains(option) && !option.equals(ScriptOptions.BASEDIR)) {
            throw new IllegalArgumentException("not declared: " + option);
        }
        return given.containsKey(option) ? Optional.of((T) given.get(option)) : option.defaultValue();
    }

    @Override
    public boolean isGiven(Option<?> option) {
        return given.containsKey(option);
    }

    @Override
    public List<BackendView> snapshot() {
        return List.copyOf(backends);
    }

    @Override
    public BackendView add(String address, BackendView.Type type, BackendHop hop) {
        for (int i = 0; i < hops.size(); i++) {
            if (backends.get(i).address().equals(address) && hops.get(i).group().equals(hop.group())) {
                throw new IllegalArgumentException("backend " + address + " is already known");
            }
        }
        hops.add(hop);
        BackendView backend = backend(backends.size() + 1, address, type, 0);
        backends.add(backend);
        return backend;
    }

    @Override
    public boolean setState(int index, BackendView.State state) {
        throw new UnsupportedOperationException("the proxy plugin leaves states alone");
    }

    @Override
    public boolean setMode(int index, BackendView.Mode mode) {
        throw new UnsupportedOperationException("the proxy plugin leaves modes alone");
    }

    @Override
    public boolean setUuid(int index, Optional<String> uuid) {
        throw new UnsupportedOperationException("the plugin leaves uuids alone");
    }

    @Override
    public Optional<Pool> pool(int index) {
        throw new UnsupportedOperationException("the plugin leaves pools alone");
    }

    @Override
    public void limits(Pool.Limits limits) {
        poolLimits = limits;
    }

    static BackendView backend(int index, String address, BackendView.Type type, int clients) {
        return new BackendView(
                index,
                address,
                type,
                BackendView.State.UNKNOWN,
                BackendView.Mode.ONLINE,
                clients,
                Instant.EPOCH,
                Optional.empty());
    }

    /** An engine whose hooks only remember which scripts they stand for. */
    record Engine(String suffix) implements ScriptEngine {

        @Override
        public Hook hooks(List<Path> scripts, PluginContext context) {
            return new ScriptHook(suffix, scripts);
        }

        @Override
        public CommandHandler handler(Path script, PluginContext context) {
            throw new UnsupportedOperationException("the proxy plugin answers no commands");
        }
    }
}
