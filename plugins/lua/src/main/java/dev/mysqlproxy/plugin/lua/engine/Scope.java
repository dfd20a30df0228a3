package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.lifecycle.Backends;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.plugin.lua.binding.ScriptLog;
import dev.mysqlproxy.plugin.lua.binding.SharedGlobal;
import dev.mysqlproxy.plugin.lua.binding.World;
import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.lib.PackageLib;
import dev.mysqlproxy.plugin.lua.module.Modules;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.function.Supplier;

/**
 * What all scripts of the process have in common: one Lua world, or, with {@code --lua-states=per-thread}, one for each
 * event loop.
 *
 * <p>Shared, a hook waits for the hooks of other loops, as in MySQL Proxy, and {@code proxy.global} holds anything.
 * With a world for each loop nobody waits; modules and what scripts put into {@code _G} are then each loop's own, and
 * {@code proxy.global} is the one thing that all see: it holds booleans, numbers, strings and tables of these, a table
 * that is stored is copied, single reads and writes are whole but {@code x = x + 1} is two of them.
 */
final class Scope {

    private static Scope current;

    private final Settings settings;
    private final Backends backends;
    private final ScriptLog log;
    private final ScriptCache cache = new ScriptCache();
    private final ProcessHost host;
    private final Supplier<World> worlds;

    Scope(Settings settings, Backends backends, ScriptLog log, Supplier<String> version) {
        this.settings = settings;
        this.backends = backends;
        this.log = log;
        this.host = new ProcessHost(settings.baseDir(), version);
        if (settings.perThread()) {
            SharedGlobal global = new SharedGlobal();
            ThreadLocal<World> perThread = ThreadLocal.withInitial(() -> newWorld(global));
            this.worlds = perThread::get;
        } else {
            World one = newWorld(null);
            this.worlds = () -> one;
        }
    }

    /** The scope of the process that this context is of; plugins of one process see the same backends. */
    static synchronized Scope of(PluginContext context) {
        if (current == null || current.backends != context.backends()) {
            current = new Scope(
                    Settings.of(context.options()),
                    context.backends(),
                    new Slf4jLog(),
                    () -> context.control().version());
        }
        return current;
    }

    private World newWorld(SharedGlobal global) {
        LuaState state = new LuaState();
        state.sandboxed(settings.sandboxed());
        Libraries.install(state);
        PackageLib.paths(state, settings.path(), settings.cpath());
        Modules.install(state, host);
        return new World(state, backends, log, global);
    }

    /** The world of scripts that run on this thread. */
    World world() {
        return worlds.get();
    }

    Settings settings() {
        return settings;
    }

    ScriptCache cache() {
        return cache;
    }

    ScriptLog log() {
        return log;
    }

    ProcessHost host() {
        return host;
    }
}
