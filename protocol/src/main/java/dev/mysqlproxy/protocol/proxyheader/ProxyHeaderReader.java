package dev.mysqlproxy.protocol.proxyheader;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Reads the PROXY header that a connection begins with. */
public final class ProxyHeaderReader {

    /** What version 1 begins with. */
    private static final byte[] V1 = {'P', 'R', 'O', 'X', 'Y', ' '};

    /** What version 2 begins with. */
    static final byte[] V2 = {0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private ProxyHeaderReader() {}

    /**
     * Reads a header once all of it has come.
     *
     * @param in the connection's bytes from its beginning; read up to the header's end, or not at all
     * @return empty when more bytes are needed, never for more than {@link ProxyHeader#LONGEST_V2} bytes
     * @throws ProtocolViolationException as soon as it is clear that it is no header
     */
    public static Optional<ProxyHeader> read(ByteBuf in) {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        byte[] start = in.getByte(in.readerIndex()) == V1[0] ? V1 : V2;
        int have = Math.min(in.readableBytes(), start.length);
        for (int i = 0; i < have; i++) {
            if (in.getByte(in.readerIndex() + i) != start[i]) {
                throw new ProtocolViolationException("no PROXY header");
            }
        }
        if (have < start.length) {
            return Optional.empty();
        }
        return start == V1 ? HeaderLine.read(in) : HeaderBlock.read(in);
    }
}
