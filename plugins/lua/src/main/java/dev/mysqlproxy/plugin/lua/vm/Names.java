package dev.mysqlproxy.plugin.lua.vm;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.compiler.Opcodes51;

/**
 * What the source calls a value, found by looking back in the code for the instruction that loaded its register.
 *
 * @param kind global, local, upvalue, field or method
 * @param name a char per byte
 */
record Names(String kind, String name) {

    /** Which operand of the current instruction: none that has a name. */
    static final int NONE = 0;

    static final int A = 1;
    static final int B = 2;
    static final int C = 3;

    /** The table or object that the instruction indexes. */
    static final int OBJECT = 4;

    /** Name of an operand of the instruction a closure is at, null when it has none. */
    static Names operand(Frame frame, int which) {
        Closure closure = frame.closure();
        if (closure == null || which == NONE) {
            return null;
        }
        Prototype p = closure.prototype();
        int i = p.code[frame.pc];
        return switch (which) {
            case A -> isCall(Lua.GET_OPCODE(i)) ? register(p, frame.pc, Lua.GETARG_A(i)) : null;
            case B -> isArithmetic(Lua.GET_OPCODE(i)) ? registerOrNone(p, frame.pc, Lua.GETARG_B(i)) : null;
            case C -> isArithmetic(Lua.GET_OPCODE(i)) ? registerOrNone(p, frame.pc, Lua.GETARG_C(i)) : null;
            default -> indexed(p, frame.pc, i);
        };
    }

    private static Names indexed(Prototype p, int pc, int i) {
        return switch (Lua.GET_OPCODE(i)) {
            case Lua.OP_GETTABUP -> upvalue(p, Lua.GETARG_B(i));
            case Lua.OP_SETTABUP -> upvalue(p, Lua.GETARG_A(i));
            case Lua.OP_GETTABLE, Lua.OP_SELF, Opcodes51.GETFIELD -> register(p, pc, Lua.GETARG_B(i));
            case Lua.OP_SETTABLE, Opcodes51.SETFIELD -> register(p, pc, Lua.GETARG_A(i));
            default -> null;
        };
    }

    private static boolean isArithmetic(int op) {
        return op >= Lua.OP_ADD && op <= Lua.OP_LEN;
    }

    private static boolean isCall(int op) {
        return op == Lua.OP_CALL || op == Lua.OP_TAILCALL;
    }

    /** How the running function at an index was called, null when that is not known. */
    static Names called(CallStack calls, int index) {
        Frame frame = calls.frame(index);
        if (index == 0 || frame.closure() != null && frame.tailCalls > 0) {
            return null;
        }
        Frame caller = calls.frame(index - 1);
        Closure closure = caller.closure();
        if (closure == null) {
            return null;
        }
        int i = closure.prototype().code[caller.pc];
        return Lua.GET_OPCODE(i) == Lua.OP_TFORCALL
                ? register(closure.prototype(), caller.pc, Lua.GETARG_A(i))
                : operand(caller, A);
    }

    private static Names registerOrNone(Prototype p, int pc, int rk) {
        return Lua.ISK(rk) ? null : register(p, pc, rk);
    }

    private static Names upvalue(Prototype p, int index) {
        return new Names("upvalue", text(p.upvalues[index].name));
    }

    /** Name of what a register holds at an instruction, null when unknown. */
    static Names register(Prototype p, int pc, int register) {
        LuaString local = p.getlocalname(register + 1, pc);
        if (local != null) {
            return new Names("local", text(local));
        }
        int setter = setter(p, pc, register);
        if (setter < 0) {
            return null;
        }
        int i = p.code[setter];
        return switch (Lua.GET_OPCODE(i)) {
            case Lua.OP_MOVE -> Lua.GETARG_B(i) < register ? register(p, setter, Lua.GETARG_B(i)) : null;
            case Opcodes51.GETGLOBAL -> new Names("global", constant(p, Lua.GETARG_C(i)));
            case Opcodes51.GETFIELD, Lua.OP_GETTABLE, Lua.OP_GETTABUP ->
                new Names("field", constant(p, Lua.GETARG_C(i)));
            case Lua.OP_GETUPVAL -> upvalue(p, Lua.GETARG_B(i));
            case Lua.OP_SELF -> Lua.GETARG_A(i) == register ? new Names("method", constant(p, Lua.GETARG_C(i))) : null;
            default -> null;
        };
    }

    private static String constant(Prototype p, int rk) {
        return Lua.ISK(rk) && p.k[Lua.INDEXK(rk)] instanceof LuaString string ? text(string) : "?";
    }

    private static String text(LuaString string) {
        return new String(string.m_bytes, string.m_offset, string.m_length, StandardCharsets.ISO_8859_1);
    }

    private static int setter(Prototype p, int last, int register) {
        int found = -1;
        for (int pc = 0; pc < last; pc++) {
            int i = p.code[pc];
            int op = Lua.GET_OPCODE(i);
            if (op == Lua.OP_JMP) {
                int target = pc + 1 + Lua.GETARG_sBx(i);
                if (target > pc && target <= last) {
                    pc = target - 1;
                }
            } else if (op == Lua.OP_SETLIST && Lua.GETARG_C(i) == 0) {
                pc++;
            } else if (sets(op, i, register)) {
                found = pc;
            }
        }
        return found;
    }

    private static boolean sets(int op, int i, int register) {
        int a = Lua.GETARG_A(i);
        return switch (op) {
            case Lua.OP_LOADNIL -> register >= a && register <= a + Lua.GETARG_B(i);
            case Lua.OP_TFORCALL -> register >= a + 3;
            case Lua.OP_CALL, Lua.OP_TAILCALL -> register >= a;
            case Lua.OP_SELF -> register == a || register == a + 1;
            case Lua.OP_VARARG -> register >= a && (Lua.GETARG_B(i) == 0 || register < a + Lua.GETARG_B(i) - 1);
            case Opcodes51.GETGLOBAL, Opcodes51.GETFIELD, Lua.OP_TEST -> register == a; // 5.1 has no name after a test
            case Opcodes51.SETGLOBAL, Opcodes51.SETFIELD -> false;
            default -> register == a && Lua.testAMode(op);
        };
    }
}
