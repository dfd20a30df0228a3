package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.Tasks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's threads: none before its first task, an idle one before a new one, and none again when nothing was to be
 * done for a while.
 */
final class PluginTasks implements Tasks {

    static final int MAX_THREADS = 64;
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(PluginTasks.class);
    private static final long IDLE_MILLIS = 10_000;

    private final String plugin;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private ClassLoader loader;
    private ScheduledThreadPoolExecutor timers;
    private int idle;
    private int lastNumber;
    private boolean noTimers;
    private boolean closed;

    /**
     * Without any thread yet.
     *
     * @param plugin the plugin's name
     * @param loader what its libraries find their parts by
     */
    PluginTasks(String plugin, ClassLoader loader) {
        this.plugin = plugin;
        this.loader = loader;
    }

    @Override
    public synchronized void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (closed) {
            throw new RejectedExecutionException("plugin " + plugin + " has stopped");
        }
        if (idle > waiting.size()) {
            waiting.add(task);
            notifyAll();
        } else if (threads.size() < MAX_THREADS) {
            Thread thread = thread(() -> work(task), String.valueOf(++lastNumber));
            thread.start();
            // only if the system had one left
            threads.add(thread);
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(task);
        } else {
            throw new RejectedExecutionException("plugin " + plugin + " has " + MAX_WAITING + " tasks waiting");
        }
    }

    private Thread thread(Runnable work, String number) {
        Thread thread = new Thread(work, "plugin-" + plugin + "-" + number);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        return thread;
    }

    private void work(Runnable first) {
        Runnable task = first;
        while (task != null) {
            run(task);
            task = next();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // whatever it is, the thread has more to do
            LOG.atError().setCause(e).addKeyValue("plugin", plugin).log("a plugin's task failed");
        }
    }

    /** The next task; null when the thread is to end. */
    private synchronized Runnable next() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
        idle++;
        try {
            long left = IDLE_MILLIS;
            while (waiting.isEmpty() && !closed && left > 0) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            // a task was interrupted and has not noticed, or all must end: what waits is done all the same
            LOG.trace("interrupted", e);
        } finally {
            idle--;
        }
        Runnable task = waiting.poll();
        if (task == null) {
            threads.remove(Thread.currentThread());
            notifyAll();
        }
        return task;
    }

    // --- timers -----------------------------------------------------------------------------------------------------

    @Override
    public Timer every(Duration period, Runnable task) {
        Objects.requireNonNull(task, "task");
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("a period must be more than nothing: " + period);
        }
        long nanos = period.toNanos();
        AtomicBoolean running = new AtomicBoolean();
        return started(timers().scheduleAtFixedRate(() -> again(task, running), nanos, nanos, TimeUnit.NANOSECONDS));
    }

    private void again(Runnable task, AtomicBoolean running) {
        if (!running.compareAndSet(false, true)) {
            return;
        }
        boolean taken = hand(() -> {
            try {
                task.run();
            } finally {
                running.set(false);
            }
        });
        if (!taken) {
            running.set(false);
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Objects.requireNonNull(task, "task");
        return started(timers().schedule(() -> hand(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS));
    }

    private boolean hand(Runnable task) {
        try {
            execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.atWarn().addKeyValue("plugin", plugin).log("a plugin's timer finds no thread: {}", e.getMessage());
            return false;
        }
    }

    private static Timer started(ScheduledFuture<?> future) {
        return () -> future.cancel(false);
    }

    private synchronized ScheduledThreadPoolExecutor timers() {
        if (noTimers) {
            throw new RejectedExecutionException("plugin " + plugin + " has stopped");
        }
        if (timers == null) {
            timers = new ScheduledThreadPoolExecutor(1, work -> thread(work, "timer"));
            timers.setRemoveOnCancelPolicy(true);
        }
        if (timers.getQueue().size() >= MAX_WAITING) {
            throw new RejectedExecutionException("plugin " + plugin + " has " + MAX_WAITING + " timers");
        }
        return timers;
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /** No timer goes off from here on, and there are no new ones. */
    synchronized void cancelTimers() {
        noTimers = true;
        if (timers != null) {
            timers.shutdownNow();
        }
    }

    /**
     * Takes no more tasks, and waits for those it has; what then still runs is interrupted.
     *
     * @param patience before they are interrupted
     * @param grace after that
     */
    void close(Duration patience, Duration grace) {
        cancelTimers();
        synchronized (this) {
            closed = true;
            // who still has these tasks in hand must not keep the plugin's classes by them
            loader = null;
            timers = null;
            notifyAll();
        }
        if (!awaitEnd(patience)) {
            synchronized (this) {
                waiting.clear();
                threads.forEach(Thread::interrupt);
            }
            if (!awaitEnd(grace)) {
                LOG.atError().addKeyValue("plugin", plugin).log("a plugin's tasks do not end; its classes stay loaded");
            }
        }
    }

    private synchronized boolean awaitEnd(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (!ended()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether no thread is left, but for one that stops its own plugin. */
    private boolean ended() {
        return threads.isEmpty() || threads.size() == 1 && threads.contains(Thread.currentThread());
    }

    /** How many threads there are now, without that of the timers. */
    synchronized int threads() {
        return threads.size();
    }

    /** How many of them have nothing to do. */
    synchronized int idle() {
        return idle;
    }
}
