package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.view.SessionView;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions open now. Any thread. */
public final class SessionRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(SessionRegistry.class);
    private static final int MOST_STATEMENT_BYTES = 64 * 1024;

    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final Set<RelaySession> relays = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicInteger openForwarded = new AtomicInteger();
    private final AtomicInteger openLocal = new AtomicInteger();
    private final AtomicLong loginBytes = new AtomicLong();
    private final LoginBackoff backoff = new LoginBackoff();
    private final SessionCounters counters = new SessionCounters();
    private volatile int statementBytes;
    private volatile boolean draining;

    long nextId() {
        return lastId.incrementAndGet();
    }

    /**
     * Takes a session in; false when there are as many as allowed.
     *
     * @param max how many forwarded sessions there may be. Local ones, an operator's for example, have a number of their
     *     own, so that a proxy that is full can still be asked why.
     */
    boolean add(Session session, int max) {
        counters.countAccepted();
        AtomicInteger open = session.local() ? openLocal : openForwarded;
        int count = open.incrementAndGet();
        if (session.local() && count > Limits.LOCAL_SESSIONS) {
            // an operator must get in: somebody who does nothing has to go
            sessions.values().stream()
                    .filter(Session::local)
                    .max(Comparator.comparing((Session other) -> !other.loggedIn())
                            .thenComparingLong(Session::stateSeconds))
                    .ifPresent(idle -> idle.end(CloseCause.TOO_MANY_CONNECTIONS));
        } else if (!session.local() && count > max) {
            open.decrementAndGet();
            return false;
        }
        sessions.put(session.id(), session);
        return true;
    }

    void remove(Session session) {
        if (sessions.remove(session.id(), session)) {
            (session.local() ? openLocal : openForwarded).decrementAndGet();
        }
    }

    /** Takes a relayed connection in; false when there are as many forwarded sessions as allowed. */
    boolean add(RelaySession relay, int max) {
        counters.countAccepted();
        if (openForwarded.incrementAndGet() > max) {
            openForwarded.decrementAndGet();
            return false;
        }
        relays.add(relay);
        return true;
    }

    void remove(RelaySession relay) {
        if (relays.remove(relay)) {
            openForwarded.decrementAndGet();
        }
    }

    /** What has become of all sessions. */
    public SessionCounters counters() {
        return counters;
    }

    /** From now on sessions keep the beginnings of their statements, so many bytes and at most 64 KiB; 0 for none. */
    public void showStatements(int bytes) {
        statementBytes = Math.max(0, Math.min(MOST_STATEMENT_BYTES, bytes));
    }

    /** How much of their statements sessions keep for lists. */
    int statementBytes() {
        return statementBytes;
    }

    /** The pauses that guessers of passwords have to make. */
    LoginBackoff backoff() {
        return backoff;
    }

    /** Counts bytes that clients have sent who are not logged in yet; false when there are too many of them in all. */
    boolean takeLoginBytes(long bytes) {
        return loginBytes.addAndGet(bytes) <= Limits.ALL_LOGIN_BYTES;
    }

    /** Such bytes are gone. */
    void giveLoginBytes(long bytes) {
        loginBytes.addAndGet(-bytes);
    }

    /** Whether the process is stopping: sessions end as soon as they may. */
    boolean draining() {
        return draining;
    }

    /** All sessions, in no order; may change while being read. */
    public Collection<Session> all() {
        return Collections.unmodifiableCollection(sessions.values());
    }

    /** The session with this number. */
    public Optional<Session> find(long id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /**
     * Runs a task on a session's event loop, between two of its hooks. What it throws is logged.
     *
     * @return false when there is no such session; true promises nothing, it may end first
     */
    public boolean run(long id, Consumer<SessionView> task) {
        Session session = sessions.get(id);
        if (session == null) {
            return false;
        }
        try {
            session.client().eventLoop().execute(() -> run(session, task));
            return true;
        } catch (RejectedExecutionException e) {
            // the process ends
            return false;
        }
    }

    private static void run(Session session, Consumer<SessionView> task) {
        if (session.closed()) {
            return;
        }
        try {
            task.accept(session);
        } catch (Throwable e) {
            LOG.atError().setCause(e).addKeyValue("session", session.id()).log("a plugin's task on a session failed");
        }
        session.flush();
    }

    /** How many sessions there are, by listener; relayed connections are counted under theirs. */
    public Map<String, Integer> countByListener() {
        Map<String, Integer> counts = new HashMap<>();
        sessions.values().forEach(session -> counts.merge(session.listener(), 1, Integer::sum));
        relays.forEach(relay -> counts.merge(relay.listener(), 1, Integer::sum));
        return counts;
    }

    /** How many there are, relayed connections among them. */
    public int count() {
        return sessions.size() + relays.size();
    }

    /**
     * Ends sessions that do nothing now, and the others when they have finished their command and transaction. Nobody knows
     * whether a relayed connection does something: it goes on.
     */
    public void drain() {
        draining = true;
        sessions.values().forEach(Session::drain);
    }

    /** Ends all sessions now. */
    public void closeAll() {
        sessions.values().forEach(session -> session.end(CloseCause.SHUTDOWN));
        relays.forEach(relay -> relay.end(CloseCause.SHUTDOWN));
    }

    /** Ends the sessions that use a backend. */
    public void closeBackend(int index) {
        sessions.values().forEach(session -> session.endIfOn(index));
    }
}
