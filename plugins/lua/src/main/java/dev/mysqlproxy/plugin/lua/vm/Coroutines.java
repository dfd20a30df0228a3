package dev.mysqlproxy.plugin.lua.vm;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.Varargs;

/** The coroutines of a state. Each that has begun and not ended holds a thread of a pool all states share. */
public final class Coroutines {

    private static final int MAX_ALIVE = 2000;
    private static final long IDLE_SECONDS = 5;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Cleaner CLEANER = Cleaner.create();
    private static final ExecutorService THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), Coroutines::thread);

    private final LuaState state;
    private final Set<CoroutineRun> alive = ConcurrentHashMap.newKeySet();
    private CoroutineRun current;

    Coroutines(LuaState state) {
        this.state = state;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "lua-coroutine-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** A coroutine that will run this function. */
    public Coroutine create(LuaFunction body) {
        CoroutineRun run = new CoroutineRun(state, body);
        Coroutine coroutine = new Coroutine(state, run);
        run.handle(coroutine);
        CLEANER.register(coroutine, run.gate()::abandon);
        return coroutine;
    }

    /** The coroutine that runs, null for the main one. */
    public Coroutine running() {
        return current == null ? null : current.handle();
    }

    /** Hands values to whoever resumed the running coroutine, and waits for what it is resumed with. */
    public Varargs yield(Varargs values) {
        if (current == null) {
            throw new LuaError("attempt to yield across metamethod/C-call boundary");
        }
        return current.yield(values);
    }

    CoroutineRun current() {
        return current;
    }

    void current(CoroutineRun run) {
        current = run;
    }

    void start(CoroutineRun run) {
        if (alive.size() >= MAX_ALIVE) {
            System.gc(); // those that nobody can resume any more give their threads back
            throw new LuaError("too many coroutines");
        }
        alive.add(run);
        THREADS.execute(run);
    }

    void ended(CoroutineRun run) {
        alive.remove(run);
    }

    /** How many have begun and not ended. */
    public int alive() {
        return alive.size();
    }

    /**
     * Ends those that wait and began with a function of this environment. A coroutine that can reach itself, as by a
     * global of its own, would else be kept by its thread for good.
     */
    public void abandon(LuaTable environment) {
        for (CoroutineRun run : alive) {
            if (run.isOf(environment) && run.status == CoroutineRun.Status.SUSPENDED) {
                run.abandon();
            }
        }
    }

    void close() {
        alive.forEach(run -> run.gate().abandon());
    }
}
