package dev.mysqlproxy.plugin.lua.vm;

import java.util.Locale;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** A Lua thread. */
public final class Coroutine extends LuaValue {

    final CoroutineRun run;
    private final LuaState state;

    Coroutine(LuaState state, CoroutineRun run) {
        this.state = state;
        this.run = run;
    }

    /** suspended, running, normal or dead. */
    public String status() {
        return run.status.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Runs it until it yields or ends.
     *
     * @throws LuaError what it did not catch itself, or when it cannot be resumed
     */
    public Varargs resume(Varargs args) {
        if (run.status != CoroutineRun.Status.SUSPENDED) {
            throw ScriptError.latin1("cannot resume " + status() + " coroutine");
        }
        return run.resume(args);
    }

    @Override
    public int type() {
        return TTHREAD;
    }

    @Override
    public String typename() {
        return "thread";
    }

    @Override
    public boolean isthread() {
        return false; // it is none of LuaJ's
    }

    @Override
    public String tojstring() {
        return state.address(this);
    }
}
