package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.LocalDatagrams;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.ProxyControl;
import dev.mysqlproxy.api.lifecycle.ProxyControl.PluginInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.lifecycle.Tasks;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.metric.Metrics;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptEngine;
import dev.mysqlproxy.core.chassis.UnixDatagrams;
import dev.mysqlproxy.core.config.OptionGroup;
import dev.mysqlproxy.core.config.RuntimeOptions;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.Registered;
import dev.mysqlproxy.core.metric.MetricRegistry;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.plugin.PluginLoading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of a plugin and everything that it has given to the proxy. Registered by one thread in {@link #start},
 * read by any after that.
 */
final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final Duration TASKS_PATIENCE = Duration.ofSeconds(10);
    private static final Duration TASKS_GRACE = Duration.ofSeconds(1);

    private final LoadedPlugin plugin;
    private final OptionGroup group;
    private final boolean failClosed;
    private final Services services;
    private final Metrics metrics;
    private final PluginTasks tasks;
    private final List<Registered<Hook>> hooks = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<AdminTable> tables = new ArrayList<>();
    private final List<AdminCommand> commands = new ArrayList<>();
    private final Set<String> engines = new HashSet<>();
    private final Set<HookChain> chains = Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));
    private boolean started;
    private volatile boolean enabled = true;

    /** What of the proxy plugins get to see, and where they register. */
    record Services(
            RuntimeOptions options,
            MetricRegistry metrics,
            Backends backends,
            ProxyControl control,
            PluginLoading loading,
            List<String> failClosed) {}

    /**
     * With nothing registered yet.
     *
     * @param group its options, known to the services' options already
     */
    Registration(LoadedPlugin plugin, OptionGroup group, Services services) {
        this.plugin = plugin;
        this.group = group;
        this.services = services;
        this.failClosed =
                services.failClosed().contains(plugin.name()) || plugin.plugin().failClosed();
        this.metrics = services.metrics().of(plugin.name());
        this.tasks = new PluginTasks(plugin.name(), plugin.loader());
    }

    /** Lets the plugin start, and takes what it registers. */
    void start() throws StartException {
        Door door = new Door(plugin.name(), this);
        try {
            underItsLoader(() -> plugin.plugin().start(door));
            started = true;
        } catch (StartException e) {
            throw e;
        } catch (Throwable e) {
            throw new StartException("plugin " + plugin.name() + " failed to start: " + e, e);
        } finally {
            door.registration = null;
        }
    }

    private interface Step {
        void run() throws StartException;
    }

    /** So that libraries find their parts, and threads that the plugin begins are known as its own. */
    private void underItsLoader(Step step) throws StartException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.loader());
        try {
            step.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Stops the plugin, if it has started, and waits for its tasks. Once. */
    void stop() {
        tasks.cancelTimers();
        if (started) {
            try {
                underItsLoader(plugin.plugin()::stop);
            } catch (Throwable e) {
                LOG.atError().setCause(e).addKeyValue("plugin", plugin.name()).log("a plugin failed to stop");
            }
        }
        tasks.close(TASKS_PATIENCE, TASKS_GRACE);
    }

    LoadedPlugin plugin() {
        return plugin;
    }

    String name() {
        return plugin.name();
    }

    OptionGroup group() {
        return group;
    }

    Metrics metrics() {
        return metrics;
    }

    /** In the order in which they were added; whether they are enabled or not. */
    List<Registered<Hook>> hooks() {
        return hooks;
    }

    List<Listener> listeners() {
        return listeners;
    }

    List<AdminTable> tables() {
        return tables;
    }

    List<AdminCommand> commands() {
        return commands;
    }

    /** Plugins whose script engines it has asked for. */
    Set<String> engines() {
        return engines;
    }

    /** The chains that its hooks are or were part of, as long as somebody goes by them. Any thread. */
    Set<HookChain> chains() {
        return chains;
    }

    boolean enabled() {
        return enabled;
    }

    void enabled(boolean wanted) {
        enabled = wanted;
    }

    PluginInfo info() {
        return new PluginInfo(plugin.name(), plugin.version(), plugin.description(), enabled);
    }

    /**
     * A plugin's door to the proxy. A script engine may keep the door of a plugin that is gone: what leads to the
     * plugin's classes is only there while it starts.
     */
    private static final class Door implements PluginContext {

        private final String plugin;
        private final Services services;
        private final Metrics metrics;
        private final Tasks tasks;
        private volatile Registration registration;

        Door(String plugin, Registration registration) {
            this.plugin = plugin;
            this.registration = registration;
            this.services = registration.services;
            this.metrics = registration.metrics;
            this.tasks = registration.tasks;
        }

        private Registration starting() {
            Registration to = registration;
            if (to == null) {
                throw new IllegalStateException("plugin " + plugin + " may register only while it starts");
            }
            return to;
        }

        @Override
        public OptionValues options() {
            return services.options();
        }

        @Override
        public void addHook(Hook hook) {
            Objects.requireNonNull(hook, "hook");
            Registration to = starting();
            to.hooks.add(new Registered<>(plugin, to.failClosed, hook));
        }

        @Override
        public void listen(Listener listener) {
            starting().listeners.add(Objects.requireNonNull(listener, "listener"));
        }

        @Override
        public void addTable(AdminTable table) {
            starting().tables.add(Objects.requireNonNull(table, "table"));
        }

        @Override
        public void addCommand(AdminCommand command) {
            starting().commands.add(Objects.requireNonNull(command, "command"));
        }

        @Override
        public <T> void onChange(Option<T> option, Consumer<T> apply) {
            if (!starting().group.options().contains(option)) {
                throw new IllegalArgumentException(option + " is no option of plugin " + plugin);
            }
            services.options().onChange(plugin, option, apply);
        }

        @Override
        public Metrics metrics() {
            return metrics;
        }

        @Override
        public LocalDatagrams openDatagrams(Path socket) throws IOException {
            return UnixDatagrams.connect(socket);
        }

        @Override
        public Tasks tasks() {
            return tasks;
        }

        @Override
        public Backends backends() {
            return services.backends();
        }

        @Override
        public ProxyControl control() {
            return services.control();
        }

        @Override
        public Optional<ScriptEngine> scriptEngine(String suffix) throws StartException {
            Registration to = starting();
            services.loading().engineFor(suffix).ifPresent(to.engines::add);
            return services.loading().scriptEngine(suffix);
        }
    }
}
