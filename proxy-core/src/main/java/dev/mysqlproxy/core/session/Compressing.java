package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.core.net.CompressionHandler;
import dev.mysqlproxy.protocol.compress.ZstdSupport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts compression into a channel whose login is over: behind TLS, before the session. */
final class Compressing {

    private static final Logger LOG = LoggerFactory.getLogger(Compressing.class);

    private Compressing() {}

    /** Whether this machine can do it; says once in the log when it cannot. */
    static boolean possible(Compression.Method method) {
        return method != Compression.Method.ZSTD || Zstd.POSSIBLE;
    }

    /** Looked at when the first client is greeted. */
    private static final class Zstd {
        private static final boolean POSSIBLE = ZstdSupport.problem().isEmpty();

        static {
            if (!POSSIBLE) {
                LOG.warn("there is no zstd compression on this machine: {}", ZstdSupport.problem());
            }
        }
    }

    /** Whatever is read and written from here on is compressed. */
    static CompressionHandler install(Channel channel, Compression.Method method, Compression settings, int zstdLevel) {
        CompressionHandler handler =
                new CompressionHandler(method, settings.zlibLevel(), zstdLevel, settings.threshold());
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.pipeline().addFirst(handler);
        } else {
            channel.pipeline().addAfter(tls.name(), null, handler);
        }
        return handler;
    }

    /** Bytes that were read before the login was over, compressed or not; takes them over. */
    static void arrived(Channel channel, ByteBuf early) {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.pipeline().fireChannelRead(early);
        } else {
            tls.fireChannelRead(early);
        }
    }
}
