package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The {@code os} library. A sandboxed state has its clock and its calendar only, and an environment that is empty.
 * Scripts cannot end the proxy: {@code os.exit} is an error.
 */
public final class OsLib {

    private static final Set<String> LOCALE_CATEGORIES =
            Set.of("all", "collate", "ctype", "monetary", "numeric", "time");
    private static final Set<String> LOCALES = Set.of("", "C", "POSIX");

    private final LuaState state;
    private final LuaTable functions;

    private OsLib(LuaState state) {
        this.state = state;
        functions = state.newTable(0, 11);
    }

    /** Puts the library into a state, as its sandbox allows. */
    public static void install(LuaState state) {
        OsLib lib = new OsLib(state);
        lib.add("clock", args -> LuaValue.valueOf(clock()));
        lib.add("date", args -> OsLibDate.date(state, args));
        lib.add("difftime", args -> {
            long seconds = (long) Args.number(args, 1) - (long) Args.number(args, 2, 0);
            return LuaValue.valueOf((double) seconds);
        });
        if (!state.sandboxed()) {
            lib.add("execute", lib::execute);
            lib.add("exit", args -> {
                throw new LuaError("os.exit is not available in a proxy");
            });
        }
        lib.add("getenv", lib::getenv);
        if (!state.sandboxed()) {
            lib.add("remove", OsLib::remove);
            lib.add("rename", OsLib::rename);
            lib.add("setlocale", OsLib::setlocale);
        }
        lib.add("time", args -> OsLibTime.time(state, args));
        if (!state.sandboxed()) {
            lib.add("tmpname", args -> tmpname());
        }
        state.register("os", lib.functions);
    }

    private Varargs getenv(Varargs args) {
        LuaString name = Args.string(args, 1);
        String value = state.sandboxed() ? null : System.getenv(IoFileName.text(name));
        return value == null ? LuaValue.NIL : IoFileName.bytes(value);
    }

    private void add(String name, Native.Body body) {
        functions.rawset(LuaString.valueOf(name), Native.of(name, body));
    }

    /** Processor seconds of this process, of all its threads. */
    private static double clock() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime() / 1e9
                : System.nanoTime() / 1e9;
    }

    private Varargs execute(Varargs args) {
        if (args.arg(1).isnil()) {
            return LuaValue.valueOf(Files.isExecutable(Path.of("/bin/sh")) ? 1 : 0);
        }
        return LuaValue.valueOf(OsLibShell.execute(state, IoFileName.text(Args.string(args, 1))));
    }

    private static Varargs remove(Varargs args) {
        LuaString name = Args.string(args, 1);
        try {
            Files.delete(IoFileName.path(name));
            return LuaValue.TRUE;
        } catch (IOException e) {
            return IoFileError.of(e).results(name);
        }
    }

    private static Varargs rename(Varargs args) {
        LuaString from = Args.string(args, 1);
        LuaString to = Args.string(args, 2);
        try {
            Files.move(
                    IoFileName.path(from),
                    IoFileName.path(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return LuaValue.TRUE;
        } catch (IOException e) {
            return IoFileError.of(e).results(from);
        }
    }

    private static Varargs setlocale(Varargs args) {
        String locale = args.arg(1).isnil() ? "" : Args.string(args, 1).tojstring();
        String category = args.arg(2).isnil() ? "all" : Args.string(args, 2).tojstring();
        if (!LOCALE_CATEGORIES.contains(category)) {
            throw new BadArgument(2, "invalid option '" + category + "'");
        }
        return LOCALES.contains(locale) ? LuaString.valueOf("C") : LuaValue.NIL;
    }

    private static Varargs tmpname() {
        try {
            return IoFileName.bytes(IoFileTemporary.create().toString());
        } catch (IOException e) {
            throw new LuaError("unable to generate a unique filename");
        }
    }
}
