package dev.mysqlproxy.plugin.lua.vm;

import java.lang.ref.WeakReference;
import java.util.concurrent.Semaphore;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The running side of a coroutine. Knows its {@link Coroutine} weakly only: once nobody else does, it can never be
 * resumed and its thread is let go. Only one side runs at a time; semaphores hand over, and publish, all fields.
 */
final class CoroutineRun implements Runnable {

    /** Unwinds the thread of a coroutine that is given up. */
    private static final class Abandoned extends Error {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("coroutine abandoned", null, false, false);
        }
    }

    /** Where it waits to be resumed. Refers to nothing of Lua's, so that what holds it keeps no coroutine alive. */
    static final class Gate {
        private final Semaphore resumed = new Semaphore(0);
        private volatile boolean abandoned;

        private void open() {
            resumed.release();
        }

        private void await() {
            resumed.acquireUninterruptibly();
            if (abandoned) {
                throw new Abandoned();
            }
        }

        /** Lets the thread go, when its coroutine is suspended; any thread may say so. */
        void abandon() {
            abandoned = true;
            resumed.release();
        }
    }

    /** What a coroutine is doing. */
    enum Status {
        SUSPENDED,
        RUNNING,
        NORMAL,
        DEAD
    }

    final CallStack calls = new CallStack();
    Status status = Status.SUSPENDED;

    private final LuaState state;
    private final Gate gate = new Gate();
    private final WeakReference<LuaTable> environment;
    private final Semaphore yielded = new Semaphore(0);
    private LuaFunction body;
    private WeakReference<Coroutine> handle;
    private Varargs values = LuaValue.NONE;
    private Throwable failure;
    private boolean started;

    CoroutineRun(LuaState state, LuaFunction body) {
        this.state = state;
        this.body = body;
        this.environment = new WeakReference<>(body instanceof Closure closure ? closure.environment() : null);
    }

    Gate gate() {
        return gate;
    }

    /** Whether the function it began with has this environment. */
    boolean isOf(LuaTable table) {
        return environment.get() == table;
    }

    void handle(Coroutine coroutine) {
        handle = new WeakReference<>(coroutine);
    }

    Coroutine handle() {
        return handle.get();
    }

    /** Runs it until it yields or ends; what it threw is thrown here. */
    Varargs resume(Varargs args) {
        CallStack outerCalls = state.running;
        CoroutineRun outer = state.coroutines().current();
        values = args;
        if (started) {
            proceed(outer);
            gate.open();
        } else {
            state.coroutines().start(this);
            started = true;
            proceed(outer);
            gate.open();
        }
        yielded.acquireUninterruptibly();
        state.running = outerCalls;
        state.coroutines().current(outer);
        if (outer != null) {
            outer.status = Status.RUNNING;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException error) {
            throw error;
        }
        Varargs results = values;
        values = LuaValue.NONE;
        return results;
    }

    private void proceed(CoroutineRun outer) {
        if (outer != null) {
            outer.status = Status.NORMAL;
        }
        status = Status.RUNNING;
        state.coroutines().current(this);
        state.running = calls;
    }

    Varargs yield(Varargs results) {
        values = results;
        status = Status.SUSPENDED;
        yielded.release();
        gate.await();
        Varargs args = values;
        values = LuaValue.NONE;
        return args;
    }

    @Override
    public void run() {
        try {
            gate.await();
            Varargs args = values;
            values = LuaValue.NONE;
            LuaFunction function = body;
            body = null;
            values = state.call(function, args);
        } catch (Abandoned e) {
            values = LuaValue.NONE;
        } catch (StackOverflowError e) {
            failure = calls.overflow();
        } catch (LuaError | ScriptStopped e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = e; // a bug; thrown on at the resume
        } finally {
            status = Status.DEAD;
            state.coroutines().ended(this);
            yielded.release();
        }
    }

    /** Ends it; it is suspended. */
    void abandon() {
        status = Status.DEAD;
        gate.abandon();
    }
}
