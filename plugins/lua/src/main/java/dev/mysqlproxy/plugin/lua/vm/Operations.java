package dev.mysqlproxy.plugin.lua.vm;

import java.util.Arrays;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.Lua51;

/** Indexing, lengths, calls of what is no function, and the bookkeeping of {@link Interpreter}. */
final class Operations {

    private static final int MAX_CHAIN = 100;
    private static final LuaString N = LuaString.valueOf("n");

    private Operations() {}

    /** {@code object[key]} with a key that is seldom a number. */
    @SuppressWarnings("ReferenceEquality") // nil is one object
    static LuaValue get(LuaState state, LuaValue object, LuaValue key) {
        if (object instanceof LuaTable) {
            LuaTable table = (LuaTable) object;
            LuaValue value = table.rawget(key);
            if (value != LuaValue.NIL) {
                return value;
            }
            if (table.getmetatable() == null) {
                return LuaValue.NIL;
            }
        } else if (object instanceof HostObject) {
            return field(state, (HostObject) object, key);
        }
        return chained(state, object, key);
    }

    private static LuaValue field(LuaState state, HostObject object, LuaValue key) {
        if ((state.fuel -= LuaState.NATIVE_COST) < 0) {
            state.refuel();
        }
        try {
            return object.index(key);
        } catch (LuaError e) {
            throw state.located(e, state.metamethod(object, LuaValue.INDEX));
        }
    }

    /** {@code object[key]} with a key that is often a number. */
    static LuaValue item(LuaState state, LuaValue object, LuaValue key) {
        if (key instanceof LuaInteger && object instanceof LuaTable) {
            LuaTable table = (LuaTable) object;
            LuaValue value = table.rawget(((LuaInteger) key).v);
            if (!value.isnil()) {
                return value;
            }
            if (table.getmetatable() == null) {
                return LuaValue.NIL;
            }
        }
        return get(state, object, key);
    }

    /** What a table does not have, or an object that is none. */
    private static LuaValue chained(LuaState state, LuaValue object, LuaValue key) {
        LuaValue from = object;
        for (int i = 0; i < MAX_CHAIN; i++) {
            LuaValue handler = state.metamethod(from, LuaValue.INDEX);
            if (handler.isnil()) {
                if (from instanceof LuaTable) {
                    return LuaValue.NIL;
                }
                throw TypeErrors.index(state, object == from ? Names.OBJECT : Names.NONE, from);
            }
            if (handler instanceof LuaFunction) {
                return state.call(handler, LuaValue.varargsOf(from, key)).arg1();
            }
            from = handler;
            if (from instanceof LuaTable) {
                LuaValue value = ((LuaTable) from).rawget(key);
                if (!value.isnil()) {
                    return value;
                }
            }
        }
        throw state.error("loop in gettable");
    }

    /** {@code object[key] = value} with a key that is seldom a number. */
    static void set(LuaState state, LuaValue object, LuaValue key, LuaValue value) {
        if (object instanceof LuaTable) {
            LuaTable table = (LuaTable) object;
            if (table.getmetatable() == null && key instanceof LuaString) {
                table.rawset(key, value);
                return;
            }
        }
        setChained(state, object, key, value);
    }

    /** {@code object[key] = value} with a key that is often a number. */
    static void setItem(LuaState state, LuaValue object, LuaValue key, LuaValue value) {
        if (key instanceof LuaInteger && object instanceof LuaTable) {
            LuaTable table = (LuaTable) object;
            if (table.getmetatable() == null) {
                table.rawset(((LuaInteger) key).v, value);
                return;
            }
        }
        set(state, object, key, value);
    }

    private static void setChained(LuaState state, LuaValue object, LuaValue key, LuaValue value) {
        LuaValue to = object;
        for (int i = 0; i < MAX_CHAIN; i++) {
            LuaValue handler;
            if (to instanceof LuaTable) {
                LuaTable table = (LuaTable) to;
                checkKey(state, key);
                handler = table.getmetatable() == null ? LuaValue.NIL : state.metamethod(to, LuaValue.NEWINDEX);
                if (handler.isnil() || !table.rawget(key).isnil()) {
                    table.rawset(key, value);
                    return;
                }
            } else {
                handler = state.metamethod(to, LuaValue.NEWINDEX);
                if (handler.isnil()) {
                    throw TypeErrors.index(state, object == to ? Names.OBJECT : Names.NONE, to);
                }
            }
            if (to instanceof HostObject) {
                setField(state, (HostObject) to, key, value, handler);
                return;
            }
            if (handler instanceof LuaFunction) {
                state.call(handler, LuaValue.varargsOf(new LuaValue[] {to, key, value}));
                return;
            }
            to = handler;
        }
        throw state.error("loop in settable");
    }

    private static void setField(LuaState state, HostObject object, LuaValue key, LuaValue value, LuaValue handler) {
        if ((state.fuel -= LuaState.NATIVE_COST) < 0) {
            state.refuel();
        }
        try {
            object.newIndex(key, value);
        } catch (LuaError e) {
            throw state.located(e, handler);
        }
    }

    /** Refuses what cannot be a key of a table. */
    static void checkKey(LuaState state, LuaValue key) {
        if (key.isnil()) {
            throw state.error("table index is nil");
        }
        if (key instanceof LuaNumber && Double.isNaN(key.todouble())) {
            throw state.error("table index is NaN");
        }
    }

    /** Whether a value counts as true: neither false nor nil. */
    @SuppressWarnings("ReferenceEquality") // these are one object each
    static boolean truth(LuaValue value) {
        return value != LuaValue.FALSE && value != LuaValue.NIL && value != LuaValue.NONE;
    }

    /** {@code #value}; a table's is always its own, 5.1 has no {@code __len} for them. */
    static LuaValue length(LuaState state, LuaValue value) {
        if (value instanceof LuaTable || value instanceof LuaString) {
            return LuaInteger.valueOf(value.rawlen());
        }
        LuaValue handler = state.metamethod(value, LuaValue.LEN);
        if (handler.isnil()) {
            throw TypeErrors.operand(state, "get length of", Names.B, value);
        }
        return state.call(handler, LuaValue.varargsOf(value, LuaValue.NIL)).arg1();
    }

    /** Arguments of a call to what is no closure; the registers may change later, so they are copied. */
    static Varargs arguments(LuaValue[] stack, int a, int b, int openAt, Varargs open) {
        switch (b) {
            case 0:
                return openAt == a + 1 ? open : LuaValue.varargsOf(Arrays.copyOfRange(stack, a + 1, openAt), open);
            case 1:
                return LuaValue.NONE;
            case 2:
                return stack[a + 1];
            case 3:
                return LuaValue.varargsOf(stack[a + 1], stack[a + 2]);
            default:
                return LuaValue.varargsOf(Arrays.copyOfRange(stack, a + 1, a + b));
        }
    }

    /** Calls what is neither closure nor function. */
    static Varargs callValue(LuaState state, LuaValue called, Varargs args) {
        LuaValue handler = state.metamethod(called, LuaValue.CALL);
        if (!(handler instanceof LuaFunction)) {
            throw TypeErrors.operand(state, "call", Names.A, called);
        }
        return state.call(handler, LuaValue.varargsOf(called, args));
    }

    /** One step of a generic for; next over a table needs no call. */
    static Varargs iterate(LuaState state, LuaValue iterator, LuaValue object, LuaValue control) {
        if (iterator == state.next && object instanceof LuaTable) {
            try {
                return ((LuaTable) object).next(control);
            } catch (LuaError e) {
                throw ScriptError.latin1("invalid key to 'next'");
            }
        }
        if (iterator instanceof Closure) {
            return ((Closure) iterator).run2(object, control);
        }
        Varargs args = LuaValue.varargsOf(object, control);
        return iterator instanceof LuaFunction
                ? state.callNative((LuaFunction) iterator, args)
                : callValue(state, iterator, args);
    }

    /** Stores a row of registers, then some more, from an index on. */
    static void setList(LuaTable table, int first, LuaValue[] from, int at, int count, Varargs more) {
        int extra = more.narg();
        table.presize(first + count + extra - 1);
        for (int i = 0; i < count; i++) {
            table.rawset(first + i, from[at + i]);
        }
        for (int i = 1; i <= extra; i++) {
            table.rawset(first + count + i - 1, more.arg(i));
        }
    }

    /** The local {@code arg} of a function with {@code ...}. */
    static LuaValue arg(LuaState state, Prototype prototype, Varargs values) {
        if ((prototype.is_vararg & Lua51.NEEDS_ARG) == 0) {
            return LuaValue.NIL;
        }
        int count = values.narg();
        LuaTable table = state.newTable(count, 1);
        for (int i = 1; i <= count; i++) {
            table.rawset(i, values.arg(i));
        }
        table.rawset(N, LuaInteger.valueOf(count));
        return table;
    }

    /** Size out of its floating point byte: eeeeexxx is 1xxx * 2^(eeeee - 1). */
    static int size(int packed) {
        int exponent = packed >> 3;
        return exponent == 0 ? packed : (packed & 7) + 8 << exponent - 1;
    }

    /** Gives variables from this register on a place of their own. */
    static void close(UpValue[] open, int from) {
        if (open != null) {
            for (int i = from; i < open.length; i++) {
                if (open[i] != null) {
                    open[i].close();
                    open[i] = null;
                }
            }
        }
    }

    /** As {@link #close}, for all, when results may still be read from the registers. */
    static Varargs closeAll(UpValue[] open, Varargs result) {
        Varargs kept = result;
        for (UpValue upvalue : open) {
            if (upvalue != null) {
                if (kept == result && result.narg() > 1) {
                    kept = copy(result);
                }
                upvalue.close();
            }
        }
        return kept;
    }

    private static Varargs copy(Varargs values) {
        LuaValue[] array = new LuaValue[values.narg()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.arg(i + 1);
        }
        return LuaValue.varargsOf(array);
    }
}
