package dev.mysqlproxy.protocol.compress;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.ByteBuffer;

/** One zstd frame for each packet, RFC 8878. */
final class ZstdDecompressor implements Decompressor {

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final ZstdFrameHeader header = new ZstdFrameHeader();

    @Override
    public void begin(int announced) {
        header.begin(announced);
    }

    @Override
    public boolean run(ByteBuffer source, ByteBuffer target) {
        // the window's memory is the frame's wish: it is looked at before zstd sees it
        if (!header.accepted() && !header.look(source)) {
            return false;
        }
        try {
            ByteBuffer kept = header.kept();
            boolean ended = kept.hasRemaining() && context.decompressDirectByteBufferStream(target, kept);
            return ended || context.decompressDirectByteBufferStream(target, source);
        } catch (ZstdException e) {
            throw new ProtocolViolationException("a compressed packet that is not zstd's: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
