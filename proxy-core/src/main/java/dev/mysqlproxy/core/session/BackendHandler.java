package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Hands what happens on a server's channel to its session, as long as the session still uses that channel. */
final class BackendHandler extends ChannelInboundHandlerAdapter {

    private final Session session;

    BackendHandler(Session session) {
        this.session = session;
    }

    private boolean current(Channel channel) {
        return session.link() != null && session.link().channel() == channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (current(ctx.channel())) {
            session.backendBytes((ByteBuf) message);
        } else {
            ((ByteBuf) message).release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        session.writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (current(ctx.channel())) {
            session.backendClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (current(ctx.channel())) {
            session.failed(Side.BACKEND, cause);
        } else {
            ctx.close();
        }
    }
}
