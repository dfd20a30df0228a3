package dev.mysqlproxy.api.lifecycle;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A plugin's work away from the event loops, on daemon threads of its own that are named after it. Any thread. What
 * tasks throw is logged with the plugin's name. All of it ends when the plugin stops: timers are cancelled before
 * {@link ProxyPlugin#stop}; once that has returned no more tasks are taken, and those that wait or run have ten seconds
 * before they are interrupted.
 */
public interface Tasks extends Executor {

    /**
     * Runs a task now on a thread where it may block: for slow decisions and files. At most 64 tasks of a plugin run at
     * once.
     *
     * @throws java.util.concurrent.RejectedExecutionException when the plugin has 10,000 tasks waiting, or has stopped
     */
    @Override
    void execute(Runnable task);

    /**
     * Runs a task again and again, the first time after a period; never twice at once: a run that takes longer than the
     * period makes the next one late.
     *
     * @param period more than nothing
     * @throws java.util.concurrent.RejectedExecutionException when the plugin has 10,000 timers, or has stopped
     */
    Timer every(Duration period, Runnable task);

    /**
     * Runs a task once.
     *
     * @throws java.util.concurrent.RejectedExecutionException as {@link #every}
     */
    Timer after(Duration delay, Runnable task);

    /** A task that waits for its time. */
    interface Timer {

        /** Not again; a run that has begun goes on. */
        void cancel();
    }
}
