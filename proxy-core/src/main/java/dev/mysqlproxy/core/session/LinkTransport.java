package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.net.CompressionHandler;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.tls.Handshakes;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Consumer;

/** What a server connection is beneath MySQL's packets: encrypted, compressed, or neither. On its channel's event loop. */
final class LinkTransport {

    private final Backend backend;
    private final Channel channel;

    private ServerTransport wanted = ServerTransport.PLAIN;
    private TlsView tls;
    private CompressionHandler compression;

    LinkTransport(Backend backend, Channel channel) {
        this.backend = backend;
        this.channel = channel;
    }

    /** What it is to be. */
    void want(ServerTransport transport) {
        wanted = transport;
    }

    /**
     * Begins TLS.
     *
     * @param hop that has sent the request for it
     * @param done told of the failure, or null, on the session's loop
     */
    void encrypt(LoginHop hop, Consumer<Throwable> done) {
        NetAddress.Tcp host =
                backend.address() instanceof NetAddress.Tcp tcp ? tcp : new NetAddress.Tcp("localhost", 0);
        SslHandler handler = backend.tls().handler(channel.alloc(), host.host(), host.port());
        hop.startTls(handler, failure -> {
            if (failure == null) {
                tls = Handshakes.view(handler);
            }
            done.accept(failure);
        });
    }

    /** The TLS that it speaks; null for none. */
    TlsView tls() {
        return tls;
    }

    /** Whether nobody else hears what is said on it. */
    boolean secret() {
        return tls != null || channel.remoteAddress() instanceof DomainSocketAddress;
    }

    /** What sessions that take it from its pool must have agreed on with their clients. */
    Capabilities poolKey(Capabilities agreed) {
        return poolKey(backend, agreed, tls != null);
    }

    /**
     * The same, of a connection that a session wants: one without TLS must not be given to a client that was promised it.
     *
     * @param encrypted whether the client speaks TLS
     */
    static Capabilities poolKey(Backend of, Capabilities agreed, boolean encrypted) {
        boolean matters = encrypted && of.tls().mode() == BackendHop.TlsMode.AS_CLIENT;
        return matters ? agreed.with(Capabilities.SSL) : agreed;
    }

    /** The login is over: what follows may be compressed. */
    void commandPhase() {
        if (wanted.compression() != null && compression == null) {
            Compression settings = backend.hop().compression();
            compression = Compressing.install(channel, wanted.compression(), settings, settings.zstdLevel());
        }
    }

    boolean compresses() {
        return compression != null;
    }

    /** A command begins, whose first packet has the sequence id 0. */
    void commandBegins() {
        if (compression != null) {
            compression.commandBegins();
        }
    }
}
