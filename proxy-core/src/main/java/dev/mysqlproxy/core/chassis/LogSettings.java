package dev.mysqlproxy.core.chassis;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the log goes and how it looks.
 *
 * @param file absolute path of the log file; without one, and without syslog, the log goes to stderr
 * @param level the least severe level that is written
 * @param syslog send to the local syslog instead; excludes {@code file}
 * @param json one JSON object a line instead of text
 */
public record LogSettings(Optional<Path> file, LogLevel level, boolean syslog, boolean json) {

    /** What holds until the options are known: text on stderr, messages and worse. */
    public static final LogSettings STARTING = new LogSettings(Optional.empty(), LogLevel.MESSAGE, false, false);

    public LogSettings {
        if (syslog && file.isPresent()) {
            throw new IllegalArgumentException("log-file and log-use-syslog were given, but only one is allowed");
        }
    }

    /** Whether lines appear on stderr. */
    public boolean toStderr() {
        return file.isEmpty() && !syslog;
    }
}
