package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Modules without an interpreter: loads them and calls their functions. Texts are a character for each byte. */
public final class ModuleBench {

    public final LuaState state = new LuaState();
    public final FakeHost host = new FakeHost();

    public ModuleBench() {
        LuaTable library = new PucTable();
        library.rawset("preload", new PucTable());
        state.globals().rawset("package", library);
        Modules.install(state, host);
    }

    /** What the loader in package.preload gives. */
    public LuaTable load(String name) {
        return (LuaTable) state.globals()
                .rawget("package")
                .rawget("preload")
                .rawget(name)
                .invoke()
                .arg1();
    }

    public static Varargs call(LuaValue table, String function, LuaValue... args) {
        return table.rawget(function).invoke(LuaValue.varargsOf(args));
    }

    /** A metamethod's answer. */
    public static Varargs meta(LuaValue value, String name, LuaValue... more) {
        LuaValue[] args = new LuaValue[more.length + 1];
        args[0] = value;
        System.arraycopy(more, 0, args, 1, more.length);
        return value.getmetatable().rawget(name).invoke(LuaValue.varargsOf(args));
    }

    public static LuaString string(String text) {
        return LuaString.valueUsing(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static LuaString string(byte[] bytes) {
        return LuaString.valueUsing(bytes.clone());
    }

    public static String text(LuaValue string) {
        return Strings.latin1(string.strvalue());
    }

    /** Two string keys and their values after each other. */
    public static LuaTable table(Object... keysAndValues) {
        LuaTable table = new PucTable();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            table.rawset((String) keysAndValues[i], value(keysAndValues[i + 1]));
        }
        return table;
    }

    private static LuaValue value(Object value) {
        if (value instanceof LuaValue lua) {
            return lua;
        }
        return value instanceof Number number ? LuaValue.valueOf(number.doubleValue()) : string((String) value);
    }
}
