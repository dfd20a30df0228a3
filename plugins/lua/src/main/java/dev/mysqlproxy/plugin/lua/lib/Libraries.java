package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;

/** The standard libraries of Lua 5.1. */
public final class Libraries {

    private Libraries() {}

    /** A state with all of them. */
    public static LuaState newState() {
        LuaState state = new LuaState();
        install(state);
        return state;
    }

    /** Puts all of them into a state. */
    public static void install(LuaState state) {
        BaseLib.install(state);
        PackageLib.install(state);
        CoroutineLib.install(state);
        TableLib.install(state);
        IoLib.install(state);
        OsLib.install(state);
        StringLib.install(state);
        MathLib.install(state);
        DebugLib.install(state);
    }
}
