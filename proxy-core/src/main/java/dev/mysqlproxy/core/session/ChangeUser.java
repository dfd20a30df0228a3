package dev.mysqlproxy.core.session;

import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.ChangeUserParts;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A client's COM_CHANGE_USER: a login in the middle of a session. As there, the two hops may differ in what may be said on
 * them, and the proxy itself may be the one who knows the password. On the session's event loop.
 */
final class ChangeUser extends SessionEnds {

    private final Capabilities negotiated;
    private final LoginHop server;
    private final LoginHop client;
    private final AuthDialog dialog;
    private final boolean asks;
    private final Consumer<ByteBuf> verdict;

    private ChangeUserParts parts;
    private String account;
    private boolean lastWord;
    private boolean over;

    /**
     * The login begins.
     *
     * @param verdict takes the server's OK or ERR over, a packet numbered for the client
     */
    ChangeUser(Session session, Capabilities negotiated, Consumer<ByteBuf> verdict) {
        super(session);
        this.negotiated = negotiated;
        this.verdict = verdict;
        this.server = LoginPhase.serverHop(session);
        this.client = new LoginHop(session.client(), Limits.LOGIN_PACKET, Limits.LOGIN_PACKETS, session::write);
        client.renumbered(session.clientLink().compresses());
        boolean unlike = clientTls() != serverTls() || clientSecret() != serverSecret();
        // what the client answers is the greeting that it has seen
        boolean other = session.identity().greetedThreadId() != session.link().threadId();
        this.asks = (unlike || other || !session.entrance().relaysLogins())
                && negotiated.has(Capabilities.PLUGIN_AUTH)
                && negotiated.has(Capabilities.SECURE_CONNECTION);
        this.dialog = session.entrance().dialog(this, session, asks);
    }

    @Override
    boolean over() {
        return over;
    }

    @Override
    String user() {
        return Wire.utf8(parts.user());
    }

    /** The account that the proxy has logged in as in place of the client's own; null for that. */
    String account() {
        return account;
    }

    /** Whether the server has said its last word, which the client has not heard yet. */
    boolean lastWord() {
        return lastWord;
    }

    /** Sequence id with which an ERR packet may be sent to the client. */
    int errorSequence() {
        return client.sequence();
    }

    /** A packet of the client, the command first; borrowed. */
    void client(ByteBuf packet) {
        if (lastWord) {
            throw new ProtocolViolationException("bytes before the answer to COM_CHANGE_USER");
        }
        client.count(packet);
        ByteBuf payload = LoginHop.payload(packet);
        if (parts != null) {
            dialog.client(bytes(payload));
            return;
        }
        parts = ChangeUserParts.parse(payload, negotiated);
        session().changeUserBegins(Wire.utf8(parts.user()), Wire.utf8(parts.database()));
        Greeting said = session().link().greeting();
        dialog.challenge(new AuthDialog.Challenge(said.authPlugin(), said.authData()));
        if (parts.database().length > 0) {
            dialog.schema(Wire.utf8(parts.database()));
        }
        dialog.answer(
                Wire.utf8(parts.user()),
                parts.authPlugin(),
                parts.authResponse().clone());
    }

    private static byte[] bytes(ByteBuf payload) {
        return ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true);
    }

    @Override
    public void logIn(Login login) {
        account = login.user();
        ChangeUserParts sent = parts;
        if (login.user() != null) {
            sent = sent.withUser(Wire.utf8(login.user()));
        }
        if (login.database() != null) {
            sent = sent.withDatabase(Wire.utf8(login.database()));
        }
        if (!login.plugin().equals(parts.authPlugin())) {
            // the server's own, as when it is left out
            sent = sent.withAuthPlugin(
                    login.plugin(), session().link().greeting().characterSet());
        }
        if (!Arrays.equals(login.response(), parts.authResponse())) {
            sent = sent.withAuthResponse(login.response());
        }
        server.send(Introduction.in(sent, session())::encode);
        session().flush();
    }

    @Override
    public void toServer(byte[] payload) {
        server.send(payload);
        // it may be the password itself
        Arrays.fill(payload, (byte) 0);
        session().flush();
    }

    @Override
    public void toClient(byte[] payload) {
        client.send(payload);
        session().flush();
    }

    /** Bytes of the server; takes the chunk over. */
    void serverBytes(ByteBuf chunk) {
        server.add(chunk);
        for (ByteBuf packet = server.next(); packet != null && !over; packet = server.next()) {
            try {
                server(packet);
            } finally {
                packet.release();
            }
            if (session().closed()) {
                return;
            }
        }
    }

    private void server(ByteBuf packet) {
        if (lastWord) {
            throw new ProtocolViolationException("bytes behind the answer to COM_CHANGE_USER");
        }
        server.count(packet);
        ByteBuf payload = LoginHop.payload(packet);
        Wire.require(payload, 1, "an answer to COM_CHANGE_USER");
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == OkPacket.HEADER || first == ErrPacket.HEADER) {
            ended(payload, first);
            return;
        }
        if (first == AuthSwitchRequest.HEADER && payload.readableBytes() > 1) {
            session()
                    .identity()
                    .authPlugin(AuthSwitchRequest.decode(payload.duplicate()).plugin());
        }
        dialog.server(bytes(payload));
    }

    private void ended(ByteBuf payload, int first) {
        if (server.pendingBytes() > 0) {
            throw new ProtocolViolationException("bytes behind the answer to COM_CHANGE_USER");
        }
        byte[] last = bytes(payload);
        lastWord = true;
        if (first == OkPacket.HEADER) {
            dialog.accepted(OkPacket.decode(payload.duplicate()));
            serverDecided(null, () -> pass(last));
        } else {
            ErrPacket error = ErrPacket.decode(payload.duplicate());
            session().loginRefused(error);
            serverDecided(error, () -> pass(last));
        }
    }

    private void pass(byte[] last) {
        over = true;
        dialog.release();
        session().loginEnded();
        verdict.accept(Unpooled.buffer(Wire.HEADER_LENGTH + last.length)
                .writeMediumLE(last.length)
                .writeByte(client.sequence())
                .writeBytes(last));
    }

    /** Lets go of everything. */
    void release() {
        over = true;
        dialog.release();
        server.release();
        client.release();
    }
}
