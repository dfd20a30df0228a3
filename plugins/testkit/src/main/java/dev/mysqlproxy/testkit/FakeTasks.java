package dev.mysqlproxy.testkit;

import dev.mysqlproxy.api.lifecycle.Tasks;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/**
 * Tasks that wait for the test: {@link #runPending} runs what was given to {@link #execute}, {@link #advance} lets a
 * time of its own go by and runs the timers that are due. {@link #useThreads} starts a thread for each task instead,
 * for tasks that wait for something. Any thread may hand in; what a task throws comes out of the method that runs it.
 */
public final class FakeTasks implements Tasks {

    private static final int MOST_WAITING = 10_000;

    private final Queue<Runnable> pending = new ArrayDeque<>();
    private final List<Scheduled> timers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private boolean threaded;
    private boolean stopped;

    /** From now on each task gets a thread at once; timers still wait for {@link #advance}. */
    public synchronized void useThreads() {
        threaded = true;
    }

    @Override
    public synchronized void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        if (stopped || pending.size() >= MOST_WAITING) {
            throw new RejectedExecutionException(stopped ? "the plugin has stopped" : "too many tasks wait");
        }
        if (threaded) {
            Thread thread = new Thread(task, "fake-task-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        } else {
            pending.add(task);
        }
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        return schedule(period, Optional.of(period), task);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return schedule(delay, Optional.empty(), task);
    }

    private synchronized Timer schedule(Duration delay, Optional<Duration> period, Runnable task) {
        if (stopped) {
            throw new RejectedExecutionException("the plugin has stopped");
        }
        if (period.isPresent() && (delay.isZero() || delay.isNegative())) {
            throw new IllegalArgumentException("a period is longer than nothing: " + delay);
        }
        Scheduled timer = new Scheduled(now.plus(delay), period, Objects.requireNonNull(task, "task"));
        timers.add(timer);
        return timer;
    }

    /**
     * Runs the tasks that wait, and those that they hand in, on this thread.
     *
     * @return how many there were
     */
    public int runPending() {
        int run = 0;
        for (Optional<Runnable> task = poll(); task.isPresent(); task = poll()) {
            task.get().run();
            run++;
            if (run > MOST_WAITING) {
                throw new AssertionError("tasks hand in tasks without end");
            }
        }
        return run;
    }

    private synchronized Optional<Runnable> poll() {
        return Optional.ofNullable(pending.poll());
    }

    /** Lets time go by: the timers that become due run on this thread in order of time, then the tasks that wait. */
    public void advance(Duration time) {
        Duration end = now().plus(time);
        for (Optional<Scheduled> due = due(end); due.isPresent(); due = due(end)) {
            due.get().task.run();
            runPending();
        }
        synchronized (this) {
            now = end;
        }
        runPending();
    }

    private synchronized Optional<Scheduled> due(Duration end) {
        Optional<Scheduled> next = timers.stream()
                .filter(timer -> timer.at.compareTo(end) <= 0)
                .min(Comparator.comparing(timer -> timer.at));
        next.ifPresent(timer -> {
            now = timer.at;
            timers.remove(timer);
            timer.period.ifPresent(period -> {
                timer.at = timer.at.plus(period);
                timers.add(timer);
            });
        });
        return next;
    }

    /** The time that {@link #advance} has let go by. */
    public synchronized Duration now() {
        return now;
    }

    /** Tasks that wait to be run. */
    public synchronized int waiting() {
        return pending.size();
    }

    /** Timers that are not cancelled and have not run for the last time. */
    public synchronized int timers() {
        return timers.size();
    }

    /**
     * As the proxy before {@code ProxyPlugin.stop()}: no timers and no new tasks; those that wait are run to their
     * end.
     */
    public void stop() {
        synchronized (this) {
            stopped = true;
            timers.clear();
        }
        runPending();
        for (Thread thread : copyOfThreads()) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError("a task of the plugin does not end: " + List.of(thread.getStackTrace()));
            }
        }
    }

    private synchronized List<Thread> copyOfThreads() {
        return List.copyOf(threads);
    }

    /** A task and when it is due. Guarded by the outer object. */
    private final class Scheduled implements Timer {

        private final Optional<Duration> period;
        private final Runnable task;
        private Duration at;

        Scheduled(Duration at, Optional<Duration> period, Runnable task) {
            this.at = at;
            this.period = period;
            this.task = task;
        }

        @Override
        public void cancel() {
            synchronized (FakeTasks.this) {
                timers.remove(this);
            }
        }
    }
}
