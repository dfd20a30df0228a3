package dev.mysqlproxy.core.app;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.session.Session;
import dev.mysqlproxy.core.session.SessionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugins whose hooks nobody calls for anything new. Each waits on a thread of its own until the last command that it
 * is part of has ended, then stops, then what it left in sessions is taken away, and at last its classes are let go of.
 * Any thread.
 */
final class Departures {

    /** How many plugins may wait for long commands. */
    static final int MOST = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
    private static final long END_MILLIS = 15_000;

    private final SessionRegistry sessions;
    private final Duration callerWaits;
    private final List<Departure> leaving = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    /**
     * Nobody leaves yet.
     *
     * @param sessions those that may be using hooks
     * @param callerWaits how long {@link #begin} waits for commands to end
     */
    Departures(SessionRegistry sessions, Duration callerWaits) {
        this.sessions = sessions;
        this.callerWaits = callerWaits;
    }

    /** @throws StartException when too many plugins wait already */
    void requireRoom() throws StartException {
        if (leaving.size() >= MOST) {
            List<String> hanging = leaving.stream()
                    .filter(departure -> departure.stopping)
                    .map(departure -> departure.plugin.name())
                    .toList();
            if (!hanging.isEmpty()) {
                throw new StartException(MOST + " plugins are leaving, of which " + String.join(", ", hanging)
                        + " do not come to the end of their stop: start the proxy anew to be rid of them");
            }
            Set<Long> busy = new TreeSet<>();
            leaving.forEach(departure -> busy.addAll(departure.busy));
            throw new StartException(MOST + " plugins wait for the commands of sessions " + busy
                    + " to end: try again after that, or kill these sessions");
        }
    }

    /**
     * Sees a plugin off. Returns when it has stopped, or, when a command takes longer than the caller waits, before
     * that: then it goes on by itself.
     *
     * @param last what to do when nothing of the plugin is in use any more
     */
    void begin(Registration plugin, Runnable last) {
        Departure departure = new Departure(plugin, last);
        leaving.add(departure);
        departure.start();
        try {
            departure.join(callerWaits.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (departure.isAlive() && departure.stopping) {
            LOG.atWarn().addKeyValue("plugin", plugin.name()).log("a plugin takes long to stop");
        } else if (departure.isAlive()) {
            LOG.atInfo()
                    .addMarker(Levels.MESSAGE)
                    .addKeyValue("plugin", plugin.name())
                    .addKeyValue("sessions", new TreeSet<>(departure.busy))
                    .log("a plugin stops when the commands that it is part of have ended");
        }
    }

    /**
     * The process ends: nobody waits for sessions any more. Waits, not for ever, until all plugins here have stopped.
     */
    void end() {
        ended = true;
        leaving.forEach(Departure::waitNoLonger);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        try {
            for (Departure departure : leaving) {
                departure.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Departure extends Thread {

        private final Registration plugin;
        private final Runnable last;
        /** Sessions that are in the middle of something. */
        private final Set<Long> busy = ConcurrentHashMap.newKeySet();

        private volatile CountDownLatch left = new CountDownLatch(0);
        private volatile boolean stopping;

        Departure(Registration plugin, Runnable last) {
            super("plugin-" + plugin.name() + "-leaving");
            setDaemon(true);
            this.plugin = plugin;
            this.last = last;
        }

        @Override
        public void run() {
            try {
                Predicate<HookChain> old = plugin.chains()::contains;
                onEachSession((session, done) -> session.whenDoneWith(old, done));
                stopping = true;
                plugin.stop();
                ClassLoader loader = plugin.plugin().loader();
                reportThreads(loader);
                // also what tasks and the stop itself have just put there
                onEachSession((session, done) -> session.forget(loader, done));
                last.run();
                LOG.atInfo()
                        .addMarker(Levels.MESSAGE)
                        .log(
                                "plugin {} {} stopped",
                                plugin.name(),
                                plugin.plugin().version());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                leaving.remove(this);
            }
        }

        /** Threads of the plugin's own that should have ended with it. */
        private void reportThreads(ClassLoader loader) {
            List<String> names = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getContextClassLoader() == loader)
                    .map(Thread::getName)
                    // those of its tasks are seen to, and may be on their last step
                    .filter(name -> !name.startsWith("plugin-" + plugin.name() + "-"))
                    .sorted()
                    .toList();
            if (!names.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("plugin", plugin.name())
                        .addKeyValue("threads", names)
                        .log("a plugin has left threads behind, which keep its classes loaded");
            }
        }

        /** Has each session do something on its loop, and waits until all have, or the process ends. */
        private void onEachSession(BiConsumer<Session, Runnable> step) throws InterruptedException {
            List<Session> all = new ArrayList<>(sessions.all());
            all.forEach(session -> busy.add(session.id()));
            CountDownLatch count = new CountDownLatch(all.size());
            left = count;
            for (Session session : all) {
                Long id = session.id();
                Runnable done = () -> {
                    busy.remove(id);
                    count.countDown();
                };
                try {
                    step.accept(session, done);
                } catch (RejectedExecutionException e) {
                    // its loop is gone: the process ends
                    done.run();
                }
            }
            if (!ended) {
                count.await();
            }
        }

        /** Loops that have ended run nothing any more. */
        void waitNoLonger() {
            CountDownLatch count = left;
            while (count.getCount() > 0) {
                count.countDown();
            }
        }
    }
}
