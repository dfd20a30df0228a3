package dev.mysqlproxy.core.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closing with something left to say. */
final class Lingering {

    private static final int SECONDS = 5;

    private Lingering() {}

    /** Says that no more will come once what was written is sent; the other way stays open. */
    static void shutdownOutput(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> ((DuplexChannel) channel).shutdownOutput());
    }

    /** Closes a channel once what was written is sent, or in a few seconds if its peer does not read. */
    static void close(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !tls.handshakeFuture().isSuccess()) {
            // nothing can be said, and who keeps the handshake open keeps the connection open
            channel.close();
            return;
        }
        ChannelFuture sent = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (sent.isDone()) {
            channel.close();
            return;
        }
        ScheduledFuture<?> cut = channel.eventLoop().schedule(() -> channel.close(), SECONDS, TimeUnit.SECONDS);
        sent.addListener(done -> {
            cut.cancel(false);
            channel.close();
        });
    }
}
