package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * What logins have in common: the client's half, the dialog of authentication between it and the server's half, the hooks
 * that see it, and what follows when the server says OK or ERR. How the server is greeted and asked is the subclasses'.
 */
abstract sealed class LoginPhase implements Phase, ClientSide.Receiver permits Login, GreetedLogin {

    /** The two ends, for the dialog; a login may be continued by another one. */
    private static final class Ends extends SessionEnds {
        private LoginPhase phase;

        Ends(Session session) {
            super(session);
        }

        @Override
        boolean over() {
            return session().loggedIn();
        }

        @Override
        String user() {
            return phase.response.user();
        }

        @Override
        public boolean clientTls() {
            return phase.client.encrypted();
        }

        @Override
        public boolean serverTls() {
            return phase.serverTls();
        }

        @Override
        public boolean serverSecret() {
            return serverTls() || super.serverSecret();
        }

        @Override
        public void toClient(byte[] payload) {
            phase.toClient(payload);
        }

        @Override
        public void toServer(byte[] payload) {
            phase.toServer(payload);
            // it may be the password itself
            Arrays.fill(payload, (byte) 0);
        }

        @Override
        public void logIn(AuthEnds.Login login) {
            phase.wanted = login;
            phase.logIn(login);
        }
    }

    private static final Capabilities TRANSPORTS =
            new Capabilities(Capabilities.SSL | Capabilities.COMPRESS | Capabilities.ZSTD_COMPRESSION_ALGORITHM);

    final Session session;
    final Connecting connecting;
    final HookChain hooks;
    final ClientSide client;
    final AuthTrail trail;
    AuthDialog dialog;

    private final Ends ends;

    /** The server's half; null where there is none. */
    LoginHop server;

    Capabilities offered = Capabilities.NONE;
    Capabilities negotiated = Capabilities.NONE;
    /** The client's login; null before it has come, and when a hook has made something else of it. */
    LoginParts parts;
    /** A login of a hook's own making that is none; else null. */
    byte[] strange;

    HandshakeResponse response;
    AuthEnds.Login wanted;
    int serverStatus;
    boolean serverSaidOk;
    /** Whether the server has said its last word, which the client may not have heard yet. */
    boolean lastWord;

    /**
     * A login from its beginning.
     *
     * @param asks whether the client's answer will be for another challenge than the server's
     */
    LoginPhase(Session session, Connecting connecting, boolean asks) {
        this.session = session;
        this.connecting = connecting;
        this.hooks = session.services().hooks();
        this.client = new ClientSide(session, this);
        this.trail = new AuthTrail();
        this.ends = new Ends(session);
        this.dialog = session.entrance().dialog(ends, session, asks);
        ends.phase = this;
    }

    /** Goes on with the client of another login, which has sent its own already. */
    LoginPhase(LoginPhase from) {
        this.session = from.session;
        this.connecting = from.connecting;
        this.hooks = from.hooks;
        this.client = from.client;
        this.trail = from.trail;
        this.dialog = from.dialog;
        this.ends = from.ends;
        this.negotiated = from.negotiated;
        this.parts = from.parts;
        this.response = from.response;
        this.wanted = from.wanted;
        client.receiver(this);
        ends.phase = this;
    }

    static LoginHop serverHop(Session session) {
        BackendLink link = session.link();
        LoginHop hop =
                new LoginHop(link.channel(), Limits.SERVER_LOGIN_PACKET, Limits.SERVER_LOGIN_PACKETS, link::write);
        hop.renumbered(link.transport().compresses());
        return hop;
    }

    // --- the client -------------------------------------------------------------------------------------------------

    @Override
    public void clientBytes(ByteBuf chunk) {
        if (lastWord) {
            chunk.release();
            throw new ProtocolViolationException("bytes before the answer to the login");
        }
        client.bytes(chunk);
    }

    @Override
    public void login(ByteBuf payload) {
        if (HandshakeResponse.isBefore41(payload)) {
            client.refuseBefore41();
            return;
        }
        parts = LoginParts.parse(payload);
        client.zstdLevel(parts.capabilities().has(Capabilities.ZSTD_COMPRESSION_ALGORITHM) ? parts.zstdLevel() : 0);
        Capabilities framing = parts.capabilities().and(Capabilities.FRAMING);
        negotiated = parts.capabilities()
                .without(framing)
                .with(framing.and(offered).and(Capabilities.RELAYED).bits());
        parts = parts.withCapabilities(negotiated);
        response = parts.decoded();
        session.identity().loggingIn(response);
        session.loginBegins(response.user(), response.database().orElse(""));
        trail.answered(response);
        LoginDecision decision = hooks.seesAuth() ? hooks.auth(session, bytes(parts)) : LoginDecision.proceed();
        if (decision instanceof LoginDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
        } else if (decision instanceof LoginDecision.Answer answer) {
            answered(answer.reply(), true);
        } else {
            if (decision instanceof LoginDecision.Replace replace) {
                replaced(replace.payload());
            }
            begin();
        }
    }

    private static byte[] bytes(LoginParts parts) {
        ByteBuf buffer = Unpooled.buffer();
        parts.encode(buffer);
        return ByteBufUtil.getBytes(buffer);
    }

    /** A hook may have made another user's login of it. */
    private void replaced(byte[] payload) {
        try {
            LoginParts said = LoginParts.parse(Unpooled.wrappedBuffer(payload));
            // what is beneath the packets is not a hook's to say
            LoginParts other = said.withCapabilities(said.capabilities().without(TRANSPORTS));
            response = other.decoded();
            parts = other;
            trail.answered(response);
            otherCapabilities(other.capabilities());
        } catch (ProtocolViolationException e) {
            // whatever it is, the server may understand it
            strange = payload;
            dialog.release();
            dialog = new UnknownDialog(ends);
        }
    }

    /** A hook has put capabilities into the login that the client does not have. */
    abstract void otherCapabilities(Capabilities ofLogin);

    /** The client's login is as it is to be. */
    void begin() {
        response.database().ifPresent(dialog::schema);
        dialog.answer(
                response.user(), response.authPlugin(), response.authResponse().clone());
    }

    @Override
    public void packet(ByteBuf payload) {
        byte[] bytes = ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true);
        trail.client(bytes);
        dialog.client(bytes);
    }

    /**
     * The login is over without the server's word.
     *
     * @param vouched whether a plugin has decided so
     */
    final void answered(Reply reply, boolean vouched) {
        serverStatus = ServerStatus.AUTOCOMMIT;
        BackendLink unused = session.link();
        if (unused != null && !(reply instanceof Reply.Err)) {
            session.link(null);
            letGo(unused);
        }
        session.write(Replies.encode(
                session.client().alloc(), reply, negotiated, client.hop().sequence(), serverStatus));
        if (reply instanceof Reply.Err error) {
            session.loginRefused(Errors.of(error));
            CloseCause cause = vouched ? CloseCause.REFUSED_BY_PLUGIN : CloseCause.LOGIN_REFUSED;
            session.close(cause, null, error.code() + " " + error.message());
            return;
        }
        if (vouched) {
            session.account(ServerLogin.vouched(response, negotiated));
        }
        enterCommandPhase();
    }

    /** A server connection is not needed after all. */
    abstract void letGo(BackendLink link);

    // --- the server -------------------------------------------------------------------------------------------------

    /** Whether what is said to the server from the login on is encrypted. */
    boolean serverTls() {
        return session.link() != null && session.link().tls().isPresent();
    }

    /** Logs in at the server. */
    abstract void logIn(AuthEnds.Login login);

    private void toServer(byte[] payload) {
        if (server == null || session.link() == null) {
            throw new ProtocolViolationException("an answer that nobody asked for");
        }
        server.send(payload);
        // the dialog may have come to it later, not in the turn of an event
        session.flush();
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        LoginHop from = server;
        from.add(chunk);
        // what follows the last word is for the command phase
        for (ByteBuf packet = lastWord ? null : from.next(); packet != null; packet = from.next()) {
            try {
                backendPacket(packet);
            } finally {
                packet.release();
            }
            if (session.closed() || server != from || lastWord) {
                return;
            }
        }
    }

    /** A packet of the server, header included. */
    abstract void backendPacket(ByteBuf packet);

    /** What a server says once it has been asked. */
    final void verdict(ByteBuf payload) {
        int first = payload.getUnsignedByte(payload.readerIndex());
        byte[] bytes = ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true);
        if (first == ErrPacket.HEADER) {
            ErrPacket error = ErrPacket.decode(payload.duplicate());
            lastWord = true;
            ends.serverDecided(error, () -> {
                session.loginRefused(error);
                toClient(bytes);
                session.close(CloseCause.LOGIN_REFUSED, null, error.code() + " " + error.message());
            });
            return;
        }
        if (first == OkPacket.HEADER) {
            OkPacket ok = OkPacket.decode(payload.duplicate());
            OkPacket told = dialog.accepted(ok);
            serverStatus = ok.status();
            lastWord = true;
            ends.serverDecided(null, () -> {
                if (!session.link().channel().isActive()) {
                    session.close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "during the login");
                    return;
                }
                loggedIn();
                toClient(told.equals(ok) ? bytes : encoded(told));
                if (!session.closed()) {
                    enterCommandPhase();
                }
            });
            return;
        }
        if (first == AuthSwitchRequest.HEADER && payload.readableBytes() > 1) {
            AuthSwitchRequest request = AuthSwitchRequest.decode(payload.duplicate());
            session.identity().authPlugin(request.plugin());
            trail.switched(request);
        }
        trail.server(payload);
        dialog.server(bytes);
    }

    private static byte[] encoded(OkPacket ok) {
        ByteBuf buffer = Unpooled.buffer();
        ok.encode(buffer, OkPacket.HEADER);
        return ByteBufUtil.getBytes(buffer);
    }

    private void loggedIn() {
        BackendLink link = session.link();
        boolean own = wanted.user() == null || wanted.user().equals(response.user());
        ServerLogin by = own
                ? trail.login(response.user(), link.transport().poolKey(negotiated), response.characterSet())
                : ServerLogin.mapped(wanted.user(), link.transport().poolKey(negotiated), response.characterSet());
        String schema = wanted.database() == null ? response.database().orElse(null) : wanted.database();
        link.loggedIn(by, schema, serverStatus);
        serverSaidOk = true;
    }

    /** A packet of authentication, or the server's verdict. */
    private void toClient(byte[] payload) {
        if (!hooks.seesAuthResult()) {
            client.hop().send(payload);
            session.flush();
            return;
        }
        LoginDecision decision = hooks.authResult(session, payload);
        if (decision instanceof LoginDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
        } else if (decision instanceof LoginDecision.Answer answer) {
            int id = client.hop().sequence();
            client.hop().sequence(id + 1);
            session.write(Replies.encode(session.client().alloc(), answer.reply(), negotiated, id, serverStatus));
            if (!serverSaidOk && answer.reply() instanceof Reply.Err error) {
                session.loginRefused(Errors.of(error));
                session.close(CloseCause.REFUSED_BY_PLUGIN, null, error.message());
            }
        } else {
            client.hop().send(decision instanceof LoginDecision.Replace replace ? replace.payload() : payload);
        }
        session.flush();
    }

    final void enterCommandPhase() {
        ByteBuf goodbye = server == null ? null : server.takeRest();
        dialog.release();
        if (!session.entrance().relaysLogins()) {
            session.loginTemplate(parts);
        }
        wipe();
        BackendLink link = session.link();
        session.phase(new CommandPhase(session, negotiated, serverStatus));
        session.loginEnded();
        over();
        ByteBuf first = client.commandPhase();
        if (link != null) {
            link.transport().commandPhase();
        }
        if (goodbye != null && link != null) {
            Compressing.arrived(link.channel(), goodbye);
        } else if (goodbye != null) {
            goodbye.release();
        }
        if (first != null) {
            Compressing.arrived(session.client(), first);
        }
        session.endIfIdle();
    }

    /** Either may be the password itself. */
    private void wipe() {
        if (parts != null) {
            parts.wipe();
        }
        if (wanted != null) {
            Arrays.fill(wanted.response(), (byte) 0);
        }
    }

    /** The login is over, well or not. */
    void over() {}

    // --- the phase --------------------------------------------------------------------------------------------------

    @Override
    public boolean serverIdle() {
        return serverSaidOk && server.pendingBytes() == 0;
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
    public HookChain hooksInUse() {
        return hooks;
    }

    @Override
    public String word() {
        return "login";
    }

    @Override
    public int errorSequence() {
        return client.errorSequence();
    }

    @Override
    public void release() {
        over();
        dialog.release();
        wipe();
        client.release();
        if (server != null) {
            server.release();
        }
    }

    /** The login with parts of the dialog's own, for a hop that speaks so. */
    final LoginParts loginFor(AuthEnds.Login login, long transports) {
        // where the proxy answers the server, it does not matter what the client understands
        long methods =
                session.entrance().relaysLogins() ? 0 : Capabilities.PLUGIN_AUTH | Capabilities.SECURE_CONNECTION;
        LoginParts sent = parts.withCapabilities(parts.capabilities().with(transports | methods));
        if (login.user() != null) {
            sent = sent.withUser(Wire.utf8(login.user()));
        }
        if (login.database() != null) {
            sent = sent.withDatabase(Wire.utf8(login.database()));
        }
        if (!login.plugin().equals(response.authPlugin())) {
            sent = sent.withAuthPlugin(login.plugin());
        }
        if (!Arrays.equals(login.response(), response.authResponse())) {
            sent = sent.withAuthResponse(login.response());
        }
        return Introduction.in(sent, session);
    }
}
