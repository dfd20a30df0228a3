package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A session's timeouts. Bytes only leave a time stamp of the coarse clock; one scheduled check looks at them now and
 * then, so a timeout fires up to a quarter late. On the session's event loop, except {@link #stateSeconds()}.
 */
final class Watchdog {

    private static final long MIN_PERIOD_MILLIS = 50;

    /** What a forwarding listener has by default, 8 hours, also for the clients of a local one. */
    private static final Listener.Timeouts LOCAL =
            new Listener.Timeouts(Duration.ZERO, Duration.ofHours(8), Duration.ofHours(8));

    private final Session session;
    private final SessionServices services;
    private final long handshakeMillis;
    private final long readMillis;
    private final long writeMillis;

    private ScheduledFuture<?> check;
    private long started;
    private long clientSince;
    private long backendSince;
    private long blockedSince = -1;
    private volatile long stateSince;

    Watchdog(Session session, Listener listener, SessionServices services) {
        this.session = session;
        this.services = services;
        this.handshakeMillis = services.limits().handshake().toMillis();
        Listener.Timeouts timeouts = listener instanceof Listener.Forwarding forwarding ? forwarding.timeouts() : LOCAL;
        this.readMillis = timeouts.read().toMillis();
        this.writeMillis = timeouts.write().toMillis();
    }

    private long now() {
        return services.clock().millis();
    }

    void start() {
        started = now();
        clientSince = started;
        backendSince = started;
        stateSince = started;
        arm();
    }

    void clientActive() {
        clientSince = now();
    }

    void backendActive() {
        backendSince = now();
    }

    void stateChanged() {
        stateSince = now();
    }

    long stateSeconds() {
        return Math.max(0, now() - stateSince) / 1000;
    }

    /** Whether both sides take what is written to them. */
    void writability(boolean writable) {
        if (writable) {
            blockedSince = -1;
        } else if (blockedSince < 0) {
            blockedSince = now();
        }
    }

    void stop() {
        if (check != null) {
            check.cancel(false);
            check = null;
        }
    }

    private void arm() {
        long shortest = Long.MAX_VALUE;
        if (inLogin() && handshakeMillis > 0) {
            shortest = Math.min(shortest, started + handshakeMillis - now());
        }
        if (readMillis > 0) {
            shortest = Math.min(shortest, Math.max(readMillis / 4, MIN_PERIOD_MILLIS));
        }
        if (writeMillis > 0) {
            shortest = Math.min(shortest, Math.max(writeMillis / 4, MIN_PERIOD_MILLIS));
        }
        if (shortest != Long.MAX_VALUE) {
            check = session.client()
                    .eventLoop()
                    .schedule(this::check, Math.max(shortest, MIN_PERIOD_MILLIS), TimeUnit.MILLISECONDS);
        }
    }

    private boolean inLogin() {
        return !session.loggedIn();
    }

    private void check() {
        long now = now();
        if (inLogin() && handshakeMillis > 0 && now - started >= handshakeMillis) {
            session.close(CloseCause.HANDSHAKE_TIMEOUT, Errors.HANDSHAKE_TIMEOUT, handshakeMillis + " ms");
            return;
        }
        if (writeMillis > 0 && blockedSince >= 0 && now - blockedSince >= writeMillis) {
            session.close(CloseCause.WRITE_TIMEOUT, null, writeMillis + " ms");
            return;
        }
        if (readMillis > 0
                && now - Math.max(Math.max(clientSince, backendSince), stateSince) >= readMillis
                && blockedSince < 0) {
            boolean running = session.waitsForBackend();
            session.close(
                    running ? CloseCause.BACKEND_TIMEOUT : CloseCause.CLIENT_IDLE,
                    running ? Errors.BACKEND_TIMEOUT : Errors.CLIENT_IDLE,
                    readMillis + " ms");
            return;
        }
        arm();
    }
}
