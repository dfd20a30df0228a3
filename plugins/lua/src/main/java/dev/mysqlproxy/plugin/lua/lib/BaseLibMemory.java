package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** collectgarbage and gcinfo. The collector is Java's: it is asked for nothing, the answers only make sense. */
final class BaseLibMemory {

    private static final double KILOBYTE = 1024;
    private static final int DEFAULT_PERCENT = 200;

    private int pause = DEFAULT_PERCENT;
    private int stepMultiplier = DEFAULT_PERCENT;

    private BaseLibMemory() {}

    static void install(LuaState state) {
        BaseLibMemory memory = new BaseLibMemory();
        state.globals().rawset("collectgarbage", Native.of("collectgarbage", memory::collectgarbage));
        state.globals().rawset("gcinfo", Native.of("gcinfo", args -> LuaInteger.valueOf((int) used())));
    }

    private Varargs collectgarbage(Varargs args) {
        String option = Args.string(args, 1, LuaString.valueOf("collect")).tojstring();
        int value = Args.integer(args, 2, 0);
        return switch (option) {
            case "collect", "stop", "restart" -> LuaValue.ZERO;
            case "count" -> LuaValue.valueOf(used());
            case "step" -> LuaValue.TRUE;
            case "setpause" -> {
                int old = pause;
                pause = value;
                yield LuaInteger.valueOf(old);
            }
            case "setstepmul" -> {
                int old = stepMultiplier;
                stepMultiplier = value;
                yield LuaInteger.valueOf(old);
            }
            default -> throw new BadArgument(1, "invalid option '" + option + "'");
        };
    }

    private static double used() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / KILOBYTE;
    }
}
