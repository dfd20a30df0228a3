package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * Cuts whole packets out of chunks, for the phases in which packets are small and looked at one by one. Keeps what has
 * not been cut yet; owns every chunk it is given. One event loop.
 */
public final class PacketAssembler {

    private final int limit;
    private ByteBuf pending;

    /**
     * An assembler that refuses packets over a limit.
     *
     * @param limit longest payload in bytes, less than 16 MiB
     */
    public PacketAssembler(int limit) {
        this.limit = limit;
    }

    /** Takes a chunk over. */
    public void add(ByteBuf chunk) {
        if (pending == null) {
            pending = chunk;
        } else if (!pending.isReadable()) {
            pending.release();
            pending = chunk;
        } else {
            try {
                // in the phases this serves, packets are small and split ones rare: a copy is cheaper than a composite
                ByteBuf joined = chunk.alloc().buffer(pending.readableBytes() + chunk.readableBytes());
                joined.writeBytes(pending).writeBytes(chunk);
                pending.release();
                pending = joined;
            } finally {
                chunk.release();
            }
        }
    }

    /**
     * The next whole packet, header included; null when it is not all there. The caller owns it.
     *
     * @throws ProtocolViolationException when its header announces more than the limit
     */
    public ByteBuf next() {
        if (pending == null || pending.readableBytes() < Wire.HEADER_LENGTH) {
            return null;
        }
        int length = pending.getUnsignedMediumLE(pending.readerIndex());
        if (length > limit) {
            throw new ProtocolViolationException("a packet of " + length + " bytes, " + limit + " are allowed here");
        }
        if (pending.readableBytes() < Wire.HEADER_LENGTH + length) {
            return null;
        }
        return pending.readRetainedSlice(Wire.HEADER_LENGTH + length);
    }

    /** Bytes kept. */
    public int pendingBytes() {
        return pending == null ? 0 : pending.readableBytes();
    }

    /** Gives back what was not cut, as the caller's; null when nothing is left. The assembler is empty afterwards. */
    public ByteBuf takeRest() {
        ByteBuf rest = pending;
        pending = null;
        if (rest != null && !rest.isReadable()) {
            rest.release();
            return null;
        }
        return rest;
    }

    /** Lets go of everything. */
    public void release() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }
}
