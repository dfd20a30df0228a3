package dev.mysqlproxy.api.view;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A backend as it was when the snapshot was taken. Immutable.
 *
 * @param index its number, from 1, in the order in which backends were added; never reused while the proxy runs
 * @param address as the operator wrote it, with the port made explicit: {@code host:port}, {@code [v6]:port} or a path
 * @param type read/write or read-only
 * @param state what the proxy last learned of it
 * @param mode what the operator wants of it
 * @param connectedClients sessions that use it now
 * @param stateSince when {@code state} was last set; the epoch when it never was
 * @param uuid the server's uuid when somebody has told the proxy
 * @param weight its share of new sessions next to others of its type, 0 to 1,000
 * @param lastFailure why it could not be reached the last time that it could not; it stays when it can again
 */
public record BackendView(
        int index,
        String address,
        Type type,
        State state,
        Mode mode,
        int connectedClients,
        Instant stateSince,
        Optional<String> uuid,
        int weight,
        Optional<Failure> lastFailure) {

    /**
     * A connection that was not made.
     *
     * @param reason one line for people
     */
    public record Failure(Instant at, String reason) {
        public Failure {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** Whether writes may go there. */
    public enum Type {
        UNKNOWN,
        RW,
        RO
    }

    /** What the proxy knows of a server. Changed by connects that succeed or fail, and by scripts. */
    public enum State {
        UNKNOWN,
        UP,
        DOWN
    }

    /** What the operator wants: ONLINE takes sessions, DRAIN keeps those it has, OFFLINE closes them too. */
    public enum Mode {
        ONLINE,
        DRAIN,
        OFFLINE
    }

    public BackendView {
        if (index < 1) {
            throw new IllegalArgumentException("a backend's index starts at 1: " + index);
        }
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(stateSince, "stateSince");
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(lastFailure, "lastFailure");
    }

    /** That could always be reached. */
    public BackendView(
            int index,
            String address,
            Type type,
            State state,
            Mode mode,
            int connectedClients,
            Instant stateSince,
            Optional<String> uuid,
            int weight) {
        this(index, address, type, state, mode, connectedClients, stateSince, uuid, weight, Optional.empty());
    }

    /** Of weight 1, that could always be reached. */
    public BackendView(
            int index,
            String address,
            Type type,
            State state,
            Mode mode,
            int connectedClients,
            Instant stateSince,
            Optional<String> uuid) {
        this(index, address, type, state, mode, connectedClients, stateSince, uuid, 1);
    }

    /** Whether a new session may be sent there. */
    public boolean takesSessions() {
        return mode == Mode.ONLINE && state != State.DOWN;
    }
}
