package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Levels;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import java.io.PrintStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The basic functions of Lua 5.1. */
public final class BaseLib {

    private static final LuaString TOSTRING = LuaString.valueOf("tostring");
    private static final int MAX_RESULTS = 8000;

    private final LuaState state;

    private BaseLib(LuaState state) {
        this.state = state;
    }

    /** Puts the functions into the globals. */
    public static void install(LuaState state) {
        BaseLib lib = new BaseLib(state);
        LuaTable globals = state.globals();
        state.register("_G", globals);
        globals.rawset("_VERSION", LuaString.valueOf("Lua 5.1"));
        lib.values();
        lib.tables();
        lib.calls();
        BaseLibLoading.install(state);
        BaseLibEnvironments.install(state);
        BaseLibMemory.install(state);
    }

    private void add(String name, Native.Body body) {
        state.globals().rawset(name, Native.of(name, body));
    }

    private void values() {
        add("assert", this::check);
        add("error", this::error);
        add("print", this::print);
        add("tonumber", BaseLibNumbers::tonumber);
        add("tostring", args -> tostring(state, Args.any(args, 1)));
        add("type", args -> LuaString.valueOf(Args.any(args, 1).typename()));
        add("rawequal", args -> LuaValue.valueOf(rawEqual(Args.any(args, 1), Args.any(args, 2))));
        add("select", this::select);
        add("unpack", this::unpack);
        add("newproxy", this::newproxy);
    }

    private void tables() {
        Native next = Native.of("next", args -> next(Args.table(args, 1), args.arg(2)));
        Native step = Native.of("ipairs_iterator", BaseLib::step);
        state.next(next);
        state.globals().rawset("next", next);
        add("pairs", args -> LuaValue.varargsOf(next, Args.table(args, 1), LuaValue.NIL));
        add("ipairs", args -> LuaValue.varargsOf(step, Args.table(args, 1), LuaValue.ZERO));
        add("rawget", args -> Args.table(args, 1).rawget(Args.any(args, 2)));
        add("rawset", args -> rawset(Args.table(args, 1), Args.any(args, 2), Args.any(args, 3)));
        add("getmetatable", this::getmetatable);
        add("setmetatable", this::setmetatable);
    }

    private void calls() {
        add("pcall", args -> state.protectedCall(Args.any(args, 1), args.subargs(2), null));
        add("xpcall", args -> {
            LuaValue handler = Args.any(args, 2);
            return state.protectedCall(args.arg(1), LuaValue.NONE, handler);
        });
    }

    /** Text of any value, as the function tostring; what {@code __tostring} returned is not looked at. */
    public static LuaValue tostring(LuaState state, LuaValue value) {
        LuaValue handler = state.metamethod(value, LuaValue.TOSTRING);
        if (!handler.isnil()) {
            return state.call(handler, value).arg1();
        }
        return switch (value.type()) {
            case LuaValue.TNUMBER -> value.strvalue();
            case LuaValue.TSTRING -> value;
            case LuaValue.TBOOLEAN -> LuaString.valueOf(value.toboolean() ? "true" : "false");
            case LuaValue.TNIL, LuaValue.TNONE -> LuaString.valueOf("nil");
            default -> LuaString.valueOf(state.address(value));
        };
    }

    private Varargs print(Varargs args) {
        PrintStream out = state.out();
        LuaValue tostring = state.get(state.threadEnvironment(), TOSTRING);
        for (int i = 1; i <= args.narg(); i++) {
            LuaValue text = state.call(tostring, args.arg(i)).arg1();
            if (!(text instanceof LuaString) && !(text instanceof LuaNumber)) {
                throw new LuaError("'tostring' must return a string to 'print'");
            }
            LuaString bytes = text.strvalue();
            if (i > 1) {
                out.write('\t');
            }
            out.write(bytes.m_bytes, bytes.m_offset, bytes.m_length);
        }
        out.write('\n');
        out.flush();
        return LuaValue.NONE;
    }

    private Varargs check(Varargs args) {
        if (Args.any(args, 1).toboolean()) {
            return args;
        }
        LuaString message = Args.string(args, 2, LuaString.valueOf("assertion failed!"));
        throw new LuaError(message);
    }

    private Varargs error(Varargs args) {
        int level = Args.integer(args, 2, 1);
        LuaValue value = args.arg1();
        if (level > 0 && (value instanceof LuaString || value instanceof LuaNumber)) {
            LuaString where = Levels.of(state, null).where(level);
            throw new ScriptError(value.strvalue().concatTo(where));
        }
        throw new ScriptError(value);
    }

    private Varargs select(Varargs args) {
        int count = args.narg();
        if (args.arg1() instanceof LuaString first && first.m_length > 0 && first.luaByte(0) == '#') {
            return LuaInteger.valueOf(count - 1);
        }
        int from = Args.integer(args, 1);
        if (from < 0) {
            from = count + from;
        } else if (from > count) {
            from = count;
        }
        if (from < 1) {
            throw new BadArgument(1, "index out of range");
        }
        return args.subargs(from + 1);
    }

    private Varargs unpack(Varargs args) {
        LuaTable list = Args.table(args, 1);
        int from = Args.integer(args, 2, 1);
        int to = args.isnoneornil(3) ? list.rawlen() : Args.integer(args, 3);
        if (from > to) {
            return LuaValue.NONE;
        }
        long count = (long) to - from + 1;
        if (count + args.narg() > MAX_RESULTS) {
            throw new LuaError("too many results to unpack");
        }
        LuaValue[] values = new LuaValue[(int) count];
        for (int i = 0; i < count; i++) {
            values[i] = list.rawget(from + i);
        }
        return LuaValue.varargsOf(values);
    }

    private static Varargs next(LuaTable table, LuaValue key) {
        return table.next(key);
    }

    private static Varargs step(Varargs args) {
        LuaTable table = Args.table(args, 1);
        int at = Args.integer(args, 2) + 1;
        LuaValue value = table.rawget(at);
        return value.isnil() ? LuaValue.NIL : LuaValue.varargsOf(LuaInteger.valueOf(at), value);
    }

    private static Varargs rawset(LuaTable table, LuaValue key, LuaValue value) {
        if (key.isnil()) {
            throw new ScriptError(LuaString.valueOf("table index is nil"));
        }
        if (key instanceof LuaNumber && Double.isNaN(key.todouble())) {
            throw new ScriptError(LuaString.valueOf("table index is NaN"));
        }
        table.rawset(key, value);
        return table;
    }

    private static boolean rawEqual(LuaValue x, LuaValue y) {
        return x == y && x.type() != LuaValue.TNUMBER || x.type() == y.type() && x.raweq(y);
    }

    private Varargs getmetatable(Varargs args) {
        LuaTable metatable = state.metatable(Args.any(args, 1));
        if (metatable == null) {
            return LuaValue.NIL;
        }
        LuaValue shown = metatable.rawget(LuaValue.METATABLE);
        return shown.isnil() ? metatable : shown;
    }

    private Varargs setmetatable(Varargs args) {
        LuaTable table = Args.table(args, 1);
        LuaValue metatable = args.arg(2);
        if (args.narg() < 2 || !metatable.isnil() && !(metatable instanceof LuaTable)) {
            throw new BadArgument(2, "nil or table expected");
        }
        if (!state.metamethod(table, LuaValue.METATABLE).isnil()) {
            throw new LuaError("cannot change a protected metatable");
        }
        table.setmetatable(metatable.isnil() ? null : metatable);
        return table;
    }

    private Varargs newproxy(Varargs args) {
        LuaValue wanted = args.arg1();
        LuaUserdata proxy = new LuaUserdata(new Object());
        if (!wanted.toboolean()) {
            return proxy;
        }
        if (wanted.type() == LuaValue.TBOOLEAN) {
            proxy.setmetatable(state.newTable(0, 0));
        } else if (wanted instanceof LuaUserdata other && other.m_instance.getClass() == Object.class) {
            proxy.setmetatable(other.getmetatable());
        } else {
            throw new BadArgument(1, "boolean or proxy expected");
        }
        return proxy;
    }
}
