package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;

/**
 * The end: whatever still arrives is dropped.
 *
 * @param serverIdle whether the disconnect hooks may park the server connection
 * @param serverStatus of the server's last word
 */
record Closed(boolean serverIdle, int serverStatus) implements Phase {

    @Override
    public void clientBytes(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void backendClosed() {
        // expected: closing the session closes it
    }

    @Override
    public String word() {
        return "closed";
    }

    @Override
    public int errorSequence() {
        return -1;
    }

    @Override
    public void release() {
        // holds nothing
    }
}
