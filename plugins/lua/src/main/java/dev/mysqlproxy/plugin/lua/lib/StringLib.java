package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Lua 5.1's {@code string}, in the C locale. */
public final class StringLib {

    private static final String SPECIALS = "^$*+?.([%-";
    private static final int MAX_RESULTS = 7_990;

    private final LuaState state;

    private StringLib(LuaState state) {
        this.state = state;
    }

    /** Registers {@code string} and makes it the methods of all strings. */
    public static void install(LuaState state) {
        LuaTable library = new StringLib(state).functions();
        state.register("string", library);
        LuaTable metatable = new PucTable(0, 1);
        metatable.rawset(LuaValue.INDEX, library);
        state.stringMetatable(metatable);
    }

    private LuaTable functions() {
        StringSearch search = new StringSearch(state);
        LuaTable table = new PucTable(0, 15);
        put(table, "byte", StringLib::bytes);
        put(table, "char", StringLib::characters);
        put(table, "dump", StringLib::dump);
        put(table, "find", args -> find(search, args));
        put(table, "format", args -> new LuaFormat(state, args).run());
        Native gmatch = Native.of("gmatch", search::iterate);
        table.rawset(LuaString.valueOf("gfind"), gmatch);
        table.rawset(LuaString.valueOf("gmatch"), gmatch);
        put(table, "gsub", search::substitute);
        put(table, "len", args -> LuaValue.valueOf(Args.string(args, 1).m_length));
        put(table, "lower", args -> changed(Args.string(args, 1), 'A', 'Z'));
        put(table, "match", search::match);
        put(table, "rep", this::repeat);
        put(table, "reverse", this::reverse);
        put(table, "sub", StringLib::part);
        put(table, "upper", args -> changed(Args.string(args, 1), 'a', 'z'));
        return table;
    }

    /** An optional index as Lua reads it: negative ones count from the end, what is before the first is 0. */
    static long index(Varargs args, int position, long otherwise, int length) {
        long index = args.arg(position).isnil() ? otherwise : NumberText.toInteger(Args.number(args, position));
        return index >= 0 ? index : Math.max(index + length + 1, 0);
    }

    private static Varargs bytes(Varargs args) {
        LuaString text = Args.string(args, 1);
        long first = index(args, 2, 1, text.m_length);
        long last = Math.min(index(args, 3, first, text.m_length), text.m_length);
        first = Math.max(first, 1);
        if (first > last) {
            return LuaValue.NONE;
        }
        if (last - first >= MAX_RESULTS) {
            throw new LuaError("stack overflow (string slice too long)");
        }
        LuaValue[] values = new LuaValue[(int) (last - first + 1)];
        for (int at = 0; at < values.length; at++) {
            values[at] = LuaValue.valueOf(text.luaByte((int) first - 1 + at));
        }
        return LuaValue.varargsOf(values);
    }

    private static LuaString characters(Varargs args) {
        byte[] bytes = new byte[args.narg()];
        for (int at = 0; at < bytes.length; at++) {
            int value = (int) NumberText.toInteger(Args.number(args, at + 1));
            if (value < 0 || value > 255) {
                throw new BadArgument(at + 1, "invalid value");
            }
            bytes[at] = (byte) value;
        }
        return LuaString.valueUsing(bytes);
    }

    private static LuaValue dump(Varargs args) {
        Args.function(args, 1);
        throw new LuaError("unable to dump given function");
    }

    private Varargs find(StringSearch search, Varargs args) {
        LuaString text = Args.string(args, 1);
        LuaString pattern = Args.string(args, 2);
        if (!args.arg(4).toboolean() && hasSpecials(pattern)) {
            return search.find(args);
        }
        int start = (int) Math.min(Math.max(index(args, 3, 1, text.m_length) - 1, 0), text.m_length);
        int found = plain(text, pattern, start);
        return found < 0
                ? LuaValue.NIL
                : LuaValue.varargsOf(LuaValue.valueOf(found + 1), LuaValue.valueOf(found + pattern.m_length));
    }

    private int plain(LuaString text, LuaString wanted, int start) {
        if (wanted.m_length == 0) {
            return start;
        }
        state.spend((text.m_length - start) >> 4);
        byte first = wanted.m_bytes[wanted.m_offset];
        int last = text.m_length - wanted.m_length;
        int tries = 0;
        for (int at = text.indexOf(first, start); at >= 0 && at <= last; at = text.indexOf(first, at + 1)) {
            if (LuaString.equals(text, at, wanted, 0, wanted.m_length)) {
                return at;
            }
            if ((++tries & 0xff) == 0) {
                state.spend(0x100L + (wanted.m_length >> 3));
            }
        }
        return -1;
    }

    private static boolean hasSpecials(LuaString pattern) {
        for (int at = 0; at < pattern.m_length && pattern.luaByte(at) != 0; at++) {
            if (SPECIALS.indexOf(pattern.luaByte(at)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private LuaString changed(LuaString text, int first, int last) {
        state.building(text.m_length);
        byte[] bytes = new byte[text.m_length];
        for (int at = 0; at < bytes.length; at++) {
            int here = text.luaByte(at);
            bytes[at] = (byte) (here >= first && here <= last ? here ^ 0x20 : here);
        }
        return LuaString.valueUsing(bytes);
    }

    private LuaString repeat(Varargs args) {
        LuaString text = Args.string(args, 1);
        int count = (int) NumberText.toInteger(Args.number(args, 2));
        long length = (long) text.m_length * Math.max(count, 0);
        if (length == 0) {
            return LuaValue.EMPTYSTRING;
        }
        state.building(length);
        if (length > Integer.MAX_VALUE - 8) {
            throw new LuaError("not enough memory");
        }
        byte[] bytes = new byte[(int) length];
        text.copyInto(0, bytes, 0, text.m_length);
        for (int done = text.m_length; done < bytes.length; ) {
            int more = Math.min(done, bytes.length - done);
            System.arraycopy(bytes, 0, bytes, done, more);
            done += more;
        }
        return LuaString.valueUsing(bytes);
    }

    private LuaString reverse(Varargs args) {
        LuaString text = Args.string(args, 1);
        state.building(text.m_length);
        byte[] bytes = new byte[text.m_length];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) text.luaByte(bytes.length - 1 - at);
        }
        return LuaString.valueUsing(bytes);
    }

    private static LuaString part(Varargs args) {
        LuaString text = Args.string(args, 1);
        Args.number(args, 2);
        long first = Math.max(index(args, 2, 1, text.m_length), 1);
        long last = Math.min(index(args, 3, -1, text.m_length), text.m_length);
        return first > last ? LuaValue.EMPTYSTRING : text.substring((int) first - 1, (int) last);
    }

    /** Adds a function to a library. */
    static void put(LuaTable table, String name, Native.Body body) {
        table.rawset(LuaString.valueOf(name), Native.of(name, body));
    }
}
