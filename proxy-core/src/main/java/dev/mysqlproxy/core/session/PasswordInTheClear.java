package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.DomainSocketAddress;

/**
 * Over a unix-domain socket both ends take the connection for secret: the client sends the password as it is, the server
 * expects it so. When only one hop is such a socket, what is right for one end is wrong for the other, and the password
 * would be seen on the way.
 */
final class PasswordInTheClear {

    private static final int AUTH_MORE_DATA = 1;
    private static final String CACHING_SHA2 = "caching_sha2_password";

    private PasswordInTheClear() {}

    /** Whether this packet of the server makes the client send its password over two unlike hops. */
    static boolean threatens(Session session, ByteBuf payload) {
        return payload.readableBytes() == 2
                && payload.getByte(payload.readerIndex()) == AUTH_MORE_DATA
                && payload.getByte(payload.readerIndex() + 1) == CachingSha2Exchange.PERFORM_FULL_AUTHENTICATION
                && session.authPlugin().filter(CACHING_SHA2::equals).isPresent()
                && unlikeHops(session);
    }

    private static boolean unlikeHops(Session session) {
        boolean clientUnix = session.client().localAddress() instanceof DomainSocketAddress;
        boolean backendUnix = session.link().channel().remoteAddress() instanceof DomainSocketAddress;
        return clientUnix != backendUnix;
    }
}
