package dev.mysqlproxy.plugin.admin;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers what a plugin did when it started. */
final class FakeContext implements PluginContext, OptionValues {

    final FakeProxy proxy = FakeProxy.started();
    final List<Listener> listeners = new ArrayList<>();
    private final Map<String, ScriptEngine> engines = new HashMap<>();
    private final Map<Option<?>, Object> given = new HashMap<>();

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
        throw new UnsupportedOperationException("the admin plugin has no hooks");
    }

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public Backends backends() {
        return proxy;
    }

    @Override
    public ProxyControl control() {
        return proxy;
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
        if (!AdminOptions.ALL.contains(option)) {
            throw new IllegalArgumentException("not declared: " + option);
        }
        return given.containsKey(option) ? Optional.of((T) given.get(option)) : option.defaultValue();
    }

    @Override
    public boolean isGiven(Option<?> option) {
        return given.containsKey(option);
    }
}
