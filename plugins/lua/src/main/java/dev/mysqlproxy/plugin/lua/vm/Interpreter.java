package dev.mysqlproxy.plugin.lua.vm;

import java.util.Arrays;
import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Upvaldesc;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.Lua51;
import org.luaj.vm2.compiler.Opcodes51;

/**
 * The loop over instructions. One method on purpose, and one that stays below the 8000 bytes of bytecode that HotSpot
 * still compiles: what is not often taken stands in {@link Operations}.
 */
final class Interpreter {

    private static final int FIELDS_PER_FLUSH = 50;

    private Interpreter() {}

    /** Runs a function whose parameters are in its registers. A tail call goes on in the same Java frame. */
    static Varargs run(Closure function, LuaValue[] registers, Varargs varargs) {
        LuaState state = function.state;
        CallStack calls = state.running;
        Frame frame = calls.enter(function, registers, varargs);
        LuaValue[] stack = registers;
        Closure self = function;
        while (true) {
            if ((state.fuel -= self.cost) < 0) {
                state.refuel();
            }
            Prototype p = self.prototype;
            int[] code = p.code;
            LuaValue[] k = p.k;
            UpValue[] upvalues = self.upvalues;
            UpValue[] open = p.p.length == 0 ? null : new UpValue[stack.length];
            if ((p.is_vararg & Lua51.HAS_ARG) != 0) {
                stack[p.numparams] = Operations.arg(state, p, frame.varargs);
            }
            Varargs v = LuaValue.NONE; // open results: registers up to openAt, then these
            int openAt = 0;
            int pc = 0;
            Closure next = null;
            while (next == null) {
                frame.pc = pc;
                int i = code[pc++];
                int a = i >>> 6 & 0xff;
                int b = i >>> 23;
                int c = i >> 14 & 0x1ff;
                switch (i & 0x3f) {
                    case Lua.OP_MOVE:
                        stack[a] = stack[b];
                        break;
                    case Lua.OP_LOADK:
                        stack[a] = k[i >>> 14];
                        break;
                    case Lua.OP_LOADBOOL:
                        stack[a] = b != 0 ? LuaValue.TRUE : LuaValue.FALSE;
                        if (c != 0) {
                            pc++;
                        }
                        break;
                    case Lua.OP_LOADNIL:
                        Arrays.fill(stack, a, a + b + 1, LuaValue.NIL);
                        break;
                    case Lua.OP_GETUPVAL:
                        stack[a] = upvalues[b].getValue();
                        break;
                    case Lua.OP_SETUPVAL:
                        upvalues[b].setValue(stack[a]);
                        break;
                    case Opcodes51.GETGLOBAL:
                        stack[a] = Operations.get(state, self.environment(), c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Opcodes51.SETGLOBAL:
                        Operations.set(
                                state,
                                self.environment(),
                                b > 0xff ? k[b & 0xff] : stack[b],
                                c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Lua.OP_GETTABUP:
                        stack[a] = Operations.get(state, upvalues[b].getValue(), c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Opcodes51.GETFIELD:
                        stack[a] = Operations.get(state, stack[b], k[c & 0xff]);
                        break;
                    case Lua.OP_GETTABLE:
                        stack[a] = Operations.item(state, stack[b], c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Lua.OP_SETTABUP:
                        Operations.set(
                                state,
                                upvalues[a].getValue(),
                                b > 0xff ? k[b & 0xff] : stack[b],
                                c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Opcodes51.SETFIELD:
                        Operations.set(state, stack[a], k[b & 0xff], c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Lua.OP_SETTABLE:
                        Operations.setItem(
                                state, stack[a], b > 0xff ? k[b & 0xff] : stack[b], c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Lua.OP_NEWTABLE:
                        stack[a] = state.newTable(Operations.size(b), Operations.size(c));
                        break;
                    case Lua.OP_SELF: {
                        LuaValue object = stack[b];
                        stack[a + 1] = object;
                        stack[a] = Operations.get(state, object, c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    }
                    case Lua.OP_ADD: {
                        LuaValue x = b > 0xff ? k[b & 0xff] : stack[b];
                        LuaValue y = c > 0xff ? k[c & 0xff] : stack[c];
                        if (x instanceof LuaInteger && y instanceof LuaInteger) {
                            stack[a] = LuaInteger.valueOf((long) ((LuaInteger) x).v + ((LuaInteger) y).v);
                        } else if (x instanceof LuaNumber && y instanceof LuaNumber) {
                            stack[a] = LuaDouble.valueOf(x.todouble() + y.todouble());
                        } else {
                            stack[a] = Arithmetic.of(state, Lua.OP_ADD, x, y);
                        }
                        break;
                    }
                    case Lua.OP_SUB: {
                        LuaValue x = b > 0xff ? k[b & 0xff] : stack[b];
                        LuaValue y = c > 0xff ? k[c & 0xff] : stack[c];
                        if (x instanceof LuaInteger && y instanceof LuaInteger) {
                            stack[a] = LuaInteger.valueOf((long) ((LuaInteger) x).v - ((LuaInteger) y).v);
                        } else if (x instanceof LuaNumber && y instanceof LuaNumber) {
                            stack[a] = LuaDouble.valueOf(x.todouble() - y.todouble());
                        } else {
                            stack[a] = Arithmetic.of(state, Lua.OP_SUB, x, y);
                        }
                        break;
                    }
                    case Lua.OP_MUL: {
                        LuaValue x = b > 0xff ? k[b & 0xff] : stack[b];
                        LuaValue y = c > 0xff ? k[c & 0xff] : stack[c];
                        if (x instanceof LuaNumber && y instanceof LuaNumber) {
                            stack[a] = LuaDouble.valueOf(x.todouble() * y.todouble());
                        } else {
                            stack[a] = Arithmetic.of(state, Lua.OP_MUL, x, y);
                        }
                        break;
                    }
                    case Lua.OP_DIV, Lua.OP_MOD, Lua.OP_POW:
                        stack[a] = Arithmetic.of(
                                state, i & 0x3f, b > 0xff ? k[b & 0xff] : stack[b], c > 0xff ? k[c & 0xff] : stack[c]);
                        break;
                    case Lua.OP_UNM:
                        stack[a] = Arithmetic.of(state, Lua.OP_UNM, stack[b], stack[b]);
                        break;
                    case Lua.OP_NOT:
                        stack[a] = Operations.truth(stack[b]) ? LuaValue.FALSE : LuaValue.TRUE;
                        break;
                    case Lua.OP_LEN:
                        stack[a] = Operations.length(state, stack[b]);
                        break;
                    case Lua.OP_CONCAT:
                        stack[a] = Concatenation.of(state, stack, b, c);
                        break;
                    case Lua.OP_JMP: {
                        int offset = (i >>> 14) - Lua.MAXARG_sBx;
                        pc += offset;
                        if (a > 0) {
                            Operations.close(open, a - 1);
                        }
                        if (offset < 0 && (state.fuel += offset) < 0) {
                            state.refuel();
                        }
                        break;
                    }
                    case Lua.OP_EQ: {
                        LuaValue x = b > 0xff ? k[b & 0xff] : stack[b];
                        LuaValue y = c > 0xff ? k[c & 0xff] : stack[c];
                        if ((x == y && !(x instanceof LuaNumber) || Comparison.equal(state, x, y)) != (a != 0)) {
                            pc++;
                        }
                        break;
                    }
                    case Lua.OP_LT: {
                        LuaValue x = b > 0xff ? k[b & 0xff] : stack[b];
                        LuaValue y = c > 0xff ? k[c & 0xff] : stack[c];
                        boolean less = x instanceof LuaInteger && y instanceof LuaInteger
                                ? ((LuaInteger) x).v < ((LuaInteger) y).v
                                : Comparison.less(state, x, y);
                        if (less != (a != 0)) {
                            pc++;
                        }
                        break;
                    }
                    case Lua.OP_LE: {
                        LuaValue x = b > 0xff ? k[b & 0xff] : stack[b];
                        LuaValue y = c > 0xff ? k[c & 0xff] : stack[c];
                        boolean less = x instanceof LuaInteger && y instanceof LuaInteger
                                ? ((LuaInteger) x).v <= ((LuaInteger) y).v
                                : Comparison.lessOrEqual(state, x, y);
                        if (less != (a != 0)) {
                            pc++;
                        }
                        break;
                    }
                    case Lua.OP_TEST:
                        if (Operations.truth(stack[a]) != (c != 0)) {
                            pc++;
                        }
                        break;
                    case Lua.OP_TESTSET: {
                        LuaValue value = stack[b];
                        if (Operations.truth(value) == (c != 0)) {
                            stack[a] = value;
                        } else {
                            pc++;
                        }
                        break;
                    }
                    case Lua.OP_CALL: {
                        LuaValue called = stack[a];
                        Varargs result;
                        if (called instanceof Closure) {
                            Closure closure = (Closure) called;
                            switch (b) {
                                case 1:
                                    result = closure.run0();
                                    break;
                                case 2:
                                    result = closure.run1(stack[a + 1]);
                                    break;
                                case 3:
                                    result = closure.run2(stack[a + 1], stack[a + 2]);
                                    break;
                                case 0:
                                    result = closure.run(stack, a + 1, openAt - a - 1, v);
                                    break;
                                default:
                                    result = closure.run(stack, a + 1, b - 1, LuaValue.NONE);
                            }
                        } else {
                            Varargs args = Operations.arguments(stack, a, b, openAt, v);
                            result = called instanceof LuaFunction
                                    ? state.callNative((LuaFunction) called, args)
                                    : Operations.callValue(state, called, args);
                        }
                        if (c == 2) {
                            stack[a] = result.arg1();
                        } else if (c == 0) {
                            v = result;
                            openAt = a;
                        } else {
                            for (int j = 1; j < c; j++) {
                                stack[a + j - 1] = result.arg(j);
                            }
                        }
                        break;
                    }
                    case Lua.OP_TAILCALL: {
                        LuaValue called = stack[a];
                        if (called instanceof Closure) {
                            next = (Closure) called;
                            int count = b > 0 ? b - 1 : openAt - a - 1;
                            Varargs more = b > 0 ? LuaValue.NONE : v;
                            frame.stack = next.stackOf(stack, a + 1, count, more);
                            frame.varargs = next.rest(stack, a + 1, count, more);
                            Operations.close(open, 0);
                            break;
                        }
                        Varargs args = Operations.arguments(stack, a, b, openAt, v);
                        Varargs result = called instanceof LuaFunction
                                ? state.callNative((LuaFunction) called, args)
                                : Operations.callValue(state, called, args);
                        Operations.close(open, 0);
                        calls.depth--;
                        frame.stack = null;
                        return result;
                    }
                    case Lua.OP_RETURN: {
                        Varargs result;
                        if (b == 2) {
                            result = stack[a];
                        } else if (b == 1) {
                            result = LuaValue.NONE;
                        } else {
                            result = b > 0
                                    ? LuaValue.varargsOf(stack, a, b - 1)
                                    : LuaValue.varargsOf(stack, a, openAt - a, v);
                        }
                        if (open != null) {
                            result = Operations.closeAll(open, result);
                        }
                        calls.depth--;
                        frame.stack = null;
                        return result;
                    }
                    case Lua.OP_FORLOOP: {
                        LuaValue index = stack[a];
                        LuaValue limit = stack[a + 1];
                        LuaValue step = stack[a + 2];
                        LuaValue reached;
                        if (index instanceof LuaInteger && limit instanceof LuaInteger && step instanceof LuaInteger) {
                            int by = ((LuaInteger) step).v;
                            long value = (long) ((LuaInteger) index).v + by;
                            int end = ((LuaInteger) limit).v;
                            reached = (by > 0 ? value <= end : value >= end) ? LuaInteger.valueOf((int) value) : null;
                        } else {
                            reached = Arithmetic.step(index, limit, step);
                        }
                        if (reached != null) {
                            stack[a] = reached;
                            stack[a + 3] = reached;
                            int offset = (i >>> 14) - Lua.MAXARG_sBx;
                            pc += offset;
                            if ((state.fuel += offset) < 0) {
                                state.refuel();
                            }
                        }
                        break;
                    }
                    case Lua.OP_FORPREP:
                        Arithmetic.prepareLoop(state, stack, a);
                        pc += (i >>> 14) - Lua.MAXARG_sBx;
                        break;
                    case Lua.OP_TFORCALL: {
                        Varargs result = Operations.iterate(state, stack[a], stack[a + 1], stack[a + 2]);
                        for (int j = 1; j <= c; j++) {
                            stack[a + 2 + j] = result.arg(j);
                        }
                        break;
                    }
                    case Lua.OP_TFORLOOP:
                        if (!stack[a + 1].isnil()) {
                            stack[a] = stack[a + 1];
                            int offset = (i >>> 14) - Lua.MAXARG_sBx;
                            pc += offset;
                            if ((state.fuel += offset) < 0) {
                                state.refuel();
                            }
                        }
                        break;
                    case Lua.OP_SETLIST: {
                        int page = c > 0 ? c : code[pc++];
                        int count = b > 0 ? b : openAt - a - 1;
                        int first = (page - 1) * FIELDS_PER_FLUSH + 1;
                        Varargs more = b > 0 ? LuaValue.NONE : v;
                        Operations.setList((LuaTable) stack[a], first, stack, a + 1, count, more);
                        break;
                    }
                    case Lua.OP_CLOSURE: {
                        Closure made = new Closure(state, p.p[i >>> 14], self.environment());
                        Upvaldesc[] captured = made.prototype.upvalues;
                        for (int j = 0; j < captured.length; j++) {
                            int from = captured[j].idx;
                            if (!captured[j].instack) {
                                made.upvalues[j] = upvalues[from];
                            } else {
                                if (open[from] == null) {
                                    open[from] = new UpValue(stack, from);
                                }
                                made.upvalues[j] = open[from];
                            }
                        }
                        stack[a] = made;
                        break;
                    }
                    case Lua.OP_VARARG:
                        if (b == 0) {
                            v = frame.varargs;
                            openAt = a;
                        } else {
                            for (int j = 1; j < b; j++) {
                                stack[a + j - 1] = frame.varargs.arg(j);
                            }
                        }
                        break;
                    default:
                        throw new IllegalStateException("instruction " + (i & 0x3f));
                }
            }
            self = next;
            stack = frame.stack;
            frame.function = self;
            frame.tailCalls++;
        }
    }
}
