package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The metatables of all {@link Handle}s of one state, by what can be done with them. */
final class Metatables {

    /** Fields that can be read. */
    final LuaTable readOnly = new FrozenTable(table());

    /** Fields that can be read, and a length. */
    final LuaTable list;

    /** Fields that can be read and set. */
    final LuaTable writable;

    Metatables() {
        LuaTable withLength = table();
        withLength.rawset(
                LuaValue.LEN,
                Native.of("__len", args -> LuaInteger.valueOf(self(args).size())));
        list = new FrozenTable(withLength);
        LuaTable withFields = table();
        withFields.rawset(LuaValue.NEWINDEX, Native.of("__newindex", Metatables::write));
        writable = new FrozenTable(withFields);
    }

    private static LuaTable table() {
        LuaTable table = new PucTable();
        table.rawset(LuaValue.METATABLE, LuaValue.FALSE);
        table.rawset(LuaValue.INDEX, Native.of("__index", args -> self(args).read(args.arg(2))));
        return table;
    }

    private static Varargs write(Varargs args) {
        self(args).write(args.arg(2), args.arg(3));
        return LuaValue.NONE;
    }

    private static Handle self(Varargs args) {
        if (args.arg1() instanceof Handle handle) {
            return handle;
        }
        throw new BadArgument(
                1, "an object of the proxy expected, got " + args.arg1().typename());
    }
}
