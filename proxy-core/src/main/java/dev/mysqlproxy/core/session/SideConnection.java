package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.core.auth.AuthDialog;
import dev.mysqlproxy.core.auth.AuthEnds;
import dev.mysqlproxy.core.auth.Authenticator.ServerAccount;
import dev.mysqlproxy.core.auth.ServerAnswers;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.net.NetAddress;
import dev.mysqlproxy.core.net.ProxyHeaderOut;
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
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server connection for one command, in the name of a session's user, where the proxy knows how to log in. Nobody else ever
 * uses it. On the session's event loop.
 *
 * <pre>
 * resolve -> connect -> GREETING -> TLS -> LOGIN -server: OK-> COMMAND -server: OK or ERR-> closed
 * </pre>
 */
final class SideConnection extends ChannelInboundHandlerAdapter {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LONGEST = 4096;
    private static final Capabilities NOT_NEEDED = new Capabilities(Capabilities.SSL
            | Capabilities.COMPRESS
            | Capabilities.ZSTD_COMPRESSION_ALGORITHM
            | Capabilities.QUERY_ATTRIBUTES
            | Capabilities.CAPABILITY_EXTENSION);

    private final Session session;
    private final Backend backend;
    private final ServerAccount account;
    private final Work work;
    private final CompletableFuture<Reply> answer = new CompletableFuture<>();
    private final Channel channel;
    private final LoginHop hop;
    private final ServerAnswers answers;

    private ScheduledFuture<?> overdue;
    private AuthEnds.Login login;
    private SideReply reply;
    private Step step = Step.GREETING;
    private boolean encrypted;

    private enum Step {
        GREETING,
        LOGIN,
        COMMAND,
        OVER
    }

    /**
     * What it is for.
     *
     * @param schema default schema, null for none
     * @param command payload of a command that COM_QUERY's replies answer, without query attributes
     * @param longest bytes of the longest answer
     * @param limit for all of it
     * @param wanted whether the command still is, asked before it is sent
     */
    private record Work(byte[] schema, byte[] command, int longest, Duration limit, BooleanSupplier wanted) {}

    private SideConnection(Session session, Backend backend, ServerAccount account, Work work) {
        this.session = session;
        this.backend = backend;
        this.account = account;
        this.work = work;
        this.channel = session.services()
                .transport()
                .unconnected(backend.address(), session.client().eventLoop(), Sockets.WATER_MARK, this);
        this.hop = new LoginHop(channel, Limits.SERVER_LOGIN_PACKET, Limits.SERVER_LOGIN_PACKETS, this::send);
        this.answers = new ServerAnswers(account.credential(), this::secret, () -> encrypted);
    }

    /**
     * As {@link #run(Session, Backend, byte[], byte[], int, Duration)}, of a command whose answer is short and soon there.
     *
     * @param wanted whether the command is still wanted when it could be sent; asked on the session's event loop
     */
    static CompletionStage<Reply> run(Session session, Backend backend, byte[] command, BooleanSupplier wanted) {
        return run(session, backend, new Work(null, command, LONGEST, LIMIT, wanted));
    }

    /**
     * Connects, logs in, sends the command, and closes.
     *
     * @param schema default schema, null for none
     * @param command payload of a command that COM_QUERY's replies answer, without query attributes
     * @param longest bytes of the longest answer
     * @param limit for all of it
     * @return fails, with a sentence, when the proxy does not know how to log in or has not got as far as an answer
     */
    static CompletionStage<Reply> run(
            Session session, Backend backend, byte[] schema, byte[] command, int longest, Duration limit) {
        return run(session, backend, new Work(schema, command, longest, limit, () -> true));
    }

    private static CompletionStage<Reply> run(Session session, Backend backend, Work work) {
        Optional<ServerAccount> known = session.loginTemplate() == null
                ? Optional.empty()
                : session.entrance()
                        .authenticator()
                        .flatMap(all -> session.user().flatMap(user -> all.credential(user, session.clientAddress())));
        if (known.isEmpty()) {
            return CompletableFuture.failedStage(new ProtocolViolationException(
                    "the proxy does not know the user's password (see --proxy-auth) and can open none"));
        }
        SideConnection connection = new SideConnection(session, backend, known.get(), work);
        connection.start();
        return connection.answer;
    }

    private void start() {
        overdue = session.client()
                .eventLoop()
                .schedule(
                        () -> failed("no answer within " + work.limit().toMillis() + " ms"),
                        work.limit().toMillis(),
                        TimeUnit.MILLISECONDS);
        session.services()
                .resolver()
                .resolve(backend.address(), session.client().eventLoop())
                .addListener(this::resolved);
    }

    @SuppressWarnings("unchecked")
    private void resolved(Future<?> future) {
        if (!future.isSuccess()) {
            failed("its name cannot be resolved: " + future.cause().getMessage());
        } else if (step != Step.OVER) {
            SocketAddress address = ((List<SocketAddress>) future.getNow()).get(0);
            channel.connect(address).addListener(this::connected);
        }
    }

    private void connected(Future<?> done) {
        if (!done.isSuccess()) {
            failed(String.valueOf(done.cause().getMessage()));
            return;
        }
        BackendHop.Header header = backend.hop().header();
        if (header != BackendHop.Header.NONE && step != Step.OVER) {
            send(ProxyHeaderOut.encode(channel.alloc(), header, session.client(), session.tls(), session.uniqueId()));
        }
    }

    private void send(ByteBuf bytes) {
        channel.writeAndFlush(bytes, channel.voidPromise());
    }

    private boolean secret() {
        return encrypted || channel.remoteAddress() instanceof DomainSocketAddress;
    }

    // --- the dialog -------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (step == Step.OVER) {
            ((ByteBuf) message).release();
            return;
        }
        try {
            if (step == Step.COMMAND) {
                answered((ByteBuf) message);
                return;
            }
            hop.add((ByteBuf) message);
            while (step != Step.OVER && step != Step.COMMAND) {
                ByteBuf packet = hop.next();
                if (packet == null) {
                    return;
                }
                try {
                    packet(packet);
                } finally {
                    packet.release();
                }
            }
        } catch (ProtocolViolationException e) {
            failed(e.getMessage());
        }
    }

    private void packet(ByteBuf packet) {
        ByteBuf payload = LoginHop.payload(packet);
        Wire.require(payload, 1, "a packet of the server");
        int first = payload.getUnsignedByte(payload.readerIndex());
        if (first == ErrPacket.HEADER) {
            ErrPacket error = ErrPacket.decode(payload);
            failed(error.code() + " " + error.message());
            return;
        }
        hop.count(packet);
        if (step == Step.GREETING) {
            greeting(Greeting.decode(payload));
        } else if (login == null) {
            throw new ProtocolViolationException("a packet of the server before the login");
        } else if (first == OkPacket.HEADER) {
            if (hop.pendingBytes() > 0) {
                throw new ProtocolViolationException("bytes behind the answer to the login");
            }
            if (!work.wanted().getAsBoolean()) {
                failed("the connection that was meant is no longer the session's");
                return;
            }
            step = Step.COMMAND;
            hop.sequence(0);
            hop.send(work.command());
        } else {
            auth(ByteBufUtil.getBytes(payload, payload.readerIndex(), payload.readableBytes(), true));
        }
    }

    private void greeting(Greeting greeting) {
        step = Step.LOGIN;
        Capabilities can = greeting.capabilities();
        if (!can.has(Capabilities.PLUGIN_AUTH)) {
            failed("the server is too old to be logged in to by the proxy");
            return;
        }
        boolean wanted = wantsTls(can.has(Capabilities.SSL));
        LoginParts parts = parts(can, wanted);
        reply = new SideReply(parts.capabilities(), false, work.longest());
        if (!wanted) {
            logIn(greeting, parts);
            return;
        }
        if (!can.has(Capabilities.SSL)) {
            failed("the server has no TLS, which its backend's ssl-mode or the client needs");
            return;
        }
        if (hop.pendingBytes() > 0) {
            throw new ProtocolViolationException("bytes of the server before TLS");
        }
        hop.send(parts::encodeSslRequest);
        NetAddress.Tcp host =
                backend.address() instanceof NetAddress.Tcp tcp ? tcp : new NetAddress.Tcp("localhost", 0);
        SslHandler handler = backend.tls().handler(channel.alloc(), host.host(), host.port());
        hop.startTls(handler, failure -> {
            if (failure != null) {
                failed("TLS: " + Handshakes.reason(failure));
            } else if (step != Step.OVER) {
                encrypted = true;
                logIn(greeting, parts);
            }
        });
    }

    private boolean wantsTls(boolean has) {
        return switch (backend.tls().mode()) {
            case DISABLED -> false;
            case PREFERRED -> has && !(channel.remoteAddress() instanceof DomainSocketAddress);
            case AS_CLIENT -> session.tls().isPresent();
            case REQUIRED, VERIFY_CA, VERIFY_IDENTITY -> true;
        };
    }

    private LoginParts parts(Capabilities can, boolean tls) {
        LoginParts template = session.loginTemplate();
        Capabilities flags = template.capabilities()
                .and(can)
                .without(NOT_NEEDED)
                .with(Capabilities.PROTOCOL_41
                        | Capabilities.SECURE_CONNECTION
                        | Capabilities.PLUGIN_AUTH
                        | (tls ? Capabilities.SSL : 0));
        return template.withCapabilities(flags).withDatabase(work.schema()).withUser(Wire.utf8(account.user()));
    }

    private void logIn(Greeting greeting, LoginParts parts) {
        login = answers.logIn(account.user(), new AuthDialog.Challenge(greeting.authPlugin(), greeting.authData()));
        LoginParts sent = parts.withAuthPlugin(login.plugin()).withAuthResponse(login.response());
        hop.send(sent::encode);
        sent.wipe();
    }

    private void auth(byte[] payload) {
        ServerAnswers.Word word = answers.server(payload);
        if (word instanceof ServerAnswers.Word.Say say) {
            hop.send(say.payload());
        } else if (word instanceof ServerAnswers.Word.GiveUp giveUp) {
            failed(giveUp.why());
        }
    }

    private void answered(ByteBuf bytes) {
        Reply whole = reply.add(bytes);
        if (whole != null) {
            end();
            answer.complete(whole);
        }
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failed("the server has closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(String.valueOf(cause.getMessage()));
    }

    private void failed(String why) {
        if (step != Step.OVER) {
            end();
            answer.completeExceptionally(new ProtocolViolationException(why));
        }
    }

    private void end() {
        step = Step.OVER;
        overdue.cancel(false);
        hop.release();
        answers.release();
        if (reply != null) {
            reply.release();
        }
        channel.close();
    }
}
