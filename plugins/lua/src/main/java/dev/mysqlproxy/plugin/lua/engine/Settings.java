package dev.mysqlproxy.plugin.lua.engine;

import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.script.ScriptOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The options of this run, as the engine uses them.
 *
 * @param baseDir the installation's folder
 * @param path where modules are looked for
 * @param cpath what {@code package.cpath} says
 * @param perThread whether each event loop has a Lua state of its own
 * @param sandboxed whether scripts reach nothing outside of themselves
 * @param failClosed whether a read_query that fails refuses the query
 * @param limits of one call of a hook
 */
record Settings(
        Path baseDir,
        String path,
        String cpath,
        boolean perThread,
        boolean sandboxed,
        boolean failClosed,
        Limits limits) {

    private static final long MEBIBYTE = 1024 * 1024;

    /**
     * What one call of a hook may use; {@link Long#MAX_VALUE} for any.
     *
     * @param instructions about so many
     * @param nanos of real time
     * @param bytes of strings and tables
     */
    record Limits(long instructions, long nanos, long bytes) {}

    static Settings of(OptionValues options) {
        Path baseDir = options.get(ScriptOptions.BASEDIR);
        return new Settings(
                baseDir,
                path(options.find(ScriptOptions.LUA_PATH), "LUA_PATH", baseDir, "?.lua"),
                path(options.find(ScriptOptions.LUA_CPATH), "LUA_CPATH", baseDir, "?.so"),
                options.get(ScriptOptions.LUA_STATES).equals("per-thread"),
                options.get(ScriptOptions.LUA_SANDBOX),
                options.get(ScriptOptions.LUA_FAIL).equals("closed"),
                new Limits(
                        limit(options.get(ScriptOptions.LUA_INSTRUCTIONS), 1),
                        nanos(options.get(ScriptOptions.LUA_TIME_LIMIT)),
                        limit(options.get(ScriptOptions.LUA_MEMORY_LIMIT), MEBIBYTE)));
    }

    private static String path(Optional<String> option, String variable, Path baseDir, String file) {
        String installed = baseDir.resolve("lib/mysql-proxy/lua").resolve(file).toString();
        return option.or(() -> Optional.ofNullable(System.getenv(variable))).orElse(installed);
    }

    private static long limit(long value, long unit) {
        return value == 0 ? Long.MAX_VALUE : value * unit;
    }

    private static long nanos(Duration duration) {
        return duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    }
}
