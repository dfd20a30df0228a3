package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;

/**
 * What must be done on a server connection before the session that has it may send commands there: a {@link Preparation} of
 * one from the pool, or the {@link Opening} of a new one. On the session's event loop.
 */
sealed interface Readying permits Preparation, Opening {

    /**
     * Begins.
     *
     * @param reset whether another session may have left something on it
     */
    void start(boolean reset);

    /** Bytes of the server; takes the chunk over. */
    void bytes(ByteBuf chunk);

    /** The connection has ended. */
    void lost();

    /** The session gives up; closes the connection. */
    void cancel();
}
