package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A function written in Java. Arguments are read with {@link Args}; what goes wrong is thrown as {@link
 * org.luaj.vm2.LuaError} with the bare text, to which the calling Lua function adds its {@code source:line:}.
 */
public abstract class Native extends LuaFunction {

    private final String name;

    /** The body of a function. */
    @FunctionalInterface
    public interface Body {
        /** Results for these arguments; {@link LuaValue#NONE} for no result. */
        Varargs run(Varargs args);
    }

    /** A function that error messages and traces call so when its call gives it no better name. */
    protected Native(String name) {
        this.name = name;
    }

    /** A function of this name. */
    public static Native of(String name, Body body) {
        return new Native(name) {
            @Override
            public Varargs invoke(Varargs args) {
                return body.run(args);
            }
        };
    }

    @Override
    public abstract Varargs invoke(Varargs args);

    @Override
    public final LuaValue call() {
        return invoke(LuaValue.NONE).arg1();
    }

    @Override
    public final LuaValue call(LuaValue arg) {
        return invoke(arg).arg1();
    }

    @Override
    public final LuaValue call(LuaValue arg1, LuaValue arg2) {
        return invoke(LuaValue.varargsOf(arg1, arg2)).arg1();
    }

    @Override
    public final LuaValue call(LuaValue arg1, LuaValue arg2, LuaValue arg3) {
        return invoke(LuaValue.varargsOf(arg1, arg2, arg3)).arg1();
    }

    @Override
    public final String name() {
        return name;
    }
}
