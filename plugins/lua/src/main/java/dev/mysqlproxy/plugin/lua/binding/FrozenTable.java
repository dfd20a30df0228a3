package dev.mysqlproxy.plugin.lua.binding;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** A table that scripts can read, and its owner can change: for metatables, which the debug library gets hold of. */
final class FrozenTable extends ForwardingTable {

    private final LuaTable contents;

    /** A view of the owner's table. */
    FrozenTable(LuaTable contents) {
        this.contents = contents;
    }

    private static LuaError refused() {
        return new LuaError("cannot change a protected metatable");
    }

    @Override
    public LuaValue setmetatable(LuaValue metatable) {
        throw refused();
    }

    @Override
    public LuaValue rawget(LuaValue key) {
        return contents.rawget(key);
    }

    @Override
    public void rawset(LuaValue key, LuaValue value) {
        throw refused();
    }

    @Override
    public Varargs next(LuaValue key) {
        return contents.next(key);
    }

    @Override
    public int rawlen() {
        return contents.rawlen();
    }
}
