package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * The table of a module, made as Lua 5.1's {@code luaL_register} makes it: a global and an entry of {@code
 * package.loaded} under a short name, and what is there already is added to.
 */
public final class Library {

    private final LuaTable table;

    private Library(LuaTable table) {
        this.table = table;
    }

    /**
     * Finds or makes a module's table and sets its {@code _VERSION}, {@code _DESCRIPTION} and {@code _COPYRIGHT}.
     *
     * @param name the short name
     * @param version what {@code _VERSION} has behind that name
     * @throws LuaError when a global that is no table has the name
     */
    public static Library open(LuaState state, String name, String version, String description) {
        LuaString key = LuaString.valueOf(name);
        LuaValue found = state.loaded().rawget(key);
        if (!found.istable()) {
            found = state.globals().rawget(key);
        }
        if (!found.isnil() && !found.istable()) {
            throw new LuaError("name conflict for module '" + name + "'");
        }
        LuaTable table = found instanceof LuaTable there ? there : new PucTable();
        state.register(name, table);
        Library library = new Library(table);
        library.set("_VERSION", LuaString.valueOf(name + " " + version));
        library.set("_DESCRIPTION", LuaString.valueOf(description));
        library.set("_COPYRIGHT", LuaString.valueOf("Copyright (C) the mysql-proxy contributors"));
        return library;
    }

    /** Adds a function. */
    public Library add(String name, Native.Body body) {
        return set(name, Native.of(name, body));
    }

    /** Adds a value. */
    public Library set(String name, LuaValue value) {
        table.rawset(LuaString.valueOf(name), value);
        return this;
    }

    /** The module's table. */
    public LuaTable table() {
        return table;
    }
}
