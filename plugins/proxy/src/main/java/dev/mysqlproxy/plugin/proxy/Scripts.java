package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.script.ScriptEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds an engine for each script and hangs the scripts' hooks in, in the order of the scripts. */
final class Scripts {

    /** What a file name without a suffix stands for: the option has always meant Lua. */
    private static final String DEFAULT_SUFFIX = ".lua";

    private Scripts() {}

    /** One hook for each run of neighbouring scripts in one language, so that the order of all of them stands. */
    static void addHooks(List<Path> scripts, PluginContext context) throws StartException {
        int from = 0;
        while (from < scripts.size()) {
            String suffix = suffix(scripts.get(from));
            List<Path> run = new ArrayList<>();
            while (from < scripts.size() && suffix(scripts.get(from)).equals(suffix)) {
                run.add(scripts.get(from++));
            }
            Hook hook = engine(suffix, run.get(0), context).hooks(run, context);
            context.addHook(hook);
        }
    }

    private static ScriptEngine engine(String suffix, Path script, PluginContext context) throws StartException {
        return context.scriptEngine(suffix)
                .orElseThrow(() -> new StartException(ProxyOptions.SCRIPTS + "=" + script + ": no script engine for "
                        + suffix + " files is part of this installation; add its plugin to the plugin directory, or"
                        + " leave the option out"));
    }

    private static String suffix(Path script) {
        Path fileName = script.getFileName();
        String name = fileName == null ? "" : fileName.toString();
        int dot = name.lastIndexOf('.');
        // a leading dot hides a file, it does not begin a suffix
        return dot <= 0 ? DEFAULT_SUFFIX : name.substring(dot).toLowerCase(Locale.ROOT);
    }
}
