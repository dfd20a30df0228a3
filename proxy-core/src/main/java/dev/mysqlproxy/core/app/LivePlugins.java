package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.admin.AdminCommand;
import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.ProxyControl.PluginInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.config.OptionGroup;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.Registered;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.session.SessionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of the running process, in their order. Any thread; one change at a time.
 *
 * <pre>
 * jar -load-> started -its hooks into the chain-> at work -out of the chain-> leaving -last command over-> stopped
 * </pre>
 *
 * <p>A chain of hooks is never changed, only replaced: a session that has begun a command with one ends it with that
 * one, and {@link Departures} keep a plugin alive for as long.
 */
final class LivePlugins implements PluginLife {

    private static final Logger LOG = LoggerFactory.getLogger(LivePlugins.class);

    private final AtomicReference<HookChain> chain;
    private final Departures departures;
    private final Duration stopLimit;
    private final ReentrantLock change = new ReentrantLock();

    private Registration.Services services;
    private Doors doors;
    private volatile List<Registration> live = List.of();
    private volatile boolean ended;

    /** Opens listeners of plugins that come later than the others. */
    @FunctionalInterface
    interface Doors {
        /** Opens all of them, or throws and opens none. */
        void open(List<Listener> listeners) throws StartException;
    }

    /**
     * Without plugins yet.
     *
     * @param chain where sessions find the hooks at work
     * @param sessions those that may be using hooks
     * @param patience how long an operator waits for the commands of a plugin that leaves; they go on after that, too
     * @param stopLimit how long the end of the process waits for each plugin
     */
    LivePlugins(AtomicReference<HookChain> chain, SessionRegistry sessions, Duration patience, Duration stopLimit) {
        this.chain = chain;
        this.stopLimit = stopLimit;
        this.departures = new Departures(sessions, patience);
    }

    /**
     * Starts the plugins of {@code --plugins}. What has started stays so when a later one fails.
     *
     * @param groups their options, by which they are known already
     */
    void start(List<LoadedPlugin> plugins, List<OptionGroup> groups, Registration.Services with) throws StartException {
        services = with;
        for (LoadedPlugin plugin : plugins) {
            OptionGroup group = groups.stream()
                    .filter(known -> known.name().equals(plugin.name()))
                    .findFirst()
                    .orElseThrow();
            Registration registration = null;
            try {
                registration = new Registration(plugin, group, services);
                registration.start();
                AdminNames.requireUnique(with(live, registration, Optional.empty()));
                publish(registration, Optional.empty());
            } catch (Throwable e) {
                if (registration != null) {
                    registration.stop();
                }
                throw refusal(plugin.name(), e);
            }
            started(plugin);
        }
    }

    private static void started(LoadedPlugin plugin) {
        // critical, as it always was, so that it is seen at every log level
        LOG.error("plugin {} {} started", plugin.name(), plugin.version());
    }

    /** From now on listeners are opened as soon as a plugin wants them. */
    void opened(Doors by) {
        doors = by;
    }

    /** Listeners that the plugins want. */
    List<Listener> listeners() {
        return live.stream()
                .flatMap(registration -> registration.listeners().stream())
                .toList();
    }

    // --- what there is ----------------------------------------------------------------------------------------------

    @Override
    public List<PluginInfo> plugins() {
        return live.stream().map(Registration::info).toList();
    }

    @Override
    public List<AdminTable> tables() {
        return live.stream()
                .flatMap(registration -> registration.tables().stream())
                .toList();
    }

    @Override
    public List<AdminCommand> commands() {
        return live.stream()
                .flatMap(registration -> registration.commands().stream())
                .toList();
    }

    private Optional<Registration> find(String name) {
        return live.stream()
                .filter(registration -> registration.name().equals(name))
                .findFirst();
    }

    private Registration get(String name) throws StartException {
        return find(name)
                .orElseThrow(() -> new StartException("there is no plugin " + name + " at work (there are: "
                        + String.join(
                                ", ", live.stream().map(Registration::name).toList()) + ")"));
    }

    private static HookChain chain(List<Registration> of) {
        List<Registered<Hook>> hooks = of.stream()
                .filter(Registration::enabled)
                .flatMap(registration -> registration.hooks().stream())
                .toList();
        // never the same twice: each tells which plugins a session goes by
        return new HookChain(hooks);
    }

    /** These with a newer one: in the place of an older one, or behind them. */
    private static List<Registration> with(List<Registration> all, Registration next, Optional<Registration> old) {
        List<Registration> after = new ArrayList<>(all);
        if (old.isPresent()) {
            after.set(after.indexOf(old.get()), next);
        } else {
            after.add(next);
        }
        return List.copyOf(after);
    }

    // --- changes ----------------------------------------------------------------------------------------------------

    @Override
    public PluginInfo load(String name) throws StartException {
        begin();
        try {
            if (find(name).isPresent()) {
                throw new StartException("plugin " + name + " is loaded already; reload it to take a newer jar");
            }
            return enter(name, Optional.empty()).info();
        } finally {
            change.unlock();
        }
    }

    @Override
    public PluginInfo reload(String name) throws StartException {
        begin();
        try {
            Registration old = get(name);
            requireReplaceable(old, "replaced");
            departures.requireRoom();
            Registration next = enter(name, Optional.of(old));
            leave(old);
            return next.info();
        } finally {
            change.unlock();
        }
    }

    @Override
    public void unload(String name) throws StartException {
        begin();
        try {
            Registration old = get(name);
            requireReplaceable(old, "unloaded");
            departures.requireRoom();
            publish(live.stream().filter(other -> other != old).toList());
            leave(old);
        } finally {
            change.unlock();
        }
    }

    @Override
    public void checkUnload(String name) throws StartException {
        requireReplaceable(get(name), "unloaded or replaced");
    }

    @Override
    public synchronized boolean enable(String name, boolean enabled) {
        Optional<Registration> found = find(name);
        if (found.isPresent() && found.get().enabled() != enabled) {
            found.get().enabled(enabled);
            try {
                publish(live);
            } catch (RuntimeException | Error e) {
                // some hook cannot say any more what it wants
                found.get().enabled(!enabled);
                throw e;
            }
            LOG.atInfo()
                    .addMarker(Levels.MESSAGE)
                    .addKeyValue("plugin", name)
                    .log(enabled ? "plugin enabled" : "plugin disabled: its hooks are passed by");
        }
        return found.isPresent();
    }

    /** These are at work from now on. */
    private synchronized void publish(List<Registration> all) {
        HookChain next = chain(all);
        all.stream()
                .filter(Registration::enabled)
                .forEach(plugin -> plugin.chains().add(next));
        chain.set(next);
        live = all;
    }

    private synchronized void publish(Registration next, Optional<Registration> old) {
        old.map(Registration::enabled).ifPresent(next::enabled);
        publish(with(live, next, old));
    }

    /** Not while another change is under way: plugins may ask for one in the middle of it. */
    private void begin() throws StartException {
        if (change.isHeldByCurrentThread() || !change.tryLock()) {
            throw new StartException("another plugin is being loaded or unloaded: try again when that has ended");
        }
        if (ended || doors == null) {
            change.unlock();
            throw new StartException("plugins cannot be loaded or unloaded while the proxy starts or stops");
        }
    }

    private void requireReplaceable(Registration plugin, String what) throws StartException {
        if (!plugin.listeners().isEmpty()) {
            throw new StartException("plugin " + plugin.name() + " cannot be " + what
                    + " while the proxy runs: it listens on "
                    + String.join(
                            ", ",
                            plugin.listeners().stream().map(Listener::address).toList())
                    + ", and its clients would be cut off");
        }
        List<String> users = live.stream()
                .filter(other -> other.engines().contains(plugin.name()))
                .map(Registration::name)
                .toList();
        if (!users.isEmpty()) {
            throw new StartException("plugin " + plugin.name() + " cannot be " + what + ": it runs the scripts of "
                    + String.join(", ", users));
        }
    }

    /** Loads and starts a plugin as it is on disk now; when that fails nothing has changed. */
    private Registration enter(String name, Optional<Registration> old) throws StartException {
        LoadedPlugin loaded = services.loading().load(name);
        OptionGroup group = null;
        Registration next = null;
        try {
            group = PluginOptions.group(loaded);
            services.options().addPlugin(group);
            next = new Registration(loaded, group, services);
            next.start();
            AdminNames.requireUnique(with(live, next, old));
            // a hook that cannot say what it wants is better known before anything is open
            chain(List.of(next));
            doors.open(next.listeners());
            publish(next, old);
        } catch (Throwable e) {
            if (next != null) {
                next.stop();
                services.metrics().remove(next.metrics());
            }
            if (group != null) {
                services.options().removePlugin(group);
            }
            services.loading().unload(loaded);
            throw refusal(name, e);
        }
        started(loaded);
        return next;
    }

    private static StartException refusal(String plugin, Throwable why) {
        return why instanceof StartException known
                ? known
                : new StartException("plugin " + plugin + " failed to start: " + why, why);
    }

    /** Lets go of a plugin that is out of the chain. */
    private void leave(Registration old) {
        services.metrics().remove(old.metrics());
        departures.begin(old, () -> {
            services.options().removePlugin(old.group());
            services.loading().unload(old.plugin());
        });
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /** No plugin comes or goes from here on, unless it is on its way. */
    void freeze() {
        ended = true;
    }

    /** Stops all plugins, the last one first; no session is left. Once. */
    void stop() {
        boolean alone = false;
        try {
            alone = change.tryLock(stopLimit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            ended = true;
            departures.end();
            for (int i = live.size() - 1; i >= 0; i--) {
                stop(live.get(i));
            }
            publish(List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (alone) {
                change.unlock();
            }
        }
    }

    /** On a thread of its own: a plugin that hangs must not keep the process. */
    private void stop(Registration plugin) throws InterruptedException {
        Thread stopping = new Thread(plugin::stop, "plugin-" + plugin.name() + "-stopping");
        stopping.setDaemon(true);
        stopping.start();
        stopping.join(stopLimit.toMillis());
        if (stopping.isAlive()) {
            LOG.atError()
                    .addKeyValue("plugin", plugin.name())
                    .log("a plugin does not stop: the process ends all the same");
        }
    }
}
