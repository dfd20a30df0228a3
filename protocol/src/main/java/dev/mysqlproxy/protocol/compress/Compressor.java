package dev.mysqlproxy.protocol.compress;

import java.nio.ByteBuffer;

/** Compresses one packet's payload after the other. */
interface Compressor {

    /**
     * Compresses a payload.
     *
     * @param plain all of it, in this order; the buffers are used up
     * @param length how much that is
     * @param target behind whose position the result is written; its position moves behind that
     * @return whether the result fitted into the target
     */
    boolean compress(ByteBuffer[] plain, int length, ByteBuffer target);

    /** Frees native memory; nothing may be called afterwards. */
    void close();
}
