package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.codec.ResultReader;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Writes the answers of plugins as packets. */
final class Replies {

    private static final int COLUMN_LENGTH = 1024;
    private static final int LATIN1_SWEDISH_CI = 8;
    private static final int BYTES_LENGTH = 32;
    private static final int PRI_KEY_FLAG = 2;

    private Replies() {}

    /**
     * A reply as packets.
     *
     * @param sequence of the first packet
     */
    static ByteBuf encode(
            ByteBufAllocator allocator, Reply reply, Capabilities negotiated, int sequence, int serverStatus) {
        ByteBuf buffer = allocator.buffer();
        try {
            write(reply, new PacketWriter(buffer, negotiated, sequence), serverStatus);
            return buffer;
        } catch (RuntimeException e) {
            buffer.release();
            throw e;
        }
    }

    /** A whole reply, taken over, with other sequence ids; the caller's. */
    static ByteBuf renumbered(ByteBuf reply, Capabilities negotiated, int sequence) {
        try {
            ByteBuf buffer = reply.alloc().buffer(reply.readableBytes());
            PacketWriter writer = new PacketWriter(buffer, negotiated, sequence);
            ResultReader.cut(reply).forEach(writer::raw);
            return buffer;
        } finally {
            reply.release();
        }
    }

    /** Tells a server that asks for a file, of which its client hears nothing, that there is none. */
    static void noFile(BackendLink link, ReplyTracker tracker, Capabilities negotiated) {
        ByteBuf empty = link.channel().alloc().buffer(4);
        new PacketWriter(empty, negotiated, tracker.nextSequence()).raw(new byte[0]);
        tracker.infileSent(tracker.nextSequence() + 1);
        link.write(empty);
    }

    private static void write(Reply reply, PacketWriter out, int serverStatus) {
        if (reply instanceof Reply.Ok ok) {
            out.ok(new OkPacket(ok.affectedRows(), ok.lastInsertId(), serverStatus, ok.warnings(), ok.info()));
        } else if (reply instanceof Reply.Err error) {
            out.err(Errors.of(error));
        } else if (reply instanceof Reply.ResultSet set) {
            List<ColumnDefinition> columns = set.columns().stream()
                    .map(column -> PacketWriter.column(column.name(), column.type(), COLUMN_LENGTH))
                    .toList();
            out.resultSet(columns, encoded(set.rows()), serverStatus);
        } else if (reply instanceof Reply.ByteRows set) {
            List<ColumnDefinition> columns =
                    set.columns().stream().map(Replies::columnOfBytes).toList();
            out.resultSet(columns, set.rows(), serverStatus);
        } else {
            ((Reply.Raw) reply).payloads().forEach(out::raw);
        }
    }

    /** As MySQL Proxy described the columns of its scripts. */
    private static ColumnDefinition columnOfBytes(Reply.Column column) {
        return new ColumnDefinition(
                "", "", "", column.name(), "", LATIN1_SWEDISH_CI, BYTES_LENGTH, column.type(), PRI_KEY_FLAG, 0);
    }

    private static List<List<byte[]>> encoded(List<List<String>> rows) {
        List<List<byte[]>> all = new ArrayList<>(rows.size());
        for (List<String> row : rows) {
            List<byte[]> values = new ArrayList<>(row.size());
            for (String value : row) {
                values.add(value == null ? null : Wire.utf8(value));
            }
            all.add(values);
        }
        return all;
    }
}
