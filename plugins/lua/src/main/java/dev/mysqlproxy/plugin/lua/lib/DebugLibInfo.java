package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.Closure;
import dev.mysqlproxy.plugin.lua.vm.Coroutine;
import dev.mysqlproxy.plugin.lua.vm.FunctionInfo;
import dev.mysqlproxy.plugin.lua.vm.Levels;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** debug.getinfo. */
final class DebugLibInfo {

    private static final LuaString ALL = LuaString.valueOf("flnSu");

    private DebugLibInfo() {}

    static Varargs getinfo(LuaState state, Varargs args) {
        Coroutine coroutine = DebugLib.coroutine(args);
        int skip = coroutine == null ? 0 : 1;
        String options = Args.string(args, skip + 2, ALL).tojstring();
        LuaValue wanted = args.arg(skip + 1);
        FunctionInfo info;
        if (wanted instanceof LuaFunction function) {
            info = Levels.info(function);
        } else if (wanted.isnumber()) {
            info = Levels.of(state, coroutine).info(wanted.toint());
        } else {
            throw new BadArgument(skip + 1, "function or level expected");
        }
        if (info == null) {
            return LuaValue.NIL;
        }
        LuaTable table = state.newTable(0, 2);
        for (int at = 0; at < options.length(); at++) {
            describe(table, info, options.charAt(at), skip + 2);
        }
        return table;
    }

    private static void describe(LuaTable table, FunctionInfo info, char option, int position) {
        switch (option) {
            case 'S' -> {
                table.rawset("source", text(info.source()));
                table.rawset("short_src", text(info.shortSource()));
                table.rawset("linedefined", LuaInteger.valueOf(info.lineDefined()));
                table.rawset("lastlinedefined", LuaInteger.valueOf(info.lastLineDefined()));
                table.rawset("what", text(info.what()));
            }
            case 'l' -> table.rawset("currentline", LuaInteger.valueOf(info.currentLine()));
            case 'u' -> table.rawset("nups", LuaInteger.valueOf(upvalues(info)));
            case 'n' -> {
                table.rawset("name", info.nameText() == null ? LuaValue.NIL : text(info.nameText()));
                table.rawset("namewhat", text(info.nameKind()));
            }
            case 'L' -> lines(table, info);
            case 'f' -> table.rawset("func", info.function() == null ? LuaValue.NIL : info.function());
            default -> throw new BadArgument(position, "invalid option");
        }
    }

    private static int upvalues(FunctionInfo info) {
        return info.function() instanceof Closure closure ? closure.prototype().upvalues.length : 0;
    }

    private static void lines(LuaTable table, FunctionInfo info) {
        if (info.function() instanceof Closure closure) {
            LuaTable lines = new LuaTable();
            for (int line : closure.prototype().lineinfo) {
                lines.rawset(line, LuaValue.TRUE);
            }
            table.rawset("activelines", lines);
        }
    }

    private static LuaString text(String latin1) {
        return LuaString.valueOf(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }
}
