package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener.Timeouts;
import dev.mysqlproxy.core.net.CoarseClock;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Timeouts of a relayed connection: silence on both sides, or a side that takes nothing. Silence may not last as long once
 * one side is done: most peers end their side then, and one that does not has often just forgotten. On its event loop.
 */
final class RelayWatch {

    private static final long MIN_PERIOD_MILLIS = 50;

    /** Longest silence of a connection of which one half is closed. */
    private static final long HALF_CLOSED_MILLIS = 30_000;

    private final RelaySession session;
    private final EventLoop loop;
    private final CoarseClock clock;
    private final long writeMillis;
    private long readMillis;

    private ScheduledFuture<?> check;
    private long activeSince;
    private long blockedSince = -1;

    RelayWatch(RelaySession session, Timeouts timeouts, EventLoop loop, CoarseClock clock) {
        this.session = session;
        this.loop = loop;
        this.clock = clock;
        this.readMillis = timeouts.read().toMillis();
        this.writeMillis = timeouts.write().toMillis();
    }

    void start() {
        active();
        arm();
    }

    /** One side is done. */
    void halfClosed() {
        readMillis = readMillis > 0 ? Math.min(readMillis, HALF_CLOSED_MILLIS) : HALF_CLOSED_MILLIS;
        stop();
        arm();
    }

    private void arm() {
        long shortest =
                Math.min(readMillis > 0 ? readMillis : Long.MAX_VALUE, writeMillis > 0 ? writeMillis : Long.MAX_VALUE);
        if (shortest != Long.MAX_VALUE) {
            long period = Math.max(shortest / 4, MIN_PERIOD_MILLIS);
            check = loop.scheduleWithFixedDelay(this::check, period, period, TimeUnit.MILLISECONDS);
        }
    }

    void active() {
        activeSince = clock.millis();
    }

    /** Whether both sides take what is written to them. */
    void writability(boolean writable) {
        if (writable) {
            blockedSince = -1;
        } else if (blockedSince < 0) {
            blockedSince = clock.millis();
        }
    }

    void stop() {
        if (check != null) {
            check.cancel(false);
        }
    }

    private void check() {
        long now = clock.millis();
        if (writeMillis > 0 && blockedSince >= 0 && now - blockedSince >= writeMillis) {
            session.close(CloseCause.WRITE_TIMEOUT, writeMillis + " ms");
        } else if (readMillis > 0 && blockedSince < 0 && now - activeSince >= readMillis) {
            session.close(CloseCause.CLIENT_IDLE, readMillis + " ms");
        }
    }
}
