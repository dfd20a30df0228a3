package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
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
    private boolean answering;
    /** Sequence id of the answer that is due; -1 when none is. */
    private int due = -1;

    LocalCommands(Session session, Listener.Local listener, Capabilities negotiated) {
        this.session = session;
        this.listener = listener;
        this.negotiated = negotiated;
    }

    @Override
    public void clientBytes(ByteBuf chunk) {
        fromClient.add(chunk);
        next();
    }

    private void next() {
        for (ByteBuf packet = answering ? null : fromClient.next();
                packet != null;
                packet = answering ? null : fromClient.next()) {
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
        int sequence = packet.getUnsignedByte(packet.readerIndex() + 3);
        due = sequence + 1 & 0xff;
        if (sequence != 0) {
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
            due = -1;
            return;
        }
        CommandView view = CommandView.read(packet, LONGEST, false);
        CompletableFuture<Reply> reply;
        try {
            reply = listener.handler().answer(session, view).toCompletableFuture();
        } catch (Throwable e) {
            reply = CompletableFuture.failedFuture(e);
        } finally {
            view.release();
        }
        if (reply.isDone()) {
            // not in a stage of its own, which would swallow what is thrown
            reply.<Runnable>handle((answer, failure) -> () -> answered(answer, failure))
                    .join()
                    .run();
            return;
        }
        answering = true;
        session.holdClient(true);
        reply.whenComplete((answer, failure) -> session.client().eventLoop().execute(() -> {
            if (!session.closed()) {
                session.guarded(() -> answeredLater(answer, failure));
                session.flush();
            }
        }));
    }

    private void answeredLater(Reply reply, Throwable failure) {
        answering = false;
        answered(reply, failure);
        if (!session.closed()) {
            session.holdClient(false);
            next();
        }
    }

    private void answered(Reply answer, Throwable failure) {
        Reply reply = answer;
        if (reply == null) {
            LOG.atError()
                    .setCause(failure)
                    .addKeyValue("listener", listener.name())
                    .log("a command handler failed");
            reply = new Reply.Err(
                    Errors.PLUGIN_FAILED.code(), Errors.PLUGIN_FAILED.sqlState(), Errors.PLUGIN_FAILED.message());
        }
        session.write(Replies.encode(session.client().alloc(), reply, negotiated, due, ServerStatus.AUTOCOMMIT));
        due = -1;
        if (session.closesAfterAnswer()) {
            session.close(CloseCause.CLOSED_BY_PLUGIN, null, "");
        }
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
        if (due >= 0) {
            return due;
        }
        return fromClient.pendingBytes() > 0 ? 1 : 0;
    }

    @Override
    public void release() {
        fromClient.release();
    }
}
