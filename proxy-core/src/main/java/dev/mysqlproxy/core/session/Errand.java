package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.backend.ServerPool;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One short command on an idle server connection, whose answer is OK or an error and which changes nothing there. The
 * connection stays on its event loop, where all of this runs, and goes back to its pool as it was.
 */
final class Errand extends ChannelInboundHandlerAdapter {

    /** Longest answer. */
    private static final int LONGEST = 4096;

    /** A server that does not answer such a command for so long is not asked again. */
    private static final int SECONDS = 5;

    private final BackendLink link;
    private final byte[] command;
    private final PacketAssembler replies = new PacketAssembler(LONGEST);
    private final CompletableFuture<Reply> answer = new CompletableFuture<>();
    private ScheduledFuture<?> overdue;

    private Errand(BackendLink link, byte[] command) {
        this.link = link;
        this.command = command;
    }

    /**
     * Sends it. Any thread.
     *
     * @param link taken from its pool for this
     * @param command payload without query attributes
     * @return the server's answer, which is OK or an error; fails when there is none. Completed on the connection's loop
     */
    static CompletionStage<Reply> run(BackendLink link, byte[] command) {
        Errand errand = new Errand(link, command);
        link.channel().eventLoop().execute(errand::start);
        return errand.answer;
    }

    private void start() {
        if (!link.channel().isActive()) {
            failed("the server has closed the connection");
            return;
        }
        String above = link.channel().pipeline().context(BackendHandler.class).name();
        link.channel().pipeline().addBefore(above, null, this);
        overdue = link.channel()
                .eventLoop()
                .schedule(() -> failed("no answer in " + SECONDS + " s"), SECONDS, TimeUnit.SECONDS);
        byte[] payload =
                command[0] == CommandCode.COM_QUERY && link.negotiated().has(Capabilities.QUERY_ATTRIBUTES)
                        ? QueryAttributes.encodeQuery(command, null)
                        : command;
        ByteBuf buffer = link.channel().alloc().buffer(payload.length + Wire.HEADER_LENGTH);
        new PacketWriter(buffer, Capabilities.NONE, 0).raw(payload);
        link.begins();
        link.write(buffer);
        link.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        replies.add((ByteBuf) message);
        try {
            ByteBuf packet = replies.next();
            if (packet != null) {
                try {
                    answered(packet.skipBytes(Wire.HEADER_LENGTH));
                } finally {
                    packet.release();
                }
            }
        } catch (ProtocolViolationException e) {
            failed(e.getMessage());
        }
    }

    private void answered(ByteBuf payload) {
        Wire.require(payload, 1, "an answer");
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (replies.pendingBytes() > 0 || first != OkPacket.HEADER && first != ErrPacket.HEADER) {
            throw new ProtocolViolationException("an unexpected answer");
        }
        Reply reply;
        if (first == OkPacket.HEADER) {
            reply = new Reply.Ok(0, 0, 0, "");
        } else {
            ErrPacket error = ErrPacket.decode(payload);
            reply = new Reply.Err(error.code(), error.sqlState(), error.message());
        }
        over();
        ServerPool pool = link.backend().pool();
        if (usable()) {
            pool.park(link);
            // what cleared the pool meanwhile has missed it
            if (!usable() && pool.remove(link)) {
                link.discard();
            }
        } else {
            link.discard();
        }
        answer.complete(reply);
    }

    private boolean usable() {
        return link.channel().isActive() && link.backend().online();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ctx.fireChannelInactive();
        failed("the server has closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(String.valueOf(cause.getMessage()));
    }

    private void failed(String why) {
        if (answer.isDone()) {
            return;
        }
        over();
        link.discard();
        answer.completeExceptionally(new ProtocolViolationException(why));
    }

    private void over() {
        replies.release();
        if (overdue != null) {
            overdue.cancel(false);
            link.channel().pipeline().remove(this);
        }
    }
}
