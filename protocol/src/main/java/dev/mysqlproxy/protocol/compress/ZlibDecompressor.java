package dev.mysqlproxy.protocol.compress;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** With zlib's header and checksum, RFC 1950. */
final class ZlibDecompressor implements Decompressor {

    private final Inflater inflater = new Inflater();

    @Override
    public void begin(int announced) {
        inflater.reset();
    }

    @Override
    public boolean run(ByteBuffer source, ByteBuffer target) {
        inflater.setInput(source);
        try {
            inflater.inflate(target);
        } catch (DataFormatException e) {
            throw new ProtocolViolationException("a compressed packet that is not zlib's: " + e.getMessage());
        }
        if (inflater.needsDictionary()) {
            throw new ProtocolViolationException("a compressed packet that needs a dictionary");
        }
        return inflater.finished();
    }

    @Override
    public void close() {
        inflater.end();
    }
}
