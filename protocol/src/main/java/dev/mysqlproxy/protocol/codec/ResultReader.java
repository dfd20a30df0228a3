package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Reads the first result set of a reply that was kept whole.
 *
 * @param packets payloads of the reply, parts of 16 MiB joined, progress reports left out
 * @param columns columns of the first result set; empty when the reply has none
 * @param firstRow index in {@code packets} of its first row
 * @param lastRow index after its last row
 * @param binary whether rows are of the binary protocol
 */
public record ResultReader(
        List<byte[]> packets, List<ColumnDefinition> columns, int firstRow, int lastRow, boolean binary) {

    private static final int NULL_VALUE = 0xfb;
    private static final int BITMAP_OFFSET = 2;

    /** Cuts a whole reply, headers included, into payloads; leaves the buffer's indices alone. */
    public static List<byte[]> cut(ByteBuf reply) {
        ByteBuf in = reply.duplicate();
        List<byte[]> packets = new ArrayList<>();
        byte[] begun = null;
        while (in.isReadable()) {
            Wire.require(in, Wire.HEADER_LENGTH, "a reply");
            int length = in.readUnsignedMediumLE();
            in.skipBytes(1);
            Wire.require(in, length, "a reply");
            byte[] part = Wire.readBytes(in, length);
            if (begun != null) {
                byte[] joined = Arrays.copyOf(begun, begun.length + length);
                System.arraycopy(part, 0, joined, begun.length, length);
                part = joined;
            }
            begun = part;
            if (length < Wire.MAX_PAYLOAD) {
                packets.add(part);
                begun = null;
            }
        }
        return packets;
    }

    /** A reader of a reply on a hop that agreed on these capabilities. Progress reports are left out. */
    public static ResultReader of(List<byte[]> reply, Capabilities negotiated, boolean binary) {
        List<byte[]> packets = negotiated.has(Capabilities.MARIADB_PROGRESS)
                ? reply.stream().filter(packet -> !isProgress(packet)).toList()
                : reply;
        int first = packets.isEmpty() || packets.get(0).length == 0 ? 0 : packets.get(0)[0] & 0xff;
        if (first == 0 || first == ErrPacket.HEADER || first == NULL_VALUE || first == EofPacket.HEADER) {
            return new ResultReader(packets, List.of(), 0, 0, binary);
        }
        ByteBuf head = Unpooled.wrappedBuffer(packets.get(0));
        int count = (int) Wire.readLenEnc(head, "the column count");
        boolean metadata = !head.isReadable() || head.readByte() != 0;
        List<ColumnDefinition> columns = new ArrayList<>();
        int at = 1;
        for (int i = 0; metadata && i < count; i++) {
            columns.add(ColumnDefinition.decode(
                    Unpooled.wrappedBuffer(packet(packets, at++)),
                    negotiated.has(Capabilities.MARIADB_EXTENDED_METADATA)));
        }
        boolean deprecateEof = negotiated.has(Capabilities.DEPRECATE_EOF);
        if (!deprecateEof) {
            // or the ERR of a statement that failed when its cursor was to be opened
            at = Math.min(at + 1, packets.size());
        }
        int end = at;
        while (end < packets.size() && !endsRows(packets.get(end), deprecateEof)) {
            end++;
        }
        return new ResultReader(packets, columns, at, end, binary);
    }

    private static boolean isProgress(byte[] packet) {
        return packet.length > 2
                && (packet[0] & 0xff) == ErrPacket.HEADER
                && (packet[1] & 0xff | (packet[2] & 0xff) << 8) == ErrPacket.PROGRESS;
    }

    private static byte[] packet(List<byte[]> packets, int index) {
        if (index >= packets.size()) {
            throw new ProtocolViolationException("a reply that ends inside its column definitions");
        }
        return packets.get(index);
    }

    private static boolean endsRows(byte[] packet, boolean deprecateEof) {
        int first = packet.length == 0 ? 0 : packet[0] & 0xff;
        return first == ErrPacket.HEADER
                || first == EofPacket.HEADER
                        && packet.length < (deprecateEof ? Wire.MAX_PAYLOAD : EofPacket.LENGTH_LIMIT);
    }

    /** Rows, decoded one by one as they are asked for: text of each value, null for NULL. */
    public Iterable<List<byte[]>> rows() {
        return () -> packets.subList(firstRow, lastRow).stream().map(this::row).iterator();
    }

    private List<byte[]> row(byte[] packet) {
        ByteBuf in = Unpooled.wrappedBuffer(packet);
        List<byte[]> values = new ArrayList<>(columns.size());
        if (binary) {
            Wire.require(in, 1 + (columns.size() + 7 + BITMAP_OFFSET) / 8, "a binary row");
            in.skipBytes(1);
            byte[] nulls = Wire.readBytes(in, (columns.size() + 7 + BITMAP_OFFSET) / 8);
            for (int i = 0; i < columns.size(); i++) {
                int bit = i + BITMAP_OFFSET;
                boolean isNull = (nulls[bit / 8] >> bit % 8 & 1) != 0;
                values.add(isNull ? null : BinaryValues.read(in, columns.get(i)));
            }
        } else {
            for (int i = 0; i < columns.size(); i++) {
                Wire.require(in, 1, "a row");
                if ((in.getByte(in.readerIndex()) & 0xff) == NULL_VALUE) {
                    in.skipBytes(1);
                    values.add(null);
                } else {
                    values.add(Wire.readLenEncBytes(in, "a row"));
                }
            }
        }
        return Collections.unmodifiableList(values);
    }
}
