package dev.mysqlproxy.api.lifecycle;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

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

    /** Adds a table to the admin port. During {@link ProxyPlugin#start} only. */
    void addTable(AdminTable table);

    /** Adds a statement to the admin port. During {@link ProxyPlugin#start} only. */
    void addCommand(AdminCommand command);

    /**
     * Is told when an operator changes one of this plugin's options that may change at run time ({@link
     * Option.Builder#changeable()}). During {@link ProxyPlugin#start} only. From then on {@link #options()} has the new
     * value, too.
     *
     * @param apply takes the new value; may refuse it with an {@link IllegalArgumentException}, whose message the
     *     operator reads. Any thread, never an event loop.
     */
    <T> void onChange(Option<T> option, Consumer<T> apply);

    /** This plugin's metrics. */
    Metrics metrics();

    /** This plugin's work away from the event loops. */
    Tasks tasks();

    /** The backends. */
    Backends backends();

    /** The running process. */
    ProxyControl control();

    /**
     * Connects to a datagram socket of this machine, such as syslog's {@code /dev/log}. Not on an event loop.
     *
     * @throws IOException with the system's reason, for example that nobody listens there
     */
    default LocalDatagrams openDatagrams(Path socket) throws IOException {
        throw new IOException("this proxy has no datagram sockets: " + socket);
    }

    /**
     * The engine for scripts whose file name ends so (for example {@code .lua}), when one is installed. During {@link
     * ProxyPlugin#start} only.
     *
     * @throws StartException when there is one and it cannot be loaded
     */
    Optional<ScriptEngine> scriptEngine(String suffix) throws StartException;
}
