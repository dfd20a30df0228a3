package dev.mysqlproxy.api.script;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.CommandHandler;
import java.nio.file.Path;
import java.util.List;
import org.pf4j.ExtensionPoint;

/** Runs scripts of one language. Plugins find it by file suffix and never see the language's classes. */
public interface ScriptEngine extends ExtensionPoint {

    /** What the names of its scripts end in, for example {@code .lua}. */
    String suffix();

    /** A hook object that runs the hooks of these scripts, chained in order, on behalf of the asking plugin. */
    Hook hooks(List<Path> scripts, PluginContext context) throws StartException;

    /** A handler that answers a local listener's commands by this script. */
    CommandHandler handler(Path script, PluginContext context) throws StartException;
}
