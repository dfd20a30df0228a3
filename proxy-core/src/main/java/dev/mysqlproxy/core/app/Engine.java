package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.config.ChassisOptions;
import dev.mysqlproxy.core.config.Configuration;
import dev.mysqlproxy.core.net.CoarseClock;
import dev.mysqlproxy.core.net.Resolver;
import dev.mysqlproxy.core.net.Transport;
import dev.mysqlproxy.core.plugin.LoadedPlugin;
import dev.mysqlproxy.core.plugin.PluginLoading;
import dev.mysqlproxy.core.session.Entrances;
import dev.mysqlproxy.core.session.Limits;
import dev.mysqlproxy.core.session.Listening;
import dev.mysqlproxy.core.session.SessionRegistry;
import dev.mysqlproxy.core.session.SessionServices;
import dev.mysqlproxy.core.tls.TlsStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that runs: plugins, listeners, sessions, loops. Main thread, except where said. */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long POLL_MILLIS = 20;
    private static final int POOL_SWEEP_SECONDS = 5;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Configuration configuration;
    private final List<LoadedPlugin> plugins;
    private final PluginLoading loading;
    private final TlsStore tls;
    private final BackendRegistry backends;
    private final Entrances entrances;
    private final SessionRegistry sessions = new SessionRegistry();
    private final List<LoadedPlugin> started = new ArrayList<>();
    private final List<Listening> listening = new ArrayList<>();
    private final CountDownLatch impatience = new CountDownLatch(1);

    private Registration registration;
    private Transport transport;
    private Resolver resolver;
    private CoarseClock clock;

    Engine(Configuration configuration, List<LoadedPlugin> plugins, PluginLoading loading) {
        this.configuration = configuration;
        this.plugins = plugins;
        this.loading = loading;
        this.tls = new TlsStore(configuration.get(ChassisOptions.TLS_DIR));
        this.backends = new BackendRegistry(tls);
        this.entrances = new Entrances(tls);
        backends.onOffline(sessions::closeBackend);
    }

    /** Lets the plugins check their options and register; nothing listens yet. */
    void startPlugins() throws StartException {
        Control control = new Control(sessions, plugins, configuration.options(), this::reload);
        registration = new Registration(configuration, backends, control, loading);
        List<String> failClosed = configuration.get(ChassisOptions.FAIL_CLOSED);
        for (LoadedPlugin plugin : plugins) {
            registration.start(plugin, plugin.plugin().failClosed() || failClosed.contains(plugin.name()));
            started.add(plugin);
            // critical, as it always was, so that it is seen at every log level
            LOG.error("plugin {} {} started", plugin.name(), plugin.version());
        }
        registration.end();
        for (Listener listener : registration.listeners()) {
            Listening.check(listener);
        }
    }

    /** Listeners that the plugins want. */
    List<Listener> listeners() {
        return registration.listeners();
    }

    BackendRegistry backends() {
        return backends;
    }

    /** Starts the loops and opens the listeners. */
    void listen() throws StartException {
        transport = new Transport(configuration.get(ChassisOptions.EVENT_THREADS));
        resolver = new Resolver();
        clock = new CoarseClock(transport.loops());
        LOG.debug("event loops: {} {}", configuration.get(ChassisOptions.EVENT_THREADS), transport.name());
        Limits limits = new Limits(
                configuration.get(ChassisOptions.MAX_CONNECTIONS),
                configuration.get(ChassisOptions.HANDSHAKE_TIMEOUT),
                configuration.get(ChassisOptions.MAX_HOOK_PACKET));
        SessionServices services = new SessionServices(
                registration.hooks(), entrances, backends, sessions, limits, transport, resolver, clock);
        transport
                .loops()
                .next()
                .scheduleAtFixedRate(this::sweep, POOL_SWEEP_SECONDS, POOL_SWEEP_SECONDS, TimeUnit.SECONDS);
        for (Listener listener : registration.listeners()) {
            listening.add(Listening.open(listener, services));
        }
    }

    private void sweep() {
        backends.sweepPools();
        entrances.sweep();
    }

    /** Unix-domain sockets that listeners made. */
    List<Path> socketFiles() {
        return listening.stream().flatMap(open -> open.socketFile().stream()).toList();
    }

    /**
     * Stops accepting, lets commands and transactions finish, then ends what is left.
     *
     * @param patience how long sessions may take
     */
    void stop(Duration patience) {
        listening.forEach(Listening::close);
        listening.clear();
        sessions.drain();
        if (!awaitSessions(patience, impatience)) {
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
        for (int i = started.size() - 1; i >= 0; i--) {
            try {
                started.get(i).plugin().stop();
            } catch (RuntimeException e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("plugin", started.get(i).name())
                        .log("a plugin failed to stop");
            }
        }
    }
}
