package dev.mysqlproxy.core.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;

/** The event loops and the channel classes that go with them: epoll where the system has it, else NIO. */
public final class Transport implements AutoCloseable {

    private final boolean epoll;
    private final EventLoopGroup loops;

    /**
     * Starts event loops, native ones where there are any.
     *
     * @param threads how many, at least 1
     */
    public Transport(int threads) {
        this(threads, true);
    }

    /**
     * Starts event loops.
     *
     * @param threads how many, at least 1
     * @param preferNative whether to take native loops where there are any
     */
    public Transport(int threads, boolean preferNative) {
        this.epoll = preferNative && Epoll.isAvailable();
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loops = new EventLoops(threads, factory);
    }

    /** The loops. */
    public EventLoopGroup loops() {
        return loops;
    }

    /** {@code epoll} or {@code nio}. */
    public String name() {
        return epoll ? "epoll" : "nio";
    }

    /** Whether unix-domain sockets can be used, abstract ones too. */
    public boolean unixSockets() {
        return epoll;
    }

    /** A channel to listen on such an address; one for IPv4 takes IPv4 alone. */
    public ServerChannel serverChannel(SocketAddress address) {
        if (address instanceof DomainSocketAddress) {
            return new EpollServerDomainSocketChannel();
        }
        SocketProtocolFamily family = ((InetSocketAddress) address).getAddress() instanceof Inet4Address
                ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6;
        return epoll
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    /** The class of channels that connect to such an address. */
    public Class<? extends Channel> channel(SocketAddress address) {
        if (address instanceof DomainSocketAddress) {
            return EpollDomainSocketChannel.class;
        }
        return tcpChannel();
    }

    /**
     * A channel of the right kind for an address, registered with a loop and still to be connected. On that loop.
     *
     * @param handler its last handler
     */
    public Channel unconnected(
            NetAddress address, EventLoop loop, WriteBufferWaterMark waterMark, ChannelHandler handler) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(address instanceof NetAddress.Tcp ? tcpChannel() : EpollDomainSocketChannel.class)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
                .handler(handler);
        if (address instanceof NetAddress.Tcp) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        return bootstrap.register().channel();
    }

    private Class<? extends Channel> tcpChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3000);
    }
}
