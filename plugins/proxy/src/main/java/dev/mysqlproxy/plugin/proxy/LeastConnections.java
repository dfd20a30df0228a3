package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.listener.Listener.BackendChooser;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.List;
import java.util.Optional;

/**
 * MySQL Proxy's own choice: the read/write backend with the fewest clients, of equal ones the first. Where backends have
 * weights, the one that will have the fewest clients for its weight; one without any weight when there is no other. A
 * read-only backend is for scripts and plugins to choose, never for this.
 */
final class LeastConnections implements BackendChooser {

    @Override
    public Optional<BackendView> choose(SessionView session, List<BackendView> candidates) {
        BackendView best = null;
        for (BackendView backend : candidates) {
            if (backend.type() == BackendView.Type.RW && (best == null || better(backend, best))) {
                best = backend;
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean better(BackendView one, BackendView other) {
        if ((one.weight() == 0) != (other.weight() == 0)) {
            return other.weight() == 0;
        }
        // with the client at hand counted, else the weights would not matter while nobody is there
        long ones = (one.connectedClients() + 1L) * Math.max(1, other.weight());
        long others = (other.connectedClients() + 1L) * Math.max(1, one.weight());
        return ones < others || ones == others && one.index() < other.index();
    }
}
