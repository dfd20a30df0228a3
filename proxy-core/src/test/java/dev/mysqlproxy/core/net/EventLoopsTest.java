package dev.mysqlproxy.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops that end close their channels. */
class EventLoopsTest {

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private final class Watching extends ChannelInboundHandlerAdapter {

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            seen.add("active");
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            seen.add("inactive");
        }
    }

    @ParameterizedTest
    @Timeout(60)
    @ValueSource(booleans = {false, true})
    void channelsAreClosedThoughTheLoopIsBusyWhenItIsToldToEnd(boolean epoll) throws IOException, InterruptedException {
        Transport transport = new Transport(1, epoll);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Channel server = new ServerBootstrap()
                .group(transport.loops())
                .channelFactory(() -> transport.serverChannel(anyPort))
                .childHandler(new Watching())
                .bind(anyPort)
                .syncUninterruptibly()
                .channel();
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            assertThat(seen.take()).isEqualTo("active");
            transport.loops().execute(() -> {
                busy.countDown();
                while (told.getCount() > 0) {
                    Thread.onSpinWait();
                }
            });
            busy.await();
            Future<?> ended = transport.loops().shutdownGracefully(0, 2, TimeUnit.SECONDS);
            told.countDown();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            client.setSoTimeout(10_000);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(server.isOpen()).isFalse();
        assertThat(seen.take()).isEqualTo("inactive");
    }
}
