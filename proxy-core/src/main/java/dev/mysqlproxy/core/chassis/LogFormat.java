package dev.mysqlproxy.core.chassis;

/** Makes the text of an entry, which ends with a line feed. Not thread safe: the appender calls it under its lock. */
interface LogFormat {

    /**
     * Formats one entry.
     *
     * @param stacks whether to add the stack trace of what was thrown
     */
    String format(LogEntry entry, boolean stacks);
}
