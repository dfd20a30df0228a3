package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;

/** Joins chunks of input. */
final class Chunks {

    private Chunks() {}

    /**
     * What is left of the first, then the second; both are taken over. Copies, and grows by doubling: needed only for
     * input that waits, never for what is passed on as it comes.
     */
    static ByteBuf append(ByteBuf first, ByteBuf second) {
        try {
            if (first.refCnt() == 1
                    && first.maxWritableBytes() >= second.readableBytes()
                    && !first.isReadOnly()
                    && first.writableBytes() >= second.readableBytes()) {
                return first.writeBytes(second);
            }
            int needed = first.readableBytes() + second.readableBytes();
            ByteBuf joined = first.alloc().buffer(Math.max(needed, Math.min(2 * first.readableBytes(), 32 << 20)));
            joined.writeBytes(first).writeBytes(second);
            first.release();
            return joined;
        } finally {
            second.release();
        }
    }
}
