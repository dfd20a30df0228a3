package dev.mysqlproxy.plugin.lua.module;

import java.util.Map;

/** What the modules need of the process they run in. Called on the thread that runs the script; must not block. */
public interface Host {

    /** Severity of a line for the log. None of them ends the process. */
    enum Level {
        ERROR,
        CRITICAL,
        WARNING,
        MESSAGE,
        INFO,
        DEBUG
    }

    /** A line for the log. */
    void log(Level level, String message);

    /** The folder that scripts' paths are shown relative to, absolute; empty for none. */
    String baseDir();

    /** Begins the process's orderly end. */
    void shutdown();

    /** Counters by plugin and then by name, as of now; {@code chassis} is the process itself. */
    Map<String, Map<String, Long>> statistics();

    /** The program's version, such as {@code 1.0.0}. */
    String version();
}
