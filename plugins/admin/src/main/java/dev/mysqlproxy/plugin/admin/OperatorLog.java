package dev.mysqlproxy.plugin.admin;

import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** What operators have done, at the level {@code message}: to be seen where nobody has asked for more. */
final class OperatorLog {

    private static final Marker MESSAGE = MarkerFactory.getMarker("MESSAGE");

    private OperatorLog() {}

    static LoggingEventBuilder of(Logger log) {
        return log.atInfo().addMarker(MESSAGE);
    }
}
