package dev.mysqlproxy.core.backend;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.Pool;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.tls.BackendTls;
import dev.mysqlproxy.core.tls.TlsException;
import dev.mysqlproxy.core.tls.TlsStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All backends. Any thread.
 *
 * <pre>
 * UNKNOWN -connect done-> UP          UP, UNKNOWN -connect failed-> DOWN
 * DOWN -a client arrives, 4 s later or more-> UNKNOWN, so that it is tried again
 * </pre>
 */
public final class BackendRegistry implements Backends {

    /** How long a backend that could not be reached is left alone. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(4);

    private static final int MOST_WEIGHT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(BackendRegistry.class);

    private final CopyOnWriteArrayList<Backend> backends = new CopyOnWriteArrayList<>();
    private final TlsStore tls;
    private int lastIndex;
    private volatile IntConsumer onOffline = index -> {};
    private volatile BackendHop usualHop = BackendHop.PLAIN;
    private volatile Pool.Limits limits = Pool.Limits.DEFAULT;

    /** None yet; their TLS comes from this store. */
    public BackendRegistry(TlsStore tls) {
        this.tls = tls;
    }

    /** Sets who closes the sessions of a backend that goes offline. */
    public void onOffline(IntConsumer closer) {
        this.onOffline = closer;
    }

    @Override
    public List<BackendView> snapshot() {
        return backends.stream().map(Backend::view).toList();
    }

    @Override
    public void usualHop(BackendHop hop) {
        usualHop = Objects.requireNonNull(hop, "hop");
    }

    @Override
    public BackendView add(String address, BackendView.Type type) {
        return add(address, type, usualHop);
    }

    @Override
    public synchronized BackendView add(String address, BackendView.Type type, BackendHop hop) {
        NetAddress parsed = NetAddress.parse(address);
        for (Backend known : backends) {
            // a server of two groups is two backends: each has its own way of being spoken with
            if (!known.leaving()
                    && known.address().equals(parsed)
                    && known.hop().group().equals(hop.group())) {
                throw new IllegalArgumentException("backend " + parsed + " is already known!");
            }
        }
        BackendTls encryption;
        try {
            encryption = tls.backend(hop.tls());
        } catch (TlsException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        Backend backend = new Backend(++lastIndex, parsed, type, hop, encryption);
        backend.pool().limits(limits);
        backends.add(backend);
        LOG.info(
                Levels.MESSAGE,
                type == BackendView.Type.RO ? "added read-only backend: {}" : "added read/write backend: {}",
                parsed);
        return backend.view();
    }

    @Override
    public boolean remove(int index, boolean now) {
        Optional<Backend> found = find(index);
        found.ifPresent(backend -> {
            int clients = backend.view().connectedClients();
            if (clients > 0) {
                Levels.message(LOG)
                        .addKeyValue("backend", backend.address())
                        .addKeyValue("clients", clients)
                        .log("backend takes no sessions any more and goes with its last client");
            }
            backend.leave(now ? BackendView.Mode.OFFLINE : BackendView.Mode.DRAIN, () -> gone(backend));
            backend.pool().clear();
            if (now) {
                onOffline.accept(index);
            }
        });
        return found.isPresent();
    }

    private void gone(Backend backend) {
        if (backends.remove(backend)) {
            // one that was parked while it began to leave
            backend.pool().clear();
            Levels.message(LOG).addKeyValue("backend", backend.address()).log("backend removed");
        }
    }

    @Override
    public boolean setWeight(int index, int weight) {
        if (weight < 0 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("a backend's weight is 0 to " + MOST_WEIGHT + ", not " + weight);
        }
        Optional<Backend> found = find(index);
        found.ifPresent(backend -> {
            backend.weight(weight);
            Levels.message(LOG)
                    .addKeyValue("backend", backend.address())
                    .addKeyValue("weight", weight)
                    .log("backend weight set");
        });
        return found.isPresent();
    }

    @Override
    public boolean setState(int index, BackendView.State state) {
        return find(index)
                .map(backend -> {
                    backend.state(state);
                    return true;
                })
                .orElse(false);
    }

    @Override
    public boolean setMode(int index, BackendView.Mode mode) {
        // the decision to remove one stands; the same server can be added again
        Optional<Backend> found = find(index).filter(backend -> mode != BackendView.Mode.ONLINE || !backend.leaving());
        found.ifPresent(backend -> {
            backend.mode(mode);
            LOG.atInfo()
                    .addMarker(Levels.MESSAGE)
                    .addKeyValue("backend", backend.address())
                    .addKeyValue("mode", mode)
                    .log("backend mode set");
            if (mode != BackendView.Mode.ONLINE) {
                backend.pool().clear();
            }
            if (mode == BackendView.Mode.OFFLINE) {
                onOffline.accept(index);
            }
        });
        return found.isPresent();
    }

    @Override
    public boolean setUuid(int index, Optional<String> uuid) {
        Optional<Backend> found = find(index);
        found.ifPresent(backend -> backend.uuid(uuid.orElse(null)));
        return found.isPresent();
    }

    @Override
    public Optional<Pool> pool(int index) {
        return find(index).map(Backend::pool);
    }

    @Override
    public synchronized void limits(Pool.Limits wanted) {
        limits = wanted;
        backends.forEach(backend -> backend.pool().limits(wanted));
    }

    /** Closes connections that have been idle for too long. */
    public void sweepPools() {
        backends.forEach(backend -> backend.pool().sweep());
    }

    /** Closes all idle connections. */
    public void clearPools() {
        backends.forEach(backend -> backend.pool().clear());
    }

    /** The backend with this index. */
    public Optional<Backend> find(int index) {
        for (Backend backend : backends) {
            if (backend.index() == index) {
                return Optional.of(backend);
            }
        }
        return Optional.empty();
    }

    /**
     * Backends of a group that take sessions, after those that have been down for long enough got another chance.
     *
     * @param group the listener's; empty for those without a group
     */
    public List<BackendView> candidates(String group) {
        for (Backend backend : backends) {
            if (backend.hop().group().equals(group)
                    && backend.state() == BackendView.State.DOWN
                    && backend.stateNanos() > RETRY_AFTER.toNanos()) {
                backend.state(BackendView.State.UNKNOWN);
            }
        }
        return backends.stream()
                .filter(backend -> backend.hop().group().equals(group))
                .map(Backend::view)
                .filter(BackendView::takesSessions)
                .toList();
    }

    /** A connection to it was made. */
    public void reached(Backend backend) {
        if (backend.state() != BackendView.State.UP && backend.state(BackendView.State.UP)) {
            LOG.atInfo().addKeyValue("backend", backend.address()).log("backend is up");
        }
    }

    /** It could not be reached. */
    public void unreachable(Backend backend, String why) {
        if (backend.failed(why)) {
            LOG.atWarn()
                    .addKeyValue("backend", backend.address())
                    .addKeyValue("reason", why)
                    .log("cannot reach backend, marking it as down");
        }
    }
}
