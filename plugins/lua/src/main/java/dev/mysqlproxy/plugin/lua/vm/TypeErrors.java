package dev.mysqlproxy.plugin.lua.vm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Errors in Lua 5.1's words, with the place they happened at. */
final class TypeErrors {

    private TypeErrors() {}

    static ScriptError index(LuaState state, int which, LuaValue value) {
        return operand(state, "index", which, value);
    }

    /** An operand of the running closure's instruction has the wrong type. */
    static ScriptError operand(LuaState state, String action, int which, LuaValue value) {
        CallStack calls = state.running;
        Names name = calls.depth == 0 ? null : Names.operand(calls.top(), which);
        boolean ofLoop = name != null && name.name().startsWith("(for "); // no name that the script gave
        return error(state, action, ofLoop ? null : name, value);
    }

    /** What a register holds has the wrong type. */
    static ScriptError register(LuaState state, String action, int register, LuaValue value) {
        Closure closure = state.running.depth == 0 ? null : state.running.top().closure();
        Names name = closure == null ? null : Names.register(closure.prototype(), state.running.top().pc, register);
        return error(state, action, name, value);
    }

    private static ScriptError error(LuaState state, String action, Names name, LuaValue value) {
        String what = name == null
                ? "a " + value.typename() + " value"
                : name.kind() + " '" + name.name() + "' (a " + value.typename() + " value)";
        return state.error("attempt to " + action + " " + what);
    }

    static ScriptError order(LuaState state, LuaValue x, LuaValue y) {
        String left = x.typename();
        String right = y.typename();
        return state.error(
                left.equals(right)
                        ? "attempt to compare two " + left + " values"
                        : "attempt to compare " + left + " with " + right);
    }

    /** The error of a function in Java: its text with the position of the Lua function that called it. */
    static ScriptError located(LuaState state, LuaError error) {
        CallStack calls = state.running;
        if (error instanceof BadArgument bad) {
            String text = badArgument(Names.called(calls, calls.depth - 1), bad);
            return new ScriptError(prefixed(calls.where(1), LuaString.valueOf(text)));
        }
        LuaValue value = error.getMessageObject();
        if (value == null) {
            return new ScriptError(LuaValue.NIL);
        }
        return value instanceof LuaString || value instanceof LuaNumber
                ? new ScriptError(prefixed(calls.where(1), value.strvalue()))
                : new ScriptError(value);
    }

    private static String badArgument(Names name, BadArgument bad) {
        int position = bad.position();
        String function = name == null
                ? "?"
                : new String(name.name().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (name != null && name.kind().equals("method")) {
            position--;
            if (position == 0) {
                return "calling '" + function + "' on bad self (" + bad.problem() + ")";
            }
        }
        return "bad argument #" + position + " to '" + function + "' (" + bad.problem() + ")";
    }

    /** A text behind a position that has a char per byte. */
    static LuaString prefixed(String position, LuaString text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(position.getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(text.m_bytes, text.m_offset, text.m_length);
        return LuaString.valueUsing(bytes.toByteArray());
    }
}
