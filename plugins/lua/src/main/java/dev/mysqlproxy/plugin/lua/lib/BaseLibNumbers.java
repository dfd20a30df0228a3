package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The function tonumber. */
final class BaseLibNumbers {

    private static final int DECIMAL = 10;
    private static final int HEXADECIMAL = 16;

    private BaseLibNumbers() {}

    static Varargs tonumber(Varargs args) {
        int base = Args.integer(args, 2, DECIMAL);
        if (base == DECIMAL) {
            LuaValue value = Args.any(args, 1);
            return value instanceof LuaNumber || value instanceof LuaString ? value.tonumber() : LuaValue.NIL;
        }
        LuaString text = Args.string(args, 1);
        if (base < Character.MIN_RADIX || base > Character.MAX_RADIX) {
            throw new BadArgument(2, "base out of range");
        }
        return parse(text, base);
    }

    /** Reads as C's strtoul does: 64 bits without sign, of which a minus makes the complement. */
    private static LuaValue parse(LuaString text, int base) {
        int at = spaces(text, 0);
        int sign = at < text.m_length ? text.luaByte(at) : 0;
        if (sign == '-' || sign == '+') {
            at++;
        }
        if (base == HEXADECIMAL && isHexPrefix(text, at)) {
            at += 2;
        }
        long value = 0;
        boolean overflow = false;
        int first = at;
        for (int digit = digit(text, at, base); digit >= 0; digit = digit(text, ++at, base)) {
            overflow |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0;
            value = value * base + digit;
        }
        if (at == first || spaces(text, at) < text.m_length) {
            return LuaValue.NIL;
        }
        long result = overflow ? -1L : sign == '-' ? -value : value;
        return LuaValue.valueOf(unsigned(result));
    }

    private static boolean isHexPrefix(LuaString text, int at) {
        return digit(text, at, HEXADECIMAL) == 0
                && at + 2 < text.m_length
                && (text.luaByte(at + 1) | 0x20) == 'x'
                && digit(text, at + 2, HEXADECIMAL) >= 0;
    }

    private static int digit(LuaString text, int at, int base) {
        return at < text.m_length ? Character.digit((char) text.luaByte(at), base) : -1;
    }

    private static int spaces(LuaString text, int from) {
        int at = from;
        while (at < text.m_length && isSpace(text.luaByte(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1 | value & 1) * 2.0;
    }
}
