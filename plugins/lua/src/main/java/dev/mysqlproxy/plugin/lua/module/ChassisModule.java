package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.FunctionInfo;
import dev.mysqlproxy.plugin.lua.vm.Levels;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code chassis}: the process's log, counters and end. Loading it makes {@code print} write to the log; the one from
 * before is {@code os.print} then.
 */
final class ChassisModule {

    private static final LuaString PRINT = LuaString.valueOf("print");
    private static final int FRAMES = 10;

    private final LuaState state;
    private final Host host;

    private ChassisModule(LuaState state, Host host) {
        this.state = state;
        this.host = host;
    }

    static LuaTable open(LuaState state, Host host) {
        ChassisModule module = new ChassisModule(state, host);
        Library library = Library.open(state, "chassis", host.version(), "the process that runs the script")
                .add("log", module::log)
                .add("set_shutdown", module::shutdown)
                .add("get_stats", module::statistics)
                .add("mem_profile", args -> LuaValue.NONE);
        for (Host.Level level : Host.Level.values()) {
            if (level != Host.Level.ERROR) {
                library.add(name(level), args -> module.log(level, args, 1));
            }
        }
        module.replacePrint();
        return library.table();
    }

    private static String name(Host.Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private void replacePrint() {
        LuaTable globals = state.globals();
        if (globals.rawget("os") instanceof LuaTable os && os.rawget(PRINT).isnil()) {
            os.rawset(PRINT, globals.rawget(PRINT));
        }
        globals.rawset(PRINT, Native.of("print", args -> log(Host.Level.MESSAGE, args, 1)));
    }

    private Varargs log(Varargs args) {
        String wanted = Strings.latin1(Args.string(args, 1));
        for (Host.Level level : Host.Level.values()) {
            if (name(level).equals(wanted)) {
                return log(level, args, 2);
            }
        }
        throw new BadArgument(1, "invalid option '" + wanted + "'");
    }

    private Varargs log(Host.Level level, Varargs args, int position) {
        boolean isNil = position <= args.narg() && args.arg(position).isnil();
        String message = isNil ? "nil" : Strings.text(Args.string(args, position));
        state.spend(message.length());
        String at = position();
        host.log(level, at.isEmpty() ? message : "(" + at + ") " + message);
        return LuaValue.NONE;
    }

    /** Source and line of the nearest function that comes from a file, else of the nearest one; or nothing. */
    private String position() {
        Levels levels = Levels.of(state, null);
        String otherwise = "";
        for (int level = 1; level <= FRAMES; level++) {
            FunctionInfo info = levels.info(level);
            if (info == null) {
                return otherwise;
            }
            String source = info.source();
            if (source.startsWith("/") || source.startsWith("@")) {
                return utf8(relative(source.substring(source.startsWith("@") ? 1 : 0)) + ":" + info.currentLine());
            }
            if (otherwise.isEmpty() && info.currentLine() > 0) {
                otherwise = utf8(info.shortSource() + ":" + info.currentLine());
            }
        }
        return otherwise;
    }

    private static String utf8(String latin1) {
        return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private String relative(String source) {
        String base = host.baseDir();
        String folder = base.endsWith("/") ? base : base + "/";
        return !base.isEmpty() && source.startsWith(folder) ? source.substring(folder.length()) : source;
    }

    private Varargs shutdown(Varargs args) {
        if (state.sandboxed()) {
            throw new LuaError("chassis.set_shutdown is not allowed in the sandbox");
        }
        host.shutdown();
        return LuaValue.NONE;
    }

    private Varargs statistics(Varargs args) {
        if (args.narg() > 1) {
            throw new BadArgument(2, "at most one argument expected");
        }
        Map<String, Map<String, Long>> all = host.statistics();
        if (args.narg() == 1 && !args.arg1().isnil()) {
            Map<String, Long> one = all.get(Strings.text(Args.string(args, 1)));
            return one == null ? LuaValue.NIL : table(one);
        }
        LuaTable tables = new PucTable();
        all.forEach((name, counters) -> tables.rawset(Strings.lua(name), table(counters)));
        return tables;
    }

    private static LuaTable table(Map<String, Long> counters) {
        LuaTable table = new PucTable();
        counters.forEach((name, value) -> table.rawset(Strings.lua(name), LuaValue.valueOf((double) value)));
        return table;
    }
}
