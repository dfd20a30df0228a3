package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.api.view.BackendView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The backends as a list that has a place for each number. Scripts count through it, and a place is what they route to: a
 * backend that was removed keeps its own, is down there, and has no clients. Used by whoever holds the world's lock.
 */
final class BackendPlaces {

    /** The address of one that was removed before anybody looked. */
    private static final String NOWHERE = "removed:0";

    private final List<BackendView> known = new ArrayList<>();

    /** The backend of each number from 1 up to the highest that was ever seen. */
    List<BackendView> of(List<BackendView> now) {
        for (BackendView view : now) {
            if (view.index() > known.size()) {
                while (known.size() < view.index() - 1) {
                    known.add(removed(known.size() + 1, NOWHERE, BackendView.Type.UNKNOWN));
                }
                known.add(view);
            }
        }
        if (now.size() == known.size()) {
            return now;
        }
        known.replaceAll(view -> removed(view.index(), view.address(), view.type()));
        now.forEach(view -> known.set(view.index() - 1, view));
        return List.copyOf(known);
    }

    private static BackendView removed(int index, String address, BackendView.Type type) {
        return new BackendView(
                index,
                address,
                type,
                BackendView.State.DOWN,
                BackendView.Mode.OFFLINE,
                0,
                Instant.EPOCH,
                Optional.empty(),
                0);
    }
}
