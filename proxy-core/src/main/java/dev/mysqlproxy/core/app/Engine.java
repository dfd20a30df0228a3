package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.ProxyControl.ListenerInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.chassis.Logs;
import dev.mysqlproxy.core.config.ChassisOptions;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.config.RuntimeOptions;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.metric.MetricRegistry;
import dev.mysqlproxy.core.net.CoarseClock;
import dev.mysqlproxy.core.net.Resolver;
import dev.mysqlproxy.core.net.Transport;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.plugin.PluginLoading;
import dev.mysqlproxy.core.session.Entrances;
import dev.mysqlproxy.core.session.Listening;
import dev.mysqlproxy.core.session.SessionRegistry;
import dev.mysqlproxy.core.session.SessionServices;
import dev.mysqlproxy.core.tls.TlsStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that runs: plugins, listeners, sessions, loops. Main thread, except where said. */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long POLL_MILLIS = 20;
    private static final int POOL_SWEEP_SECONDS = 5;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);
    private static final Duration PLUGIN_PATIENCE = Duration.ofSeconds(2);
    private static final Duration PLUGIN_STOP = Duration.ofSeconds(30);

    private final Configuration configuration;
    private final List<LoadedPlugin> loaded;
    private final PluginLoading loading;
    private final Logs logs;
    private final RuntimeOptions options;
    private final MetricRegistry metrics = new MetricRegistry();
    private final TlsStore tls;
    private final BackendRegistry backends;
    private final Entrances entrances;
    private final SessionRegistry sessions = new SessionRegistry();
    private final AtomicReference<HookChain> hooks = new AtomicReference<>(HookChain.NONE);
    private final LivePlugins plugins = new LivePlugins(hooks, sessions, PLUGIN_PATIENCE, PLUGIN_STOP);
    private final List<Listening> listening = new CopyOnWriteArrayList<>();
    private final CountDownLatch impatience = new CountDownLatch(1);

    private Transport transport;
    private Resolver resolver;
    private CoarseClock clock;
    private volatile SessionServices services;

    Engine(Configuration configuration, List<LoadedPlugin> loaded, PluginLoading loading, Logs logs) {
        this.configuration = configuration;
        this.loaded = loaded;
        this.loading = loading;
        this.logs = logs;
        this.options = new RuntimeOptions(configuration);
        this.tls = new TlsStore(configuration.get(ChassisOptions.TLS_DIR));
        this.backends = new BackendRegistry(tls);
        this.entrances = new Entrances(tls);
        backends.onOffline(sessions::closeBackend);
    }

    /** Lets the plugins check their options and register; nothing listens yet. */
    void startPlugins() throws StartException {
        // before any plugin can take one of their names
        ProxyMetrics.register(metrics, sessions, backends, logs, configuration.get(ChassisOptions.EVENT_THREADS));
        Control control =
                new Control(sessions, options, metrics, logs, plugins, this::openListeners, this::reload, this::pulse);
        plugins.start(
                loaded,
                configuration.groups(),
                new Registration.Services(
                        options, metrics, backends, control, loading, configuration.get(ChassisOptions.FAIL_CLOSED)));
        SavedBackends named = new SavedBackends(backends);
        named.apply(configuration.saved().backends());
        control.backends(named);
        for (Listener listener : plugins.listeners()) {
            Listening.check(listener);
        }
    }

    /**
     * Reads the files that listeners and backends name, certificates and users, and says what is questionable about them.
     *
     * @throws StartException when one cannot be used
     */
    void checkFiles() throws StartException {
        for (Listener listener : plugins.listeners()) {
            entrances.check(listener);
        }
        // those of the backends were read while the plugins started; what they were warned of then was not shown
        tls.reload();
    }

    /** Listeners that the plugins want. */
    List<Listener> listeners() {
        return plugins.listeners();
    }

    BackendRegistry backends() {
        return backends;
    }

    /** Starts the loops and opens the listeners. */
    void listen() throws StartException {
        int loops = configuration.get(ChassisOptions.EVENT_THREADS);
        transport = new Transport(loops);
        resolver = new Resolver();
        clock = new CoarseClock(transport.loops());
        LOG.debug("event loops: {} {}", loops, transport.name());
        ChassisChanges.logLevel(options, logs);
        services = new SessionServices(
                hooks, entrances, backends, sessions, ChassisChanges.limits(options), transport, resolver, clock);
        transport
                .loops()
                .next()
                .scheduleAtFixedRate(this::sweep, POOL_SWEEP_SECONDS, POOL_SWEEP_SECONDS, TimeUnit.SECONDS);
        open(plugins.listeners());
        plugins.opened(this::open);
    }

    /** Opens all of these, or none. Any thread. */
    private void open(List<Listener> wanted) throws StartException {
        List<Listening> opened = new ArrayList<>();
        try {
            for (Listener listener : wanted) {
                opened.add(Listening.open(listener, services));
            }
        } catch (StartException e) {
            opened.forEach(Listening::close);
            throw e;
        }
        listening.addAll(opened);
    }

    private void sweep() {
        backends.sweepPools();
        entrances.sweep();
    }

    /** Listeners that are open. Any thread. */
    private List<ListenerInfo> openListeners() {
        Map<String, Integer> counts = sessions.countByListener();
        return listening.stream().map(open -> info(open, counts)).toList();
    }

    private static ListenerInfo info(Listening open, Map<String, Integer> counts) {
        Listener listener = open.listener();
        String group = listener instanceof Listener.Forwarding forwarding ? forwarding.group() : "";
        String kind = listener instanceof Listener.Forwarding
                ? "forwarding"
                : listener instanceof Listener.Local ? "local" : "relay";
        return new ListenerInfo(listener.name(), kind, open.address(), group, counts.getOrDefault(listener.name(), 0));
    }

    private CompletionStage<Void> pulse() {
        Transport running = transport;
        if (running == null) {
            return CompletableFuture.completedStage(null);
        }
        return CompletableFuture.allOf(StreamSupport.stream(running.loops().spliterator(), false)
                .map(loop -> CompletableFuture.runAsync(() -> {}, loop))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** Unix-domain sockets that listeners made. */
    List<Path> socketFiles() {
        return listening.stream().flatMap(open -> open.socketFile().stream()).toList();
    }

    /**
     * Stops accepting, lets commands and transactions finish for as long as {@code --shutdown-timeout} says now, then ends
     * what is left.
     */
    void stop() {
        plugins.freeze();
        listening.forEach(Listening::close);
        listening.clear();
        sessions.drain();
        if (!awaitSessions(options.get(ChassisOptions.SHUTDOWN_TIMEOUT), impatience)) {
            LOG.atWarn().addKeyValue("sessions", sessions.count()).log("closing sessions that did not end in time");
            sessions.closeAll();
            // the errors must still reach their clients, however impatient the operator is
            awaitSessions(LAST_WORDS, new CountDownLatch(1));
        }
        backends.clearPools();
    }

    private boolean awaitSessions(Duration patience, CountDownLatch interruption) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (sessions.count() > 0 && System.nanoTime() < end) {
                if (interruption.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return sessions.count() == 0;
    }

    /**
     * Reads certificates and files of users anew. Any thread that may wait for files.
     *
     * @return what went wrong; empty when all is well
     */
    List<String> reload() {
        List<String> problems = new ArrayList<>(tls.reload());
        problems.addAll(entrances.reload());
        problems.forEach(problem -> LOG.error("cannot reload: {}", problem));
        if (problems.isEmpty()) {
            LOG.info("certificates and users were read anew");
        }
        return problems;
    }

    /** Whoever waits for sessions waits no longer. Any thread. */
    void hurry() {
        impatience.countDown();
    }

    @Override
    public void close() {
        listening.forEach(Listening::close);
        if (clock != null) {
            clock.close();
        }
        if (transport != null) {
            transport.close();
        }
        if (resolver != null) {
            resolver.close();
        }
        entrances.close();
        tls.close();
        plugins.stop();
    }
}
