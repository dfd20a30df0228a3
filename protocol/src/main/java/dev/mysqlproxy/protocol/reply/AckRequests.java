package dev.mysqlproxy.protocol.reply;

import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;

/**
 * Finds, in a stream of binary log events of a semi-synchronous source, the packets that its replica has to acknowledge.
 * Behind each of them both count their packets anew. Sees the plain stream in whatever chunks it comes. Not thread-safe.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/9.0/en/replication-semisync.html">Semisynchronous Replication</a>
 */
public final class AckRequests {

    private static final int MAGIC = 0xef;
    private static final int WANTED = 1;
    /** OK byte, magic and flags come before the event. */
    private static final int PREFIX = 3;

    private int length;
    private int headerBytes;
    private int payloadBytes;
    private int matched;
    private boolean continued;

    /**
     * Reads on.
     *
     * @param chunk what follows what was read last; borrowed, its indexes stay
     * @return how many bytes of it belong to packets up to and with the next one that wants an acknowledgement, no more of
     *     it has been read then; -1 when no such packet ends in it
     */
    public int next(ByteBuf chunk) {
        int start = chunk.readerIndex();
        int at = start;
        int end = chunk.writerIndex();
        while (at < end) {
            if (headerBytes < Wire.HEADER_LENGTH) {
                header(chunk.getUnsignedByte(at++));
            }
            if (headerBytes < Wire.HEADER_LENGTH) {
                continue;
            }
            while (payloadBytes < PREFIX && payloadBytes < length && at < end) {
                payload(chunk.getUnsignedByte(at++));
            }
            int rest = Math.min(length - payloadBytes, end - at);
            if (payloadBytes >= PREFIX) {
                payloadBytes += rest;
                at += rest;
            }
            if (payloadBytes == length && packetEnded()) {
                return at - start;
            }
        }
        return -1;
    }

    private void header(int value) {
        if (headerBytes < Wire.HEADER_LENGTH - 1) {
            length |= value << (8 * headerBytes);
        }
        headerBytes++;
    }

    private void payload(int value) {
        boolean fits = switch (payloadBytes) {
            case 0 -> value == 0;
            case 1 -> value == MAGIC;
            default -> (value & WANTED) != 0;
        };
        if (!continued && fits && matched == payloadBytes) {
            matched++;
        }
        payloadBytes++;
    }

    /** Whether it was the last part of one that wants an acknowledgement. */
    private boolean packetEnded() {
        continued = length == Wire.MAX_PAYLOAD;
        boolean wanted = matched == PREFIX && !continued;
        length = 0;
        headerBytes = 0;
        payloadBytes = 0;
        if (!continued) {
            matched = 0;
        }
        return wanted;
    }
}
