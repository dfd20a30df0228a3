package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.backend.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** A session's connection to a server, on the session's event loop. Counts as a client of the backend while open. */
final class BackendLink {

    private final Backend backend;
    private final Channel channel;
    private boolean dirty;
    private boolean closed;

    BackendLink(Backend backend, Channel channel) {
        this.backend = backend;
        this.channel = channel;
        backend.clientConnected();
    }

    Backend backend() {
        return backend;
    }

    Channel channel() {
        return channel;
    }

    /** Sends with the next {@link #flush}; takes the buffer over. */
    void write(ByteBuf bytes) {
        dirty = true;
        channel.write(bytes, channel.voidPromise());
    }

    void flush() {
        if (dirty) {
            dirty = false;
            channel.flush();
        }
    }

    /** Closes it once what was written is sent. */
    void close() {
        if (!closed) {
            closed = true;
            backend.clientDisconnected();
            Lingering.close(channel);
        }
    }
}
