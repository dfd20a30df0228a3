package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import java.io.ByteArrayOutputStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The functions of {@code string} that take patterns. */
final class StringSearch {

    private final LuaState state;

    StringSearch(LuaState state) {
        this.state = state;
    }

    Varargs find(Varargs args) {
        return search(args, true);
    }

    Varargs match(Varargs args) {
        return search(args, false);
    }

    private Varargs search(Varargs args, boolean positions) {
        LuaString text = Args.string(args, 1);
        LuaPattern pattern = new LuaPattern(state, text, Args.string(args, 2));
        int start = (int) Math.min(Math.max(StringLib.index(args, 3, 1, text.m_length) - 1, 0), text.m_length);
        int anchor = pattern.anchored() ? 1 : 0;
        int last = anchor == 1 ? start : text.m_length;
        for (int at = start; at <= last; at++) {
            int end = pattern.match(at, anchor);
            if (end >= 0 && positions) {
                return LuaValue.varargsOf(LuaValue.valueOf(at + 1), LuaValue.valueOf(end), pattern.captures(-1, end));
            }
            if (end >= 0) {
                return pattern.captures(at, end);
            }
        }
        return LuaValue.NIL;
    }

    Varargs iterate(Varargs args) {
        LuaString text = Args.string(args, 1);
        LuaString pattern = Args.string(args, 2);
        int[] from = {0};
        return Native.of("gmatch_aux", ignored -> {
            LuaPattern matcher = new LuaPattern(state, text, pattern);
            for (int at = from[0]; at <= text.m_length; at++) {
                int end = matcher.match(at, 0);
                if (end >= 0) {
                    from[0] = end == at ? end + 1 : end;
                    return matcher.captures(at, end);
                }
            }
            from[0] = text.m_length + 1;
            return LuaValue.NONE;
        });
    }

    Varargs substitute(Varargs args) {
        LuaString text = Args.string(args, 1);
        LuaPattern pattern = new LuaPattern(state, text, Args.string(args, 2));
        LuaValue replacement = args.arg(3);
        int most = args.arg(4).isnil() ? text.m_length + 1 : (int) NumberText.toInteger(Args.number(args, 4));
        if (!isReplacement(replacement)) {
            throw new BadArgument(3, "string/function/table expected");
        }
        int anchor = pattern.anchored() ? 1 : 0;
        state.building(text.m_length);
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.m_length + 16);
        int at = 0;
        int count = 0;
        while (count < most) {
            int end = pattern.match(at, anchor);
            if (end >= 0) {
                count++;
                replace(out, text, pattern, replacement, at, end);
            }
            if (end > at) {
                at = end;
            } else if (at < text.m_length) {
                out.write(text.luaByte(at++));
            } else {
                break;
            }
            if (anchor == 1) {
                break;
            }
        }
        out.write(text.m_bytes, text.m_offset + at, text.m_length - at);
        return LuaValue.varargsOf(LuaString.valueUsing(out.toByteArray()), LuaValue.valueOf(count));
    }

    private static boolean isReplacement(LuaValue value) {
        return value.type() == LuaValue.TNUMBER
                || value instanceof LuaString
                || value instanceof LuaTable
                || value instanceof LuaFunction;
    }

    private void replace(
            ByteArrayOutputStream out, LuaString text, LuaPattern pattern, LuaValue with, int start, int end) {
        if (with instanceof LuaString || with.type() == LuaValue.TNUMBER) {
            expand(out, text, pattern, with.strvalue(), start, end);
            return;
        }
        LuaValue value = with instanceof LuaTable
                ? state.get(with, pattern.capture(0, start, end))
                : state.call(with, pattern.captures(start, end)).arg1();
        if (!value.toboolean()) {
            append(out, text, start, end);
        } else if (value instanceof LuaString || value.type() == LuaValue.TNUMBER) {
            append(out, value.strvalue(), 0, value.strvalue().m_length);
        } else {
            throw new LuaError("invalid replacement value (a " + value.typename() + ")");
        }
    }

    private void expand(
            ByteArrayOutputStream out, LuaString text, LuaPattern pattern, LuaString with, int start, int end) {
        for (int at = 0; at < with.m_length; at++) {
            int here = with.luaByte(at);
            if (here == '%') {
                at++;
                here = at < with.m_length ? with.luaByte(at) : 0;
                if (here == '0') {
                    append(out, text, start, end);
                    continue;
                }
                if (here >= '1' && here <= '9') {
                    LuaString capture = pattern.capture(here - '1', start, end).strvalue();
                    append(out, capture, 0, capture.m_length);
                    continue;
                }
            }
            out.write(here);
        }
    }

    private void append(ByteArrayOutputStream out, LuaString text, int start, int end) {
        state.building(end - start);
        out.write(text.m_bytes, text.m_offset + start, end - start);
    }
}
