package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Closure;
import dev.mysqlproxy.plugin.lua.vm.Coroutine;
import dev.mysqlproxy.plugin.lua.vm.Levels;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The debug library. Hooks are accepted and never called: the interpreter has no place for them. */
public final class DebugLib {

    private final LuaState state;
    private static final Varargs NO_HOOK = LuaValue.varargsOf(LuaValue.NIL, LuaString.valueOf(""), LuaValue.ZERO);

    private Varargs hook = NO_HOOK;

    private DebugLib(LuaState state) {
        this.state = state;
    }

    /** Puts the library into the globals. */
    public static void install(LuaState state) {
        DebugLib lib = new DebugLib(state);
        LuaTable table = state.newTable(0, 14);
        add(table, "debug", args -> LuaValue.NONE);
        add(table, "getfenv", lib::getfenv);
        add(table, "gethook", args -> lib.hook);
        add(table, "getinfo", args -> DebugLibInfo.getinfo(state, args));
        add(table, "getlocal", lib::getlocal);
        add(table, "getregistry", args -> state.registry());
        add(table, "getmetatable", lib::getmetatable);
        add(table, "getupvalue", DebugLib::getupvalue);
        add(table, "setfenv", DebugLib::setfenv);
        add(table, "sethook", lib::sethook);
        add(table, "setlocal", lib::setlocal);
        add(table, "setmetatable", lib::setmetatable);
        add(table, "setupvalue", DebugLib::setupvalue);
        add(table, "traceback", lib::traceback);
        state.register("debug", table);
    }

    private static void add(LuaTable table, String name, Native.Body body) {
        table.rawset(name, Native.of(name, body));
    }

    /** The coroutine that is the first argument, null when the functions are those of the running one. */
    static Coroutine coroutine(Varargs args) {
        return args.arg1() instanceof Coroutine coroutine ? coroutine : null;
    }

    private Varargs getfenv(Varargs args) {
        LuaValue value = Args.any(args, 1);
        if (value instanceof LuaFunction function) {
            return BaseLibEnvironments.of(state, function);
        }
        return value instanceof Coroutine ? state.threadEnvironment() : LuaValue.NIL;
    }

    private static Varargs setfenv(Varargs args) {
        LuaTable table = Args.table(args, 2);
        if (args.arg1() instanceof Closure closure) {
            closure.environment(table);
            return closure;
        }
        throw new LuaError("'setfenv' cannot change environment of given object");
    }

    private Varargs sethook(Varargs args) {
        Varargs given = coroutine(args) == null ? args : args.subargs(2);
        hook = given.arg1().isnil()
                ? NO_HOOK
                : LuaValue.varargsOf(given.arg1(), Args.string(given, 2), LuaValue.valueOf(Args.integer(given, 3, 0)));
        return LuaValue.NONE;
    }

    private Varargs getlocal(Varargs args) {
        Coroutine coroutine = coroutine(args);
        int skip = coroutine == null ? 0 : 1;
        Levels levels = levels(coroutine, args, skip + 1);
        Varargs found = levels.local(Args.integer(args, skip + 1), Args.integer(args, skip + 2));
        return found == null ? LuaValue.NIL : found;
    }

    private Varargs setlocal(Varargs args) {
        Coroutine coroutine = coroutine(args);
        int skip = coroutine == null ? 0 : 1;
        Levels levels = levels(coroutine, args, skip + 1);
        LuaValue value = Args.any(args, skip + 3);
        LuaString name = levels.local(Args.integer(args, skip + 1), Args.integer(args, skip + 2), value);
        return name == null ? LuaValue.NIL : name;
    }

    private Levels levels(Coroutine coroutine, Varargs args, int position) {
        Levels levels = Levels.of(state, coroutine);
        if (levels.info(Args.integer(args, position)) == null) {
            throw new BadArgument(position, "level out of range");
        }
        return levels;
    }

    private static Varargs getupvalue(Varargs args) {
        int number = Args.integer(args, 2);
        Varargs found = Levels.upvalue(Args.function(args, 1), number);
        return found == null ? LuaValue.NONE : found;
    }

    private static Varargs setupvalue(Varargs args) {
        LuaValue value = Args.any(args, 3);
        int number = Args.integer(args, 2);
        LuaString name = Levels.upvalue(Args.function(args, 1), number, value);
        return name == null ? LuaValue.NONE : name;
    }

    private Varargs getmetatable(Varargs args) {
        LuaTable metatable = state.metatable(Args.any(args, 1));
        return metatable == null ? LuaValue.NIL : metatable;
    }

    private Varargs setmetatable(Varargs args) {
        LuaValue metatable = args.arg(2);
        if (args.narg() < 2 || !metatable.isnil() && !(metatable instanceof LuaTable)) {
            throw new BadArgument(2, "nil or table expected");
        }
        state.metatable(args.arg1(), metatable instanceof LuaTable table ? table : null);
        return LuaValue.TRUE;
    }

    private Varargs traceback(Varargs args) {
        Coroutine coroutine = coroutine(args);
        int skip = coroutine == null ? 0 : 1;
        LuaValue message = args.arg(skip + 1);
        boolean plain = args.narg() <= skip;
        if (!plain && !(message instanceof LuaString) && !(message instanceof LuaNumber)) {
            return message;
        }
        int level = Args.integer(args, skip + 2, coroutine == null ? 1 : 0);
        LuaString trace = Levels.of(state, coroutine).traceback(level);
        if (plain) {
            return trace;
        }
        return trace.concatTo(
                LuaString.valueOf("\n").concatTo(message.strvalue()).strvalue());
    }
}
