package dev.mysqlproxy.protocol.compress;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Looks at the first bytes of a zstd frame, which say how much memory its decompression takes, before anything is
 * allocated for it. Frames whose header arrives in pieces are rare: then it is gathered here.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1">RFC 8878, 3.1.1.1</a>
 */
final class ZstdFrameHeader {

    private static final int MAGIC = 0xFD2FB528;

    /** Magic number and descriptor, which tells how long the rest is. */
    private static final int FIXED = 5;

    private static final int LONGEST = FIXED + 1 + 4 + 8;
    private static final int SINGLE_SEGMENT = 0x20;

    /** Lengths of a dictionary's id. */
    private static final int[] ID_LENGTHS = {0, 1, 2, 4};

    private final ByteBuffer kept = ByteBuffer.allocateDirect(LONGEST);
    private int announced;
    private boolean accepted;

    /** A frame begins that holds so many plain bytes. */
    void begin(int plainBytes) {
        announced = plainBytes;
        accepted = false;
        kept.clear().limit(0);
    }

    boolean accepted() {
        return accepted;
    }

    /** Bytes of the header that were taken from earlier sources, for zstd to read before the current one. */
    ByteBuffer kept() {
        return kept;
    }

    /**
     * Reads the header. Leaves it in the source if it is there as a whole, else takes from there what there is.
     *
     * @return whether the frame may be decompressed; false when more bytes are needed for that
     */
    boolean look(ByteBuffer source) {
        if (kept.limit() == 0 && whole(source)) {
            check(source.duplicate());
            accepted = true;
            return true;
        }
        while (source.hasRemaining() && !whole(kept)) {
            int end = kept.limit();
            kept.limit(end + 1).put(end, source.get());
        }
        if (whole(kept)) {
            check(kept.duplicate());
            accepted = true;
        }
        return accepted;
    }

    private static boolean whole(ByteBuffer bytes) {
        return bytes.remaining() >= FIXED
                && bytes.remaining() >= FIXED + restLength(bytes.get(bytes.position() + FIXED - 1));
    }

    private static int restLength(byte descriptor) {
        return (single(descriptor) ? 0 : 1) + ID_LENGTHS[descriptor & 3] + sizeLength(descriptor);
    }

    private static boolean single(byte descriptor) {
        return (descriptor & SINGLE_SEGMENT) != 0;
    }

    private static int sizeLength(byte descriptor) {
        int field = (descriptor & 0xff) >>> 6;
        return field == 0 ? single(descriptor) ? 1 : 0 : 1 << field;
    }

    private void check(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt() != MAGIC) {
            throw new ProtocolViolationException("a compressed packet that is not zstd's");
        }
        byte descriptor = bytes.get();
        if (!single(descriptor)) {
            int window = bytes.get() & 0xff;
            long base = 1L << 10 + (window >>> 3);
            if (base + (base >>> 3) * (window & 7) > Wire.MAX_PAYLOAD + 1) {
                throw new ProtocolViolationException("a compressed packet with a window over 16 MiB");
            }
        }
        bytes.position(bytes.position() + ID_LENGTHS[descriptor & 3]);
        long size = switch (sizeLength(descriptor)) {
            case 1 -> bytes.get() & 0xff;
            case 2 -> (bytes.getShort() & 0xffff) + 256;
            case 4 -> bytes.getInt() & 0xffffffffL;
            case 8 -> bytes.getLong();
            default -> announced;
        };
        if (size != announced) {
            throw new ProtocolViolationException(
                    "a compressed packet of " + announced + " bytes whose frame says " + size);
        }
    }
}
