package dev.mysqlproxy.plugin.lua.vm;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.Varargs;

/** Runs a Lua file as the program lua would: {@code LuaMain file args...} or {@code LuaMain -e text}. */
final class LuaMain {

    private LuaMain() {}

    public static void main(String[] args) throws IOException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws IOException {
        LuaState state = Libraries.newState();
        PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        state.out(out);
        LuaTable arguments = state.newTable(args.length, 1);
        LuaValue[] rest = new LuaValue[Math.max(0, args.length - 1)];
        for (int i = 0; i < args.length; i++) {
            arguments.rawset(i, LuaString.valueOf(args[i]));
            if (i > 0) {
                rest[i - 1] = LuaString.valueOf(args[i]);
            }
        }
        state.register("arg", arguments);
        boolean inline = args[0].equals("-e");
        byte[] source = inline ? args[1].getBytes(StandardCharsets.UTF_8) : Files.readAllBytes(Path.of(args[0]));
        Native main = Native.of("main", ignored -> {
            Prototype chunk = LuaState.compile(
                    withoutShebang(source), LuaString.valueOf(inline ? "=(command line)" : "@" + args[0]));
            LuaValue traceback = ((LuaTable) state.globals().rawget("debug")).rawget("traceback");
            return state.protectedCall(
                    state.closure(chunk, state.globals()),
                    LuaValue.varargsOf(rest),
                    Native.of(
                            "traceback",
                            error -> state.call(traceback, LuaValue.varargsOf(error.arg1(), LuaValue.valueOf(2)))));
        });
        try {
            Varargs result = state.run(main, LuaValue.NONE);
            out.flush();
            if (result.arg1().toboolean()) {
                return 0;
            }
            report(result.arg(2));
        } catch (ScriptError e) {
            out.flush();
            report(e.value());
        }
        return 1;
    }

    private static byte[] withoutShebang(byte[] source) {
        if (source.length > 0 && source[0] == '#') {
            source[0] = '-';
            byte[] commented = new byte[source.length + 1];
            commented[0] = '-';
            System.arraycopy(source, 0, commented, 1, source.length);
            return commented;
        }
        return source;
    }

    private static void report(LuaValue error) {
        if (error.isstring()) {
            LuaString text = error.strvalue();
            System.err.print("lua: ");
            System.err.write(text.m_bytes, text.m_offset, text.m_length);
            System.err.println();
        } else {
            System.err.println("lua: (error object is a " + error.typename() + " value)");
        }
    }
}
