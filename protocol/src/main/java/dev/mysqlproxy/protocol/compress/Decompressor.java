package dev.mysqlproxy.protocol.compress;

import java.nio.ByteBuffer;

/** Decompresses one packet's payload after the other, piece by piece. */
interface Decompressor {

    /** A payload of a packet begins that will be so many plain bytes. */
    void begin(int announced);

    /**
     * Goes on from the source's position to the target's as far as both allow, and moves them.
     *
     * @return whether the compressed stream has come to its end
     * @throws dev.mysqlproxy.protocol.wire.ProtocolViolationException when the source is not such a stream
     */
    boolean run(ByteBuffer source, ByteBuffer target);

    /** Frees native memory; nothing may be called afterwards. */
    void close();
}
