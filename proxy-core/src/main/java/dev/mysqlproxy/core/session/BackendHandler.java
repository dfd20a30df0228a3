package dev.mysqlproxy.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/**
 * Hands what happens on a server's channel to the session that uses it. In the pool nothing is expected but its end.
 */
final class BackendHandler extends ChannelInboundHandlerAdapter {

    private BackendLink link;

    /** The connection is made. */
    void link(BackendLink made) {
        link = made;
    }

    /** The session that uses it and may be called here; else null. */
    private Session session() {
        BackendLink of = link;
        Session owner = of == null ? null : of.owner();
        return owner != null && owner.link() == of && owner.client().eventLoop().inEventLoop() ? owner : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf chunk = (ByteBuf) message;
        Session session = session();
        if (session == null) {
            chunk.release();
            Session owner = link == null ? null : link.owner();
            if (link != null && (owner == null || !owner.client().eventLoop().inEventLoop())) {
                // a server that speaks to an idle connection says goodbye, also when one of another loop just took it
                link.backend().pool().remove(link);
                ctx.close();
            }
        } else {
            session.backendBytes(chunk);
            if (session.link() != link) {
                // it gave this connection away, whose end of reading is none of its business any more
                session.flush();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Session session = session();
        if (session != null) {
            session.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Session session = session();
        if (session != null) {
            session.writabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // no more will come, as with the end of a plain connection; some peers wait for ours
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Session session = session();
        if (session != null) {
            session.backendClosed();
        } else if (link != null) {
            link.backend().pool().remove(link);
            Session owner = link.owner();
            if (owner != null) {
                // taken by a session of another loop in this very moment
                BackendLink gone = link;
                owner.client().eventLoop().execute(() -> {
                    if (owner.link() == gone) {
                        owner.backendClosed();
                    }
                });
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Session session = session();
        if (session != null) {
            session.faults().failed(Side.BACKEND, cause);
        } else {
            ctx.close();
        }
    }
}
