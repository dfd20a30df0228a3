package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.plugin.lua.binding.ScriptLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** The process's log. */
final class Slf4jLog implements ScriptLog {

    private static final Logger LOG = LoggerFactory.getLogger(LuaScriptEngine.class);
    private static final Marker MESSAGE = MarkerFactory.getMarker("MESSAGE");

    @Override
    public void critical(String line) {
        LOG.error(line);
    }

    @Override
    public void warning(String line) {
        LOG.warn(line);
    }

    @Override
    public void message(String line) {
        LOG.info(MESSAGE, line);
    }
}
