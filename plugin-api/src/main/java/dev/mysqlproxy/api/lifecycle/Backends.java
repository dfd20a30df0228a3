package dev.mysqlproxy.api.lifecycle;

import dev.mysqlproxy.api.view.BackendView;
import java.util.List;
import java.util.Optional;

/** The servers behind the proxy. Any thread; readers get immutable snapshots, writers send intents. */
public interface Backends {

    /** All backends, by index. */
    List<BackendView> snapshot();

    /**
     * Adds a backend in state UNKNOWN and logs it.
     *
     * @param address {@code host[:port]}, {@code [v6]:port} or an absolute path of a unix socket
     * @param hop how to speak with it
     * @throws IllegalArgumentException when the address makes no sense or is already known, or when a file of {@code hop}
     *     cannot be used
     */
    BackendView add(String address, BackendView.Type type, BackendHop hop);

    /** As {@link #add(String, BackendView.Type, BackendHop)}, with {@link BackendHop#PLAIN}. */
    default BackendView add(String address, BackendView.Type type) {
        return add(address, type, BackendHop.PLAIN);
    }

    /** Sets what is known of a backend; false when there is none with this index. */
    boolean setState(int index, BackendView.State state);

    /**
     * Sets what the operator wants of a backend; OFFLINE ends its sessions.
     *
     * @return false when there is none with this index
     */
    boolean setMode(int index, BackendView.Mode mode);

    /** Remembers a server's uuid; false when there is no backend with this index. */
    boolean setUuid(int index, Optional<String> uuid);

    /** The idle server connections of a backend; empty when there is no backend with this index. */
    Optional<Pool> pool(int index);

    /** Sets the limits of all pools. */
    void limits(Pool.Limits limits);
}
