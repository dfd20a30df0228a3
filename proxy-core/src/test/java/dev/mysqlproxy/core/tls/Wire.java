package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.view.TlsView;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A server on this machine that echoes, behind a TLS handler; and clients of it. */
final class Wire implements AutoCloseable {

    private static final int SECONDS = 20;
    private static final String GREETING = "hello";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final BlockingQueue<SslHandler> accepted = new LinkedBlockingQueue<>();
    private final ChannelGroup served = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    /** Serves with handlers like this one. */
    Wire(Function<ByteBufAllocator, SslHandler> server) {
        listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SslHandler handler = server.apply(channel.alloc());
                        channel.pipeline().addLast(handler, new Echo());
                        served.add(channel);
                        accepted.add(handler);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    Wire(ListenerTls listener) {
        this(listener::handler);
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Connects, and sees what becomes of the handshake on both sides. */
    Meeting meet(Function<ByteBufAllocator, SslHandler> client) throws InterruptedException {
        Collector collector = new Collector();
        SslHandler[] mine = new SslHandler[1];
        Channel channel = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        mine[0] = client.apply(channel.alloc());
                        channel.pipeline().addLast(mine[0], collector);
                    }
                })
                .connect(listening.localAddress())
                .syncUninterruptibly()
                .channel();
        SslHandler theirs = accepted.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(theirs).as("a connection").isNotNull();
        assertThat(mine[0].handshakeFuture().await(SECONDS, TimeUnit.SECONDS))
                .as("the client's handshake")
                .isTrue();
        assertThat(theirs.handshakeFuture().await(SECONDS, TimeUnit.SECONDS))
                .as("the server's handshake")
                .isTrue();
        return new Meeting(channel, mine[0], theirs, collector);
    }

    Meeting meet(BackendTls client, String host) throws InterruptedException {
        return meet(allocator -> client.handler(allocator, host, port()));
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        served.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** One connection after its handshake, good or bad. */
    record Meeting(Channel channel, SslHandler client, SslHandler server, Collector collector)
            implements AutoCloseable {

        /** Why the client gave up; null when it did not. */
        Throwable clientFailure() {
            return client.handshakeFuture().cause();
        }

        /** Why the server gave up; null when it did not. */
        Throwable serverFailure() {
            return server.handshakeFuture().cause();
        }

        /** Bytes pass in both directions. */
        Meeting works() throws InterruptedException {
            assertThat(clientFailure()).isNull();
            assertThat(serverFailure()).isNull();
            channel.writeAndFlush(Unpooled.copiedBuffer(GREETING, StandardCharsets.US_ASCII))
                    .await(SECONDS, TimeUnit.SECONDS);
            StringBuilder echo = new StringBuilder();
            while (echo.length() < GREETING.length()) {
                String part = collector.parts.poll(SECONDS, TimeUnit.SECONDS);
                assertThat(part).as("an echo").isNotNull();
                echo.append(part);
            }
            assertThat(echo.toString()).isEqualTo(GREETING);
            return this;
        }

        TlsView clientView() {
            return Handshakes.view(client);
        }

        TlsView serverView() {
            return Handshakes.view(server);
        }

        @Override
        public void close() {
            channel.close().awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** What the client is sent. */
    static final class Collector extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> parts = new LinkedBlockingQueue<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            parts.add(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
