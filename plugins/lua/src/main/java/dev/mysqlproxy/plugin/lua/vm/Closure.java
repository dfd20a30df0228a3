package dev.mysqlproxy.plugin.lua.vm;

import java.util.Arrays;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.Lua51;

/** A function written in Lua: shared code, captured variables and the table its globals are in. */
public final class Closure extends LuaFunction {

    private static final UpValue[] NONE_CAPTURED = {};
    private static final int MAX_COST = 40;

    final LuaState state;
    final Prototype prototype;
    final UpValue[] upvalues;

    /** What a call costs of the budget, loops apart. */
    final int cost;

    private LuaTable environment;

    /** A function whose captured variables the caller fills in. */
    Closure(LuaState state, Prototype prototype, LuaTable environment) {
        this.state = state;
        this.prototype = prototype;
        this.environment = environment;
        int count = prototype.upvalues.length;
        upvalues = count == 0 ? NONE_CAPTURED : new UpValue[count];
        cost = 4 + Math.min(prototype.code.length, MAX_COST);
    }

    /** Its code. */
    public Prototype prototype() {
        return prototype;
    }

    /** Where its globals are. */
    public LuaTable environment() {
        return environment;
    }

    /** Changes where its globals are, for this function only. */
    public void environment(LuaTable table) {
        environment = table;
    }

    @Override
    public LuaValue getmetatable() {
        return null;
    }

    @Override
    public boolean isclosure() {
        return false; // it is none of LuaJ's
    }

    @Override
    public String tojstring() {
        return state.address(this);
    }

    @Override
    public LuaValue call() {
        return run0().arg1();
    }

    @Override
    public LuaValue call(LuaValue a) {
        return run1(a).arg1();
    }

    @Override
    public LuaValue call(LuaValue a, LuaValue b) {
        return run2(a, b).arg1();
    }

    @Override
    public LuaValue call(LuaValue a, LuaValue b, LuaValue c) {
        return run3(a, b, c).arg1();
    }

    @Override
    public Varargs invoke(Varargs args) {
        return Interpreter.run(this, stackOf(NOVALS, 0, 0, args), rest(NOVALS, 0, 0, args));
    }

    Varargs run0() {
        return Interpreter.run(this, blank(0), NONE);
    }

    Varargs run1(LuaValue a) {
        if (prototype.numparams == 0) {
            return Interpreter.run(this, blank(0), varargs() ? a : NONE);
        }
        LuaValue[] stack = blank(1);
        stack[0] = a;
        return Interpreter.run(this, stack, NONE);
    }

    Varargs run2(LuaValue a, LuaValue b) {
        if (prototype.numparams < 2) {
            return run(new LuaValue[] {a, b});
        }
        LuaValue[] stack = blank(2);
        stack[0] = a;
        stack[1] = b;
        return Interpreter.run(this, stack, NONE);
    }

    Varargs run3(LuaValue a, LuaValue b, LuaValue c) {
        if (prototype.numparams < 3) {
            return run(new LuaValue[] {a, b, c});
        }
        LuaValue[] stack = blank(3);
        stack[0] = a;
        stack[1] = b;
        stack[2] = c;
        return Interpreter.run(this, stack, NONE);
    }

    private Varargs run(LuaValue[] args) {
        return Interpreter.run(this, stackOf(args, 0, args.length, NONE), rest(args, 0, args.length, NONE));
    }

    /** Runs with arguments that lie in a row, then some more. */
    Varargs run(LuaValue[] from, int at, int count, Varargs more) {
        return Interpreter.run(this, stackOf(from, at, count, more), rest(from, at, count, more));
    }

    boolean varargs() {
        return (prototype.is_vararg & Lua51.VARARG) != 0;
    }

    /** Registers, nil from an index to the last parameter. */
    private LuaValue[] blank(int from) {
        LuaValue[] stack = new LuaValue[prototype.maxstacksize];
        for (int i = from; i < prototype.numparams; i++) {
            stack[i] = NIL;
        }
        return stack;
    }

    /** Registers with the parameters. */
    LuaValue[] stackOf(LuaValue[] from, int at, int count, Varargs more) {
        LuaValue[] stack = new LuaValue[prototype.maxstacksize];
        int parameters = prototype.numparams;
        int direct = Math.min(count, parameters);
        System.arraycopy(from, at, stack, 0, direct);
        for (int i = direct; i < parameters; i++) {
            stack[i] = more.arg(i - direct + 1);
        }
        return stack;
    }

    /** What is left for {@code ...}. */
    Varargs rest(LuaValue[] from, int at, int count, Varargs more) {
        int parameters = prototype.numparams;
        if (!varargs() || count + more.narg() <= parameters) {
            return NONE;
        }
        if (count <= parameters) {
            return more.subargs(parameters - count + 1);
        }
        return varargsOf(Arrays.copyOfRange(from, at + parameters, at + count), more);
    }
}
