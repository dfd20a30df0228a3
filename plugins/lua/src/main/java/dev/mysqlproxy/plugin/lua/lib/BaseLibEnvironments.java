package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Closure;
import dev.mysqlproxy.plugin.lua.vm.FunctionInfo;
import dev.mysqlproxy.plugin.lua.vm.Levels;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.Varargs;

/** getfenv and setfenv: each Lua function has an environment of its own, those in Java have the globals. */
final class BaseLibEnvironments {

    private final LuaState state;

    private BaseLibEnvironments(LuaState state) {
        this.state = state;
    }

    static void install(LuaState state) {
        BaseLibEnvironments lib = new BaseLibEnvironments(state);
        state.globals().rawset("getfenv", Native.of("getfenv", lib::getfenv));
        state.globals().rawset("setfenv", Native.of("setfenv", lib::setfenv));
    }

    private Varargs getfenv(Varargs args) {
        if (!(args.arg1() instanceof LuaFunction) && Args.integer(args, 1, 1) == 0) {
            return state.threadEnvironment();
        }
        return of(state, function(args, args.narg() == 0 || args.arg1().isnil()));
    }

    private Varargs setfenv(Varargs args) {
        LuaTable table = Args.table(args, 2);
        if (!(args.arg1() instanceof LuaFunction) && Args.integer(args, 1) == 0) {
            state.threadEnvironment(table);
            return LuaInteger.valueOf(0);
        }
        if (function(args, false) instanceof Closure closure) {
            closure.environment(table);
            return closure;
        }
        throw new LuaError("'setfenv' cannot change environment of given object");
    }

    /** A function's environment. */
    static LuaTable of(LuaState state, LuaFunction function) {
        return function instanceof Closure closure ? closure.environment() : state.threadEnvironment();
    }

    private LuaFunction function(Varargs args, boolean optional) {
        if (args.arg1() instanceof LuaFunction function) {
            return function;
        }
        int level = optional ? 1 : Args.integer(args, 1);
        if (level < 0) {
            throw new BadArgument(1, "level must be non-negative");
        }
        FunctionInfo info = Levels.of(state, null).info(level);
        if (info == null) {
            throw new BadArgument(1, "invalid level");
        }
        if (info.function() == null) {
            throw new LuaError("no function environment for tail call at level " + level);
        }
        return info.function();
    }
}
