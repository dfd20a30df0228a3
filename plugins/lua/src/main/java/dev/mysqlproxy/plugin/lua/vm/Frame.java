package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** A running function. Frames are reused: they say nothing once their function has returned. */
final class Frame {

    /** What runs: a {@link Closure} or a function in Java. */
    LuaFunction function;

    /** Registers of a closure, else null. */
    LuaValue[] stack;

    /** What a closure got beyond its parameters. */
    Varargs varargs;

    /** Index of the instruction being executed. */
    int pc;

    /** How many functions gave this frame away by tail calls. */
    int tailCalls;

    Closure closure() {
        return function instanceof Closure closure ? closure : null;
    }

    /** Line being executed, -1 for Java. */
    int line() {
        Closure closure = closure();
        return closure == null ? -1 : closure.prototype().lineinfo[pc];
    }
}
