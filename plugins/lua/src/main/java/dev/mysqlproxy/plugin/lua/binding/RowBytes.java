package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Counts the bytes of the row packets of a whole reply, headers included. */
final class RowBytes {

    private static final int EOF_HEADER = 0xfe;
    private static final int EOF_LENGTH = 5;

    private RowBytes() {}

    /** Of all result sets; what cannot be understood ends the count. */
    static long of(List<byte[]> packets) {
        long bytes = 0;
        int at = 0;
        try {
            while (at < packets.size()) {
                byte[] head = packets.get(at++);
                int first = first(head);
                if (first == ErrPacket.HEADER) {
                    return bytes;
                }
                if (first == OkPacket.HEADER) {
                    if (!more(head)) {
                        return bytes;
                    }
                    continue;
                }
                at += (int) Math.min(Wire.readLenEnc(Unpooled.wrappedBuffer(head), "a result set"), packets.size());
                if (at < packets.size() && isShortEof(packets.get(at))) {
                    at++;
                }
                while (at < packets.size() && !endsRows(packets.get(at))) {
                    bytes += packetBytes(packets.get(at++).length);
                }
                if (at >= packets.size() || !more(packets.get(at++))) {
                    return bytes;
                }
            }
        } catch (ProtocolViolationException e) {
            return bytes;
        }
        return bytes;
    }

    private static int first(byte[] packet) {
        return packet.length == 0 ? OkPacket.HEADER : packet[0] & 0xff;
    }

    private static boolean isShortEof(byte[] packet) {
        return packet.length == EOF_LENGTH && first(packet) == EOF_HEADER;
    }

    /** A row that begins with 0xfe has a value of 16 MiB or more behind it. */
    private static boolean endsRows(byte[] packet) {
        int first = packet.length == 0 ? 0 : packet[0] & 0xff;
        return first == ErrPacket.HEADER || first == EOF_HEADER && packet.length < Wire.MAX_PAYLOAD;
    }

    private static boolean more(byte[] end) {
        if (first(end) == ErrPacket.HEADER) {
            return false;
        }
        ByteBuf in = Unpooled.wrappedBuffer(end);
        int status =
                isShortEof(end) ? in.getUnsignedShortLE(3) : OkPacket.decode(in).status();
        return (status & ServerStatus.MORE_RESULTS_EXISTS) != 0;
    }

    private static long packetBytes(int length) {
        return length + (long) Wire.HEADER_LENGTH * (length / Wire.MAX_PAYLOAD + 1);
    }
}
