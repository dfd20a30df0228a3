package dev.mysqlproxy.protocol.codec;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes whole packets into a buffer, with headers and consecutive sequence ids; splits payloads of 16 MiB and more.
 * The only place that gives out sequence ids. Borrows the buffer; one thread.
 */
public final class PacketWriter {

    private static final int NULL_VALUE = 0xfb;
    private static final int UTF8MB4_GENERAL_CI = 45;

    private final ByteBuf out;
    private final Capabilities negotiated;
    private int sequenceId;

    /** A writer for a hop that agreed on these capabilities, whose first packet gets this sequence id. */
    public PacketWriter(ByteBuf out, Capabilities negotiated, int firstSequenceId) {
        this.out = out;
        this.negotiated = negotiated;
        this.sequenceId = firstSequenceId;
    }

    /** The sequence id that the next packet will get, 0 to 255. */
    public int nextSequenceId() {
        return sequenceId & 0xff;
    }

    /**
     * Leaves room for a packet's header, behind which its payload is then appended.
     *
     * @return where the packet begins, for {@link #close}
     */
    public static int open(ByteBuf out) {
        int header = out.writerIndex();
        out.writeZero(Wire.HEADER_LENGTH);
        return header;
    }

    /**
     * The payload of the packet that was opened is complete.
     *
     * @param sequenceId of the packet; only its last eight bits count
     * @return how many packets it takes: one, unless it has 16 MiB or more
     */
    public static int close(ByteBuf out, int header, int sequenceId) {
        int length = out.writerIndex() - header - Wire.HEADER_LENGTH;
        if (length < Wire.MAX_PAYLOAD) {
            out.setMediumLE(header, length);
            out.setByte(header + Wire.HEADER_LENGTH - 1, sequenceId);
            return 1;
        }
        byte[] payload = new byte[length];
        out.getBytes(header + Wire.HEADER_LENGTH, payload);
        out.writerIndex(header);
        new PacketWriter(out, Capabilities.NONE, sequenceId).raw(payload);
        return length / Wire.MAX_PAYLOAD + 1;
    }

    /** A payload as it is. */
    public PacketWriter raw(byte[] payload) {
        return raw(payload, 0, payload.length);
    }

    private PacketWriter raw(byte[] payload, int offset, int length) {
        int at = offset;
        int left = length;
        while (left >= Wire.MAX_PAYLOAD) {
            Wire.writeHeader(out, Wire.MAX_PAYLOAD, sequenceId++);
            out.writeBytes(payload, at, Wire.MAX_PAYLOAD);
            at += Wire.MAX_PAYLOAD;
            left -= Wire.MAX_PAYLOAD;
        }
        Wire.writeHeader(out, left, sequenceId++);
        out.writeBytes(payload, at, left);
        return this;
    }

    /** A payload that the encoder appends; shorter than 16 MiB. */
    public PacketWriter packet(Consumer<ByteBuf> encoder) {
        int header = out.writerIndex();
        out.writeZero(Wire.HEADER_LENGTH);
        encoder.accept(out);
        int length = out.writerIndex() - header - Wire.HEADER_LENGTH;
        if (length >= Wire.MAX_PAYLOAD) {
            byte[] payload = new byte[length];
            out.getBytes(header + Wire.HEADER_LENGTH, payload);
            out.writerIndex(header);
            return raw(payload);
        }
        out.setMediumLE(header, length);
        out.setByte(header + 3, sequenceId++);
        return this;
    }

    /** An OK packet. */
    public PacketWriter ok(OkPacket ok) {
        return packet(buffer -> ok.encode(buffer, OkPacket.HEADER));
    }

    /** An ERR packet. */
    public PacketWriter err(ErrPacket err) {
        return packet(err::encode);
    }

    /** A text result set: columns, then rows of as many values, null for NULL. */
    public PacketWriter resultSet(List<ColumnDefinition> columns, Iterable<? extends List<byte[]>> rows, int status) {
        boolean flagged = negotiated.has(Capabilities.OPTIONAL_RESULTSET_METADATA)
                || negotiated.has(Capabilities.MARIADB_CACHE_METADATA);
        packet(buffer -> {
            Wire.writeLenEnc(buffer, columns.size());
            if (flagged) {
                buffer.writeByte(1);
            }
        });
        boolean extended = negotiated.has(Capabilities.MARIADB_EXTENDED_METADATA);
        for (ColumnDefinition column : columns) {
            packet(buffer -> column.encode(buffer, extended));
        }
        if (!negotiated.has(Capabilities.DEPRECATE_EOF)) {
            packet(new EofPacket(0, status)::encode);
        }
        for (List<byte[]> row : rows) {
            packet(buffer -> row(buffer, row));
        }
        if (negotiated.has(Capabilities.DEPRECATE_EOF)) {
            OkPacket end = new OkPacket(0, 0, status, 0, "");
            return packet(buffer -> end.encode(buffer, EofPacket.HEADER));
        }
        return packet(new EofPacket(0, status)::encode);
    }

    private static void row(ByteBuf buffer, List<byte[]> row) {
        for (byte[] value : row) {
            if (value == null) {
                buffer.writeByte(NULL_VALUE);
            } else {
                Wire.writeLenEncBytes(buffer, value);
            }
        }
    }

    /** A column of an own result set, UTF-8. */
    public static ColumnDefinition column(String name, int type, long length) {
        return new ColumnDefinition("", "", "", name, "", UTF8MB4_GENERAL_CI, length, type, 0, 0);
    }
}
