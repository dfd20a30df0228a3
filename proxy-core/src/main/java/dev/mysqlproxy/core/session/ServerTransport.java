package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.channel.unix.DomainSocketAddress;

/**
 * What a new server connection is to be beneath MySQL's packets.
 *
 * @param tls whether it is encrypted
 * @param compression how it is compressed; null for not at all
 * @param refused why it cannot be what its backend must be; null when all is well
 */
record ServerTransport(boolean tls, Compression.Method compression, String refused) {

    /** Nothing beneath them. */
    static final ServerTransport PLAIN = new ServerTransport(false, null, null);

    /**
     * What the backend's settings make of it.
     *
     * @param link greeted by its server
     * @param clientEncrypted whether the client speaks TLS
     */
    static ServerTransport of(BackendLink link, boolean clientEncrypted) {
        Capabilities can = link.greeting().capabilities();
        boolean has = can.has(Capabilities.SSL);
        TlsMode mode = link.backend().tls().mode();
        boolean tls = switch (mode) {
            case DISABLED -> false;
            case PREFERRED -> has && !(link.channel().remoteAddress() instanceof DomainSocketAddress);
            case AS_CLIENT -> clientEncrypted;
            case REQUIRED, VERIFY_CA, VERIFY_IDENTITY -> true;
        };
        String refused = tls && !has
                ? "the server " + link.backend().address() + " has no TLS, which "
                        + (mode == TlsMode.AS_CLIENT ? "its client speaks" : "the backend's ssl-mode requires")
                : null;
        return new ServerTransport(tls, compression(link, can), refused);
    }

    private static Compression.Method compression(BackendLink link, Capabilities can) {
        for (Compression.Method method : link.backend().hop().compression().methods()) {
            if (can.has(flag(method)) && Compressing.possible(method)) {
                return method;
            }
        }
        return null;
    }

    static long flag(Compression.Method method) {
        return method == Compression.Method.ZLIB ? Capabilities.COMPRESS : Capabilities.ZSTD_COMPRESSION_ALGORITHM;
    }

    /** The capability flags that ask the server for it. */
    long flags() {
        return (tls ? Capabilities.SSL : 0) | (compression == null ? 0 : flag(compression));
    }
}
