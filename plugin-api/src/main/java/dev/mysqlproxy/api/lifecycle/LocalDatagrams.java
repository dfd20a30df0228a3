package dev.mysqlproxy.api.lifecycle;

import java.io.Closeable;
import java.io.IOException;

/**
 * A connection to a datagram socket of this machine with a path, such as syslog's {@code /dev/log}, which Java itself
 * cannot open. Belongs to one thread at a time, which is no event loop.
 */
public interface LocalDatagrams extends Closeable {

    /**
     * Sends one datagram. Waits up to a second while the receiver's queue is full.
     *
     * @throws IOException with the system's reason, for example that nobody listens any more or that it is too long; the
     *     connection is of no use then and has to be closed
     */
    void send(byte[] bytes, int offset, int length) throws IOException;

    /** Closes it; more than once if need be. */
    @Override
    void close();
}
