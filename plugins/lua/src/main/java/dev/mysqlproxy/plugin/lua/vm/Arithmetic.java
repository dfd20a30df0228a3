package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Arithmetic on doubles, on strings that read as numbers, and by metamethods. */
final class Arithmetic {

    private Arithmetic() {}

    /** Result of an instruction from OP_ADD to OP_UNM. */
    static LuaValue of(LuaState state, int op, LuaValue x, LuaValue y) {
        if (x instanceof LuaNumber && y instanceof LuaNumber) {
            return LuaDouble.valueOf(compute(op, x.todouble(), y.todouble()));
        }
        LuaValue left = number(x);
        LuaValue right = number(y);
        if (left != null && right != null) {
            return LuaDouble.valueOf(compute(op, left.todouble(), right.todouble()));
        }
        LuaString event = event(op);
        LuaValue handler = state.metamethod(x, event);
        if (handler.isnil()) {
            handler = state.metamethod(y, event);
        }
        if (handler.isnil()) {
            throw left == null
                    ? TypeErrors.operand(state, "perform arithmetic on", Names.B, x)
                    : TypeErrors.operand(state, "perform arithmetic on", Names.C, y);
        }
        return state.call(handler, LuaValue.varargsOf(x, y)).arg1();
    }

    private static double compute(int op, double a, double b) {
        return switch (op) {
            case Lua.OP_ADD -> a + b;
            case Lua.OP_SUB -> a - b;
            case Lua.OP_MUL -> a * b;
            case Lua.OP_DIV -> a / b;
            case Lua.OP_MOD -> a - Math.floor(a / b) * b;
            case Lua.OP_POW -> Math.pow(a, b);
            case Lua.OP_UNM -> -a;
            default -> throw new IllegalArgumentException("no arithmetic: " + op);
        };
    }

    private static LuaString event(int op) {
        return switch (op) {
            case Lua.OP_ADD -> LuaValue.ADD;
            case Lua.OP_SUB -> LuaValue.SUB;
            case Lua.OP_MUL -> LuaValue.MUL;
            case Lua.OP_DIV -> LuaValue.DIV;
            case Lua.OP_MOD -> LuaValue.MOD;
            case Lua.OP_POW -> LuaValue.POW;
            default -> LuaValue.UNM;
        };
    }

    /** The value as a number, null when it is none. */
    static LuaValue number(LuaValue value) {
        if (value instanceof LuaNumber) {
            return value;
        }
        if (value instanceof LuaString) {
            LuaValue number = value.tonumber();
            return number.isnil() ? null : number;
        }
        return null;
    }

    /** Makes the three values of a numeric for numbers and goes one step back. */
    static void prepareLoop(LuaState state, LuaValue[] stack, int a) {
        LuaValue start = loopNumber(state, stack[a], "initial value");
        stack[a + 1] = loopNumber(state, stack[a + 1], "limit");
        LuaValue step = loopNumber(state, stack[a + 2], "step");
        stack[a + 2] = step;
        stack[a] = LuaDouble.valueOf(start.todouble() - step.todouble());
    }

    private static LuaValue loopNumber(LuaState state, LuaValue value, String what) {
        LuaValue number = number(value);
        if (number == null) {
            throw state.error("'for' " + what + " must be a number");
        }
        return number;
    }

    /** The next value of a numeric for, null at its end. */
    static LuaValue step(LuaValue index, LuaValue limit, LuaValue step) {
        double by = step.todouble();
        double value = index.todouble() + by;
        double end = limit.todouble();
        return (by > 0 ? value <= end : end <= value) ? LuaDouble.valueOf(value) : null;
    }
}
