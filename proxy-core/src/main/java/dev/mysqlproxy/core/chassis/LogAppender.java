package dev.mysqlproxy.core.chassis;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Filters by the operator's level, drops repetitions, formats, writes. Thread safe; a lock is held while it writes. */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Object lock = new Object();
    private final RepeatFilter repeats = new RepeatFilter();
    private final LogRing ring = new LogRing();
    private final LogSink fallback = new StderrSink();
    private volatile LogLevel level;
    private LogFormat format;
    private LogSink sink;
    private ScheduledThreadPoolExecutor timer;
    private boolean failed;

    LogAppender(LogLevel level, LogFormat format, LogSink sink) {
        this.level = level;
        this.format = format;
        this.sink = sink;
    }

    /** Changes everything at once; what is held back goes to the old place first, which is then closed. */
    void configure(LogLevel newLevel, LogFormat newFormat, LogSink newSink) {
        synchronized (lock) {
            flush();
            sink.close();
            level = newLevel;
            format = newFormat;
            sink = newSink;
            failed = false;
        }
    }

    void setLevel(LogLevel newLevel) {
        level = newLevel;
    }

    @Override
    protected void append(ILoggingEvent event) {
        LogEntry entry = LogEntry.of(event);
        if (entry.level().isVisibleAt(level)) {
            log(entry);
        }
    }

    /** What was written last. */
    LogRing ring() {
        return ring;
    }

    /** Writes the entry, or holds it back, whatever its level. */
    void log(LogEntry entry) {
        synchronized (lock) {
            if (repeats.holds(entry)) {
                if (repeats.isDue(entry.millis())) {
                    flush();
                } else if (repeats.held() == 1) {
                    flushLater();
                }
                return;
            }
            repeats.take(entry.millis()).ifPresent(this::write);
            repeats.remember(entry);
            write(entry);
        }
    }

    /** Tells what is held back. */
    void flush() {
        synchronized (lock) {
            repeats.take(System.currentTimeMillis()).ifPresent(this::write);
        }
    }

    /**
     * One line into the old file, one into the new; a file that cannot be opened again stays as it is.
     *
     * @param why begins the first line
     * @param after ends the second
     */
    void reopen(String why, String after) {
        synchronized (lock) {
            flush();
            note(LogLevel.MESSAGE, why + ", closing the log file");
            try {
                sink.reopen();
                failed = false;
                note(LogLevel.MESSAGE, "re-opened the log file after " + after);
            } catch (IOException e) {
                note(LogLevel.CRITICAL, "cannot re-open the log file, going on with the old one: " + e.getMessage());
            }
            // what is said next is news, even if it was said before
            repeats.remember(null);
        }
    }

    private void note(LogLevel noteLevel, String text) {
        if (noteLevel.isVisibleAt(level)) {
            String thread = Thread.currentThread().getName();
            long now = System.currentTimeMillis();
            write(new LogEntry(now, noteLevel, Logs.class.getName(), thread, text, List.of(), Optional.empty()));
        }
    }

    @Override
    public void stop() {
        synchronized (lock) {
            flush();
            if (timer != null) {
                timer.shutdownNow();
            }
            sink.close();
            sink = fallback;
        }
        super.stop();
    }

    private void write(LogEntry entry) {
        ring.add(entry);
        String line = format.format(entry, level == LogLevel.DEBUG);
        try {
            sink.write(entry.level(), line);
            failed = false;
        } catch (IOException e) {
            writeToFallback(entry.level(), line, e);
        }
    }

    private void writeToFallback(LogLevel entryLevel, String line, IOException reason) {
        if (sink == fallback) {
            return;
        }
        try {
            if (!failed) {
                failed = true;
                fallback.write(LogLevel.CRITICAL, "cannot write to the log: " + reason.getMessage() + '\n');
            }
            fallback.write(entryLevel, line);
        } catch (IOException e) {
            // there is no place left to say so
        }
    }

    private void flushLater() {
        if (timer == null) {
            timer = new ScheduledThreadPoolExecutor(1, work -> {
                Thread thread = new Thread(work, "log-repeats");
                thread.setDaemon(true);
                return thread;
            });
            timer.setKeepAliveTime(1, TimeUnit.MINUTES);
            timer.allowCoreThreadTimeOut(true);
            timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        }
        timer.schedule(this::flushIfDue, RepeatFilter.MAX_HOLD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void flushIfDue() {
        synchronized (lock) {
            if (repeats.isDue(System.currentTimeMillis())) {
                flush();
            }
        }
    }
}
