package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.protocol.codec.ResultReader;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to a COM_QUERY that no client has given, kept until it is whole: OK, an error or the first result set. One event
 * loop.
 */
final class SideReply {

    private final Capabilities negotiated;
    private final ReplyTracker tracker;
    private final KeptReply kept = new KeptReply();
    private final int most;

    /**
     * The answer to a command whose only packet is sent.
     *
     * @param compressed whether the server compresses, and so counts its packets in its own way
     * @param most bytes that it may have
     */
    SideReply(Capabilities negotiated, boolean compressed, int most) {
        this.negotiated = negotiated;
        this.most = most;
        tracker = new ReplyTracker(negotiated);
        tracker.renumber(compressed);
        tracker.start(ReplyShape.RESULTS, 1);
    }

    /**
     * Takes bytes of the server over.
     *
     * @return the answer once it is whole, null before
     * @throws ProtocolViolationException when this is no such answer, or more than is wanted
     */
    Reply add(ByteBuf bytes) {
        int own;
        try {
            own = tracker.scan(bytes);
        } catch (ProtocolViolationException e) {
            bytes.release();
            throw e;
        }
        boolean more = own < bytes.readableBytes();
        kept.add(bytes, true, most);
        if (more || tracker.infileRequested()) {
            throw new ProtocolViolationException("an unexpected answer");
        }
        if (kept.tooLarge()) {
            throw new ProtocolViolationException("an answer of more than " + most + " bytes");
        }
        return tracker.ended() ? reply() : null;
    }

    private Reply reply() {
        List<byte[]> packets = ResultReader.cut(kept.bytes());
        ByteBuf first = Unpooled.wrappedBuffer(packets.get(0));
        if (tracker.failed()) {
            ErrPacket error = ErrPacket.decode(Unpooled.wrappedBuffer(packets.get(packets.size() - 1)));
            return new Reply.Err(error.code(), error.sqlState(), error.message());
        }
        if (first.getUnsignedByte(0) == OkPacket.HEADER) {
            OkPacket ok = OkPacket.decode(first);
            return new Reply.Ok(ok.affectedRows(), ok.lastInsertId(), ok.warnings(), "");
        }
        ResultReader reader = ResultReader.of(packets, negotiated, false);
        List<Reply.Column> columns = reader.columns().stream()
                .map(column -> new Reply.Column(column.name(), column.type()))
                .toList();
        List<List<byte[]>> rows = new ArrayList<>();
        reader.rows().forEach(rows::add);
        return new Reply.ByteRows(columns, rows);
    }

    void release() {
        kept.drop();
    }
}
