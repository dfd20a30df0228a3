package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.ByteArrayOutputStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaNumber;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Lua 5.1's {@code table}. */
public final class TableLib {

    private final LuaState state;

    private TableLib(LuaState state) {
        this.state = state;
    }

    /** Registers {@code table}. */
    public static void install(LuaState state) {
        TableLib library = new TableLib(state);
        LuaTable table = new PucTable(0, 9);
        StringLib.put(table, "concat", library::concat);
        StringLib.put(table, "foreach", library::each);
        StringLib.put(table, "foreachi", library::eachItem);
        StringLib.put(
                table, "getn", args -> LuaValue.valueOf(Args.table(args, 1).rawlen()));
        StringLib.put(table, "insert", library::insert);
        StringLib.put(table, "maxn", library::largestNumber);
        StringLib.put(table, "remove", library::remove);
        StringLib.put(table, "setn", TableLib::setLength);
        StringLib.put(table, "sort", library::sort);
        state.register("table", table);
    }

    private static int integer(Varargs args, int position) {
        return (int) NumberText.toInteger(Args.number(args, position));
    }

    private LuaString concat(Varargs args) {
        LuaString separator = Args.string(args, 2, LuaValue.EMPTYSTRING);
        LuaTable table = Args.table(args, 1);
        int first = args.arg(3).isnil() ? 1 : integer(args, 3);
        int last = args.arg(4).isnil() ? table.rawlen() : integer(args, 4);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long at = first; at <= last; at++) {
            state.spend(1);
            LuaValue item = table.rawget((int) at);
            if (!(item instanceof LuaString) && !(item instanceof LuaNumber)) {
                throw new LuaError("invalid value (" + item.typename() + ") at index " + at + " in table for 'concat'");
            }
            append(out, item.strvalue());
            if (at < last) {
                append(out, separator);
            }
        }
        return LuaString.valueUsing(out.toByteArray());
    }

    private void append(ByteArrayOutputStream out, LuaString text) {
        state.building(text.m_length);
        out.write(text.m_bytes, text.m_offset, text.m_length);
    }

    private LuaValue each(Varargs args) {
        LuaTable table = Args.table(args, 1);
        LuaFunction function = Args.function(args, 2);
        Varargs entry = table.next(LuaValue.NIL);
        while (!entry.isnil(1)) {
            state.spend(1);
            LuaValue result = state.call(function, entry).arg1();
            if (!result.isnil()) {
                return result;
            }
            entry = table.next(entry.arg1());
        }
        return LuaValue.NONE;
    }

    private LuaValue eachItem(Varargs args) {
        LuaTable table = Args.table(args, 1);
        int length = table.rawlen();
        LuaFunction function = Args.function(args, 2);
        for (int at = 1; at <= length; at++) {
            state.spend(1);
            LuaValue result = state.call(function, LuaValue.varargsOf(LuaInteger.valueOf(at), table.rawget(at)))
                    .arg1();
            if (!result.isnil()) {
                return result;
            }
        }
        return LuaValue.NONE;
    }

    private Varargs insert(Varargs args) {
        LuaTable table = Args.table(args, 1);
        int end = table.rawlen() + 1;
        if (args.narg() == 2) {
            table.rawset(end, args.arg(2));
            return LuaValue.NONE;
        }
        if (args.narg() != 3) {
            throw new LuaError("wrong number of arguments to 'insert'");
        }
        int position = integer(args, 2);
        for (int at = Math.max(end, position); at > position; at--) {
            state.spend(1);
            table.rawset(at, table.rawget(at - 1));
        }
        table.rawset(position, args.arg(3));
        return LuaValue.NONE;
    }

    private LuaValue largestNumber(Varargs args) {
        LuaTable table = Args.table(args, 1);
        double largest = 0;
        Varargs entry = table.next(LuaValue.NIL);
        while (!entry.isnil(1)) {
            state.spend(1);
            if (entry.arg1() instanceof LuaNumber number) {
                largest = Math.max(largest, number.todouble());
            }
            entry = table.next(entry.arg1());
        }
        return LuaValue.valueOf(largest);
    }

    private LuaValue remove(Varargs args) {
        LuaTable table = Args.table(args, 1);
        int length = table.rawlen();
        int position = args.arg(2).isnil() ? length : integer(args, 2);
        if (position < 1 || position > length) {
            return LuaValue.NONE;
        }
        LuaValue removed = table.rawget(position);
        for (int at = position; at < length; at++) {
            state.spend(1);
            table.rawset(at, table.rawget(at + 1));
        }
        table.rawset(length, LuaValue.NIL);
        return removed;
    }

    private static LuaValue setLength(Varargs args) {
        Args.table(args, 1);
        throw new LuaError("'setn' is obsolete");
    }

    private LuaValue sort(Varargs args) {
        LuaTable table = Args.table(args, 1);
        int length = table.rawlen();
        LuaValue order = args.arg(2).isnil() ? LuaValue.NIL : Args.function(args, 2);
        new TableSort(state, table, order).sort(1, length);
        return LuaValue.NONE;
    }
}
