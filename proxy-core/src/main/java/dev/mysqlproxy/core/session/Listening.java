package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.listener.Networks;
import dev.mysqlproxy.core.chassis.Levels;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.net.ProxyHeaderHandler;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open listener: the place where sessions begin. */
public final class Listening implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
    private static final int BACKLOG = 1024;

    private final Listener listener;
    private final Channel channel;
    private final NetAddress address;

    private Listening(Listener listener, Channel channel, NetAddress address) {
        this.listener = listener;
        this.channel = channel;
        this.address = address;
    }

    /** What the texts of a listener mean. */
    private record Meaning(NetAddress address, Networks networks, List<NetAddress> relayTo) {
        static Meaning of(Listener listener) throws StartException {
            try {
                return new Meaning(
                        NetAddress.parse(listener.address()),
                        Networks.of(listener.hop().proxyNetworks()),
                        listener instanceof Listener.Relay relay
                                ? relay.backends().stream()
                                        .map(NetAddress::parse)
                                        .toList()
                                : List.of());
            } catch (IllegalArgumentException e) {
                throw new StartException("listener " + listener.name() + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Reads a listener's addresses and opens nothing.
     *
     * @throws StartException when one makes no sense
     */
    public static void check(Listener listener) throws StartException {
        Meaning.of(listener);
    }

    /**
     * Binds, and logs the listener's announcement.
     *
     * @throws StartException when the address makes no sense, is in use, or may not be bound
     */
    public static Listening open(Listener listener, SessionServices services) throws StartException {
        Meaning meaning = Meaning.of(listener);
        NetAddress address = meaning.address();
        Entrance entrance =
                listener instanceof Listener.Relay ? null : services.entrances().of(listener);
        SocketAddress where = socketAddress(address, listener);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(services.transport().loops())
                .channelFactory(() -> services.transport().serverChannel(where))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Sockets.WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        if (hasHeader(client, meaning.networks())) {
                            client.pipeline()
                                    .addLast(new ProxyHeaderHandler(
                                            services.limits().handshake()));
                        }
                        client.pipeline()
                                .addLast(
                                        listener instanceof Listener.Relay relay
                                                ? new RelaySession(relay, meaning.relayTo(), client, services)
                                                        .clientHandler()
                                                : new ClientHandler(new Session(entrance, client, services)));
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
        }
        Channel bound = bind(bootstrap, where, address, listener);
        LOG.info(Levels.MESSAGE, String.format(listener.announcement(), shown(listener, bound)));
        return new Listening(listener, bound, address);
    }

    private static boolean hasHeader(Channel client, Networks networks) {
        return client.remoteAddress() instanceof InetSocketAddress inet
                ? networks.contains(inet.getAddress())
                : networks.containsUnix();
    }

    private static Channel bind(ServerBootstrap bootstrap, SocketAddress where, NetAddress address, Listener listener)
            throws StartException {
        int mode = listener.hop().socketMode();
        Optional<SocketFile> file =
                address instanceof NetAddress.Unix unix ? Optional.of(new SocketFile(unix.path())) : Optional.empty();
        ChannelFuture made = bootstrap.register().awaitUninterruptibly();
        if (!made.isSuccess()) {
            throw cannot(listener, made.cause());
        }
        Channel channel = made.channel();
        try {
            if (file.isPresent()) {
                file.get().removeStale();
            }
            if (file.isPresent() && mode >= 0) {
                SocketFile.restrict(channel, mode);
            }
            ChannelFuture bound = channel.bind(where).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException(bound.cause().getMessage(), bound.cause());
            }
            if (file.isPresent() && mode >= 0) {
                file.get().set(mode);
            }
            return channel;
        } catch (IOException e) {
            channel.close().awaitUninterruptibly();
            throw cannot(listener, e);
        }
    }

    private static StartException cannot(Listener listener, Throwable why) {
        return new StartException(
                "listener " + listener.name() + " cannot listen on " + listener.address() + ": " + reason(why), why);
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
        if (address instanceof NetAddress.Local unix) {
            return unix.socketAddress();
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

    /** As its plugin wants it. */
    public Listener listener() {
        return listener;
    }

    /** Where it listens, as its announcement says it: what the operator wrote, with the port that it has got. */
    public String address() {
        return shown(listener, channel);
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
