package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The connection phase: the server's greeting with our capabilities masked in, the client's login, then packets of
 * authentication in both directions, unread, until the server says OK or ERR.
 *
 * <pre>
 * GREETING -server-> RESPONSE -client-> RELAY -server: OK-> CommandPhase
 *                                             -server: ERR-> Closed
 * </pre>
 */
final class Login implements Phase {

    private enum Step {
        GREETING,
        RESPONSE,
        RELAY
    }

    private static final byte[] BEFORE_41 = Wire.utf8("4.0 protocol is not supported");
    private static final int CR_VERSION_ERROR = 2007;
    /** What comes behind the client's response has this sequence id. */
    private static final int AFTER_RESPONSE = 2;

    private final Session session;
    private final Connecting connecting;
    private final HookChain hooks;
    private final PacketAssembler fromClient = new PacketAssembler(Limits.LOGIN_PACKET);
    private final PacketAssembler fromBackend = new PacketAssembler(Limits.SERVER_LOGIN_PACKET);
    private final ScheduledFuture<?> greetingTimeout;

    private final HandshakeResponse held;
    private final AuthTrail trail = new AuthTrail();

    private Step step = Step.GREETING;
    private boolean serverSaidOk;
    private boolean answeringServer;
    private HandshakeResponse sent;
    private Capabilities offered = Capabilities.NONE;
    private Capabilities negotiated = Capabilities.NONE;
    private int sequence;
    private int serverStatus;
    private int clientPackets;
    private long clientBytes;

    /**
     * The login on a new connection.
     *
     * @param held what the client has answered to another greeting already; null when it waits for this one
     */
    Login(Session session, Connecting connecting, HandshakeResponse held) {
        this.held = held;
        this.session = session;
        this.connecting = connecting;
        this.hooks = session.services().hooks();
        // half of the client's time, so that another backend can still be tried within it
        long millis = session.services().limits().handshake().toMillis() / 2;
        this.greetingTimeout = millis == 0
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
        clientBytes += chunk.readableBytes();
        boolean room = session.services().registry().takeLoginBytes(chunk.readableBytes());
        fromClient.add(chunk);
        if (!room) {
            session.close(CloseCause.TOO_MANY_CONNECTIONS, Errors.TOO_MANY_CONNECTIONS, "too many logins at once");
            return;
        }
        if (step == Step.GREETING) {
            throw new ProtocolViolationException("bytes before the greeting");
        }
        if (clientBytes > Limits.LOGIN_BYTES) {
            throw new ProtocolViolationException("more than " + Limits.LOGIN_BYTES + " bytes before the login");
        }
        // nothing more is cut once the login is over: what is left then is the first command
        for (ByteBuf packet = fromClient.next(); packet != null; packet = fromClient.next()) {
            try {
                checkSequence(packet);
                if (++clientPackets > Limits.LOGIN_PACKETS) {
                    throw new ProtocolViolationException(
                            "more than " + Limits.LOGIN_PACKETS + " packets before the login");
                }
                if (step == Step.RESPONSE) {
                    response(packet);
                } else {
                    trail.client(packet);
                    session.link().write(packet.retain());
                }
            } finally {
                packet.release();
            }
            if (session.closed()) {
                return;
            }
        }
    }

    private void checkSequence(ByteBuf packet) {
        int found = packet.getUnsignedByte(packet.readerIndex() + 3);
        if (found != sequence) {
            throw new ProtocolViolationException("sequence id " + found + " where " + sequence + " was due");
        }
        sequence = sequence + 1 & 0xff;
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        fromBackend.add(chunk);
        for (ByteBuf packet = fromBackend.next(); packet != null; packet = fromBackend.next()) {
            boolean loggedIn;
            try {
                loggedIn = backendPacket(packet);
            } finally {
                packet.release();
            }
            if (session.closed()) {
                return;
            }
            if (loggedIn) {
                enterCommandPhase();
                return;
            }
        }
    }

    /** True when this was the OK that ends the login. */
    private boolean backendPacket(ByteBuf packet) {
        ByteBuf payload =
                packet.slice(packet.readerIndex() + Wire.HEADER_LENGTH, packet.readableBytes() - Wire.HEADER_LENGTH);
        Wire.require(payload, 1, "a login packet of the server");
        int first = payload.getUnsignedByte(0);
        if (step == Step.GREETING && first == ErrPacket.HEADER) {
            refusedByBackend(packet, payload);
            return false;
        }
        checkSequence(packet);
        if (step == Step.GREETING) {
            greeting(packet, payload);
            return false;
        }
        if (step == Step.RESPONSE && first != ErrPacket.HEADER) {
            throw new ProtocolViolationException("a packet before the client's login");
        }
        return answer(packet, payload, first);
    }

    private void refusedByBackend(ByteBuf packet, ByteBuf payload) {
        ErrPacket error = ErrPacket.decode(payload.duplicate());
        if (held == null) {
            session.write(packet.retain());
        }
        session.close(CloseCause.BACKEND_REFUSED, held == null ? null : error, error.code() + " " + error.message());
    }

    private void greeting(ByteBuf packet, ByteBuf payload) {
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
        trail.greeted(greeting);
        if (held != null) {
            answerHeld();
            return;
        }
        step = Step.RESPONSE;
        // an own copy: the chunk that the server sent may be shared
        ByteBuf copy = packet.copy();
        Greeting.mask(copy.slice(Wire.HEADER_LENGTH, copy.readableBytes() - Wire.HEADER_LENGTH), Capabilities.RELAYED);
        if (hooks.seesHandshake()) {
            decided(copy, 0, sent -> hooks.handshake(session, sent), session::write);
        } else {
            session.write(copy);
        }
    }

    /** The client has answered a pooled connection's greeting; it is asked again for this one's. */
    private void answerHeld() {
        negotiated = held.capabilities();
        if (!offered.has(negotiated.and(Capabilities.FRAMING).bits())) {
            session.close(
                    CloseCause.NO_BACKEND,
                    Errors.BACKEND_LOST,
                    "the server does not speak what the client was offered before");
            return;
        }
        HandshakeResponse anew = new HandshakeResponse(
                negotiated,
                held.maxPacketSize(),
                held.characterSet(),
                held.user(),
                new byte[0],
                held.database(),
                AuthTrail.NO_SUCH_METHOD,
                held.attributes());
        sent = anew;
        session.identity().loggingIn(anew);
        step = Step.RELAY;
        sequence = AFTER_RESPONSE;
        ByteBuf buffer = session.link().channel().alloc().buffer();
        new PacketWriter(buffer, Capabilities.NONE, 1).packet(anew::encode);
        session.link().write(buffer);
    }

    private void response(ByteBuf packet) {
        ByteBuf copy = packet.copy();
        try {
            ByteBuf payload = copy.slice(Wire.HEADER_LENGTH, copy.readableBytes() - Wire.HEADER_LENGTH);
            if (HandshakeResponse.isBefore41(payload)) {
                refuseBefore41();
                return;
            }
            Capabilities wanted = HandshakeResponse.capabilities(payload);
            if (wanted.has(Capabilities.SSL)) {
                throw new ProtocolViolationException("the client began TLS, which was not offered");
            }
            Capabilities framing = wanted.and(Capabilities.FRAMING);
            HandshakeResponse.clear(payload, framing.without(offered));
            negotiated = wanted.without(framing).with(framing.and(offered).bits());
            HandshakeResponse response = HandshakeResponse.decode(payload);
            session.identity().loggingIn(response);
            sent = response;
            trail.answered(response);
            step = Step.RELAY;
            copy.retain();
        } finally {
            copy.release();
        }
        if (hooks.seesAuth()) {
            decided(copy, 1, payload -> hooks.auth(session, payload), this::sendLogin);
        } else {
            session.link().write(copy);
        }
    }

    /** A hook may have made another user's login of it. */
    private void sendLogin(ByteBuf packet) {
        ByteBuf payload =
                packet.slice(packet.readerIndex() + Wire.HEADER_LENGTH, packet.readableBytes() - Wire.HEADER_LENGTH);
        try {
            sent = HandshakeResponse.decode(payload);
            trail.answered(sent);
            if (!sent.capabilities()
                    .and(offered)
                    .and(Capabilities.FRAMING)
                    .equals(negotiated.and(Capabilities.FRAMING))) {
                session.link().spoil();
            }
        } catch (ProtocolViolationException e) {
            // whatever it is, the server may understand it
            session.link().spoil();
        }
        session.link().write(packet);
    }

    private void refuseBefore41() {
        ByteBuf buffer = session.client().alloc().buffer();
        // such a client knows no SQLSTATE
        new PacketWriter(buffer, Capabilities.NONE, sequence)
                .packet(out -> out.writeByte(ErrPacket.HEADER)
                        .writeShortLE(CR_VERSION_ERROR)
                        .writeBytes(BEFORE_41));
        session.write(buffer);
        session.close(CloseCause.CLIENT_VIOLATION, null, "the client speaks the protocol from before MySQL 4.1");
    }

    private boolean answer(ByteBuf packet, ByteBuf payload, int first) {
        if (first == AuthSwitchRequest.HEADER && payload.readableBytes() > 1) {
            AuthSwitchRequest request = AuthSwitchRequest.decode(payload.duplicate());
            session.identity().authPlugin(request.plugin());
            trail.switched(request);
        }
        trail.server(payload);
        if (first == OkPacket.HEADER) {
            serverStatus = OkPacket.decode(payload.duplicate()).status();
            session.link()
                    .loggedIn(
                            trail.login(sent.user(), negotiated, sent.characterSet()),
                            sent.database().orElse(null),
                            serverStatus);
            serverSaidOk = true;
        }
        if (PasswordInTheClear.threatens(session, payload)) {
            // in the place of that packet
            sequence = packet.getUnsignedByte(packet.readerIndex() + 3);
            session.close(CloseCause.LOGIN_REFUSED, Errors.MIXED_TRANSPORTS, Errors.MIXED_TRANSPORTS.message());
            return false;
        }
        ByteBuf copy = hooks.seesAuthResult() ? packet.copy() : packet.retain();
        if (hooks.seesAuthResult()) {
            answeringServer = true;
            decided(copy, 0, bytes -> hooks.authResult(session, bytes), session::write);
            answeringServer = false;
            if (session.closed()) {
                return false;
            }
        } else {
            session.write(copy);
        }
        if (first == ErrPacket.HEADER) {
            ErrPacket error = ErrPacket.decode(payload.duplicate());
            session.close(CloseCause.LOGIN_REFUSED, null, error.code() + " " + error.message());
            return false;
        }
        return first == OkPacket.HEADER;
    }

    @Override
    public boolean serverIdle() {
        return serverSaidOk && fromBackend.pendingBytes() == 0;
    }

    @Override
    public int serverStatus() {
        return serverStatus;
    }

    @Override
    public Capabilities negotiated() {
        return negotiated;
    }

    /**
     * Asks hooks about a packet and sends what they make of it. Takes the packet over.
     *
     * @param errorOffset what an error's sequence id is more than the packet's: 0 in its place, 1 in answer to it
     */
    private void decided(ByteBuf packet, int errorOffset, Function<byte[], LoginDecision> ask, Consumer<ByteBuf> send) {
        int id = packet.getUnsignedByte(packet.readerIndex() + 3);
        LoginDecision decision;
        try {
            decision = ask.apply(ByteBufUtil.getBytes(
                    packet,
                    packet.readerIndex() + Wire.HEADER_LENGTH,
                    packet.readableBytes() - Wire.HEADER_LENGTH,
                    true));
        } catch (RuntimeException e) {
            sequence = id + errorOffset;
            packet.release();
            throw e;
        }
        if (decision instanceof LoginDecision.Replace replace) {
            packet.release();
            ByteBuf other = session.client().alloc().buffer();
            new PacketWriter(other, Capabilities.NONE, id).raw(replace.payload());
            send.accept(other);
        } else if (decision instanceof LoginDecision.Answer answer) {
            packet.release();
            answered(answer.reply(), id + errorOffset);
        } else if (decision instanceof LoginDecision.Refuse refuse) {
            sequence = id + errorOffset;
            packet.release();
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
        } else {
            send.accept(packet);
        }
    }

    /** A hook's own word to the client, in the place of a packet with this sequence id. */
    private void answered(Reply reply, int id) {
        if (!serverSaidOk) {
            serverStatus = ServerStatus.AUTOCOMMIT;
        }
        session.write(Replies.encode(session.client().alloc(), reply, negotiated, id, serverStatus));
        if (step == Step.RESPONSE) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, null, "answered in place of the greeting");
        } else if (!serverSaidOk && reply instanceof Reply.Err error) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, null, error.message());
        } else if (!serverSaidOk && fromBackend.pendingBytes() == 0 && !answeringServer) {
            // logged in without the server, which is told nothing
            BackendLink unused = session.link();
            session.link(null);
            unused.close();
            session.account(ServerLogin.vouched(sent, negotiated));
            enterCommandPhase();
        }
    }

    private void enterCommandPhase() {
        ByteBuf firstCommand = fromClient.takeRest();
        ByteBuf goodbye = fromBackend.takeRest();
        release();
        session.phase(new CommandPhase(session, negotiated, serverStatus));
        if (goodbye != null) {
            session.backendBytes(goodbye);
        }
        if (firstCommand != null) {
            session.clientBytes(firstCommand);
        }
        session.endIfIdle();
    }

    @Override
    public void backendClosed() {
        if (step == Step.GREETING) {
            giveUp("it closed the connection without a greeting");
        } else {
            session.close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "during the login");
        }
    }

    @Override
    public String word() {
        return "login";
    }

    @Override
    public int errorSequence() {
        if (step == Step.GREETING) {
            return held == null ? 0 : AFTER_RESPONSE;
        }
        return (fromClient.pendingBytes() > 0 ? sequence + 1 : sequence) & 0xff;
    }

    @Override
    public void release() {
        if (greetingTimeout != null) {
            greetingTimeout.cancel(false);
        }
        session.services().registry().giveLoginBytes(clientBytes);
        clientBytes = 0;
        fromClient.release();
        fromBackend.release();
    }
}
