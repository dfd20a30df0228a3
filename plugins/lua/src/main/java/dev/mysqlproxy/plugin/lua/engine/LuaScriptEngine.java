package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.nio.file.Path;
import java.util.List;
import org.pf4j.Extension;

/**
 * Runs MySQL Proxy's Lua scripts. A script is only looked at when a client connects, so that one that is missing or
 * wrong is the client's error and not that of the start.
 */
@Extension
public final class LuaScriptEngine implements ScriptEngine {

    /** For PF4J. */
    public LuaScriptEngine() {}

    @Override
    public String suffix() {
        return ".lua";
    }

    @Override
    public Hook hooks(List<Path> scripts, PluginContext context) {
        return new ScriptHooks(scripts, Scope.of(context));
    }

    @Override
    public CommandHandler handler(Path script, PluginContext context) {
        return new ScriptHandler(script, Scope.of(context));
    }
}
