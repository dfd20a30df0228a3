package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.net.NetAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open listener: the place where sessions begin. */
public final class Listening implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final int BACKLOG = 1024;

    private final Channel channel;
    private final NetAddress address;

    private Listening(Channel channel, NetAddress address) {
        this.channel = channel;
        this.address = address;
    }

    /**
     * Binds, and logs the listener's announcement.
     *
     * @throws StartException when the address makes no sense, is in use, or may not be bound
     */
    public static Listening open(Listener listener, SessionServices services) throws StartException {
        NetAddress address;
        try {
            address = NetAddress.parse(listener.address());
        } catch (IllegalArgumentException e) {
            throw new StartException("listener " + listener.name() + ": " + e.getMessage(), e);
        }
        SocketAddress where = socketAddress(address, listener);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(services.transport().loops())
                .channelFactory(() -> services.transport().serverChannel(where))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Sockets.WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        Session session = new Session(listener, client, services);
                        client.pipeline().addLast(new ClientHandler(session));
                    }
                });
        if (address instanceof NetAddress.Tcp) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        } else if (!services.transport().unixSockets()) {
            throw new StartException(
                    "listener " + listener.name() + ": unix-domain sockets need Linux, got " + address);
        } else {
            removeStale((NetAddress.Unix) address, listener);
        }
        ChannelFuture bound = bootstrap.bind(where).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new StartException(
                    "listener " + listener.name() + " cannot listen on " + listener.address() + ": "
                            + reason(bound.cause()),
                    bound.cause());
        }
        LOG.info(Levels.MESSAGE, String.format(listener.announcement(), shown(listener, bound.channel())));
        return new Listening(bound.channel(), address);
    }

    /** What the operator wrote; for port 0 with the port that the system chose. */
    private static String shown(Listener listener, Channel bound) {
        if (listener.address().endsWith(":0") && bound.localAddress() instanceof InetSocketAddress inet) {
            return listener.address().substring(0, listener.address().length() - 1) + inet.getPort();
        }
        return listener.address();
    }

    private static String reason(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("Address already in use")) {
            return "the address is in use by another program";
        }
        if (text.contains("Permission denied")) {
            return "permission denied (ports below 1024 need root, sockets a writable folder)";
        }
        if (text.contains("Cannot assign requested address")) {
            return "this machine has no such address";
        }
        return text;
    }

    private static SocketAddress socketAddress(NetAddress address, Listener listener) throws StartException {
        if (address instanceof NetAddress.Unix unix) {
            return new DomainSocketAddress(unix.path());
        }
        NetAddress.Tcp tcp = (NetAddress.Tcp) address;
        String host = tcp.host().isEmpty() ? "0.0.0.0" : tcp.host();
        try {
            return new InetSocketAddress(InetAddress.getByName(host), tcp.port());
        } catch (UnknownHostException e) {
            throw new StartException(
                    "listener " + listener.name() + " cannot listen on " + listener.address() + ": the host '" + host
                            + "' is unknown",
                    e);
        }
    }

    /** A socket file that nobody answers on is left from a crash. */
    private static void removeStale(NetAddress.Unix unix, Listener listener) throws StartException {
        Path path = Path.of(unix.path());
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            try {
                if (!Files.getFileAttributeView(path, BasicFileAttributeView.class)
                        .readAttributes()
                        .isOther()) {
                    throw new StartException(
                            "listener " + listener.name() + ": " + path + " exists and is not a socket", e);
                }
                Files.delete(path);
                return;
            } catch (IOException failed) {
                throw new StartException(
                        "listener " + listener.name() + ": cannot remove the left-over socket " + path + ": "
                                + failed.getMessage(),
                        failed);
            }
        }
        throw new StartException("listener " + listener.name() + " cannot listen on " + path
                + ": the address is in use by another program");
    }

    /** The address it is bound to. */
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    /** The file of its unix-domain socket, when it has one. */
    public Optional<Path> socketFile() {
        return address instanceof NetAddress.Unix unix ? Optional.of(Path.of(unix.path())) : Optional.empty();
    }

    /** Accepts no more clients. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        if (address instanceof NetAddress.Unix unix) {
            try {
                Files.deleteIfExists(Path.of(unix.path()));
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("path", unix.path()).setCause(e).log("cannot remove the socket");
            }
        }
    }
}
