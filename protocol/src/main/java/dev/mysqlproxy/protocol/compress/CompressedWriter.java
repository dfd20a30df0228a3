package dev.mysqlproxy.protocol.compress;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;

/** Turns plain bytes into compressed packets. One event loop. */
public final class CompressedWriter implements AutoCloseable {

    private final Compressor compressor;
    private final int threshold;
    private int sequence;
    private boolean closed;

    private CompressedWriter(Compressor compressor, int threshold) {
        this.compressor = compressor;
        this.threshold = threshold;
    }

    /**
     * A writer that uses zlib.
     *
     * @param level 1 to 9, -1 for zlib's default; 0 to send all packets as they are
     * @param threshold packets of fewer bytes are sent as they are
     */
    public static CompressedWriter zlib(int level, int threshold) {
        return new CompressedWriter(new ZlibCompressor(level), level == 0 ? Integer.MAX_VALUE : threshold);
    }

    /**
     * A writer that uses zstd.
     *
     * @param level 1 to 22
     * @param threshold packets of fewer bytes are sent as they are
     */
    public static CompressedWriter zstd(int level, int threshold) {
        return new CompressedWriter(new ZstdCompressor(level), threshold);
    }

    /** Sequence id of the next packet; those after it count up from there, and from 255 to 0. */
    public void sequence(int next) {
        sequence = next & 0xff;
    }

    /** Sequence id of the next packet. */
    public int sequence() {
        return sequence;
    }

    /**
     * One packet.
     *
     * @param plain is borrowed; the packet's bytes, of which there must be some, are skipped
     * @param most how many of them to put into the packet, up to 16 MiB - 1
     * @return the packet, which belongs to the caller
     */
    public ByteBuf packet(ByteBufAllocator allocator, ByteBuf plain, int most) {
        int length = Math.min(plain.readableBytes(), Math.min(most, Wire.MAX_PAYLOAD));
        if (length < 1 || closed) {
            throw new IllegalStateException(closed ? "closed" : "nothing to send");
        }
        boolean compress = length >= threshold;
        // enough for either method on input that cannot be compressed
        int room = compress ? length + (length >>> 8) + 64 : length;
        ByteBuf packet = allocator.directBuffer(CompressedReader.HEADER_LENGTH + room);
        try {
            int size = compress ? compress(plain, length, packet, room) : length;
            boolean stored = size >= length;
            packet.writeMediumLE(stored ? length : size);
            packet.writeByte(sequence);
            packet.writeMediumLE(stored ? 0 : length);
            if (stored) {
                packet.writeBytes(plain, length);
            } else {
                plain.skipBytes(length);
                packet.writerIndex(CompressedReader.HEADER_LENGTH + size);
            }
        } catch (RuntimeException e) {
            packet.release();
            throw e;
        }
        sequence = sequence + 1 & 0xff;
        return packet;
    }

    /** Compresses to behind where the packet's header will be; how long that is. */
    private int compress(ByteBuf plain, int length, ByteBuf packet, int room) {
        ByteBuffer target = packet.internalNioBuffer(CompressedReader.HEADER_LENGTH, room);
        int start = target.position();
        boolean fits = compressor.compress(plain.nioBuffers(plain.readerIndex(), length), length, target);
        return fits ? target.position() - start : length;
    }

    /** Frees native memory. May be called again. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            compressor.close();
        }
    }
}
