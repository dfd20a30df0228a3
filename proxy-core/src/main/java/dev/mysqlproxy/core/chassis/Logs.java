package dev.mysqlproxy.core.chassis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.mysqlproxy.api.lifecycle.ProxyControl.LogLine;
import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * The log of the process. {@link #install} before anything logs; {@link #configure} once the options are known;
 * {@link #close} as the very last. Any thread.
 */
public final class Logs implements AutoCloseable {

    private static final String APPENDER = "mysql-proxy";

    private final LoggerContext context;
    private final LogAppender appender;
    private volatile LogSettings settings = LogSettings.STARTING;

    private Logs(LoggerContext context, LogAppender appender) {
        this.context = context;
        this.appender = appender;
    }

    /**
     * Takes over SLF4J; from here on messages and worse go to stderr. The first line of {@code main}: with a logger
     * made earlier it still works, but logback has then spent time on its own configuration.
     */
    public static Logs install() {
        System.setProperty("slf4j.provider", LogProvider.class.getName());
        // else SLF4J tells on stderr that it obeys the property
        System.setProperty("slf4j.internal.verbosity", "WARN");
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            return attach(context);
        }
        throw new IllegalStateException("SLF4J is bound to another library than logback");
    }

    /** Makes our appender the only one of this context; asked again, returns what is there. */
    public static Logs attach(LoggerContext context) {
        if (context.getObject(APPENDER) instanceof Logs present) {
            return present;
        }
        context.reset();
        LogSettings start = LogSettings.STARTING;
        LogAppender appender = new LogAppender(start.level(), formatFor(start), new StderrSink());
        appender.setContext(context);
        appender.setName(APPENDER);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        Logs logs = new Logs(context, appender);
        logs.applyLevel(start.level());
        context.putObject(APPENDER, logs);
        return logs;
    }

    /**
     * Changes where the log goes and how it looks.
     *
     * @throws StartException when the file cannot be opened or there is no syslog; the log stays as it was
     */
    public void configure(LogSettings wanted) throws StartException {
        LogSink sink = sinkFor(wanted);
        appender.configure(wanted.level(), formatFor(wanted), sink);
        applyLevel(wanted.level());
        settings = wanted;
    }

    /** What holds now. */
    public LogSettings settings() {
        return settings;
    }

    /** Changes the level alone, for the time of the start or at run time. */
    public void setLevel(LogLevel level) {
        LogSettings old = settings;
        settings = new LogSettings(old.file(), level, old.syslog(), old.json());
        appender.setLevel(level);
        applyLevel(level);
    }

    /** Opens the log file by its name again, after it was moved away and SIGHUP came. Without a file only says so. */
    public void reopen() {
        appender.reopen("received SIGHUP", "SIGHUP");
    }

    /** As {@link #reopen}, for an operator who is logged in to the proxy. */
    public void reopenAsAsked() {
        appender.reopen("asked by an operator", "an operator asked");
    }

    /** The last lines that were written, at most 1,000, oldest first. */
    public List<LogLine> lines() {
        return appender.ring().lines();
    }

    /** How many lines were written, by level. */
    public Map<LogLevel, Long> counts() {
        return appender.ring().counts();
    }

    /** Writes what is held back and closes; later lines are lost. */
    @Override
    public void close() {
        context.stop();
    }

    private void applyLevel(LogLevel level) {
        Level threshold = switch (level) {
            case ERROR, CRITICAL -> Level.ERROR;
            case WARNING -> Level.WARN;
            // the appender drops those that are not messages
            case MESSAGE, INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
        };
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(threshold);
        // Netty's debug lines are about Netty, and some cost a look at the whole machine
        Level foreign = threshold == Level.DEBUG ? Level.INFO : threshold;
        context.getLogger("io.netty").setLevel(foreign);
        // what PF4J has to say of a plugin that cannot be used, we say in one line ourselves
        context.getLogger("org.pf4j").setLevel(Level.OFF);
    }

    private static LogFormat formatFor(LogSettings settings) {
        if (settings.json()) {
            return new JsonFormat(ZoneId.systemDefault());
        }
        return settings.syslog() ? TextFormat.bare() : TextFormat.stamped(ZoneId.systemDefault());
    }

    private static LogSink sinkFor(LogSettings settings) throws StartException {
        if (settings.syslog()) {
            try {
                return new SyslogSink();
            } catch (LinkageError e) {
                throw new StartException("cannot log to syslog: " + Posix.unavailable(e), e);
            }
        }
        Optional<Path> file = settings.file();
        if (file.isEmpty()) {
            return new StderrSink();
        }
        try {
            return FileSink.open(file.get());
        } catch (IOException e) {
            throw new StartException("cannot open the log file " + file.get() + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "the directory does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e.getMessage();
    }
}
