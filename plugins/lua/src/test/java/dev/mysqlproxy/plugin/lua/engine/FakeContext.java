package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A plugin's door to a proxy that is not there. */
final class FakeContext implements PluginContext, OptionValues {

    final Map<Option<?>, Object> values = new HashMap<>();
    final Backends backends;

    FakeContext(Backends backends) {
        this.backends = backends;
    }

    <T> FakeContext with(Option<T> option, T value) {
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
        return backends;
    }

    @Override
    public ProxyControl control() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ScriptEngine> scriptEngine(String suffix) {
        return Optional.empty();
    }
}
