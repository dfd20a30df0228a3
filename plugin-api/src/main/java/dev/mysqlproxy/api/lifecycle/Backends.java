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

    /** As {@link #add(String, BackendView.Type, BackendHop)}, as {@link #usualHop} says; until then {@link BackendHop#PLAIN}. */
    default BackendView add(String address, BackendView.Type type) {
        return add(address, type, BackendHop.PLAIN);
    }

    /** Says how backends are spoken with that somebody adds without saying how, an operator for example. */
    default void usualHop(BackendHop hop) {
        // who only collects backends, as tests do, need not care
    }

    /**
     * Takes a backend away: no new sessions, its idle connections are closed, and once its last session has left it is gone
     * from the list. With {@code now} its sessions are ended. Its index is never used again; the same server can be added
     * again at once, as another backend. Removal cannot be taken back: {@link #setMode} does not make it ONLINE any more.
     *
     * @return false when there is none with this index
     */
    boolean remove(int index, boolean now);

    /**
     * Sets how large a backend's share of new sessions is, next to those of its type.
     *
     * @param weight 0, for none while another can be reached, to 1,000; 1 is what a backend begins with
     * @return false when there is none with this index
     */
    boolean setWeight(int index, int weight);

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
