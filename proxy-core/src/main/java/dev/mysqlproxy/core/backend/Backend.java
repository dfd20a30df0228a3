package dev.mysqlproxy.core.backend;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.tls.BackendTls;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A server behind the proxy. Any thread: each field changes by itself, readers take a {@link #view()}. */
public final class Backend {

    private final int index;
    private final NetAddress address;
    private final Optional<String> name;
    private final BackendView.Type type;
    private final BackendHop hop;
    private final BackendTls tls;
    private final AtomicInteger connectedClients = new AtomicInteger();
    private final ServerPool pool = new ServerPool();

    private volatile Condition condition = new Condition(BackendView.State.UNKNOWN, Instant.EPOCH, 0);
    private volatile BackendView.Mode mode = BackendView.Mode.ONLINE;
    private volatile String uuid;
    private volatile BackendView.Failure lastFailure;
    private volatile int weight = 1;
    private volatile Runnable whenLeft;

    /** The nanos are for measuring, the instant is for people: their clock may be set. */
    private record Condition(BackendView.State state, Instant since, long sinceNanos) {
        static Condition now(BackendView.State state) {
            return new Condition(state, Instant.now(), System.nanoTime());
        }
    }

    Backend(int index, NetAddress address, BackendView.Type type, BackendHop hop, BackendTls tls) {
        this.index = index;
        this.address = address;
        this.name = Optional.of(address.toString());
        this.type = type;
        this.hop = hop;
        this.tls = tls;
    }

    public int index() {
        return index;
    }

    public NetAddress address() {
        return address;
    }

    /** Its address as sessions show it, never empty: made once, since hooks ask for it with each command. */
    public Optional<String> name() {
        return name;
    }

    /** How to speak with it, and for whom it is. */
    public BackendHop hop() {
        return hop;
    }

    /** TLS with it. */
    public BackendTls tls() {
        return tls;
    }

    /** Its idle connections. */
    public ServerPool pool() {
        return pool;
    }

    void uuid(String known) {
        uuid = known;
    }

    /** The backend as it is now. */
    public BackendView view() {
        Condition now = condition;
        return new BackendView(
                index,
                address.toString(),
                type,
                now.state,
                mode,
                connectedClients.get(),
                now.since,
                Optional.ofNullable(uuid),
                weight,
                Optional.ofNullable(lastFailure));
    }

    void weight(int wanted) {
        weight = wanted;
    }

    /**
     * It takes no sessions from now on.
     *
     * @param until what becomes of those it has
     * @param gone called once its last session has left, more than once perhaps
     */
    void leave(BackendView.Mode until, Runnable gone) {
        mode = until;
        whenLeft = gone;
        left(connectedClients.get());
    }

    /** Whether it is only here until its last session has left. */
    public boolean leaving() {
        return whenLeft != null;
    }

    private void left(int clients) {
        Runnable gone = whenLeft;
        if (gone != null && clients == 0) {
            gone.run();
        }
    }

    /** Sets what is known; true when that is news. Hot connects find it UP already and write nothing. */
    boolean state(BackendView.State state) {
        if (condition.state == state) {
            return false;
        }
        condition = Condition.now(state);
        return true;
    }

    /**
     * It could not be reached: it is down, and the time until the next try starts over.
     *
     * @return whether that is news
     */
    boolean failed(String reason) {
        Condition before = condition;
        Condition now = Condition.now(BackendView.State.DOWN);
        lastFailure = new BackendView.Failure(now.since, reason);
        condition = now;
        return before.state != BackendView.State.DOWN;
    }

    BackendView.State state() {
        return condition.state;
    }

    /** Nanoseconds in this state. */
    long stateNanos() {
        return System.nanoTime() - condition.sinceNanos;
    }

    /** Whether it takes sessions as far as the operator is concerned. */
    public boolean online() {
        return mode == BackendView.Mode.ONLINE;
    }

    void mode(BackendView.Mode wanted) {
        mode = wanted;
    }

    /** A session uses it from now on. */
    public void clientConnected() {
        connectedClients.incrementAndGet();
    }

    /** A session uses it no longer. */
    public void clientDisconnected() {
        left(connectedClients.decrementAndGet());
    }
}
