package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The login on a new connection: the server's greeting with our capabilities masked in, the client's login, then packets of
 * authentication in both directions until the server says OK or ERR.
 *
 * <pre>
 * GREETING -server-> RESPONSE -client, dialog-> RELAY -server: OK-> CommandPhase
 *                                                     -server: ERR-> Closed
 * between RESPONSE and RELAY: TLS with the server
 * </pre>
 */
final class Login extends LoginPhase {

    private enum Step {
        GREETING,
        RESPONSE,
        RELAY
    }

    private final ScheduledFuture<?> greetingTimeout;
    private final boolean held;

    private Step step = Step.GREETING;

    /** The session has just connected to a server. */
    Login(Session session, Connecting connecting) {
        super(session, connecting, false);
        this.held = false;
        this.server = serverHop(session);
        this.greetingTimeout = greetingTimeout();
    }

    /**
     * The client has answered a pooled connection's greeting, and then the connection was of no use; it is asked again for
     * the new one's.
     */
    Login(GreetedLogin from) {
        super(from);
        this.held = true;
        this.server = serverHop(session);
        this.greetingTimeout = greetingTimeout();
    }

    private ScheduledFuture<?> greetingTimeout() {
        // half of the client's time, so that another backend can still be tried within it
        long millis = session.services().limits().handshake().toMillis() / 2;
        return millis == 0
                ? null
                : session.client().eventLoop().schedule(() -> greetingOverdue(millis), millis, TimeUnit.MILLISECONDS);
    }

    private void greetingOverdue(long millis) {
        if (step == Step.GREETING && !session.closed()) {
            session.guarded(() -> giveUp("no greeting within " + millis + " ms"));
            session.flush();
        }
    }

    private void giveUp(String why) {
        BackendLink link = session.link();
        release();
        connecting.noGreeting(link, why);
    }

    @Override
    public void clientBytes(ByteBuf chunk) {
        if (step == Step.GREETING) {
            chunk.release();
            throw new ProtocolViolationException("bytes before the greeting");
        }
        super.clientBytes(chunk);
    }

    // --- the server -------------------------------------------------------------------------------------------------

    @Override
    void backendPacket(ByteBuf packet) {
        ByteBuf payload = LoginHop.payload(packet);
        Wire.require(payload, 1, "a login packet of the server");
        int first = payload.getUnsignedByte(0);
        if (step == Step.GREETING && first == ErrPacket.HEADER) {
            refusedByBackend(payload);
            return;
        }
        server.count(packet);
        if (step == Step.GREETING) {
            greeting(payload);
            return;
        }
        if (step == Step.RESPONSE && first != ErrPacket.HEADER) {
            throw new ProtocolViolationException("a packet before the client's login");
        }
        verdict(payload);
    }

    private void refusedByBackend(ByteBuf payload) {
        ErrPacket error = ErrPacket.decode(payload.duplicate());
        if (held) {
            session.close(CloseCause.BACKEND_REFUSED, error, error.code() + " " + error.message());
        } else {
            client.hop().send(ByteBufUtil.getBytes(payload));
            session.close(CloseCause.BACKEND_REFUSED, null, error.code() + " " + error.message());
        }
    }

    private void greeting(ByteBuf payload) {
        Greeting greeting;
        try {
            greeting = Greeting.decode(payload);
        } catch (ProtocolViolationException e) {
            session.close(
                    CloseCause.BACKEND_VIOLATION,
                    new ErrPacket(1105, "HY000", "(proxy) " + e.getMessage()),
                    e.getMessage());
            return;
        }
        if (!greeting.capabilities().has(Capabilities.PROTOCOL_41)) {
            String why =
                    "the server " + greeting.serverVersion() + " does not speak the protocol of MySQL 4.1 and later";
            session.close(CloseCause.BACKEND_VIOLATION, new ErrPacket(1105, "HY000", "(proxy) " + why), why);
            return;
        }
        offered = greeting.capabilities().and(Capabilities.RELAYED);
        session.identity().greeted(greeting);
        session.link().greeted(greeting);
        if (held) {
            answerHeld();
            return;
        }
        trail.greeted(greeting);
        step = Step.RESPONSE;
        byte[] forClient = forClient(greeting, payload);
        if (hooks.seesHandshake()) {
            seenByHooks(forClient);
        } else {
            greet(forClient);
        }
    }

    /** The greeting as the client gets it: what both hops can do, and what this listener offers of its own. */
    private byte[] forClient(Greeting greeting, ByteBuf payload) {
        AuthDialog.Challenge theirs = new AuthDialog.Challenge(greeting.authPlugin(), greeting.authData());
        AuthDialog.Challenge ours = dialog.challenge(theirs);
        Capabilities transports = client.transports(session.link().offersTls());
        boolean same = ours.plugin().equals(theirs.plugin()) && Arrays.equals(ours.nonce(), theirs.nonce());
        ByteBuf copy = same
                ? Unpooled.copiedBuffer(payload)
                : Unpooled.wrappedBuffer(
                        greeting.challenging(ours.plugin(), ours.nonce()).encoded());
        Greeting.mask(copy, Capabilities.RELAYED, transports);
        return ByteBufUtil.getBytes(copy);
    }

    private void greet(byte[] payload) {
        client.hop().send(payload);
        client.offered(offeredIn(payload));
    }

    private Capabilities offeredIn(byte[] payload) {
        try {
            return Greeting.decode(Unpooled.wrappedBuffer(payload)).capabilities();
        } catch (ProtocolViolationException e) {
            // a hook's own idea of a greeting
            return offered;
        }
    }

    private void seenByHooks(byte[] payload) {
        LoginDecision decision = hooks.handshake(session, payload);
        if (decision instanceof LoginDecision.Replace replace) {
            greet(replace.payload());
        } else if (decision instanceof LoginDecision.Answer answer) {
            answeredGreeting(answer.reply());
        } else if (decision instanceof LoginDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
        } else {
            greet(payload);
        }
    }

    private void answeredGreeting(Reply reply) {
        session.write(Replies.encode(session.client().alloc(), reply, negotiated, 0, ServerStatus.AUTOCOMMIT));
        session.close(CloseCause.REFUSED_BY_PLUGIN, null, "answered in place of the greeting");
    }

    // --- the login there --------------------------------------------------------------------------------------------

    /** The client has answered a pooled connection's greeting; this server asks it again by a switch of methods. */
    private void answerHeld() {
        if (!offered.has(negotiated.and(Capabilities.FRAMING).bits())) {
            session.close(
                    CloseCause.NO_BACKEND,
                    Errors.BACKEND_LOST,
                    "the server does not speak what the client was offered before");
            return;
        }
        session.identity().loggingIn(response);
        logIn(new AuthEnds.Login(wanted.user(), wanted.database(), AuthTrail.NO_SUCH_METHOD, new byte[0]));
    }

    @Override
    void otherCapabilities(Capabilities ofLogin) {
        if (!ofLogin.and(offered).and(Capabilities.FRAMING).equals(negotiated.and(Capabilities.FRAMING))) {
            session.link().spoil();
        }
    }

    @Override
    void begin() {
        step = Step.RELAY;
        if (strange == null) {
            super.begin();
        } else if (ServerTransport.of(session.link(), client.encrypted()).tls()) {
            session.close(
                    CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, "a login that is none cannot be sent through TLS");
        } else {
            session.link().spoil();
            wanted = new AuthEnds.Login(null, null, response.authPlugin(), response.authResponse());
            server.send(strange);
        }
    }

    @Override
    boolean serverTls() {
        // an answer that is made before TLS has begun is sent when it has
        BackendLink link = session.link();
        return link != null && ServerTransport.of(link, client.encrypted()).tls();
    }

    @Override
    void logIn(AuthEnds.Login login) {
        step = Step.RELAY;
        BackendLink link = session.link();
        ServerTransport transport = ServerTransport.of(link, client.encrypted());
        if (transport.refused() != null) {
            session.close(CloseCause.BACKEND_TLS, Errors.backendTls(transport.refused()), transport.refused());
            return;
        }
        LoginParts sent = loginFor(login, transport.flags())
                .withZstdLevel(link.backend().hop().compression().zstdLevel());
        link.transport().want(transport);
        if (!transport.tls()) {
            server.send(sent::encode);
            session.flush();
            return;
        }
        if (server.pendingBytes() > 0) {
            session.faults().violation(Side.BACKEND, new ProtocolViolationException("bytes of the server before TLS"));
            return;
        }
        server.send(sent::encodeSslRequest);
        link.flush();
        link.transport()
                .encrypt(
                        server,
                        failure -> session.guarded(() -> {
                            if (session.closed()) {
                                return;
                            }
                            if (failure == null) {
                                server.send(sent::encode);
                                session.flush();
                            } else {
                                session.faults().tlsFailed(Side.BACKEND, failure);
                            }
                        }));
    }

    @Override
    void letGo(BackendLink link) {
        link.close();
    }

    @Override
    public void backendClosed() {
        if (lastWord) {
            // which the client is still to hear
            return;
        }
        if (step == Step.GREETING) {
            giveUp("it closed the connection without a greeting");
        } else {
            session.close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "during the login");
        }
    }

    @Override
    void over() {
        if (greetingTimeout != null) {
            greetingTimeout.cancel(false);
        }
    }
}
