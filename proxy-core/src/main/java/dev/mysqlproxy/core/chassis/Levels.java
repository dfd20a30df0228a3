package dev.mysqlproxy.core.chassis;

import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The two levels that SLF4J lacks. The others follow from SLF4J's: error is {@code critical}, warn {@code warning},
 * info {@code info}, debug and trace {@code debug}. Code that does not see this class (plugins) gets the same marker by
 * its name, {@code MarkerFactory.getMarker("MESSAGE")}.
 */
public final class Levels {

    /** Makes an info event a {@code message}. */
    public static final Marker MESSAGE = MarkerFactory.getMarker("MESSAGE");

    /** Makes an error event an {@code error}: the process ends of it. */
    public static final Marker FATAL = MarkerFactory.getMarker("FATAL");

    private Levels() {}

    /** An event at {@code message}: news of the normal course that an operator wants to see. */
    public static LoggingEventBuilder message(Logger log) {
        return log.atInfo().addMarker(MESSAGE);
    }

    /**
     * An event at {@code critical}, the default level. Besides failures, the few lines that are always visible
     * ({@code plugin proxy 1.0 started}) use it.
     */
    public static LoggingEventBuilder critical(Logger log) {
        return log.atError();
    }

    /** An event at {@code error}: the process ends of it. */
    public static LoggingEventBuilder fatal(Logger log) {
        return log.atError().addMarker(FATAL);
    }
}
