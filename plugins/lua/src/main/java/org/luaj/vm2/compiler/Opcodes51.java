package org.luaj.vm2.compiler;

import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Prototype;

/** Instructions that {@link Lua} lacks; operands as in the instruction each replaces. */
public final class Opcodes51 {

    /** {@code R(A) := Env[RK(C)]}, was OP_GETTABUP. */
    public static final int GETGLOBAL = 40;

    /** {@code Env[RK(B)] := RK(C)}, was OP_SETTABUP. */
    public static final int SETGLOBAL = 41;

    /** {@code R(A) := R(B)[K(C)]} where K(C) is a string, was OP_GETTABLE. */
    public static final int GETFIELD = 42;

    /** {@code R(A)[K(B)] := RK(C)} where K(B) is a string, was OP_SETTABLE. */
    public static final int SETFIELD = 43;

    private Opcodes51() {}

    static void specialise(Prototype prototype) {
        int[] code = prototype.code;
        for (int pc = 0; pc < code.length; pc++) {
            int i = code[pc];
            int op = Lua.GET_OPCODE(i);
            if (op == Lua.OP_SETLIST && Lua.GETARG_C(i) == 0) {
                pc++; // its operand follows
            } else {
                code[pc] = i & Lua.MASK_NOT_OP | special(prototype, op, i);
            }
        }
    }

    private static int special(Prototype prototype, int op, int i) {
        return switch (op) {
            case Lua.OP_GETTABUP -> Lua.GETARG_B(i) == Lua51Function.ENVIRONMENT ? GETGLOBAL : op;
            case Lua.OP_SETTABUP -> Lua.GETARG_A(i) == Lua51Function.ENVIRONMENT ? SETGLOBAL : op;
            case Lua.OP_GETTABLE -> isString(prototype, Lua.GETARG_C(i)) ? GETFIELD : op;
            case Lua.OP_SETTABLE -> isString(prototype, Lua.GETARG_B(i)) ? SETFIELD : op;
            default -> op;
        };
    }

    private static boolean isString(Prototype prototype, int rk) {
        return Lua.ISK(rk) && prototype.k[Lua.INDEXK(rk)] instanceof LuaString;
    }
}
