package dev.mysqlproxy.plugin.lua.vm;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;

/** The running functions of a coroutine, by level: 0 the running one, 1 its caller. */
public final class Levels {

    private final CallStack calls;

    private Levels(CallStack calls) {
        this.calls = calls;
    }

    /** Those of a coroutine, or of the running one for null. */
    public static Levels of(LuaState state, Coroutine coroutine) {
        return new Levels(coroutine == null ? state.running : coroutine.run.calls);
    }

    /** What runs at a level, null when there is no such level. */
    public FunctionInfo info(int level) {
        int index = calls.at(level);
        return level < 0 || index == CallStack.ABSENT ? null : FunctionInfo.running(calls, index);
    }

    /** What is known of a function that may not be running. */
    public static FunctionInfo info(LuaFunction function) {
        return FunctionInfo.of(function, -1, null);
    }

    /** {@code source:line: } of a level, or nothing. */
    public LuaString where(int level) {
        return LuaString.valueOf(calls.where(level).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The list of running functions from a level on. */
    public LuaString traceback(int level) {
        return LuaString.valueUsing(Traceback.of(calls, level).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Name and value of a local variable, null when there is none. */
    public Varargs local(int level, int number) {
        Frame frame = frame(level);
        LuaString name = name(frame, number);
        return name == null ? null : LuaValue.varargsOf(name, value(frame, number));
    }

    /** Changes a local variable; its name, or null when there is none. */
    public LuaString local(int level, int number, LuaValue value) {
        Frame frame = frame(level);
        LuaString name = name(frame, number);
        if (name != null) {
            frame.stack[number - 1] = value;
        }
        return name;
    }

    private Frame frame(int level) {
        int index = calls.at(level);
        return index < 0 ? null : calls.frame(index);
    }

    private static LuaString name(Frame frame, int number) {
        if (frame == null || frame.closure() == null || number < 1) {
            return null;
        }
        Prototype p = frame.closure().prototype();
        return p.getlocalname(number, frame.pc);
    }

    private static LuaValue value(Frame frame, int number) {
        LuaValue value = frame.stack[number - 1];
        return value == null ? LuaValue.NIL : value;
    }

    /** Name and value of a variable a function captured, from 1; null when there is none. */
    public static Varargs upvalue(LuaFunction function, int number) {
        if (!(function instanceof Closure closure) || number < 1 || number > closure.upvalues.length) {
            return null;
        }
        return LuaValue.varargsOf(closure.prototype.upvalues[number - 1].name, closure.upvalues[number - 1].getValue());
    }

    /** Changes a captured variable; its name, or null when there is none. */
    public static LuaString upvalue(LuaFunction function, int number, LuaValue value) {
        if (!(function instanceof Closure closure) || number < 1 || number > closure.upvalues.length) {
            return null;
        }
        closure.upvalues[number - 1].setValue(value);
        return closure.prototype.upvalues[number - 1].name;
    }
}
