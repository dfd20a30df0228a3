package dev.mysqlproxy.protocol.compress;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** One zstd frame for each packet, RFC 8878, which says how long its contents are. */
final class ZstdCompressor implements Compressor {

    private static final int PIECE = 64 * 1024;

    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final int level;
    private ByteBuffer scratch;

    ZstdCompressor(int level) {
        this.level = level;
        context.setLevel(level);
    }

    @Override
    public boolean compress(ByteBuffer[] plain, int length, ByteBuffer target) {
        context.setPledgedSrcSize(length);
        for (int i = 0; i < plain.length; i++) {
            boolean last = i == plain.length - 1;
            if (!run(plain[i], target, last)) {
                context.reset();
                context.setLevel(level);
                return false;
            }
        }
        return true;
    }

    /** One buffer, whole; false when the target is full before. */
    private boolean run(ByteBuffer plain, ByteBuffer target, boolean last) {
        boolean ended = false;
        while (last ? !ended : plain.hasRemaining()) {
            ByteBuffer piece = direct(plain);
            // either the whole of it, or a copy of its next part, which is then behind it
            boolean end = last && (plain.isDirect() || !plain.hasRemaining());
            EndDirective how = end ? EndDirective.END : EndDirective.CONTINUE;
            do {
                ended = context.compressDirectByteBufferStream(target, piece, how) && end;
                if (!ended && !target.hasRemaining()) {
                    return false;
                }
            } while (end ? !ended : piece.hasRemaining());
        }
        return true;
    }

    /** The bytes themselves, or the first of them copied to where zstd can read them. */
    private ByteBuffer direct(ByteBuffer plain) {
        if (plain.isDirect()) {
            return plain;
        }
        if (scratch == null) {
            scratch = ByteBuffer.allocateDirect(PIECE);
        }
        int end = plain.limit();
        scratch.clear();
        plain.limit(Math.min(end, plain.position() + PIECE));
        scratch.put(plain).flip();
        plain.limit(end);
        return scratch;
    }

    @Override
    public void close() {
        context.close();
    }
}
