package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.backend.PooledConnection;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A login whose greeting does not come fresh from a server: it is a script's own, and hooks answer whatever follows; or it
 * is what the server of a pooled connection once said, and the client logs in there by COM_CHANGE_USER. That command names
 * a method that no account has, so that the server asks with a nonce of its own, and that question goes to the client.
 *
 * <pre>
 * RESPONSE -client, no server-> CommandPhase
 * RESPONSE -client, pooled----> CHANGING -server: OK-> CommandPhase
 * RESPONSE -client speaks another protocol than the pooled connection-> Connecting, Login
 * </pre>
 */
final class GreetedLogin implements Phase {

    /** What may be assumed of a client that has not said anything. */
    static final Capabilities BEFORE_LOGIN =
            new Capabilities(Capabilities.PROTOCOL_41 | Capabilities.SECURE_CONNECTION);

    private static final int GREETING_FIRST = 0x0a;

    private final Session session;
    private final Connecting connecting;
    private final HookChain hooks;
    private final Greeting greeting;
    private final byte[] greetingPayload;
    private final PacketAssembler fromClient = new PacketAssembler(Limits.LOGIN_PACKET);
    private final PacketAssembler fromBackend = new PacketAssembler(Limits.SERVER_LOGIN_PACKET);
    private final AuthTrail trail = new AuthTrail();

    private Capabilities negotiated = Capabilities.NONE;
    private HandshakeResponse response;
    private int sequence = 1;
    private int serverStatus = ServerStatus.AUTOCOMMIT;
    private BackendLink lost;
    private boolean untouched = true;
    private boolean asked;
    private boolean serverSpoke;
    private boolean serverSaidOk;
    private long clientBytes;
    private int clientPackets;

    private GreetedLogin(Session session, Connecting connecting, Greeting greeting, byte[] greetingPayload) {
        this.session = session;
        this.connecting = connecting;
        this.hooks = session.services().hooks();
        this.greeting = greeting;
        this.greetingPayload = greetingPayload;
    }

    /** On a pooled connection, which the session has taken. */
    static GreetedLogin pooled(Session session, Connecting connecting, BackendLink link) {
        Greeting said = link.greeting();
        ServerLogin last = link.login();
        boolean same = last.nonce().length == said.authData().length;
        Greeting again = new Greeting(
                said.serverVersion(),
                said.threadId(),
                same ? last.nonce() : said.authData(),
                said.capabilities().and(Capabilities.RELAYED),
                said.characterSet(),
                said.status(),
                same ? last.authPlugin() : said.authPlugin());
        ByteBuf buffer = Unpooled.buffer();
        again.encode(buffer);
        return new GreetedLogin(session, connecting, again, ByteBufUtil.getBytes(buffer));
    }

    /** With a hook's own greeting; empty when the reply is none. */
    static Optional<GreetedLogin> scripted(Session session, Connecting connecting, Reply reply) {
        if (!(reply instanceof Reply.Raw raw)
                || raw.payloads().isEmpty()
                || raw.payloads().get(0).length == 0
                || raw.payloads().get(0)[0] != GREETING_FIRST) {
            return Optional.empty();
        }
        byte[] payload = raw.payloads().get(0);
        Greeting greeting = Greeting.decode(Unpooled.wrappedBuffer(payload));
        ByteBuf masked = Unpooled.copiedBuffer(payload);
        Greeting.mask(masked, Capabilities.RELAYED);
        return Optional.of(new GreetedLogin(session, connecting, greeting, ByteBufUtil.getBytes(masked)));
    }

    /** Sends the greeting. */
    void greet() {
        session.identity().greeted(greeting);
        trail.greeted(greeting);
        ByteBuf buffer = session.client().alloc().buffer();
        new PacketWriter(buffer, Capabilities.NONE, 0).raw(greetingPayload);
        session.write(buffer);
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
        for (ByteBuf packet = fromClient.next(); packet != null; packet = fromClient.next()) {
            boolean done = false;
            try {
                int found = packet.getUnsignedByte(packet.readerIndex() + 3);
                if (found != sequence || ++clientPackets > Limits.LOGIN_PACKETS || clientBytes > Limits.LOGIN_BYTES) {
                    throw new ProtocolViolationException("packet " + found + " does not belong to a login");
                }
                sequence = sequence + 1 & 0xff;
                if (response == null) {
                    done = response(packet);
                } else {
                    if (!asked) {
                        // it would reach the server behind the login's back, perhaps before it
                        throw new ProtocolViolationException("an answer that nobody asked for");
                    }
                    asked = false;
                    trail.client(packet);
                    toServer(packet);
                }
            } finally {
                packet.release();
            }
            if (done || session.closed()) {
                return;
            }
        }
    }

    /** The client's sequence ids are one ahead of the server's: COM_CHANGE_USER begins at 0, a login at 1. */
    private void toServer(ByteBuf packet) {
        ByteBuf copy = packet.copy();
        copy.setByte(Wire.HEADER_LENGTH - 1, packet.getUnsignedByte(packet.readerIndex() + 3) - 1);
        session.link().write(copy);
    }

    /** True when this login goes on elsewhere. */
    private boolean response(ByteBuf packet) {
        ByteBuf payload =
                packet.slice(packet.readerIndex() + Wire.HEADER_LENGTH, packet.readableBytes() - Wire.HEADER_LENGTH);
        if (HandshakeResponse.isBefore41(payload)) {
            throw new ProtocolViolationException("the client speaks the protocol from before MySQL 4.1");
        }
        response = HandshakeResponse.decode(payload);
        if (response.capabilities().has(Capabilities.SSL)) {
            throw new ProtocolViolationException("the client began TLS, which was not offered");
        }
        Capabilities framing = response.capabilities().and(Capabilities.FRAMING);
        negotiated = response.capabilities()
                .without(framing)
                .with(framing.and(greeting.capabilities())
                        .and(Capabilities.RELAYED)
                        .bits());
        session.identity().loggingIn(response);
        trail.answered(response);
        LoginDecision decision = hooks.seesAuth()
                ? hooks.auth(
                        session, ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true))
                : LoginDecision.proceed();
        if (decision instanceof LoginDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
            return true;
        }
        if (decision instanceof LoginDecision.Answer answer) {
            return answered(answer.reply(), true);
        }
        if (decision instanceof LoginDecision.Replace replace) {
            response = HandshakeResponse.decode(Unpooled.wrappedBuffer(replace.payload()));
        }
        if (lost != null) {
            return fresh(lost);
        }
        return session.link() == null ? answered(new Reply.Ok(0, 0, 0, ""), false) : reuse();
    }

    /**
     * The login is over without a server.
     *
     * @param vouched whether a plugin has decided so
     */
    private boolean answered(Reply reply, boolean vouched) {
        BackendLink unused = session.link();
        if (unused != null) {
            session.link(null);
            unused.giveBack();
        }
        if (vouched) {
            session.account(ServerLogin.vouched(response, negotiated));
        }
        session.write(Replies.encode(session.client().alloc(), reply, negotiated, sequence, serverStatus));
        if (reply instanceof Reply.Err error) {
            session.close(CloseCause.LOGIN_REFUSED, null, error.code() + " " + error.message());
        } else {
            enterCommandPhase();
        }
        return true;
    }

    /** The client logs in on the pooled connection, on one that suits it better, or on a new one. */
    private boolean reuse() {
        BackendLink link = session.link();
        if (!link.backend().pool().limits().changeUser()) {
            return sameLogin(link);
        }
        if (!link.negotiated().equals(negotiated) || !canBeAsked()) {
            link = better(link);
            if (link == null) {
                return true;
            }
        }
        untouched = false;
        if (link.channel().eventLoop().inEventLoop() && !link.optionSet()) {
            changeUser();
        } else {
            link.move(new Preparation(session, link, this::changeUser));
        }
        return false;
    }

    /** Whether the client understands a server that wants another method. */
    private boolean canBeAsked() {
        return negotiated.has(Capabilities.PLUGIN_AUTH) && negotiated.has(Capabilities.SECURE_CONNECTION);
    }

    /** With {@code --proxy-pool-no-change-user} a login must be the very one that opened the connection. */
    private boolean sameLogin(BackendLink link) {
        ServerLogin last = link.login();
        boolean same = last.user().equals(response.user())
                && MessageDigest.isEqual(last.authResponse(), response.authResponse())
                && MessageDigest.isEqual(last.nonce(), greeting.authData());
        // an answer that proves nothing, or that went through another command, says neither yes nor no
        boolean comparable = last.nonce().length > 0;
        if (comparable && !same) {
            return answered(new Reply.Err(1045, "28000", "(proxy-pool) login failed"), false);
        }
        boolean suits = comparable
                && last.negotiated().equals(negotiated)
                && last.characterSet() == response.characterSet()
                && link.schema().equals(response.database());
        if (!suits) {
            session.link(null);
            link.giveBack();
            return fresh(link);
        }
        untouched = false;
        if (link.channel().eventLoop().inEventLoop()) {
            link.prepared();
            takenOver();
            return true;
        }
        link.move(new Preparation(session, link, this::takenOver));
        return false;
    }

    /** The client uses the connection as it was left. */
    private void takenOver() {
        BackendLink link = session.link();
        serverStatus = link.serverStatus();
        session.account(link.login());
        session.write(Replies.encode(
                session.client().alloc(), new Reply.Ok(0, 0, 0, ""), negotiated, sequence, serverStatus));
        enterCommandPhase();
    }

    private BackendLink better(BackendLink link) {
        session.link(null);
        PooledConnection other = canBeAsked()
                ? link.backend().pool().takeAny(negotiated, session.client().eventLoop())
                : null;
        link.giveBack();
        if (other != null) {
            BackendLink found = (BackendLink) other;
            session.link(found);
            found.taken(session, false);
            session.identity().server(found.greeting());
            return found;
        }
        fresh(link);
        return null;
    }

    /** The login goes on with a new connection, to the same backend. */
    private boolean fresh(BackendLink unusable) {
        if (!canBeAsked()) {
            session.close(
                    CloseCause.NO_BACKEND,
                    Errors.BACKEND_LOST,
                    "the client is too old to log in on a pooled connection");
            return true;
        }
        // with what it and the greeting have agreed on
        HandshakeResponse given = new HandshakeResponse(
                negotiated,
                response.maxPacketSize(),
                response.characterSet(),
                response.user(),
                response.authResponse(),
                response.database(),
                response.authPlugin(),
                response.attributes());
        release();
        connecting.instead(unusable, given);
        return true;
    }

    private void changeUser() {
        BackendLink link = session.link();
        ByteBuf buffer = link.channel().alloc().buffer();
        new PacketWriter(buffer, Capabilities.NONE, 0).packet(out -> {
            out.writeByte(CommandCode.COM_CHANGE_USER);
            out.writeBytes(Wire.utf8(response.user())).writeByte(0);
            out.writeByte(0);
            out.writeBytes(Wire.utf8(response.database().orElse(""))).writeByte(0);
            out.writeShortLE(response.characterSet());
            out.writeBytes(Wire.utf8(AuthTrail.NO_SUCH_METHOD)).writeByte(0);
            if (negotiated.has(Capabilities.CONNECT_ATTRS)) {
                ByteBuf block = out.alloc().buffer();
                response.attributes().forEach((name, value) -> {
                    Wire.writeLenEncBytes(block, Wire.utf8(name));
                    Wire.writeLenEncBytes(block, Wire.utf8(value));
                });
                Wire.writeLenEnc(out, block.readableBytes());
                out.writeBytes(block);
                block.release();
            }
        });
        link.write(buffer);
        link.flush();
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        if (response == null) {
            // goodbye, while nobody needs it yet
            chunk.release();
            backendClosed();
            return;
        }
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
        int first = payload.getUnsignedByte(payload.readerIndex());
        int found = packet.getUnsignedByte(packet.readerIndex() + 3);
        if (!serverSpoke && found == 0 && first == ErrPacket.HEADER) {
            // goodbye, on its way when the login was sent
            backendClosed();
            return false;
        }
        if (found != (sequence - 1 & 0xff)) {
            throw new ProtocolViolationException("sequence id " + found + " where " + (sequence - 1) + " was due");
        }
        serverSpoke = true;
        trail.server(payload);
        if (first == AuthSwitchRequest.HEADER && payload.readableBytes() > 1) {
            AuthSwitchRequest request = AuthSwitchRequest.decode(payload.duplicate());
            session.identity().authPlugin(request.plugin());
            trail.switched(request);
        }
        if (PasswordInTheClear.threatens(session, payload)) {
            session.close(CloseCause.LOGIN_REFUSED, Errors.MIXED_TRANSPORTS, Errors.MIXED_TRANSPORTS.message());
            return false;
        }
        if (first == OkPacket.HEADER) {
            serverStatus = OkPacket.decode(payload.duplicate()).status();
            session.link()
                    .loggedIn(
                            trail.login(response.user(), negotiated, response.characterSet()),
                            response.database().orElse(null),
                            serverStatus);
            serverSaidOk = true;
        }
        toClient(payload);
        if (session.closed()) {
            return false;
        }
        asked = first != OkPacket.HEADER && first != ErrPacket.HEADER;
        if (first == ErrPacket.HEADER) {
            ErrPacket error = ErrPacket.decode(payload.duplicate());
            session.close(CloseCause.LOGIN_REFUSED, null, error.code() + " " + error.message());
        }
        return serverSaidOk;
    }

    private void toClient(ByteBuf payload) {
        byte[] bytes = ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true);
        int id = sequence;
        LoginDecision decision = hooks.seesAuthResult() ? hooks.authResult(session, bytes) : LoginDecision.proceed();
        if (decision instanceof LoginDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
            return;
        }
        sequence = sequence + 1 & 0xff;
        if (decision instanceof LoginDecision.Answer answer) {
            session.write(Replies.encode(session.client().alloc(), answer.reply(), negotiated, id, serverStatus));
            return;
        }
        ByteBuf buffer = session.client().alloc().buffer();
        new PacketWriter(buffer, Capabilities.NONE, id)
                .raw(decision instanceof LoginDecision.Replace replace ? replace.payload() : bytes);
        session.write(buffer);
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
        if (response == null || !serverSpoke) {
            // it was closed while it lay idle: nothing is lost yet, the client does not even know
            BackendLink gone = session.link();
            session.link(null);
            gone.close();
            if (response == null) {
                lost = gone;
                return;
            }
            fresh(gone);
            return;
        }
        session.close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "during the login");
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

    @Override
    public String word() {
        return "login";
    }

    @Override
    public int errorSequence() {
        return sequence;
    }

    @Override
    public void release() {
        session.services().registry().giveLoginBytes(clientBytes);
        clientBytes = 0;
        fromClient.release();
        fromBackend.release();
        BackendLink unused = session.link();
        if (untouched && unused != null && session.closed()) {
            // strangers who only look must not empty the pool
            session.link(null);
            unused.giveBack();
        }
    }
}
