package dev.mysqlproxy.core.chassis;

import java.io.IOException;

/** Where finished lines go. Called under the appender's lock. */
interface LogSink extends AutoCloseable {

    void write(LogLevel level, String line) throws IOException;

    /** Lets go of a file that was moved away and opens the name again; on failure the old one stays in use. */
    default void reopen() throws IOException {}

    @Override
    default void close() {}
}
