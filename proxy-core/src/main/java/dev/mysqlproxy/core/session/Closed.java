package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;

/** The end: whatever still arrives is dropped. */
record Closed() implements Phase {

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
