package org.luaj.vm2.compiler;

import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/** The code of one function being made: as LuaJ does it, but arithmetic on constants is that of C's doubles. */
final class Lua51Function extends FuncState {

    /** Stands for the environment where an instruction names an upvalue; no upvalue has this index. */
    static final int ENVIRONMENT = 255;

    private static final int MAX_UPVALUES = 250;

    /** Whether {@code ...} was used, so that a vararg function needs no table {@code arg}. */
    boolean usesDots;

    Lua51Function(Prototype prototype) {
        f = prototype;
        L = new LuaC.CompileState();
    }

    @Override
    int numberK(LuaValue number) {
        return addk(number); // LuaJ would make -0 the constant 0
    }

    @Override
    void prefix(int op, LexState.expdesc e, int line) {
        if (op == LexState.OPR_MINUS && e.isnumeral()) {
            e.u.setNval(LuaValue.valueOf(-e.u.nval().todouble())); // LuaJ's integers know no -0
        } else {
            super.prefix(op, e, line);
        }
    }

    @Override
    int newupvalue(LuaString name, LexState.expdesc variable) {
        checklimit(nups + 1, MAX_UPVALUES, "upvalues");
        return super.newupvalue(name, variable);
    }

    @Override
    boolean constfolding(int op, LexState.expdesc left, LexState.expdesc right) {
        if (!left.isnumeral() || !right.isnumeral()) {
            return false;
        }
        double a = left.u.nval().todouble();
        double b = right.u.nval().todouble();
        double result = switch (op) {
            case Lua.OP_ADD -> a + b;
            case Lua.OP_SUB -> a - b;
            case Lua.OP_MUL -> a * b;
            case Lua.OP_DIV -> b == 0 ? Double.NaN : a / b;
            case Lua.OP_MOD -> b == 0 ? Double.NaN : a - Math.floor(a / b) * b;
            case Lua.OP_POW -> Math.pow(a, b);
            case Lua.OP_UNM -> -a;
            default -> Double.NaN;
        };
        if (Double.isNaN(result)) {
            return false;
        }
        left.u.setNval(LuaValue.valueOf(result));
        return true;
    }
}
