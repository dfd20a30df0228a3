package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.backend.ServerPool;
import dev.mysqlproxy.protocol.wire.Capabilities;
import java.util.Arrays;

/**
 * How a session changes its server connection for one of a pool: whom it may take, and which connections it has left where.
 * On the session's event loop.
 */
final class ServerSwap {

    private static final BackendLink[] NO_HOMES = {};

    private final Session session;
    // read by sessions of other event loops, which look for those of their user
    private volatile ServerLogin account;
    /** By backend: the connection that this session parked last, which it gets back as it left it. */
    private BackendLink[] homes = NO_HOMES;

    ServerSwap(Session session) {
        this.session = session;
    }

    /** Whose connections the session may take from now on; null for nobody's. */
    void account(ServerLogin known) {
        account = known;
        // what it left before was somebody else's
        homes = NO_HOMES;
    }

    ServerLogin account() {
        return account;
    }

    boolean park(Phase phase) {
        BackendLink from = session.link();
        if (from == null || !from.poolable() || !phase.serverIdle()) {
            return false;
        }
        int status = phase.serverStatus();
        session.link(null);
        if (from.ready()) {
            remember(from);
            from.park(status);
        } else {
            // never used: whoever left it there still finds it so
            from.giveBack();
        }
        phase.linkChanged(null);
        return true;
    }

    private void remember(BackendLink home) {
        int at = home.backend().index() - 1;
        if (at >= homes.length) {
            homes = Arrays.copyOf(homes, at + 1);
        }
        homes[at] = home;
    }

    boolean take(int backendIndex, Phase phase) {
        Backend backend = session.services().backends().find(backendIndex).orElse(null);
        if (backend == null || !backend.online() || !phase.serverIdle() || session.closed()) {
            return false;
        }
        BackendLink has = session.link();
        if (has != null && has.backend() == backend) {
            return true;
        }
        BackendLink home = home(backend);
        BackendLink other = home == null ? find(backend, phase) : home;
        if (other == null) {
            other = open(backend, phase);
        }
        if (other == null) {
            return false;
        }
        if (has != null && !park(phase)) {
            has.close();
        }
        session.link(other);
        taken(other, other == home && home.lastUsedBy(session), phase);
        return true;
    }

    private void taken(BackendLink link, boolean asLeft, Phase phase) {
        if (link.greeting() != null) {
            link.taken(session, asLeft);
            session.identity().server(link.greeting());
        }
        phase.linkChanged(link);
    }

    /** In place of a connection that is lost and had nothing of this session on it. */
    boolean instead(Phase phase) {
        BackendLink lost = session.link();
        if (!(phase instanceof CommandPhase) || !lost.backend().online()) {
            return false;
        }
        session.link(null);
        lost.close();
        BackendLink other = find(lost.backend(), phase);
        if (other == null) {
            other = open(lost.backend(), phase);
        }
        if (other == null) {
            return false;
        }
        session.link(other);
        taken(other, false, phase);
        return true;
    }

    private boolean mayOpen(Phase phase) {
        return phase instanceof CommandPhase && account != null && session.loginTemplate() != null;
    }

    /** A new connection that the proxy logs in by itself; null where it cannot. */
    private BackendLink open(Backend backend, Phase phase) {
        return mayOpen(phase) ? Opening.begin(session, backend) : null;
    }

    /** The connection that this session itself has left there. */
    private BackendLink home(Backend backend) {
        int at = backend.index() - 1;
        BackendLink home = at < homes.length ? homes[at] : null;
        if (home == null) {
            return null;
        }
        homes[at] = null;
        boolean mine = home.lastUsedBy(session) && mayTake();
        return mine && backend.pool().remove(home, account.user()) ? home : null;
    }

    private boolean mayTake() {
        return account != null && account.poolable();
    }

    private BackendLink find(Backend backend, Phase phase) {
        ServerPool pool = backend.pool();
        if (phase instanceof Connecting) {
            return (BackendLink) pool.takeAny(session.client().eventLoop());
        }
        return mayTake() && pool.resettable()
                ? (BackendLink) pool.take(
                        account.user(),
                        wanted(backend, phase),
                        session.schema().isPresent(),
                        session.client().eventLoop())
                : null;
    }

    private Capabilities wanted(Backend backend, Phase phase) {
        return LinkTransport.poolKey(backend, phase.negotiated(), session.tls().isPresent());
    }

    int idle(int backendIndex, Phase phase) {
        Backend backend = session.services().backends().find(backendIndex).orElse(null);
        if (backend == null || !backend.online()) {
            return 0;
        }
        ServerPool pool = backend.pool();
        if (phase instanceof Connecting) {
            return pool.countAny();
        }
        if (!mayTake()) {
            return 0;
        }
        int least = mayOpen(phase) ? 1 : 0;
        if (pool.resettable()) {
            return Math.max(
                    least,
                    pool.count(
                            account.user(),
                            wanted(backend, phase),
                            session.schema().isPresent()));
        }
        int at = backendIndex - 1;
        BackendLink home = at < homes.length ? homes[at] : null;
        return home != null && home.lastUsedBy(session) && pool.holds(home) ? 1 : least;
    }
}
