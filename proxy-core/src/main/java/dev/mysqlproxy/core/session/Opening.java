package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.auth.Authenticator.ServerAccount;
import dev.mysqlproxy.core.auth.ServerAnswers;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.tls.Handshakes;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.protocol.wire.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Opens a server connection for a session whose client has logged in already, and logs in there with what the proxy knows
 * of that user. What fails ends the session with an error: its command has nowhere to go.
 *
 * <pre>
 * resolve -> connect -> GREETING -> TLS -> LOGIN -server: OK-> ready
 * </pre>
 */
final class Opening implements Readying {

    private final Session session;
    private final BackendLink link;
    private final Runnable ready;
    private final LoginHop hop;
    private final ServerAccount account;
    private final ServerAnswers answers;

    private ScheduledFuture<?> overdue;
    private AuthEnds.Login login;
    private boolean greeted;
    private boolean over;

    /**
     * The opening of a link that {@link #begin} has made.
     *
     * @param ready what to do then
     */
    Opening(Session session, BackendLink link, Runnable ready) {
        this.session = session;
        this.link = link;
        this.ready = ready;
        this.hop = new LoginHop(link.channel(), Limits.SERVER_LOGIN_PACKET, Limits.SERVER_LOGIN_PACKETS, link::write);
        // forgotten since, perhaps: then the server says no
        this.account = credential(session).orElse(null);
        this.answers = account == null
                ? null
                : new ServerAnswers(
                        account.credential(),
                        link.transport()::secret,
                        () -> link.tls().isPresent());
    }

    private static Optional<ServerAccount> credential(Session session) {
        return session.entrance()
                .authenticator()
                .flatMap(known -> session.user().flatMap(user -> known.credential(user, session.clientAddress())));
    }

    /** A link that is still to be opened; null when the proxy does not know how to log in. */
    static BackendLink begin(Session session, Backend backend) {
        Optional<ServerAccount> known = credential(session);
        if (known.isEmpty()) {
            return null;
        }
        known.get().credential().wipe();
        Channel channel = session.services()
                .transport()
                .unconnected(backend.address(), session.client().eventLoop(), Sockets.WATER_MARK, new BackendHandler());
        return BackendLink.unopened(backend, channel, session);
    }

    @Override
    public void start(boolean reset) {
        if (account == null) {
            failed("the user's password is not known any more");
            return;
        }
        Listener.Forwarding listener = (Listener.Forwarding) session.configuration();
        long millis = listener.timeouts().connect().toMillis()
                + session.services().limits().handshake().toMillis() / 2;
        overdue = session.client()
                .eventLoop()
                .schedule(
                        () -> session.guarded(() -> failed("no login within " + millis + " ms")),
                        millis,
                        TimeUnit.MILLISECONDS);
        session.services()
                .resolver()
                .resolve(link.backend().address(), session.client().eventLoop())
                .addListener(future -> step(() -> resolved(future)));
    }

    private void step(Runnable next) {
        if (!over) {
            session.guarded(next);
            session.flush();
        }
    }

    @SuppressWarnings("unchecked")
    private void resolved(Future<?> future) {
        if (!future.isSuccess()) {
            unreachable("its name cannot be resolved: " + future.cause().getMessage());
            return;
        }
        SocketAddress address = ((List<SocketAddress>) future.getNow()).get(0);
        link.channel().connect(address).addListener(done -> step(() -> connected(done)));
    }

    private void connected(Future<?> done) {
        if (!done.isSuccess()) {
            unreachable(String.valueOf(done.cause().getMessage()));
            return;
        }
        session.services().backends().reached(link.backend());
        Introduction.header(link, session);
    }

    private void unreachable(String why) {
        session.services().backends().unreachable(link.backend(), why);
        failed(why);
    }

    @Override
    public void bytes(ByteBuf chunk) {
        hop.add(chunk);
        for (ByteBuf packet = hop.next(); packet != null && !over; packet = hop.next()) {
            try {
                packet(packet);
            } finally {
                packet.release();
            }
        }
    }

    private void packet(ByteBuf packet) {
        ByteBuf payload = LoginHop.payload(packet);
        Wire.require(payload, 1, "a login packet of the server");
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == ErrPacket.HEADER) {
            ErrPacket error = ErrPacket.decode(payload);
            failed(error.code() + " " + error.message());
            return;
        }
        hop.count(packet);
        if (!greeted) {
            greeted = true;
            greeting(Greeting.decode(payload));
        } else if (login == null) {
            throw new ProtocolViolationException("a packet of the server before the login");
        } else if (first == OkPacket.HEADER) {
            loggedIn(OkPacket.decode(payload.duplicate()));
        } else {
            answer(ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true));
        }
    }

    private void greeting(Greeting greeting) {
        Capabilities wanted = session.negotiated().and(Capabilities.FRAMING);
        if (!greeting.capabilities().has(wanted.bits() | Capabilities.PLUGIN_AUTH)) {
            failed("the server does not speak what was agreed on with the client");
            return;
        }
        link.greeted(greeting);
        session.identity().server(greeting);
        ServerTransport transport = ServerTransport.of(link, session.tls().isPresent());
        if (transport.refused() != null) {
            failed(transport.refused());
            return;
        }
        link.transport().want(transport);
        if (!transport.tls()) {
            logIn(greeting, transport);
            return;
        }
        if (hop.pendingBytes() > 0) {
            throw new ProtocolViolationException("bytes of the server before TLS");
        }
        hop.send(parts(transport)::encodeSslRequest);
        link.flush();
        link.transport()
                .encrypt(
                        hop,
                        failure -> step(() -> {
                            if (failure == null) {
                                logIn(greeting, transport);
                            } else {
                                failed("TLS: " + Handshakes.reason(failure));
                            }
                        }));
    }

    private LoginParts parts(ServerTransport transport) {
        LoginParts template = session.loginTemplate();
        LoginParts sent =
                template.withCapabilities(template.capabilities().with(transport.flags() | Capabilities.PLUGIN_AUTH));
        return Introduction.in(sent, session);
    }

    private void logIn(Greeting greeting, ServerTransport transport) {
        login = answers.logIn(account.user(), new AuthDialog.Challenge(greeting.authPlugin(), greeting.authData()));
        LoginParts sent = parts(transport)
                .withUser(Wire.utf8(account.user()))
                .withDatabase(session.schema().map(Wire::utf8).orElse(null))
                .withAuthPlugin(login.plugin())
                .withAuthResponse(login.response());
        hop.send(sent::encode);
        sent.wipe();
        link.flush();
    }

    private void answer(byte[] payload) {
        ServerAnswers.Word word = answers.server(payload);
        if (word instanceof ServerAnswers.Word.Say say) {
            hop.send(say.payload());
            link.flush();
        } else if (word instanceof ServerAnswers.Word.GiveUp giveUp) {
            failed(giveUp.why());
        }
    }

    private void loggedIn(OkPacket ok) {
        if (hop.pendingBytes() > 0) {
            throw new ProtocolViolationException("bytes behind the answer to the login");
        }
        end();
        link.loggedIn(
                ServerLogin.mapped(
                        account.user(),
                        link.transport().poolKey(session.negotiated()),
                        session.loginTemplate().characterSet()),
                session.schema().orElse(null),
                ok.status());
        link.transport().commandPhase();
        link.prepared();
        ready.run();
    }

    private void failed(String why) {
        if (!over) {
            session.close(
                    CloseCause.NO_BACKEND, Errors.noConnection(link.backend().address(), why), why);
            session.flush();
        }
    }

    private void end() {
        over = true;
        hop.release();
        if (overdue != null) {
            overdue.cancel(false);
        }
        if (answers != null) {
            answers.release();
        }
    }

    @Override
    public void lost() {
        failed("the server closed the connection during the login");
    }

    @Override
    public void cancel() {
        end();
        link.channel().close();
    }
}
