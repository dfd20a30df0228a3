package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.core.tls.Handshakes;
import dev.mysqlproxy.core.tls.ListenerTls;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslHandler;

/**
 * The client's half of a login, whatever the other half is: TLS when the client begins it, its login packet, then packets
 * of authentication; within limits that keep strangers cheap. On the session's event loop.
 */
final class ClientSide {

    /** Who the packets are for. */
    interface Receiver {

        /** The client's login, once; borrowed. */
        void login(ByteBuf payload);

        /** What it says afterwards; borrowed. */
        void packet(ByteBuf payload);
    }

    private final Session session;
    private final LoginHop hop;

    private Receiver receiver;
    private Capabilities offered = Capabilities.NONE;
    private Compression.Method compression;
    private int zstdLevel;
    private boolean loginSeen;
    private boolean handshaking;
    private boolean encrypted;
    private long bytes;

    ClientSide(Session session, Receiver receiver) {
        this.session = session;
        this.receiver = receiver;
        this.hop = new LoginHop(session.client(), Limits.LOGIN_PACKET, Limits.LOGIN_PACKETS, session::write);
    }

    /** Another login goes on with this client. */
    void receiver(Receiver next) {
        receiver = next;
    }

    /**
     * What the listener offers beyond what a server does.
     *
     * @param tls whether TLS may be offered now
     */
    Capabilities transports(boolean tls) {
        long flags = tls && tls().mode() != ClientTls.Mode.DISABLED ? Capabilities.SSL : 0;
        for (Compression.Method method :
                session.configuration().hop().compression().methods()) {
            flags |= Compressing.possible(method) ? ServerTransport.flag(method) : 0;
        }
        return new Capabilities(flags);
    }

    private ListenerTls tls() {
        return session.entrance().tls();
    }

    /** The greeting has gone out with these capabilities. */
    void offered(Capabilities capabilities) {
        offered = capabilities;
    }

    LoginHop hop() {
        return hop;
    }

    /** Whether nobody else hears what the client says. */
    boolean secret() {
        return encrypted || session.identity().onUnixSocket();
    }

    /** Whether it speaks TLS. */
    boolean encrypted() {
        return encrypted;
    }

    /** The client's next packet is not its login, which it has sent before. */
    void loginSeen() {
        loginSeen = true;
    }

    /** Takes a chunk over and hands on what is complete in it. */
    void bytes(ByteBuf chunk) {
        bytes += chunk.readableBytes();
        boolean room = session.services().registry().takeLoginBytes(chunk.readableBytes());
        hop.add(chunk);
        if (!room) {
            session.close(CloseCause.TOO_MANY_CONNECTIONS, Errors.TOO_MANY_CONNECTIONS, "too many logins at once");
            return;
        }
        if (bytes > Limits.LOGIN_BYTES) {
            throw new ProtocolViolationException("more than " + Limits.LOGIN_BYTES + " bytes before the login");
        }
        if (!handshaking) {
            cut();
        }
    }

    private void cut() {
        // nothing more is cut once the login is over: what is left then is the first command
        for (ByteBuf packet = hop.next(); packet != null; packet = hop.next()) {
            try {
                hop.count(packet);
                packet(LoginHop.payload(packet));
            } finally {
                packet.release();
            }
            if (session.closed() || handshaking) {
                return;
            }
        }
    }

    private void packet(ByteBuf payload) {
        if (loginSeen) {
            receiver.packet(payload);
            return;
        }
        if (HandshakeResponse.isBefore41(payload)) {
            receiver.login(payload);
            return;
        }
        Capabilities wanted = HandshakeResponse.capabilities(payload);
        if (wanted.has(Capabilities.SSL) && !encrypted) {
            beginTls(payload);
            return;
        }
        if (!secret() && tls().mode() == ClientTls.Mode.REQUIRED) {
            session.close(CloseCause.LOGIN_REFUSED, Errors.TLS_REQUIRED, "without TLS, which the listener requires");
            return;
        }
        loginSeen = true;
        agree(wanted.and(offered));
        receiver.login(payload);
    }

    private void beginTls(ByteBuf request) {
        if (!offered.has(Capabilities.SSL) || tls().mode() == ClientTls.Mode.DISABLED) {
            throw new ProtocolViolationException("the client began TLS, which was not offered");
        }
        if (request.readableBytes() != HandshakeResponse.SSL_REQUEST_LENGTH) {
            throw new ProtocolViolationException("a login in the clear that says it were encrypted");
        }
        SslHandler handler = tls().handler(session.client().alloc());
        handshaking = true;
        hop.startTls(handler, failure -> {
            handshaking = false;
            if (failure == null) {
                encrypted = true;
                session.identity().encrypted(Handshakes.view(handler));
            } else {
                session.faults().tlsFailed(Side.CLIENT, failure);
            }
        });
    }

    private void agree(Capabilities both) {
        // with both, servers take zlib
        if (both.has(Capabilities.COMPRESS)) {
            compression = Compression.Method.ZLIB;
        } else if (both.has(Capabilities.ZSTD_COMPRESSION_ALGORITHM)) {
            compression = Compression.Method.ZSTD;
        }
    }

    /** The client's wish, 0 for none. */
    void zstdLevel(int level) {
        zstdLevel = level;
    }

    /** The login is over; what follows may be compressed. What has arrived of it is the caller's; null for nothing. */
    ByteBuf commandPhase() {
        ByteBuf first = hop.takeRest();
        release();
        if (compression != null) {
            Compression settings = session.configuration().hop().compression();
            int level = zstdLevel > 0 ? Math.min(zstdLevel, Limits.ZSTD_LEVEL) : settings.zstdLevel();
            session.clientLink().compress(Compressing.install(session.client(), compression, settings, level));
        }
        return first;
    }

    /** Sequence id with which an ERR packet may be sent at this point; -1 where none is possible. */
    int errorSequence() {
        if (handshaking) {
            return -1;
        }
        return hop.pendingBytes() > 0 ? hop.sequence() + 1 & 0xff : hop.sequence();
    }

    /** The same where nothing can be on its way any more. */
    int answerSequence() {
        return handshaking ? -1 : hop.sequence();
    }

    /** The client's login is one from before 4.1: tells it so and ends the session. */
    void refuseBefore41() {
        hop.send(out -> out.writeByte(ErrPacket.HEADER)
                .writeShortLE(Errors.BEFORE_41.code())
                // such a client knows no SQLSTATE
                .writeBytes(Wire.utf8(Errors.BEFORE_41.message())));
        session.close(CloseCause.CLIENT_VIOLATION, null, "the client speaks the protocol from before MySQL 4.1");
    }

    /** Lets go of everything. */
    void release() {
        session.services().registry().giveLoginBytes(bytes);
        bytes = 0;
        hop.release();
    }
}
