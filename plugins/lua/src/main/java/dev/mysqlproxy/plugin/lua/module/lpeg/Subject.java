package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.vm.Args;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What one call of match works on: its arguments (pattern, subject, start, extra ones) and the subject's bytes. */
record Subject(Varargs arguments, LuaString text) {

    private static final int FIXED_ARGUMENTS = 3;

    static Subject of(Varargs arguments) {
        return new Subject(arguments, Args.string(arguments, 2));
    }

    byte[] bytes() {
        return text.m_bytes;
    }

    /** Index of its first byte among the bytes. */
    int begin() {
        return text.m_offset;
    }

    /** Index after its last byte. */
    int end() {
        return text.m_offset + text.m_length;
    }

    int length() {
        return text.m_length;
    }

    /** From which byte to match, from 0: the third argument, from the end when negative. */
    int start() {
        long wanted = (long) Args.number(arguments, FIXED_ARGUMENTS, 1);
        int length = length();
        if (wanted > 0) {
            return (int) Math.min(wanted - 1, length);
        }
        return wanted < -length ? 0 : (int) (length + wanted);
    }

    /** Whether there is an extra argument of this index, from 1. */
    boolean hasExtra(int index) {
        return index + FIXED_ARGUMENTS <= arguments.narg();
    }

    LuaValue extra(int index) {
        return arguments.arg(index + FIXED_ARGUMENTS);
    }

    LuaString slice(int from, int to) {
        return LuaString.valueOf(bytes(), begin() + from, to - from);
    }
}
