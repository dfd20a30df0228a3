package dev.mysqlproxy.core.chassis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class UnixDatagramsTest {

    @TempDir
    Path folder;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private EventLoopGroup loops;
    private Channel receiver;

    @BeforeEach
    void receive() {
        assumeThat(Epoll.isAvailable()).isTrue();
        loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        receiver = new Bootstrap()
                .group(loops)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        received.add(packet.content().toString(UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(path().toFile()))
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void end() {
        if (loops != null) {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private Path path() {
        return folder.resolve("log");
    }

    @Test
    void eachSendIsADatagram() throws IOException, InterruptedException {
        try (UnixDatagrams datagrams = UnixDatagrams.connect(path())) {
            datagrams.send("<86>one".getBytes(UTF_8), 0, 7);
            datagrams.send("xxtwoxx".getBytes(UTF_8), 2, 3);
        }
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("<86>one");
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("two");
    }

    @Test
    void saysWhyItCannot() throws IOException {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> UnixDatagrams.connect(nowhere))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot connect to " + nowhere + ": No such file or directory (2)");
        assertThatThrownBy(() -> UnixDatagrams.connect(Path.of("relative")))
                .hasMessageContaining("no path of a socket");
        UnixDatagrams datagrams = UnixDatagrams.connect(path());
        receiver.close().syncUninterruptibly();
        assertThatThrownBy(() -> datagrams.send(new byte[1], 0, 1))
                .hasMessage("cannot send to " + path() + ": Connection refused (111)");
        datagrams.close();
        assertThatThrownBy(() -> datagrams.send(new byte[1], 0, 1)).hasMessageContaining("is closed");
    }
}
