package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** {@code a .. b .. c}. */
final class Concatenation {

    private static final int SMALL = 256;

    private Concatenation() {}

    /** Joins registers, right to left. */
    static LuaValue of(LuaState state, LuaValue[] stack, int first, int last) {
        LuaValue result = stack[last];
        int at = last;
        while (at > first) {
            LuaValue left = stack[at - 1];
            if (!isText(left) || !isText(result)) {
                result = byHandler(state, left, result, at);
                at--;
            } else {
                int from = at - 1;
                while (from > first && isText(stack[from - 1])) {
                    from--;
                }
                result = join(state, stack, from, at - 1, result.strvalue());
                at = from;
            }
        }
        return result;
    }

    private static boolean isText(LuaValue value) {
        return value instanceof LuaString || value instanceof LuaNumber;
    }

    private static LuaValue byHandler(LuaState state, LuaValue left, LuaValue right, int register) {
        LuaValue handler = state.metamethod(left, LuaValue.CONCAT);
        if (handler.isnil()) {
            handler = state.metamethod(right, LuaValue.CONCAT);
        }
        if (handler.isnil()) {
            boolean wrongRight = isText(left);
            throw TypeErrors.register(
                    state, "concatenate", wrongRight ? register : register - 1, wrongRight ? right : left);
        }
        return state.call(handler, LuaValue.varargsOf(left, right)).arg1();
    }

    private static LuaString join(LuaState state, LuaValue[] stack, int first, int last, LuaString end) {
        LuaString[] parts = new LuaString[last - first + 1];
        long length = end.m_length;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = stack[first + i].strvalue();
            length += parts[i].m_length;
        }
        if (length > SMALL) {
            if (length > Integer.MAX_VALUE - SMALL) {
                throw state.error("string length overflow");
            }
            state.building(length);
            state.spend(length >> 6);
        }
        byte[] bytes = new byte[(int) length];
        int at = 0;
        for (LuaString part : parts) {
            System.arraycopy(part.m_bytes, part.m_offset, bytes, at, part.m_length);
            at += part.m_length;
        }
        System.arraycopy(end.m_bytes, end.m_offset, bytes, at, end.m_length);
        return LuaString.valueUsing(bytes);
    }
}
