package dev.mysqlproxy.core.net;

import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeaderReader;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First in the pipeline of a connection that has to begin with a PROXY header. Those behind it hear of the connection when
 * the header is complete; then it is gone. A connection whose header is bad or late ends with a line in the log.
 */
public final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeaderHandler.class);
    private static final AttributeKey<ProxyHeader> HEADER = AttributeKey.valueOf(ProxyHeader.class, "header");

    private final Duration timeout;
    private ByteBuf received;
    private ScheduledFuture<?> alarm;
    private boolean over;

    /**
     * For one connection.
     *
     * @param timeout how long the header may take; zero for ever
     */
    public ProxyHeaderHandler(Duration timeout) {
        this.timeout = timeout;
    }

    /** The header that this connection began with. */
    public static Optional<ProxyHeader> header(Channel channel) {
        return Optional.ofNullable(channel.attr(HEADER).get());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!timeout.isZero()) {
            alarm = ctx.executor()
                    .schedule(() -> refuse(ctx, "not complete in time"), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        if (over) {
            chunk.release();
            return;
        }
        if (received == null) {
            received = chunk;
        } else {
            // the reader never asks for more than it has a bound for, so this stays small
            ByteBuf before = received;
            received = ctx.alloc()
                    .buffer(before.readableBytes() + chunk.readableBytes())
                    .writeBytes(before)
                    .writeBytes(chunk);
            before.release();
            chunk.release();
        }
        Optional<ProxyHeader> header;
        try {
            header = ProxyHeaderReader.read(received);
        } catch (ProtocolViolationException e) {
            refuse(ctx, e.getMessage());
            return;
        }
        header.ifPresent(complete -> passOn(ctx, complete));
    }

    private void passOn(ChannelHandlerContext ctx, ProxyHeader header) {
        end();
        ctx.channel().attr(HEADER).set(header);
        ByteBuf rest = received;
        received = null;
        ctx.fireChannelActive();
        if (rest.isReadable()) {
            ctx.fireChannelRead(rest);
        } else {
            rest.release();
        }
        ctx.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        if (over) {
            return;
        }
        // without the port, so that the log can fold lines of one peer
        LOG.atWarn()
                .addKeyValue("peer", host(ctx.channel()))
                .addKeyValue("reason", why)
                .log("connection refused: bad PROXY header");
        end();
        drop();
        ctx.close();
    }

    private static String host(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? NetUtil.toAddressString(inet.getAddress())
                : "unix";
    }

    private void end() {
        over = true;
        if (alarm != null) {
            alarm.cancel(false);
        }
    }

    private void drop() {
        if (received != null) {
            received.release();
            received = null;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // nobody behind has read anything
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        // nobody behind has written anything
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (received != null) {
            refuse(ctx, "cut off");
        }
        // one that says nothing at all is a probe
        end();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
        drop();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(ctx, String.valueOf(cause.getMessage()));
    }
}
