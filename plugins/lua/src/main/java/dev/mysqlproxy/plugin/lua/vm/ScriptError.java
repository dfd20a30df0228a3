package dev.mysqlproxy.plugin.lua.vm;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** A Lua error on its way to a pcall: the value that error() was given, or a text that has its position already. */
public final class ScriptError extends LuaError {

    private static final long serialVersionUID = 1L;

    private final transient LuaValue value;

    /** An error with any value. */
    public ScriptError(LuaValue value) {
        super(describe(value));
        this.value = value;
    }

    /** An error with a text of which each char is a byte. */
    public static ScriptError latin1(String text) {
        return new ScriptError(LuaString.valueUsing(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** What the script threw. */
    public LuaValue value() {
        return value;
    }

    @Override
    public LuaValue getMessageObject() {
        return value;
    }

    /** Errors are daily work for scripts; a Java trace tells nothing of them. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    private static String describe(LuaValue value) {
        return value instanceof LuaString || value.type() == LuaValue.TNUMBER
                ? value.tojstring()
                : "(error object is a " + value.typename() + " value)";
    }
}
