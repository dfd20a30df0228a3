package dev.mysqlproxy.plugin.lua.module.lpeg;

import org.luaj.vm2.LuaValue;

/**
 * What a capture is, where ever it matched.
 *
 * @param number the argument's or the value's index of {@link Kind#ARGUMENT} and {@link Kind#NUMBER}
 * @param value the function, table, string, name or constant that belongs to it, or nil
 */
record Capture(Kind kind, int number, LuaValue value) {

    static final Capture CLOSE = new Capture(Kind.CLOSE, 0, LuaValue.NIL);
    static final Capture ANONYMOUS_GROUP = new Capture(Kind.GROUP, 0, LuaValue.NIL);

    /** The kinds of captures; {@code CLOSE} ends the nearest one still open. */
    enum Kind {
        CLOSE,
        POSITION,
        CONSTANT,
        BACK_REFERENCE,
        ARGUMENT,
        SIMPLE,
        TABLE,
        FUNCTION,
        QUERY,
        STRING,
        NUMBER,
        SUBSTITUTION,
        FOLD,
        ACCUMULATOR,
        RUNTIME,
        GROUP
    }

    static Capture of(Kind kind) {
        return new Capture(kind, 0, LuaValue.NIL);
    }

    static Capture of(Kind kind, LuaValue value) {
        return new Capture(kind, 0, value);
    }

    static Capture of(Kind kind, int number) {
        return new Capture(kind, number, LuaValue.NIL);
    }

    /** A group that only a back reference or a table capture can see. */
    boolean isNamedGroup() {
        return kind == Kind.GROUP && !value.isnil();
    }
}
