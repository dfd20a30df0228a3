package dev.mysqlproxy.api.lifecycle;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.util.Optional;

/** A plugin's door to the proxy. Any thread, except where said. */
public interface PluginContext {

    /** Values of this plugin's options. */
    OptionValues options();

    /**
     * Adds an object that implements one or more hooks. During {@link ProxyPlugin#start} only. Hooks are called in the
     * order of {@code --plugins}, those of one plugin in the order in which it added them.
     */
    void addHook(Hook hook);

    /** Opens a listener once all plugins have started. During {@link ProxyPlugin#start} only. */
    void listen(Listener listener);

    /** The backends. */
    Backends backends();

    /** The running process. */
    ProxyControl control();

    /**
     * The engine for scripts whose file name ends so (for example {@code .lua}), when one is installed. During {@link
     * ProxyPlugin#start} only.
     *
     * @throws StartException when there is one and it cannot be loaded
     */
    Optional<ScriptEngine> scriptEngine(String suffix) throws StartException;
}
