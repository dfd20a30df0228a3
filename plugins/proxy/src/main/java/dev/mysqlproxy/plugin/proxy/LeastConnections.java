package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.listener.Listener.BackendChooser;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.api.view.SessionView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * MySQL Proxy's own choice: the read/write backend with the fewest clients, of equal ones the first. A read-only
 * backend is for scripts and plugins to choose, never for this.
 */
final class LeastConnections implements BackendChooser {

    private static final Comparator<BackendView> FEWEST_CLIENTS =
            Comparator.comparingInt(BackendView::connectedClients).thenComparingInt(BackendView::index);

    @Override
    public Optional<BackendView> choose(SessionView session, List<BackendView> candidates) {
        return candidates.stream()
                .filter(backend -> backend.type() == BackendView.Type.RW)
                .min(FEWEST_CLIENTS);
    }
}
