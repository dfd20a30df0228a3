package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.net.CompressionHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** The connection to a session's client: what is written to it, compressed or not. On the session's event loop. */
final class ClientLink {

    private final Channel channel;
    private CompressionHandler compression;
    private boolean dirty;

    ClientLink(Channel channel) {
        this.channel = channel;
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

    /** What goes between proxy and client is compressed from now on. */
    void compress(CompressionHandler handler) {
        compression = handler;
    }

    /** Whether the client compresses. */
    boolean compresses() {
        return compression != null;
    }

    /** A replica that compresses is sent events from here on, see {@link CompressionHandler#acknowledging}. */
    void acknowledging(int first) {
        compression.acknowledging(first);
    }

    /** The client's bytes are used up but for these; what is written to it from here on answers them. */
    void used(int unread) {
        if (compression != null) {
            compression.used(unread);
        }
    }
}
