package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;

/** Equality and order. */
final class Comparison {

    private Comparison() {}

    /** Equality without metamethods. */
    static boolean rawEqual(LuaValue x, LuaValue y) {
        if (x instanceof LuaNumber) {
            return y instanceof LuaNumber && x.todouble() == y.todouble();
        }
        if (x instanceof LuaString) {
            return y instanceof LuaString && ((LuaString) x).raweq((LuaString) y);
        }
        return x == y || x.isnil() && y.isnil();
    }

    /** {@code x == y}. */
    static boolean equal(LuaState state, LuaValue x, LuaValue y) {
        if (rawEqual(x, y)) {
            return true;
        }
        boolean candidates =
                x instanceof LuaTable && y instanceof LuaTable || x instanceof LuaUserdata && y instanceof LuaUserdata;
        if (!candidates) {
            return false;
        }
        LuaValue handler = common(state, x, y, LuaValue.EQ);
        return handler != null && truth(state, handler, x, y);
    }

    /** {@code x < y}. */
    static boolean less(LuaState state, LuaValue x, LuaValue y) {
        if (x instanceof LuaNumber && y instanceof LuaNumber) {
            return x.todouble() < y.todouble();
        }
        if (x instanceof LuaString && y instanceof LuaString) {
            return ((LuaString) x).strcmp((LuaString) y) < 0;
        }
        LuaValue handler = x.type() == y.type() ? common(state, x, y, LuaValue.LT) : null;
        if (handler == null) {
            throw TypeErrors.order(state, x, y);
        }
        return truth(state, handler, x, y);
    }

    /** {@code x <= y}. */
    static boolean lessOrEqual(LuaState state, LuaValue x, LuaValue y) {
        if (x instanceof LuaNumber && y instanceof LuaNumber) {
            return x.todouble() <= y.todouble();
        }
        if (x instanceof LuaString && y instanceof LuaString) {
            return ((LuaString) x).strcmp((LuaString) y) <= 0;
        }
        if (x.type() != y.type()) {
            throw TypeErrors.order(state, x, y);
        }
        LuaValue handler = common(state, x, y, LuaValue.LE);
        if (handler != null) {
            return truth(state, handler, x, y);
        }
        handler = common(state, y, x, LuaValue.LT);
        if (handler == null) {
            throw TypeErrors.order(state, x, y);
        }
        return !truth(state, handler, y, x);
    }

    /** The metamethod that both share, else null. */
    private static LuaValue common(LuaState state, LuaValue x, LuaValue y, LuaString event) {
        LuaValue handler = state.metamethod(x, event);
        return !handler.isnil() && rawEqual(handler, state.metamethod(y, event)) ? handler : null;
    }

    private static boolean truth(LuaState state, LuaValue handler, LuaValue x, LuaValue y) {
        return state.call(handler, LuaValue.varargsOf(x, y)).arg1().toboolean();
    }
}
