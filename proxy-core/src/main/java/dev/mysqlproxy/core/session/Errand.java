package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.codec.QueryAttributes;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One short command on an idle server connection, which changes nothing there. The connection stays on its event loop, where
 * all of this runs, and goes back to its pool as it was.
 */
final class Errand extends ChannelInboundHandlerAdapter {

    /** Longest answer. */
    private static final int LONGEST = 4096;

    /** A server that does not answer such a command for so long is not asked again. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final BackendLink link;
    private final byte[] command;
    private final SideReply reply;
    private final Duration limit;
    private final CompletableFuture<Reply> answer = new CompletableFuture<>();
    private ScheduledFuture<?> overdue;

    private Errand(BackendLink link, byte[] command, int longest, Duration limit) {
        this.link = link;
        this.command = command;
        this.reply = new SideReply(link.negotiated(), link.transport().compresses(), longest);
        this.limit = limit;
    }

    /** As {@link #run(BackendLink, byte[], int, Duration)}, of a command whose answer is short and soon there. */
    static CompletionStage<Reply> run(BackendLink link, byte[] command) {
        return run(link, command, LONGEST, LIMIT);
    }

    /**
     * Sends it. Any thread.
     *
     * @param link taken from its pool for this
     * @param command payload without query attributes
     * @param longest bytes of the longest answer
     * @param limit how long the answer may take; the connection is closed then
     * @return the server's answer; fails when there is none. Completed on the connection's loop
     */
    static CompletionStage<Reply> run(BackendLink link, byte[] command, int longest, Duration limit) {
        Errand errand = new Errand(link, command, longest, limit);
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
                .schedule(
                        () -> failed("no answer in " + limit.toMillis() + " ms"),
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
        byte[] payload =
                command[0] == CommandCode.COM_QUERY && link.negotiated().has(Capabilities.QUERY_ATTRIBUTES)
                        ? QueryAttributes.encodeQuery(command, null)
                        : command;
        ByteBuf buffer = link.channel().alloc().buffer(payload.length + Wire.HEADER_LENGTH);
        new PacketWriter(buffer, Capabilities.NONE, 0).raw(payload);
        link.transport().commandBegins();
        link.write(buffer);
        link.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            Reply whole = reply.add((ByteBuf) message);
            if (whole != null) {
                answered(whole);
            }
        } catch (ProtocolViolationException e) {
            failed(e.getMessage());
        }
    }

    private void answered(Reply whole) {
        over();
        link.backToPool();
        answer.complete(whole);
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
        reply.release();
        if (overdue != null) {
            overdue.cancel(false);
            link.channel().pipeline().remove(this);
        }
    }
}
