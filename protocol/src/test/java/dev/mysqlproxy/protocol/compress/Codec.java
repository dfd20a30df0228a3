package dev.mysqlproxy.protocol.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/** Both methods, for tests that do the same with each; bytes in and out. */
enum Codec {
    ZLIB,
    ZSTD;

    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    CompressedReader reader() {
        return this == ZLIB ? CompressedReader.zlib() : CompressedReader.zstd();
    }

    CompressedWriter writer(int threshold) {
        return this == ZLIB ? CompressedWriter.zlib(6, threshold) : CompressedWriter.zstd(3, threshold);
    }

    /** A packet with these plain bytes, compressed. */
    byte[] packet(byte[] plain) {
        try (CompressedWriter writer = writer(0)) {
            return packets(writer, Unpooled.wrappedBuffer(plain), Integer.MAX_VALUE);
        }
    }

    /** Everything as packets, one after the other; takes the buffer over. */
    static byte[] packets(CompressedWriter writer, ByteBuf plain, int most) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (plain.isReadable()) {
            ByteBuf packet = writer.packet(ALLOCATOR, plain, most);
            byte[] bytes = new byte[packet.readableBytes()];
            packet.readBytes(bytes).release();
            all.writeBytes(bytes);
        }
        plain.release();
        return all.toByteArray();
    }

    /** What a reader makes of a chunk. */
    static byte[] read(CompressedReader reader, ByteBuf chunk) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        reader.add(chunk);
        for (ByteBuf plain = reader.next(ALLOCATOR); plain != null; plain = reader.next(ALLOCATOR)) {
            byte[] bytes = new byte[plain.readableBytes()];
            plain.readBytes(bytes).release();
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    static ByteBuf direct(byte[] bytes, int from, int to) {
        return ALLOCATOR.directBuffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from);
    }

    static ByteBuf heap(byte[] bytes, int from, int to) {
        return ALLOCATOR.heapBuffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from);
    }

    /** The bytes in several pieces, of both kinds of memory. */
    static ByteBuf pieces(byte[] bytes, List<Integer> cuts) {
        CompositeByteBuf all = ALLOCATOR.compositeBuffer(cuts.size() + 1);
        int from = 0;
        for (int cut : cuts) {
            all.addComponent(true, cut % 2 == 0 ? heap(bytes, from, cut) : direct(bytes, from, cut));
            from = cut;
        }
        return all.addComponent(true, direct(bytes, from, bytes.length));
    }

    /** Text-like bytes, or such that cannot be compressed. */
    static byte[] bytes(Random random, int length, boolean dense) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (!dense) {
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) ('a' + (bytes[i] & 3));
            }
        }
        return bytes;
    }
}
