package dev.mysqlproxy.plugin.admin.engine;

import dev.mysqlproxy.api.lifecycle.Tasks;
import dev.mysqlproxy.plugin.admin.engine.EngineException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lends engines to queries. The first query starts one; one that nobody needs for a minute is ended. Any thread,
 * never an
 * event loop.
 */
public final class Engine implements AutoCloseable {

    /** Queries at once, which is how many processes there are at most. */
    static final int AT_ONCE = 2;

    /** Queries that wait for an engine. */
    private static final int WAITING = 32;

    private static final Duration IDLE = Duration.ofMinutes(1);
    /** Until an engine has started, on a machine that does many other things. */
    private static final Duration START = Duration.ofSeconds(20);
    /** What it may take longer than a query: it ends queries itself, and lives on. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** After these an engine is as good as before. */
    private static final Set<Reason> HARMLESS = EnumSet.of(Reason.SQL, Reason.TOO_LARGE, Reason.TOO_DEEP);

    private record Idle(EngineProcess process, EngineLimits limits, long since) {}

    private final Supplier<EngineLimits> limits;
    private final Tasks tasks;
    private final LongSupplier nanoTime;
    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<EngineProcess> busy = new HashSet<>();
    private boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param limits asked for each query; engines with others are ended
     */
    public Engine(Supplier<EngineLimits> limits, Tasks tasks) {
        this(limits, tasks, System::nanoTime);
    }

    Engine(Supplier<EngineLimits> limits, Tasks tasks, LongSupplier nanoTime) {
        this.limits = limits;
        this.tasks = tasks;
        this.nanoTime = nanoTime;
        var unused = tasks.every(IDLE.dividedBy(2), this::endIdle);
    }

    /** Runs a query over these tables. Blocks for as long as it takes. */
    public EngineResult query(List<EngineTable> tables, String sql) throws EngineException {
        EngineLimits now = limits.get();
        acquire(now);
        try {
            return run(tables, sql, now);
        } finally {
            free.release();
        }
    }

    private void acquire(EngineLimits now) throws EngineException {
        try {
            if (free.getQueueLength() < WAITING
                    && free.tryAcquire(now.time().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new EngineException(Reason.BUSY, "too many queries at once; try again");
    }

    private EngineResult run(List<EngineTable> tables, String sql, EngineLimits now) throws EngineException {
        EngineProcess process = take(now);
        boolean healthy = false;
        try {
            Tasks.Timer timer = tasks.after(now.time().plus(GRACE), process::kill);
            try {
                EngineResult result = process.query(tables, sql);
                healthy = true;
                return result;
            } catch (EngineException e) {
                healthy = HARMLESS.contains(e.reason());
                throw e;
            } finally {
                timer.cancel();
            }
        } finally {
            giveBack(process, now, healthy);
        }
    }

    private EngineProcess take(EngineLimits now) throws EngineException {
        synchronized (this) {
            while (!idle.isEmpty()) {
                Idle candidate = idle.pop();
                if (candidate.limits().equals(now)) {
                    busy.add(candidate.process());
                    return candidate.process();
                }
                candidate.process().kill();
            }
        }
        EngineProcess process = EngineProcess.start(now);
        synchronized (this) {
            if (closed) {
                process.kill();
                throw new EngineException(Reason.UNAVAILABLE, "the proxy stops");
            }
            busy.add(process);
        }
        boolean ready = false;
        Tasks.Timer timer = tasks.after(START, process::kill);
        try {
            process.awaitReady();
            ready = true;
            return process;
        } finally {
            timer.cancel();
            if (!ready) {
                giveBack(process, now, false);
            }
        }
    }

    private synchronized void giveBack(EngineProcess process, EngineLimits with, boolean healthy) {
        busy.remove(process);
        if (healthy && !closed) {
            idle.push(new Idle(process, with, nanoTime.getAsLong()));
        } else {
            process.kill();
        }
    }

    private synchronized void endIdle() {
        long now = nanoTime.getAsLong();
        idle.removeIf(candidate -> {
            boolean old = now - candidate.since() > IDLE.toNanos();
            if (old) {
                candidate.process().kill();
            }
            return old;
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(candidate -> candidate.process().kill());
        idle.clear();
        busy.forEach(EngineProcess::kill);
    }
}
