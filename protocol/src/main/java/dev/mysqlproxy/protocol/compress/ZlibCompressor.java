package dev.mysqlproxy.protocol.compress;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** With zlib's header and checksum, RFC 1950. */
final class ZlibCompressor implements Compressor {

    private final Deflater deflater;

    ZlibCompressor(int level) {
        deflater = new Deflater(level);
    }

    @Override
    public boolean compress(ByteBuffer[] plain, int length, ByteBuffer target) {
        deflater.reset();
        for (int i = 0; i < plain.length; i++) {
            deflater.setInput(plain[i]);
            if (i == plain.length - 1) {
                deflater.finish();
            }
            while (!deflater.needsInput() && !deflater.finished() && target.hasRemaining()) {
                deflater.deflate(target);
            }
        }
        // without input it may still have output
        while (!deflater.finished() && target.hasRemaining()) {
            deflater.deflate(target);
        }
        return deflater.finished();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
