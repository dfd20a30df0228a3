package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.backend.PooledConnection;
import dev.mysqlproxy.protocol.message.ChangeUserParts;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
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
final class GreetedLogin extends LoginPhase {

    /** What may be assumed of a client that has not said anything. */
    static final Capabilities BEFORE_LOGIN =
            new Capabilities(Capabilities.PROTOCOL_41 | Capabilities.SECURE_CONNECTION);

    private static final int GREETING_FIRST = 0x0a;

    private final Greeting greeting;
    private final byte[] greetingPayload;

    private BackendLink lost;
    private boolean untouched = true;
    private boolean serverSpoke;

    private GreetedLogin(Session session, Connecting connecting, Greeting greeting, byte[] greetingPayload) {
        super(session, connecting, true);
        this.greeting = greeting;
        this.offered = greeting.capabilities();
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
                said.capabilities(),
                said.characterSet(),
                said.status(),
                same ? last.authPlugin() : said.authPlugin());
        return new GreetedLogin(session, connecting, again, again.encoded());
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
        return Optional.of(new GreetedLogin(session, connecting, greeting, payload));
    }

    /** Sends the greeting. */
    void greet() {
        session.identity().greeted(greeting);
        trail.greeted(greeting);
        byte[] challenged = greetingPayload;
        boolean serverHasTls = true;
        if (session.link() != null) {
            AuthDialog.Challenge ours =
                    dialog.challenge(new AuthDialog.Challenge(greeting.authPlugin(), greeting.authData()));
            challenged = greeting.challenging(ours.plugin(), ours.nonce()).encoded();
            serverHasTls = session.link().offersTls();
        }
        ByteBuf sent = Unpooled.copiedBuffer(challenged);
        Greeting.mask(sent, Capabilities.RELAYED, client.transports(serverHasTls));
        client.offered(Greeting.decode(sent).capabilities());
        client.hop().send(ByteBufUtil.getBytes(sent));
    }

    @Override
    void begin() {
        if (session.link() == null && lost == null) {
            answered(new Reply.Ok(0, 0, 0, ""), false);
        } else {
            super.begin();
        }
    }

    @Override
    void otherCapabilities(Capabilities ofLogin) {
        // the connection is another's: what it speaks is settled
    }

    /** The client logs in on the pooled connection, on one that suits it better, or on a new one. */
    @Override
    void logIn(AuthEnds.Login login) {
        BackendLink link = session.link();
        if (lost != null) {
            fresh(lost);
            return;
        }
        if (!link.backend().pool().limits().changeUser()) {
            sameLogin(link);
            return;
        }
        if (!link.negotiated().equals(LinkTransport.poolKey(link.backend(), negotiated, client.encrypted()))
                || !canBeAsked()) {
            link = better(link);
            if (link == null) {
                return;
            }
        }
        untouched = false;
        if (link.channel().eventLoop().inEventLoop() && !link.optionSet()) {
            changeUser();
        } else {
            link.move(new Preparation(session, link, this::changeUser));
        }
    }

    /** Whether a server that wants another method is understood: by the client, or by the proxy in its place. */
    private boolean canBeAsked() {
        return !session.entrance().relaysLogins()
                || negotiated.has(Capabilities.PLUGIN_AUTH) && negotiated.has(Capabilities.SECURE_CONNECTION);
    }

    /** With {@code --proxy-pool-no-change-user} a login must be the very one that opened the connection. */
    private void sameLogin(BackendLink link) {
        ServerLogin last = link.login();
        boolean proven = !session.entrance().relaysLogins();
        boolean same = proven
                ? last.user().equals(wanted.user())
                : last.user().equals(response.user())
                        && MessageDigest.isEqual(last.authResponse(), response.authResponse())
                        && MessageDigest.isEqual(last.nonce(), greeting.authData());
        // an answer that proves nothing, or that went through another command, says neither yes nor no
        boolean comparable = proven || last.nonce().length > 0;
        if (comparable && !same && !proven) {
            answered(new Reply.Err(1045, "28000", "(proxy-pool) login failed"), false);
            return;
        }
        boolean suits = comparable
                && same
                && link.negotiated().equals(LinkTransport.poolKey(link.backend(), negotiated, client.encrypted()))
                && last.characterSet() == response.characterSet()
                && link.schema().equals(response.database());
        if (!suits) {
            session.link(null);
            link.giveBack();
            fresh(link);
            return;
        }
        untouched = false;
        if (link.channel().eventLoop().inEventLoop()) {
            link.prepared();
            takenOver();
        } else {
            link.move(new Preparation(session, link, this::takenOver));
        }
    }

    /** The client uses the connection as it was left. */
    private void takenOver() {
        BackendLink link = session.link();
        serverStatus = link.serverStatus();
        session.account(link.login());
        session.write(Replies.encode(
                session.client().alloc(),
                new Reply.Ok(0, 0, 0, ""),
                negotiated,
                client.hop().sequence(),
                serverStatus));
        enterCommandPhase();
    }

    private BackendLink better(BackendLink link) {
        session.link(null);
        PooledConnection other = canBeAsked()
                ? link.backend()
                        .pool()
                        .takeAny(
                                LinkTransport.poolKey(link.backend(), negotiated, client.encrypted()),
                                session.client().eventLoop())
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
    private void fresh(BackendLink unusable) {
        if (!canBeAsked()) {
            session.close(
                    CloseCause.NO_BACKEND,
                    Errors.BACKEND_LOST,
                    "the client is too old to log in on a pooled connection");
            return;
        }
        if (server != null) {
            server.release();
            server = null;
        }
        connecting.instead(unusable, this);
    }

    private void changeUser() {
        BackendLink link = session.link();
        server = serverHop(session);
        ChangeUserParts sent = ChangeUserParts.of(loginFor(wanted, 0))
                .withAuthPlugin(AuthTrail.NO_SUCH_METHOD, response.characterSet())
                .withAuthResponse(new byte[0]);
        link.transport().commandBegins();
        server.send(sent::encode);
        link.flush();
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        if (server == null) {
            // goodbye, while nobody needs it yet
            chunk.release();
            backendClosed();
            return;
        }
        super.backendBytes(chunk);
    }

    @Override
    void backendPacket(ByteBuf packet) {
        ByteBuf payload = LoginHop.payload(packet);
        Wire.require(payload, 1, "a login packet of the server");
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (!serverSpoke && LoginHop.sequenceOf(packet) == 0 && first == ErrPacket.HEADER) {
            // goodbye, on its way when the login was sent
            backendClosed();
            return;
        }
        server.count(packet);
        serverSpoke = true;
        verdict(payload);
    }

    @Override
    void letGo(BackendLink link) {
        if (untouched) {
            link.giveBack();
        } else {
            link.close();
        }
    }

    @Override
    public void backendClosed() {
        if (lastWord) {
            // which the client is still to hear
            return;
        }
        if (!serverSpoke) {
            // it was closed while it lay idle: nothing is lost yet, the client does not even know
            BackendLink gone = session.link();
            session.link(null);
            gone.close();
            lost = gone;
            if (wanted != null) {
                fresh(gone);
            }
            return;
        }
        session.close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "during the login");
    }

    @Override
    public boolean serverIdle() {
        return server != null && super.serverIdle();
    }

    @Override
    public void release() {
        super.release();
        BackendLink unused = session.link();
        if (untouched && unused != null && session.closed()) {
            // strangers who only look must not empty the pool
            session.link(null);
            unused.giveBack();
        }
    }

    @Override
    public void packet(ByteBuf payload) {
        boolean lostUnused = lost != null && wanted == null;
        if (!lostUnused && session.link() == null || server == null && wanted != null) {
            // it would reach the server behind the login's back, perhaps before it
            throw new ProtocolViolationException("an answer that nobody asked for");
        }
        super.packet(payload);
    }
}
