package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/** Payloads in a buffer of packets, of one packet or, from 16 MiB on, of several. */
public final class Payloads {

    private Payloads() {}

    /**
     * Length of the payload whose first header is at the reader index.
     *
     * @param limit where to stop counting
     * @return its length; or a number beyond the limit when it is longer than that, whether it is all there or not; else -1
     *     when more of it must arrive first
     */
    public static long length(ByteBuf in, long limit) {
        int at = in.readerIndex();
        long total = 0;
        int part = Wire.MAX_PAYLOAD;
        while (part == Wire.MAX_PAYLOAD) {
            if (in.writerIndex() - at < Wire.HEADER_LENGTH) {
                return -1;
            }
            part = in.getUnsignedMediumLE(at);
            total += part;
            if (total > limit) {
                return total;
            }
            if (in.writerIndex() - at < Wire.HEADER_LENGTH + part) {
                return -1;
            }
            at += Wire.HEADER_LENGTH + part;
        }
        return total;
    }

    /** How many packets a payload of this length takes. */
    public static int packets(long length) {
        return (int) (length / Wire.MAX_PAYLOAD) + 1;
    }

    /**
     * The payload whose first header is at the reader index, all of which is there, in one piece; the caller's. The reader
     * index is left alone.
     *
     * @param length of it
     */
    public static ByteBuf join(ByteBuf in, int length) {
        ByteBuf joined = in.alloc().buffer(length);
        int at = in.readerIndex();
        while (joined.readableBytes() < length) {
            int part = in.getUnsignedMediumLE(at);
            joined.writeBytes(in, at + Wire.HEADER_LENGTH, part);
            at += Wire.HEADER_LENGTH + part;
        }
        return joined;
    }
}
