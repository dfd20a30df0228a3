package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.EofPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the columns out of the answer to a COM_STMT_PREPARE, which passes by: where metadata are cached, nobody may tell them
 * again. What cannot be read is not known. On the session's event loop.
 */
final class PreparedColumns {

    private static final int COLUMN_COUNT = 5;
    private static final int PARAMETER_COUNT = 7;
    private static final int HEAD_LENGTH = 9;

    private final boolean extended;
    private final PacketAssembler packets;
    private List<ColumnDefinition> columns;
    private int parametersLeft;
    private int columnsLeft;
    private boolean over;

    PreparedColumns(Capabilities negotiated, int limit) {
        this.extended = negotiated.has(Capabilities.MARIADB_EXTENDED_METADATA);
        this.packets = new PacketAssembler(Math.min(limit, Wire.MAX_PAYLOAD - 1));
    }

    /** Bytes of the answer; borrowed. */
    void bytes(ByteBuf chunk) {
        if (over) {
            return;
        }
        packets.add(chunk.copy());
        try {
            ByteBuf packet = packets.next();
            while (packet != null) {
                try {
                    packet(packet.skipBytes(Wire.HEADER_LENGTH));
                } finally {
                    packet.release();
                }
                packet = packets.next();
            }
        } catch (ProtocolViolationException e) {
            over = true;
        }
    }

    private void packet(ByteBuf payload) {
        if (columns == null) {
            Wire.require(payload, HEAD_LENGTH, "a prepared statement");
            over = payload.getByte(payload.readerIndex()) != OkPacket.HEADER;
            columnsLeft = payload.getUnsignedShortLE(payload.readerIndex() + COLUMN_COUNT);
            parametersLeft = payload.getUnsignedShortLE(payload.readerIndex() + PARAMETER_COUNT);
            columns = new ArrayList<>(columnsLeft);
        } else if (payload.isReadable() && payload.getUnsignedByte(payload.readerIndex()) == EofPacket.HEADER) {
            // the end of parameters or of columns
            return;
        } else if (parametersLeft > 0) {
            parametersLeft--;
        } else if (columnsLeft > 0) {
            columnsLeft--;
            columns.add(ColumnDefinition.decode(payload, extended));
        }
    }

    /** The columns; empty when there are none or when they were not told. */
    List<ColumnDefinition> columns() {
        return columns == null || columnsLeft > 0 ? List.of() : columns;
    }

    /** Lets go of what it holds. */
    void release() {
        over = true;
        packets.release();
    }
}
