package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.util.IdentityHashMap;
import java.util.Map;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * A table that several Lua states use at once; each operation is whole for all of them. It holds booleans, numbers,
 * strings and tables of its own kind: a plain table that is stored is copied, with all tables in it, so that later
 * changes to the original are not seen. A traversal goes on while others add and remove keys; it may then miss or
 * repeat some.
 */
final class SharedTable extends ForwardingTable {

    private static final String HOLDS = "with --lua-states=per-thread proxy.global and its tables hold booleans,"
            + " numbers, strings and tables of these, not a ";

    private final LuaTable contents = new PucTable();

    private static boolean isPlain(LuaValue value) {
        return switch (value.type()) {
            case LuaValue.TNIL, LuaValue.TBOOLEAN, LuaValue.TNUMBER, LuaValue.TSTRING -> true;
            default -> false;
        };
    }

    private static LuaValue shared(LuaValue value, Map<LuaTable, SharedTable> copies) {
        if (isPlain(value) || value instanceof SharedTable) {
            return value;
        }
        if (!(value instanceof PucTable table)) {
            throw new LuaError(HOLDS + (value instanceof LuaTable ? "reference to proxy.global" : value.typename()));
        }
        if (table.getmetatable() != null) {
            throw new LuaError(HOLDS + "table with a metatable");
        }
        SharedTable known = copies.get(table);
        if (known != null) {
            return known;
        }
        SharedTable copy = new SharedTable();
        copies.put(table, copy);
        Varargs entry = table.next(LuaValue.NIL);
        while (!entry.arg1().isnil()) {
            requireKey(entry.arg1());
            copy.contents.rawset(entry.arg1(), shared(entry.arg(2), copies));
            entry = table.next(entry.arg1());
        }
        return copy;
    }

    private static void requireKey(LuaValue key) {
        if (!isPlain(key)) {
            throw new LuaError(HOLDS + key.typename() + " as a key");
        }
    }

    @Override
    public LuaValue rawget(LuaValue key) {
        if (!isPlain(key)) {
            return LuaValue.NIL;
        }
        synchronized (contents) {
            return contents.rawget(key);
        }
    }

    @Override
    public void rawset(LuaValue key, LuaValue value) {
        requireKey(key);
        LuaValue kept = isPlain(value) ? value : shared(value, new IdentityHashMap<>());
        synchronized (contents) {
            contents.rawset(key, kept);
        }
    }

    @Override
    public Varargs next(LuaValue key) {
        synchronized (contents) {
            try {
                return contents.next(key);
            } catch (LuaError e) {
                return LuaValue.NIL; // removed by another state, and its place is taken
            }
        }
    }

    @Override
    public int rawlen() {
        synchronized (contents) {
            return contents.rawlen();
        }
    }
}
