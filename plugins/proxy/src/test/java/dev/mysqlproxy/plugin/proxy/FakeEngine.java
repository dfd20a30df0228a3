package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.listener.CommandHandler;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.nio.file.Path;
import java.util.List;

/** An engine whose hooks only remember which scripts they stand for. */
record FakeEngine(String suffix) implements ScriptEngine {

    @Override
    public Hook hooks(List<Path> scripts, PluginContext context) {
        return new ScriptHook(suffix, scripts);
    }

    @Override
    public CommandHandler handler(Path script, PluginContext context) {
        throw new UnsupportedOperationException("the proxy plugin answers no commands");
    }
}
