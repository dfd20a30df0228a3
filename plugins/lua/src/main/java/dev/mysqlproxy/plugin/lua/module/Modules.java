package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.module.lfs.LfsModule;
import dev.mysqlproxy.plugin.lua.module.lpeg.Lpeg;
import dev.mysqlproxy.plugin.lua.module.proto.ProtoModule;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.util.function.Supplier;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** Puts the loaders of the modules written in Java into {@code package.preload}. */
public final class Modules {

    private static final LuaString PACKAGE = LuaString.valueOf("package");
    private static final LuaString PRELOAD = LuaString.valueOf("preload");

    private Modules() {}

    /** Makes the modules available; the package library has to be there already. Nothing is loaded yet. */
    public static void install(LuaState state, Host host) {
        LuaTable preload = preload(state);
        add(preload, "mysql.tokenizer", () -> TokenizerModule.open(state, host));
        add(preload, "mysql.proto", () -> ProtoModule.open(state, host.version()));
        add(preload, "mysql.password", () -> PasswordModule.open(state, host));
        add(preload, "chassis", () -> ChassisModule.open(state, host));
        add(preload, "glib2", () -> GlibModule.open(state, host));
        add(preload, "posix", () -> PosixModule.open(state, host));
        add(preload, "lfs", () -> LfsModule.open(state, host.version()));
        preload.rawset(LuaString.valueOf("lpeg"), Lpeg.loader(state));
    }

    private static LuaTable preload(LuaState state) {
        if (!(state.globals().rawget(PACKAGE) instanceof LuaTable library)) {
            throw new IllegalStateException("modules need the package library");
        }
        if (library.rawget(PRELOAD) instanceof LuaTable preload) {
            return preload;
        }
        LuaTable preload = new PucTable();
        library.rawset(PRELOAD, preload);
        return preload;
    }

    private static void add(LuaTable preload, String name, Supplier<LuaValue> open) {
        preload.rawset(LuaString.valueOf(name), Native.of(name, args -> open.get()));
    }
}
