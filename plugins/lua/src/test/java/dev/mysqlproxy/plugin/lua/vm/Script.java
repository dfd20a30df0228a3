package dev.mysqlproxy.plugin.lua.vm;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaValue;

/** Runs Lua text in a state of its own and gives what it printed. */
final class Script {

    final LuaState state = Libraries.newState();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    Script() {
        state.out(new PrintStream(printed, false, StandardCharsets.ISO_8859_1));
    }

    static String output(String text) {
        return new Script().run(text);
    }

    String run(String text) {
        printed.reset();
        Closure chunk = state.load(text.getBytes(StandardCharsets.ISO_8859_1), "=t", state.globals());
        state.run(chunk, LuaValue.NONE);
        return printed.toString(StandardCharsets.ISO_8859_1);
    }
}
