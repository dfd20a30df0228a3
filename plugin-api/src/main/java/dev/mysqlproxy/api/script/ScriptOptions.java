package dev.mysqlproxy.api.script;

import dev.mysqlproxy.api.option.Option;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Options of the process that script engines read. They exist whether an engine is installed or not. */
public final class ScriptOptions {

    /** The installation's folder; always has a value. */
    public static final Option<Path> BASEDIR = Option.path(
                    "basedir", "absolute folder that relative file names begin in; by default the installation's")
            .build();

    public static final Option<String> LUA_PATH = Option.text(
                    "lua-path", "where Lua modules are looked for, as in LUA_PATH")
            .build();

    public static final Option<String> LUA_CPATH = Option.text(
                    "lua-cpath", "accepted for old command lines: modules in C cannot be loaded")
            .build();

    /** One Lua world for all sessions, or one for each event loop. */
    public static final Option<String> LUA_STATES = Option.choice(
                    "lua-states",
                    List.of("shared", "per-thread"),
                    "one Lua world for all event loops (shared), or one each with a coherent proxy.global (per-thread)")
            .defaultsTo("shared")
            .build();

    public static final Option<Boolean> LUA_SANDBOX = Option.flag(
                    "lua-sandbox", "scripts reach no files, processes or signals: for scripts of others")
            .build();

    public static final Option<String> LUA_FAIL = Option.choice(
                    "lua-fail",
                    List.of("open", "closed"),
                    "what a read_query that fails does: forward the query (open), or refuse it with an error (closed)")
            .defaultsTo("open")
            .build();

    public static final Option<Integer> LUA_INSTRUCTIONS = Option.integer(
                    "lua-instructions",
                    0,
                    Integer.MAX_VALUE,
                    "steps that one call of a hook may take; 0 for any number")
            .defaultsTo(100_000_000)
            .build();

    public static final Option<Duration> LUA_TIME_LIMIT = Option.seconds(
                    "lua-time-limit", 0, 3600, "seconds that one call of a hook may take; 0 for any time")
            .defaultsTo(Duration.ofSeconds(1))
            .build();

    public static final Option<Integer> LUA_MEMORY_LIMIT = Option.integer(
                    "lua-memory-limit",
                    0,
                    4096,
                    "MiB of strings and tables that one call of a hook may build; 0 for any")
            .defaultsTo(64)
            .build();

    private ScriptOptions() {}
}
