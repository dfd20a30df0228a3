package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command phase of a listener that answers by itself: one command, one answer, on the event loop. */
final class LocalCommands implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCommands.class);

    /** Longest command: a local listener is for people and tools, not for bulk data. */
    private static final int LONGEST = 1024 * 1024;

    private final Session session;
    private final Listener.Local listener;
    private final Capabilities negotiated;
    private final PacketAssembler fromClient = new PacketAssembler(LONGEST);
    private boolean quitting;

    LocalCommands(Session session, Listener.Local listener, Capabilities negotiated) {
        this.session = session;
        this.listener = listener;
        this.negotiated = negotiated;
    }

    @Override
    public void clientBytes(ByteBuf chunk) {
        fromClient.add(chunk);
        for (ByteBuf packet = fromClient.next(); packet != null; packet = fromClient.next()) {
            try {
                command(packet);
            } finally {
                packet.release();
            }
            if (session.closed()) {
                return;
            }
        }
    }

    private void command(ByteBuf packet) {
        if (packet.getUnsignedByte(packet.readerIndex() + 3) != 0) {
            throw new ProtocolViolationException("a command whose sequence id is not 0");
        }
        if (packet.readableBytes() == Wire.HEADER_LENGTH) {
            throw new ProtocolViolationException("an empty command");
        }
        int code = packet.getUnsignedByte(packet.readerIndex() + Wire.HEADER_LENGTH);
        if (code == CommandCode.COM_QUIT) {
            quitting = true;
            session.close(CloseCause.CLIENT_QUIT, null, "");
            return;
        }
        if (ReplyShape.of(code) == ReplyShape.NONE) {
            return;
        }
        CommandView view = CommandView.read(packet, LONGEST, false);
        Reply reply;
        try {
            reply = listener.handler().onCommand(session, view);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("listener", listener.name()).log("a command handler failed");
            reply = new Reply.Err(
                    Errors.PLUGIN_FAILED.code(), Errors.PLUGIN_FAILED.sqlState(), Errors.PLUGIN_FAILED.message());
        } finally {
            view.release();
        }
        ByteBuf buffer = session.client().alloc().buffer();
        Replies.write(reply, new PacketWriter(buffer, negotiated, 1), ServerStatus.AUTOCOMMIT);
        session.write(buffer);
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void backendClosed() {
        // there is no server
    }

    @Override
    public String word() {
        return quitting ? "quit" : "idle";
    }

    @Override
    public int errorSequence() {
        return 0;
    }

    @Override
    public void release() {
        fromClient.release();
    }
}
