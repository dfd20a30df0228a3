package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.plugin.lua.module.Host;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** The running process for the modules, with counters of what scripts do. Any thread. */
final class ProcessHost implements Host {

    private static final Logger LOG = LoggerFactory.getLogger(LuaScriptEngine.class);
    private static final Marker MESSAGE = MarkerFactory.getMarker("MESSAGE");

    /** Calls of hooks that a script has. */
    final LongAdder calls = new LongAdder();
    /** Calls that ended in an error. */
    final LongAdder failures = new LongAdder();
    /** Calls that were stopped by a limit. */
    final LongAdder stops = new LongAdder();

    private final Path baseDir;
    private final Supplier<String> version;

    ProcessHost(Path baseDir, Supplier<String> version) {
        this.baseDir = baseDir;
        this.version = version;
    }

    @Override
    public void log(Level level, String message) {
        switch (level) {
            case ERROR, CRITICAL -> LOG.error(message);
            case WARNING -> LOG.warn(message);
            case MESSAGE -> LOG.info(MESSAGE, message);
            case INFO -> LOG.info(message);
            case DEBUG -> LOG.debug(message);
        }
    }

    @Override
    public String baseDir() {
        return baseDir.toString();
    }

    /** As an operator would: by SIGTERM, since only that ends the sessions in order. */
    @Override
    public void shutdown() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Constructor<?> named = signal.getConstructor(String.class);
            signal.getMethod("raise", signal).invoke(null, named.newInstance("TERM"));
        } catch (ReflectiveOperationException e) {
            LOG.error("chassis.set_shutdown: this Java cannot send itself a signal", e);
        }
    }

    @Override
    public Map<String, Map<String, Long>> statistics() {
        Runtime runtime = Runtime.getRuntime();
        Map<String, Long> chassis = new LinkedHashMap<>();
        long used = runtime.totalMemory() - runtime.freeMemory();
        chassis.put("lua_mem_alloc", calls.sum());
        chassis.put("lua_mem_free", calls.sum());
        chassis.put("lua_mem_bytes", used);
        chassis.put("lua_mem_bytes_max", runtime.maxMemory());
        Map<String, Long> proxy = new LinkedHashMap<>();
        proxy.put("hook_calls", calls.sum());
        proxy.put("hook_failures", failures.sum());
        proxy.put("hook_stops", stops.sum());
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        all.put("chassis", chassis);
        all.put("lua", proxy);
        return all;
    }

    @Override
    public String version() {
        return version.get();
    }
}
