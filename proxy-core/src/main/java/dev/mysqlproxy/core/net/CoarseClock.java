package dev.mysqlproxy.core.net;

import io.netty.channel.EventLoopGroup;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A clock that costs a field read: milliseconds since some moment, renewed every 250 ms. Any thread. */
public final class CoarseClock implements AutoCloseable {

    private static final long STEP_MILLIS = 250;

    private final ScheduledFuture<?> ticker;
    private volatile long millis;

    /** Starts ticking on one of these loops. */
    public CoarseClock(EventLoopGroup loops) {
        tick();
        this.ticker = loops.next().scheduleAtFixedRate(this::tick, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Milliseconds; only differences mean something. */
    public long millis() {
        return millis;
    }

    @Override
    public void close() {
        ticker.cancel(false);
    }
}
