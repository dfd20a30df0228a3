package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.script.ScriptOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The options of the process itself; those of plugins come with the plugins. */
public final class ChassisOptions {

    public static final Option<Boolean> VERSION = Option.flag(
                    "version", "print the versions of proxy, Java and plugins")
            .shortName('V')
            .build();

    public static final Option<Boolean> HELP = Option.flag("help", "explain these options and name the plugins' help")
            .shortName('?')
            .build();

    public static final Option<Boolean> HELP_ALL = Option.flag(
                    "help-all", "explain all options, those of the named plugins too")
            .build();

    public static final Option<Path> DEFAULTS_FILE = Option.path(
                    "defaults-file", "ini file whose group [mysql-proxy] has options; relative to the current folder")
            .build();

    public static final Option<Path> CONFIG = Option.path(
                    "config", "HOCON file whose object mysql-proxy has options; relative to the current folder")
            .build();

    /** Without a default: nobody expects a file to be read that nobody has named. */
    public static final Option<Path> SAVED_CONFIG = Option.path(
                    "saved-config",
                    "file to which SAVE CONFIG writes what was changed at run time, read again at the next start")
            .build();

    public static final Option<Boolean> CHECK_CONFIG = Option.flag(
                    "check-config", "say what would run, or what is wrong, and exit")
            .build();

    /** Without a default here: {@link Configuration} answers with the installation's folder. */
    public static final Option<Path> BASEDIR = ScriptOptions.BASEDIR;

    public static final Option<Boolean> DAEMON = Option.flag("daemon", "run in the background; return when it is ready")
            .build();

    public static final Option<Path> PID_FILE =
            Option.path("pid-file", "file to write the process id to").build();

    public static final Option<String> USER = Option.text(
                    "user", "account to run as once all ports are open; only root can change")
            .build();

    public static final Option<Boolean> KEEPALIVE =
            Option.flag("keepalive", "start again after a crash").build();

    public static final Option<Integer> MAX_OPEN_FILES = Option.integer(
                    "max-open-files", 0, Integer.MAX_VALUE, "limit of open files to ask for; 0 leaves it alone")
            .defaultsTo(0)
            .build();

    public static final Option<Path> LOG_FILE = Option.path(
                    "log-file", "file to append the log to; without it the log goes to standard error")
            .build();

    public static final Option<String> LOG_LEVEL = Option.choice(
                    "log-level",
                    List.of("error", "critical", "warning", "message", "info", "debug"),
                    "least important level to log")
            .defaultsTo("message")
            .changeable()
            .build();

    public static final Option<String> LOG_FORMAT = Option.choice(
                    "log-format", List.of("text", "json"), "form of a log line")
            .defaultsTo("text")
            .build();

    public static final Option<Boolean> LOG_USE_SYSLOG =
            Option.flag("log-use-syslog", "log to syslog; excludes --log-file").build();

    public static final Option<Boolean> LOG_BACKTRACE_ON_CRASH = Option.flag(
                    "log-backtrace-on-crash", "accepted, without effect: Java always writes a report of its own crash")
            .build();

    public static final Option<Boolean> VERBOSE_SHUTDOWN = Option.flag(
                    "verbose-shutdown", "log the exit code at level critical instead of message")
            .build();

    /** Without a default here: {@link Configuration} answers with the number of processors. */
    public static final Option<Integer> EVENT_THREADS = Option.integer(
                    "event-threads", 1, 1024, "threads that serve sessions; by default the number of processors")
            .build();

    /** Without a default here: {@link Configuration} answers with {@code plugins} in the installation's folder. */
    public static final Option<Path> PLUGIN_DIR = Option.path(
                    "plugin-dir", "folder of the plugin jars; by default plugins in the installation's folder")
            .build();

    public static final Option<List<String>> PLUGINS = Option.list(
                    "plugins", "plugins to load, in this order; empty and repeated names do not count")
            .defaultsTo(List.of("proxy"))
            .build();

    public static final Option<Path> TLS_DIR = Option.path(
                    "tls-dir", "folder where certificate and keys that the proxy makes for itself are kept")
            .defaultsTo(Path.of("tls"))
            .build();

    public static final Option<Integer> MAX_CONNECTIONS = Option.integer(
                    "max-connections", 1, 1_000_000, "client connections at a time; beyond it they get error 1040")
            .defaultsTo(4096)
            .changeable()
            .build();

    public static final Option<Duration> HANDSHAKE_TIMEOUT = Option.seconds(
                    "handshake-timeout", 0.1, 86_400, "seconds that a client has to log in")
            .defaultsTo(Duration.ofSeconds(10))
            .changeable()
            .build();

    public static final Option<Duration> SHUTDOWN_TIMEOUT = Option.seconds(
                    "shutdown-timeout", 0, 86_400, "seconds that commands and transactions have to finish at the end")
            .defaultsTo(Duration.ofSeconds(30))
            .changeable()
            .build();

    /** In bytes. */
    public static final Option<Integer> MAX_HOOK_PACKET = Option.integer(
                    "max-hook-packet",
                    1024,
                    1 << 30,
                    "bytes of the longest statement that hooks are shown; longer ones pass by them")
            .defaultsTo(16_777_216)
            .changeable()
            .build();

    public static final Option<List<String>> FAIL_CLOSED = Option.list(
                    "fail-closed", "plugins whose errors refuse the session instead of being logged and passed over")
            .build();

    public static final OptionGroup GROUP = new OptionGroup(
            "chassis",
            "Application Options",
            List.of(
                    VERSION,
                    HELP,
                    HELP_ALL,
                    DEFAULTS_FILE,
                    CONFIG,
                    SAVED_CONFIG,
                    CHECK_CONFIG,
                    BASEDIR,
                    PLUGIN_DIR,
                    PLUGINS,
                    FAIL_CLOSED,
                    DAEMON,
                    KEEPALIVE,
                    PID_FILE,
                    USER,
                    MAX_OPEN_FILES,
                    EVENT_THREADS,
                    LOG_FILE,
                    LOG_LEVEL,
                    LOG_FORMAT,
                    LOG_USE_SYSLOG,
                    LOG_BACKTRACE_ON_CRASH,
                    VERBOSE_SHUTDOWN,
                    TLS_DIR,
                    MAX_CONNECTIONS,
                    HANDSHAKE_TIMEOUT,
                    SHUTDOWN_TIMEOUT,
                    MAX_HOOK_PACKET,
                    ScriptOptions.LUA_PATH,
                    ScriptOptions.LUA_CPATH,
                    ScriptOptions.LUA_STATES,
                    ScriptOptions.LUA_SANDBOX,
                    ScriptOptions.LUA_FAIL,
                    ScriptOptions.LUA_INSTRUCTIONS,
                    ScriptOptions.LUA_TIME_LIMIT,
                    ScriptOptions.LUA_MEMORY_LIMIT));

    private static final Set<Option<?>> COMMAND_LINE_ONLY =
            Set.of(VERSION, HELP, HELP_ALL, CHECK_CONFIG, DEFAULTS_FILE, CONFIG);

    private ChassisOptions() {}

    /** Whether it means nothing in a file. */
    static boolean isCommandLineOnly(Option<?> option) {
        return COMMAND_LINE_ONLY.contains(option);
    }

    /** Whether it asks for something to be printed instead of saying how to run. */
    static boolean isRequest(Option<?> option) {
        return isCommandLineOnly(option) && option.kind() == Option.Kind.FLAG;
    }
}
