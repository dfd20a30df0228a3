package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.net.NetAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Finds a server for a relayed connection: the first one that can be reached. On the session's event loop. */
final class RelayConnect {

    private final RelaySession session;
    private final Deque<NetAddress> names;
    private final Deque<SocketAddress> addresses = new ArrayDeque<>();
    private final Duration timeout;
    private final EventLoop loop;
    private final SessionServices services;
    private String lastFailure = "";

    RelayConnect(
            RelaySession session,
            List<NetAddress> backends,
            Duration timeout,
            EventLoop loop,
            SessionServices services) {
        this.session = session;
        this.names = new ArrayDeque<>(backends);
        this.timeout = timeout;
        this.loop = loop;
        this.services = services;
    }

    /** Tries the next address; tells the session when there is a server, or none left. */
    void next() {
        if (session.closed()) {
            return;
        }
        if (!addresses.isEmpty()) {
            connect(addresses.poll());
        } else if (!names.isEmpty()) {
            services.resolver().resolve(names.poll(), loop).addListener(this::resolved);
        } else {
            session.unreachable(lastFailure);
        }
    }

    private void resolved(Future<? super List<SocketAddress>> future) {
        if (future.isSuccess()) {
            @SuppressWarnings("unchecked")
            List<SocketAddress> found = (List<SocketAddress>) future.getNow();
            addresses.addAll(found);
        } else {
            lastFailure = "its name cannot be resolved: " + future.cause().getMessage();
        }
        next();
    }

    private void connect(SocketAddress address) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(services.transport().channel(address))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Sockets.WATER_MARK)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new RelayHandler(session, Side.BACKEND));
        if (address instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        bootstrap.connect(address).addListener((ChannelFuture future) -> {
            // a channel that could not even be made reports its failure on a thread of Netty's own
            if (loop.inEventLoop()) {
                tried(future);
            } else {
                loop.execute(() -> tried(future));
            }
        });
    }

    private void tried(ChannelFuture future) {
        if (!future.isSuccess()) {
            lastFailure = String.valueOf(future.cause().getMessage());
            next();
        } else if (session.closed()) {
            future.channel().close();
        } else {
            session.connected(future.channel());
        }
    }
}
