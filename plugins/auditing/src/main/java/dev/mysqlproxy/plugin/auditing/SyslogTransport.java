package dev.mysqlproxy.plugin.auditing;

import java.io.IOException;

/** How messages reach a syslog. The writer's thread. Connects when there is something to send. */
interface SyslogTransport {

    /** Sends a message. */
    void send(byte[] message, int length) throws IOException;

    /** Sends what was only kept until now. */
    default void flush() throws IOException {}

    String name();

    /** Ends the connection; the next message makes another. */
    void close();
}
