package dev.mysqlproxy.protocol.compress;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Turns chunks of compressed packets into the plain bytes that they hold, as they come: neither a compressed packet nor
 * what is in it is ever held as a whole. Packets must hold exactly the plain bytes that they announce, 16 MiB - 1 at
 * most; no more than those, and no more than {@link #PIECE} at once, are allocated. Sequence ids are told, not checked:
 * they say nothing that the stream does not. One event loop.
 */
public final class CompressedReader implements AutoCloseable {

    /** Length of a compressed packet's header: its length, its sequence id, its length when it is decompressed. */
    public static final int HEADER_LENGTH = 7;

    /** Most bytes in a buffer of {@link #next}, but for those that came as they are. */
    public static final int PIECE = 64 * 1024;

    private final Decompressor decompressor;
    private final ArrayDeque<ByteBuf> input = new ArrayDeque<>();

    /** For what must not be there: bytes after the last that was announced. */
    private final ByteBuffer spare = ByteBuffer.allocateDirect(1);

    private ByteBuffer scratch;
    private long header;
    private int headerLength;
    private int sequence;
    private int payloadLeft;
    private int plainLeft;
    private boolean compressed;
    /** There may be plain bytes without further input: they did not fit. */
    private boolean more;

    private boolean closed;

    private CompressedReader(Decompressor decompressor) {
        this.decompressor = decompressor;
    }

    /** A reader for the peer's zlib. */
    public static CompressedReader zlib() {
        return new CompressedReader(new ZlibDecompressor());
    }

    /** A reader for the peer's zstd. */
    public static CompressedReader zstd() {
        return new CompressedReader(new ZstdDecompressor());
    }

    /** Takes a chunk over. */
    public void add(ByteBuf chunk) {
        if (closed || !chunk.isReadable()) {
            chunk.release();
        } else {
            input.add(chunk);
        }
    }

    /** Whether there are chunks that {@link #next} has not used up. */
    public boolean hasInput() {
        return more || !input.isEmpty();
    }

    /** Sequence id of the packet that the last plain bytes came from. */
    public int sequence() {
        return sequence;
    }

    /**
     * The next plain bytes, never empty; they lie in one compressed packet and belong to the caller, who may write in
     * them. Null when there are none before another chunk.
     *
     * @throws ProtocolViolationException for bytes that are no compressed packet; the reader is closed then
     */
    public ByteBuf next(ByteBufAllocator allocator) {
        try {
            ByteBuf plain = null;
            while (plain == null && hasInput()) {
                if (headerLength < HEADER_LENGTH) {
                    readHeader();
                } else {
                    plain = compressed ? decompress(allocator) : stored();
                }
                dropUsed();
            }
            return plain;
        } catch (ProtocolViolationException e) {
            close();
            throw e;
        }
    }

    private void dropUsed() {
        ByteBuf first = input.peek();
        if (first != null && !first.isReadable()) {
            input.remove().release();
        }
    }

    private void readHeader() {
        ByteBuf from = input.element();
        while (from.isReadable() && headerLength < HEADER_LENGTH) {
            header |= (long) from.readUnsignedByte() << 8 * headerLength++;
        }
        if (headerLength < HEADER_LENGTH) {
            return;
        }
        payloadLeft = (int) header & Wire.MAX_PAYLOAD;
        sequence = (int) (header >>> 24) & 0xff;
        plainLeft = (int) (header >>> 32);
        header = 0;
        compressed = plainLeft > 0;
        if (compressed) {
            if (payloadLeft == 0) {
                throw new ProtocolViolationException("an empty compressed packet for " + plainLeft + " bytes");
            }
            decompressor.begin(plainLeft);
        } else if (payloadLeft == 0) {
            headerLength = 0;
        }
    }

    private ByteBuf stored() {
        ByteBuf from = input.element();
        ByteBuf plain = from.readRetainedSlice(Math.min(payloadLeft, from.readableBytes()));
        payloadLeft -= plain.readableBytes();
        if (payloadLeft == 0) {
            headerLength = 0;
        }
        return plain;
    }

    /** Plain bytes of the first chunk; null when there are none in it. */
    private ByteBuf decompress(ByteBufAllocator allocator) {
        if (plainLeft == 0) {
            run(spare.clear());
            return null;
        }
        // one more at the end: the stream has to end there too, and shows it at once
        ByteBuf plain = allocator.directBuffer(plainLeft < PIECE ? plainLeft + 1 : PIECE);
        try {
            ByteBuffer target = plain.internalNioBuffer(0, plain.capacity());
            int start = target.position();
            run(target);
            plain.writerIndex(target.position() - start);
        } catch (ProtocolViolationException e) {
            plain.release();
            throw e;
        }
        if (plain.isReadable()) {
            return plain;
        }
        plain.release();
        return null;
    }

    private void run(ByteBuffer target) {
        ByteBuf from = input.isEmpty() ? Unpooled.EMPTY_BUFFER : input.element();
        ByteBuffer source = direct(from, Math.min(payloadLeft, from.readableBytes()));
        int start = source.position();
        int room = target.remaining();
        boolean ended = decompressor.run(source, target);
        int used = source.position() - start;
        from.skipBytes(used);
        payloadLeft -= used;
        plainLeft -= room - target.remaining();
        more = !ended && !target.hasRemaining();
        check(ended, source.hasRemaining());
        if (ended) {
            headerLength = 0;
        }
    }

    private void check(boolean ended, boolean sourceLeft) {
        if (plainLeft < 0) {
            throw new ProtocolViolationException("a compressed packet that holds more than it announces");
        }
        if (ended && payloadLeft > 0) {
            throw new ProtocolViolationException("a compressed packet with " + payloadLeft + " bytes behind its data");
        }
        if (ended ? plainLeft > 0 : payloadLeft == 0 && !more) {
            throw new ProtocolViolationException("a compressed packet that lacks " + plainLeft + " of its bytes");
        }
        if (!ended && !more && sourceLeft) {
            throw new ProtocolViolationException("a compressed packet that cannot be read on");
        }
    }

    /** The next bytes of a chunk, in memory that native code can read; they are not skipped. */
    private ByteBuffer direct(ByteBuf from, int length) {
        if (from.isDirect() && from.nioBufferCount() == 1) {
            return from.nioBuffer(from.readerIndex(), length);
        }
        if (scratch == null) {
            scratch = ByteBuffer.allocateDirect(PIECE);
        }
        scratch.clear().limit(Math.min(length, PIECE));
        from.getBytes(from.readerIndex(), scratch);
        return scratch.flip();
    }

    /** Lets go of all chunks and of native memory. May be called again. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            more = false;
            input.forEach(ByteBuf::release);
            input.clear();
            decompressor.close();
        }
    }
}
