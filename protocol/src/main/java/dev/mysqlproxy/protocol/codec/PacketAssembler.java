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
    private boolean grown;

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
        } else {
            try {
                // in the phases this serves, packets are small and split ones rare: a copy is cheaper than a composite
                makeRoom(chunk);
                pending.writeBytes(chunk);
            } finally {
                chunk.release();
            }
        }
    }

    /** An own buffer that grows by doubling, so that a peer which sends byte by byte costs no more than one that does not. */
    private void makeRoom(ByteBuf chunk) {
        if (grown && pending.writableBytes() >= chunk.readableBytes()) {
            return;
        }
        int needed = pending.readableBytes() + chunk.readableBytes();
        ByteBuf larger = chunk.alloc().buffer(Math.max(needed, 2 * pending.readableBytes()));
        larger.writeBytes(pending);
        pending.release();
        pending = larger;
        grown = true;
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
        ByteBuf packet = pending.readRetainedSlice(Wire.HEADER_LENGTH + length);
        if (!pending.isReadable()) {
            release();
        }
        return packet;
    }

    /** Bytes kept. */
    public int pendingBytes() {
        return pending == null ? 0 : pending.readableBytes();
    }

    /** Gives back what was not cut, as the caller's; null when nothing is left. The assembler is empty afterwards. */
    public ByteBuf takeRest() {
        ByteBuf rest = pending;
        pending = null;
        grown = false;
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
            grown = false;
        }
    }
}
