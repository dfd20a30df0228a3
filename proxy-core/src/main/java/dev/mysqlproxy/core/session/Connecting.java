package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.view.BackendView;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.hook.HookFailedException;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client waits for a backend: one is chosen and connected to; when that fails, the next one, until none is left. The
 * client hears nothing of failures on the way.
 */
final class Connecting implements Phase {

    private static final Logger LOG = LoggerFactory.getLogger(Connecting.class);

    /** What connects say when the fault is on this machine. */
    private static final List<String> OURS = List.of(
            "Too many open files", "Cannot assign requested address", "No buffer space", "Cannot allocate memory");

    private final Session session;
    private final Set<Integer> failed = new HashSet<>();

    private GreetedLogin held;

    Connecting(Session session) {
        this.session = session;
    }

    /**
     * The client has answered the greeting of a connection that cannot be used after all: a new one to the same backend,
     * whose login it is asked for again.
     */
    void instead(BackendLink unusable, GreetedLogin from) {
        held = from;
        session.phase(this);
        open(unusable.backend());
    }

    /** Chooses and connects. */
    void next() {
        if (held != null) {
            session.close(CloseCause.NO_BACKEND, Errors.BACKEND_LOST, "no connection for a login");
            return;
        }
        ConnectDecision decision = session.services().hooks().connect(session);
        BackendLink taken = session.link();
        if (taken != null) {
            if (decision instanceof ConnectDecision.UseTaken) {
                GreetedLogin login = GreetedLogin.pooled(session, this, taken);
                session.phase(login);
                login.greet();
                return;
            }
            session.link(null);
            taken.giveBack();
        }
        if (decision instanceof ConnectDecision.Answer answer) {
            answered(answer.reply());
            return;
        }
        if (decision instanceof ConnectDecision.Refuse refuse) {
            session.close(CloseCause.REFUSED_BY_PLUGIN, Errors.of(refuse.error()), "");
            return;
        }
        List<BackendView> candidates = session
                .services()
                .backends()
                .candidates(forwarding().group())
                .stream()
                .filter(candidate -> !failed.contains(candidate.index()))
                .toList();
        Optional<Backend> chosen = wanted(decision, candidates)
                .or(() -> forwarding().chooser().choose(session, candidates))
                .flatMap(view -> session.services().backends().find(view.index()));
        if (chosen.isEmpty()) {
            LOG.error("Cannot connect, all backends are down.");
            session.close(CloseCause.NO_BACKEND, Errors.ALL_BACKENDS_DOWN, "");
            return;
        }
        open(chosen.get());
    }

    private Listener.Forwarding forwarding() {
        return (Listener.Forwarding) session.configuration();
    }

    /** A script speaks in a server's place. */
    private void answered(Reply reply) {
        Optional<GreetedLogin> mocked;
        try {
            mocked = GreetedLogin.scripted(session, this, reply);
        } catch (ProtocolViolationException e) {
            LOG.error("A plugin's greeting makes no sense: {}", e.getMessage());
            session.close(CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, e.getMessage());
            return;
        }
        if (mocked.isPresent()) {
            session.phase(mocked.get());
            mocked.get().greet();
            return;
        }
        session.write(Replies.encode(session.client().alloc(), reply, GreetedLogin.BEFORE_LOGIN, 0, 0));
        session.close(CloseCause.REFUSED_BY_PLUGIN, null, "answered in place of a greeting");
    }

    private void open(Backend backend) {
        // counts from here, so that clients arriving at the same moment spread
        backend.clientConnected();
        session.services()
                .resolver()
                .resolve(backend.address(), session.client().eventLoop())
                .addListener(future -> session.guarded(() -> resolved(backend, future)));
    }

    private static Optional<BackendView> wanted(ConnectDecision decision, List<BackendView> candidates) {
        if (decision instanceof ConnectDecision.Use use) {
            return candidates.stream()
                    .filter(candidate -> candidate.index() == use.backendIndex())
                    .findFirst();
        }
        return Optional.empty();
    }

    @SuppressWarnings("unchecked")
    private void resolved(Backend backend, Future<?> future) {
        if (future.cause() instanceof RejectedExecutionException) {
            ownFault(backend, future.cause().getMessage());
            return;
        }
        if (!future.isSuccess()) {
            failed(backend, "its name cannot be resolved: " + future.cause().getMessage());
            return;
        }
        connect(backend, (List<SocketAddress>) future.getNow(), 0);
    }

    private void connect(Backend backend, List<SocketAddress> addresses, int at) {
        if (session.closed()) {
            backend.clientDisconnected();
            return;
        }
        SocketAddress address = addresses.get(at);
        Duration timeout = forwarding().timeouts().connect();
        Bootstrap bootstrap = new Bootstrap()
                .group(session.client().eventLoop())
                .channel(session.services().transport().channel(address))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Sockets.WATER_MARK)
                .handler(new BackendHandler());
        if (address instanceof InetSocketAddress) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
        }
        EventLoop loop = session.client().eventLoop();
        bootstrap.connect(address).addListener((ChannelFuture future) -> {
            // a channel that could not even be made reports its failure on a thread of Netty's own
            if (loop.inEventLoop()) {
                tried(future, backend, addresses, at);
            } else {
                loop.execute(() -> tried(future, backend, addresses, at));
            }
        });
    }

    private void tried(ChannelFuture future, Backend backend, List<SocketAddress> addresses, int at) {
        session.guarded(() -> {
            if (future.isSuccess()) {
                connected(backend, future.channel());
            } else if (at + 1 < addresses.size()) {
                connect(backend, addresses, at + 1);
            } else {
                notConnected(backend, future.cause());
            }
        });
        session.flush();
    }

    private void notConnected(Backend backend, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = String.valueOf(root.getMessage());
        if (OURS.stream().anyMatch(reason::contains)) {
            ownFault(backend, reason);
        } else {
            failed(backend, reason);
        }
    }

    /** Not the backend's fault: it stays as it is, and no other one would be reached either. */
    private void ownFault(Backend backend, String reason) {
        backend.clientDisconnected();
        LOG.error("Cannot connect to backends: {}", reason);
        session.close(CloseCause.NO_BACKEND, Errors.TOO_MANY_CONNECTIONS, reason);
    }

    private void connected(Backend backend, Channel channel) {
        BackendLink link = new BackendLink(backend, channel, session);
        backend.clientDisconnected();
        if (session.closed()) {
            link.close();
            return;
        }
        session.services().backends().reached(backend);
        if (backend.view().mode() == BackendView.Mode.OFFLINE) {
            // since it was chosen
            link.close();
            failed.add(backend.index());
            next();
            return;
        }
        Introduction.header(link, session);
        session.link(link);
        session.phase(held == null ? new Login(session, this) : new Login(held));
    }

    /** The backend was connected to but never greeted. */
    void noGreeting(BackendLink link, String why) {
        session.link(null);
        link.close();
        session.phase(this);
        Backend backend = link.backend();
        session.services().backends().unreachable(backend, why);
        failed.add(backend.index());
        next();
    }

    private void failed(Backend backend, String why) {
        backend.clientDisconnected();
        session.services().backends().unreachable(backend, why);
        failed.add(backend.index());
        if (!session.closed()) {
            try {
                next();
            } catch (HookFailedException e) {
                session.close(CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, e.getMessage());
            }
        }
    }

    @Override
    public void clientBytes(ByteBuf chunk) {
        chunk.release();
        throw new ProtocolViolationException("bytes before the greeting");
    }

    @Override
    public void backendBytes(ByteBuf chunk) {
        chunk.release();
        throw new IllegalStateException("there is no server yet");
    }

    @Override
    public void backendClosed() {
        // there is none yet
    }

    @Override
    public String word() {
        return "connecting";
    }

    @Override
    public boolean serverIdle() {
        return held == null;
    }

    @Override
    public int errorSequence() {
        return held == null ? 0 : held.errorSequence();
    }

    @Override
    public void release() {
        // a connect under way sees that the session is closed
        if (held != null) {
            held.release();
        }
    }
}
