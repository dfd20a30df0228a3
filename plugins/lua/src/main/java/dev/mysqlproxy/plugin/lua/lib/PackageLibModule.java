package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.Closure;
import dev.mysqlproxy.plugin.lua.vm.FunctionInfo;
import dev.mysqlproxy.plugin.lua.vm.Levels;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The function module: makes a table the environment of the chunk that called it. */
final class PackageLibModule {

    private static final LuaString NAME = LuaString.valueOf("_NAME");

    private PackageLibModule() {}

    static Varargs module(LuaState state, Varargs args) {
        LuaString name = Args.string(args, 1);
        LuaValue known = state.loaded().rawget(name);
        LuaTable module;
        if (known instanceof LuaTable table) {
            module = table;
        } else {
            module = find(state, name);
            state.loaded().rawset(name, module);
        }
        if (state.get(module, NAME).isnil()) {
            state.set(module, LuaString.valueOf("_M"), module);
            state.set(module, NAME, name);
            state.set(module, LuaString.valueOf("_PACKAGE"), name.substring(0, lastDot(name) + 1));
        }
        caller(state).environment(module);
        for (int i = 2; i <= args.narg(); i++) {
            state.call(args.arg(i), module);
        }
        return LuaValue.NONE;
    }

    private static Closure caller(LuaState state) {
        FunctionInfo info = Levels.of(state, null).info(1);
        if (info != null && info.function() instanceof Closure closure) {
            return closure;
        }
        throw new LuaError("'module' not called from a Lua function");
    }

    /** Walks the globals by the parts of a name; reads are raw, what is missing is written with metamethods. */
    private static LuaTable find(LuaState state, LuaString name) {
        LuaTable table = state.threadEnvironment();
        int from = 0;
        while (from <= name.m_length) {
            int dot = name.indexOf((byte) '.', from);
            int to = dot < 0 ? name.m_length : dot;
            LuaString part = name.substring(from, to);
            LuaValue field = table.rawget(part);
            if (field.isnil()) {
                field = state.newTable(0, 1);
                state.set(table, part, field);
            } else if (!(field instanceof LuaTable)) {
                throw new LuaError("name conflict for module '" + name.tojstring() + "'");
            }
            table = (LuaTable) field;
            from = to + 1;
        }
        return table;
    }

    private static int lastDot(LuaString name) {
        int at = name.m_length - 1;
        while (at >= 0 && name.luaByte(at) != '.') {
            at--;
        }
        return at;
    }
}
