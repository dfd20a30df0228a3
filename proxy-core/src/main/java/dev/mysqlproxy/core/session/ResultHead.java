package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of a result set, its columns above all, kept until hooks have decided what the client is shown. On the
 * session's event loop.
 */
final class ResultHead {

    private static final int MAX_COLUMNS = 0xffff;
    private static final int EOF_STATUS = 3;

    private final boolean flagged;
    private final boolean extended;
    private final boolean deprecateEof;
    private final boolean cursors;
    private final int limit;

    private ByteBuf held;
    private int count;
    private boolean described;
    private List<ColumnDefinition> columns = List.of();
    private boolean complete;
    private boolean rowsFollow;

    /**
     * Heads on a hop that agreed on these capabilities.
     *
     * @param limit bytes that a head may have
     * @param cursors whether a cursor may stand in the place of rows
     */
    ResultHead(Capabilities negotiated, int limit, boolean cursors) {
        this.flagged = negotiated.has(Capabilities.OPTIONAL_RESULTSET_METADATA)
                || negotiated.has(Capabilities.MARIADB_CACHE_METADATA);
        this.extended = negotiated.has(Capabilities.MARIADB_EXTENDED_METADATA);
        this.deprecateEof = negotiated.has(Capabilities.DEPRECATE_EOF);
        this.limit = limit;
        this.cursors = cursors;
    }

    /** The first packet, which is all there. */
    void begin(ByteBuf in) {
        int at = in.readerIndex();
        int end = at + Wire.HEADER_LENGTH + in.getUnsignedMediumLE(at);
        in.readerIndex(at + Wire.HEADER_LENGTH);
        long n = Wire.readLenEnc(in, "the column count");
        if (n < 1 || n > MAX_COLUMNS) {
            throw new ProtocolViolationException("a result set of " + Long.toUnsignedString(n) + " columns");
        }
        count = (int) n;
        described = !flagged || in.readerIndex() >= end || in.readByte() != 0;
        columns = new ArrayList<>(described ? count : 0);
        complete = false;
        rowsFollow = true;
        held = in.alloc().buffer();
        in.readerIndex(at);
        held.writeBytes(in, end - at);
    }

    /** Whether definitions of the columns follow. */
    boolean described() {
        return described;
    }

    /** These are the columns, since no definitions follow; false when there are not that many. */
    boolean describedBy(List<ColumnDefinition> known) {
        if (known.size() != count) {
            return false;
        }
        columns = known;
        complete = deprecateEof;
        return true;
    }

    /** The next packet, which is all there; false when it is too much. */
    boolean add(ByteBuf in) {
        int at = in.readerIndex();
        int length = Wire.HEADER_LENGTH + in.getUnsignedMediumLE(at);
        if (held.readableBytes() + length > limit) {
            return false;
        }
        if (columns.size() < count) {
            in.readerIndex(at + Wire.HEADER_LENGTH);
            columns.add(ColumnDefinition.decode(in, extended));
            complete = columns.size() == count && deprecateEof;
        } else {
            Wire.require(in, Wire.HEADER_LENGTH + EOF_STATUS + 2L, "an EOF packet");
            int status = in.getUnsignedShortLE(at + Wire.HEADER_LENGTH + EOF_STATUS);
            // the rows stay at the server until COM_STMT_FETCH asks for them
            rowsFollow = !cursors || (status & ServerStatus.CURSOR_EXISTS) == 0;
            complete = true;
        }
        in.readerIndex(at);
        held.writeBytes(in, length);
        return true;
    }

    /** Whether that was all before the rows. */
    boolean complete() {
        return complete;
    }

    List<ColumnDefinition> columns() {
        return columns;
    }

    /** Whether rows come next; else the result set is over. */
    boolean rowsFollow() {
        return rowsFollow;
    }

    /** Sequence id of what is held; -1 for nothing. */
    int firstSequence() {
        return held == null ? -1 : held.getUnsignedByte(held.readerIndex() + Wire.HEADER_LENGTH - 1);
    }

    /**
     * Appends the head as the client is to see it, and lets go of it.
     *
     * @param shown what it is shown of the columns; one that is the server's very object goes as it came
     * @param known what it knows of them from before
     * @param shift of the client's sequence ids
     * @return how many packets more it is shown than the server sent
     */
    int write(ByteBuf out, List<ColumnDefinition> shown, List<ColumnDefinition> known, int shift) {
        ByteBuf packets = take();
        try {
            int more = 0;
            int index = 0;
            while (packets.isReadable()) {
                int at = packets.readerIndex();
                int length = Wire.HEADER_LENGTH + packets.getUnsignedMediumLE(at);
                int sequence = packets.getUnsignedByte(at + Wire.HEADER_LENGTH - 1) + shift + more;
                if (index == 0 && !described && !shown.equals(known)) {
                    define(out, shown, sequence);
                    more = count;
                } else if (described
                        && index > 0
                        && index <= shown.size()
                        && !shown.get(index - 1).equals(columns.get(index - 1))) {
                    int header = PacketWriter.open(out);
                    shown.get(index - 1).encode(out, extended);
                    PacketWriter.close(out, header, sequence);
                } else {
                    int header = out.writerIndex();
                    out.writeBytes(packets, at, length);
                    out.setByte(header + Wire.HEADER_LENGTH - 1, sequence);
                }
                packets.readerIndex(at + length);
                index++;
            }
            return more;
        } finally {
            packets.release();
        }
    }

    /** Appends what there is of the head, and lets go of it: the server has given up. */
    void writeAsItIs(ByteBuf out, int shift) {
        described = true;
        write(out, columns, columns, shift);
    }

    /** The server thinks that the client knows the columns, which it does not. */
    private void define(ByteBuf out, List<ColumnDefinition> shown, int firstSequence) {
        int sequence = firstSequence;
        int header = PacketWriter.open(out);
        Wire.writeLenEnc(out, count);
        out.writeByte(1);
        PacketWriter.close(out, header, sequence++);
        for (ColumnDefinition column : shown) {
            header = PacketWriter.open(out);
            column.encode(out, extended);
            PacketWriter.close(out, header, sequence++);
        }
    }

    /** What is held, as the caller's. */
    ByteBuf take() {
        ByteBuf packets = held;
        held = null;
        return packets;
    }

    /** Lets go of what is held. */
    void drop() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
