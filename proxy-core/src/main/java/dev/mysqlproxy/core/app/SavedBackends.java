package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.backend.BackendRegistry;
import dev.mysqlproxy.core.config.SavedConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of the backends that the options name, from one run to the next. Any thread. */
final class SavedBackends {

    private static final Logger LOG = LoggerFactory.getLogger(SavedBackends.class);

    private final BackendRegistry backends;
    private final Map<Key, BackendView> named = new LinkedHashMap<>();

    /** One server of one group. */
    private record Key(String address, String group) {}

    /** Once the plugins have added the backends that the options name, and before anybody adds more. */
    SavedBackends(BackendRegistry backends) {
        this.backends = backends;
        for (BackendView view : backends.snapshot()) {
            named.put(key(view), view);
        }
    }

    private Key key(BackendView view) {
        return new Key(view.address(), hop(view).group());
    }

    private BackendHop hop(BackendView view) {
        return backends.find(view.index()).map(Backend::hop).orElse(BackendHop.PLAIN);
    }

    // --- at the start -----------------------------------------------------------------------------------------------

    /**
     * Does again what was saved. What the options now say by themselves, or do not know any more, is passed over.
     *
     * @throws StartException for what makes no sense
     */
    void apply(List<SavedConfig.Backend> saved) throws StartException {
        for (SavedConfig.Backend backend : saved) {
            SavedBackend read = SavedBackend.read(backend);
            Optional<BackendView> known = find(read);
            switch (read.change()) {
                case REMOVED -> known.ifPresent(view -> backends.remove(view.index(), true));
                case ADDED -> set(known.isPresent() ? known.get() : add(read), read);
                case CHANGED -> {
                    if (known.isPresent()) {
                        set(known.get(), read);
                    } else {
                        LOG.atInfo()
                                .addKeyValue("backend", read.address())
                                .addKeyValue("place", backend.where())
                                .log("what was saved of a backend has no effect, the options do not name it any more");
                    }
                }
            }
        }
    }

    private Optional<BackendView> find(SavedBackend saved) {
        return Optional.ofNullable(
                named.get(new Key(saved.address(), saved.hop().group())));
    }

    private BackendView add(SavedBackend saved) throws StartException {
        try {
            return backends.add(saved.address(), saved.type(), saved.hop());
        } catch (IllegalArgumentException e) {
            throw SavedBackend.wrong(saved.where(), e.getMessage());
        }
    }

    private void set(BackendView view, SavedBackend saved) {
        if (saved.weight() != view.weight()) {
            backends.setWeight(view.index(), saved.weight());
        }
        if (saved.mode() != view.mode()) {
            backends.setMode(view.index(), saved.mode());
        }
    }

    // --- at run time ------------------------------------------------------------------------------------------------

    /** What differs from the options now. */
    List<SavedConfig.Backend> changes() {
        List<SavedConfig.Backend> changes = new ArrayList<>();
        Map<Key, BackendView> missing = new HashMap<>(named);
        for (BackendView view : backends.snapshot()) {
            Optional<Backend> backend = backends.find(view.index());
            if (backend.isEmpty() || backend.get().leaving()) {
                continue;
            }
            BackendHop hop = backend.get().hop();
            Key key = new Key(view.address(), hop.group());
            missing.remove(key);
            if (!named.containsKey(key)) {
                changes.add(
                        SavedBackend.of(SavedBackend.Change.ADDED, view, hop).written());
            } else if (view.weight() != 1 || view.mode() != BackendView.Mode.ONLINE) {
                changes.add(
                        SavedBackend.of(SavedBackend.Change.CHANGED, view, hop).written());
            }
        }
        for (Map.Entry<Key, BackendView> gone : missing.entrySet()) {
            BackendHop hop = new BackendHop(
                    gone.getKey().group(), BackendHop.Tls.DISABLED, Compression.NONE, BackendHop.Header.NONE);
            changes.add(SavedBackend.of(SavedBackend.Change.REMOVED, gone.getValue(), hop)
                    .written());
        }
        return changes;
    }
}
