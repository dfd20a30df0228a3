package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.net.ProxyHeaderHandler;
import dev.mysqlproxy.protocol.proxyheader.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A connection whose bytes are passed on unread, both ways, until both sides have said that no more will come. On the
 * client channel's event loop, except where said.
 *
 * <pre>
 * connecting -server reached-> relaying -one side is done-> half closed -the other too-> closed
 *      any -an end is lost, a timeout, the process stops-> closed
 * </pre>
 */
final class RelaySession {

    private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);

    private final Listener.Relay listener;
    private final Channel client;
    private final SessionServices services;
    private final RelayConnect connect;
    private final RelayWatch watch;
    /** What came before there was a server: what followed a PROXY header in the same read. */
    private final Deque<ByteBuf> early = new ArrayDeque<>();

    private Channel server;
    private boolean counted;
    private boolean clientDone;
    private boolean serverDone;
    private boolean closed;

    /**
     * For a client that has just come.
     *
     * @param backends in the order in which they are tried
     */
    RelaySession(Listener.Relay listener, List<NetAddress> backends, Channel client, SessionServices services) {
        this.listener = listener;
        this.client = client;
        this.services = services;
        this.connect = new RelayConnect(this, backends, listener.timeouts().connect(), client.eventLoop(), services);
        this.watch = new RelayWatch(this, listener.timeouts(), client.eventLoop(), services.clock());
    }

    /** The last in the client's pipeline. */
    ChannelInboundHandler clientHandler() {
        return new RelayHandler(this, Side.CLIENT);
    }

    /** The client's channel is ready. */
    void start() {
        client.config().setAutoRead(false);
        client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        counted = services.registry().add(this, services.limits().maxConnections());
        if (!counted) {
            LOG.warn(
                    "Too many connections: there are --max-connections={}",
                    services.limits().maxConnections());
            close(CloseCause.TOO_MANY_CONNECTIONS, "");
        } else if (services.registry().draining()) {
            close(CloseCause.SHUTDOWN, "");
        } else {
            connect.next();
        }
    }

    boolean closed() {
        return closed;
    }

    /** The listener's name. */
    String listener() {
        return listener.name();
    }

    /** A server was reached; it reads nothing yet. */
    void connected(Channel reached) {
        server = reached;
        while (!early.isEmpty()) {
            server.write(early.poll(), server.voidPromise());
        }
        server.flush();
        watch.start();
        if (clientDone) {
            passOnEnd(server);
        }
        writabilityChanged();
    }

    /** No server could be reached. */
    void unreachable(String why) {
        LOG.atWarn()
                .addKeyValue("listener", listener.name())
                .addKeyValue("reason", why)
                .log("cannot reach any server to relay to");
        close(CloseCause.NO_BACKEND, why);
    }

    // --- events of both channels ------------------------------------------------------------------------------------

    void bytes(Side from, ByteBuf chunk) {
        watch.active();
        Channel to = other(from);
        if (closed) {
            chunk.release();
        } else if (to == null) {
            early.add(chunk);
        } else {
            to.write(chunk, to.voidPromise());
        }
    }

    void readComplete(Side from) {
        Channel to = other(from);
        if (to != null) {
            to.flush();
        }
    }

    /** A side reads only while the other takes what comes. */
    void writabilityChanged() {
        if (server == null || closed) {
            return;
        }
        autoRead(client, server.isWritable());
        autoRead(server, client.isWritable());
        watch.writability(server.isWritable() && client.isWritable());
    }

    private static void autoRead(Channel channel, boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    /** No more will come from this side, which may still read. */
    void inputEnded(Side from) {
        watch.active();
        if (from == Side.CLIENT) {
            clientDone = true;
        } else {
            serverDone = true;
        }
        Channel to = other(from);
        if (clientDone && serverDone) {
            close(CloseCause.CLIENT_QUIT, "");
        } else if (to != null) {
            passOnEnd(to);
        }
    }

    private void passOnEnd(Channel to) {
        watch.halfClosed();
        Lingering.shutdownOutput(to);
    }

    void lost(Side side) {
        close(side == Side.CLIENT ? CloseCause.CLIENT_LOST : CloseCause.BACKEND_CLOSED, "");
    }

    void failed(Throwable error) {
        LOG.atError().setCause(error).addKeyValue("listener", listener.name()).log("internal error");
        close(CloseCause.INTERNAL_ERROR, error.toString());
    }

    private Channel other(Side from) {
        return from == Side.CLIENT ? server : client;
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /** Ends it, once; what was written still goes out. */
    void close(CloseCause cause, String detail) {
        if (closed) {
            return;
        }
        closed = true;
        services.registry().counters().countEnd(cause);
        watch.stop();
        LoggingEventBuilder line = cause.noteworthy() ? LOG.atWarn() : LOG.atDebug();
        line.addKeyValue("cause", cause.word())
                .addKeyValue("detail", detail)
                .addKeyValue("listener", listener.name())
                .addKeyValue("client", clientAddress())
                .log("relayed connection closed");
        early.forEach(ByteBuf::release);
        early.clear();
        if (counted) {
            services.registry().remove(this);
        }
        Lingering.close(client);
        if (server != null) {
            Lingering.close(server);
        }
    }

    /** Ends it for a reason that lies outside of it. Any thread. */
    void end(CloseCause cause) {
        client.eventLoop().execute(() -> close(cause, ""));
    }

    private String clientAddress() {
        SocketAddress source =
                ProxyHeaderHandler.header(client).flatMap(ProxyHeader::source).orElse(client.remoteAddress());
        return Identity.text(source);
    }
}
