package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.Registered;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.plugin.PluginLoading;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What plugins register while they start. Main thread. */
final class Registration {

    private final OptionValues options;
    private final Backends backends;
    private final ProxyControl control;
    private final PluginLoading loading;
    private final List<Registered<Hook>> hooks = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private boolean over;

    Registration(OptionValues options, Backends backends, ProxyControl control, PluginLoading loading) {
        this.options = options;
        this.backends = backends;
        this.control = control;
        this.loading = loading;
    }

    /** Starts a plugin and takes what it registers. */
    void start(LoadedPlugin plugin, boolean failClosed) throws StartException {
        try {
            plugin.plugin().start(new Context(plugin.name(), failClosed));
        } catch (RuntimeException | LinkageError e) {
            throw new StartException("plugin " + plugin.name() + " failed to start: " + e, e);
        }
    }

    /** No more from here on. */
    void end() {
        over = true;
    }

    HookChain hooks() {
        return hooks.isEmpty() ? HookChain.NONE : new HookChain(hooks);
    }

    List<Listener> listeners() {
        return listeners;
    }

    /** One plugin's door. */
    private final class Context implements PluginContext {

        private final String plugin;
        private final boolean failClosed;

        Context(String plugin, boolean failClosed) {
            this.plugin = plugin;
            this.failClosed = failClosed;
        }

        private void requireStarting() {
            if (over) {
                throw new IllegalStateException("plugin " + plugin + " may register only while it starts");
            }
        }

        @Override
        public OptionValues options() {
            return options;
        }

        @Override
        public void addHook(Hook hook) {
            requireStarting();
            hooks.add(new Registered<>(plugin, failClosed, Objects.requireNonNull(hook, "hook")));
        }

        @Override
        public void listen(Listener listener) {
            requireStarting();
            listeners.add(Objects.requireNonNull(listener, "listener"));
        }

        @Override
        public Backends backends() {
            return backends;
        }

        @Override
        public ProxyControl control() {
            return control;
        }

        @Override
        public Optional<ScriptEngine> scriptEngine(String suffix) throws StartException {
            requireStarting();
            return loading.scriptEngine(suffix);
        }
    }
}
