package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Closure;
import dev.mysqlproxy.plugin.lua.vm.Coroutine;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The coroutine library. Other than in PUC Lua 5.1 a coroutine may yield inside pcall, iterators and metamethods. */
public final class CoroutineLib {

    private final LuaState state;

    private CoroutineLib(LuaState state) {
        this.state = state;
    }

    /** Puts the library into the globals. */
    public static void install(LuaState state) {
        CoroutineLib lib = new CoroutineLib(state);
        LuaTable table = state.newTable(0, 6);
        add(table, "create", lib::create);
        add(table, "resume", lib::resume);
        add(table, "running", args -> lib.running());
        add(table, "status", args -> LuaString.valueOf(coroutine(args).status()));
        add(table, "wrap", lib::wrap);
        add(table, "yield", state.coroutines()::yield);
        state.register("coroutine", table);
    }

    private static void add(LuaTable table, String name, Native.Body body) {
        table.rawset(name, Native.of(name, body));
    }

    private static Coroutine coroutine(Varargs args) {
        if (args.arg1() instanceof Coroutine coroutine) {
            return coroutine;
        }
        throw new BadArgument(1, "coroutine expected");
    }

    private Coroutine create(Varargs args) {
        if (args.arg1() instanceof Closure body) {
            return state.coroutines().create(body);
        }
        throw new BadArgument(1, "Lua function expected");
    }

    private LuaValue running() {
        Coroutine coroutine = state.coroutines().running();
        return coroutine == null ? LuaValue.NIL : coroutine;
    }

    private Varargs resume(Varargs args) {
        Coroutine coroutine = coroutine(args);
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, coroutine.resume(args.subargs(2)));
        } catch (LuaError e) {
            LuaValue value = e.getMessageObject();
            return LuaValue.varargsOf(LuaValue.FALSE, value == null ? LuaValue.NIL : value);
        }
    }

    private Varargs wrap(Varargs args) {
        Coroutine coroutine = create(args);
        return Native.of("wrap", more -> {
            try {
                return coroutine.resume(more);
            } catch (ScriptError e) {
                if (e.value() instanceof LuaString text) {
                    throw new LuaError(text); // gets the position of this call, too
                }
                throw e;
            }
        });
    }
}
