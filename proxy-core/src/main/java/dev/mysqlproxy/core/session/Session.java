package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.HookFailedException;
import dev.mysqlproxy.core.net.CompressionHandler;
import dev.mysqlproxy.core.tls.Handshakes;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's session: its two channels, its phase, its end. Lives on the client channel's event loop; what other threads
 * may call says so and goes there by itself.
 */
public final class Session implements SessionView {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int MOST_WAIT_MILLIS = 500;
    /** Tells this process's sessions from those of all others. */
    private static final String PROCESS = UUID.randomUUID().toString();

    private final long id;
    private final Entrance entrance;
    private final Listener listener;
    private final Channel client;
    private final SessionServices services;
    private final Identity identity;
    private final Watchdog watchdog;
    private final Backpressure backpressure;
    private final ServerSwap swap = new ServerSwap(this);
    private final long since = System.nanoTime();

    // read by other threads for lists
    private volatile Phase phase;
    private volatile BackendLink link;

    private IdentityHashMap<SessionKey<?>, Object> state;
    private CompressionHandler compression;
    private LoginParts loginTemplate;
    private LoginReport login;
    private boolean counted;
    private boolean clientDirty;
    private boolean closeAfterAnswer;

    Session(Entrance entrance, Channel client, SessionServices services) {
        this.id = services.registry().nextId();
        this.entrance = entrance;
        this.listener = entrance.listener();
        this.client = client;
        this.services = services;
        this.identity = new Identity(client);
        this.backpressure = new Backpressure(client);
        this.watchdog = new Watchdog(this, listener, services);
        this.phase = listener instanceof Listener.Local local ? new LocalLogin(this, local) : new Connecting(this);
    }

    /** The client's channel is ready: refuses it or starts the first phase. */
    void start() {
        counted = services.registry().add(this, services.limits().maxConnections());
        if (!counted) {
            LOG.warn(
                    "Too many connections: there are --max-connections={}",
                    services.limits().maxConnections());
            close(CloseCause.TOO_MANY_CONNECTIONS, Errors.TOO_MANY_CONNECTIONS, "");
            return;
        }
        watchdog.start();
        services.hooks().sessionOpened(this);
        if (endIfIdle()) {
            // accepted while the process began to stop
            return;
        }
        LOG.atDebug()
                .addKeyValue("session", id)
                .addKeyValue("client", clientAddress())
                .log("client connected");
        guarded(() -> {
            if (phase instanceof Connecting connecting) {
                connecting.next();
            } else if (phase instanceof LocalLogin login) {
                login.greet();
            }
        });
        flush();
    }

    SessionServices services() {
        return services;
    }

    /** Names the session among those of all processes, at all times. */
    String uniqueId() {
        return PROCESS + "-" + id;
    }

    Entrance entrance() {
        return entrance;
    }

    Listener configuration() {
        return listener;
    }

    Identity identity() {
        return identity;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Channel client() {
        return client;
    }

    BackendLink link() {
        return link;
    }

    /** Whether the proxy itself answers this client. */
    boolean local() {
        return listener instanceof Listener.Local;
    }

    /** Whether the client has logged in. */
    boolean loggedIn() {
        return phase instanceof CommandPhase || phase instanceof LocalCommands;
    }

    /** The protocol agreed on with the client. */
    Capabilities negotiated() {
        return phase.negotiated();
    }

    /** Whether the server is the one who should say something. */
    boolean waitsForBackend() {
        return phase instanceof CommandPhase commands && commands.waitsForBackend();
    }

    boolean closed() {
        return phase instanceof Closed;
    }

    Phase phase() {
        return phase;
    }

    /** Goes over to another phase; the old one has handed on what it held. */
    void phase(Phase next) {
        phase = next;
        watchdog.stateChanged();
    }

    /**
     * Who the client is, as a server or a plugin has found: it may take that user's connections. Null before the login, when
     * nobody looked at it, and when it is not known any more.
     */
    void account(ServerLogin known) {
        swap.account(known);
    }

    ServerLogin account() {
        return swap.account();
    }

    /** The session uses this server connection from now on; null for none. */
    void link(BackendLink next) {
        link = next;
        backpressure.newBackend();
        if (!closed()) {
            // the client may be behind, or may have been held for the old one's sake: nothing else would tell
            writabilityChanged();
        }
    }

    // --- events -----------------------------------------------------------------------------------------------------

    void clientBytes(ByteBuf chunk) {
        watchdog.clientActive();
        try {
            phase.clientBytes(chunk);
        } catch (ProtocolViolationException e) {
            violation(Side.CLIENT, e);
        } catch (HookFailedException e) {
            close(CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, e.getMessage());
        }
    }

    void backendBytes(ByteBuf chunk) {
        watchdog.backendActive();
        try {
            Readying preparation = link.preparation();
            if (preparation != null) {
                preparation.bytes(chunk);
            } else {
                phase.backendBytes(chunk);
            }
        } catch (ProtocolViolationException e) {
            violation(Side.BACKEND, e);
        } catch (HookFailedException e) {
            close(CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, e.getMessage());
        }
    }

    /** Runs a step that did not come from a channel, with the same fences. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (ProtocolViolationException e) {
            violation(Side.CLIENT, e);
        } catch (HookFailedException e) {
            close(CloseCause.PLUGIN_FAILED, Errors.PLUGIN_FAILED, e.getMessage());
        } catch (RuntimeException e) {
            failed(Side.CLIENT, e);
        }
    }

    void clientClosed() {
        close(phase.word().equals("quit") ? CloseCause.CLIENT_QUIT : CloseCause.CLIENT_LOST, null, "");
    }

    void backendClosed() {
        guarded(() -> {
            if (link != null && link.preparation() != null) {
                link.preparation().lost();
            } else {
                phase.backendClosed();
            }
        });
        flush();
    }

    /** The connection at hand is of no use, and nothing of this session was on it: another one; false when there is none. */
    boolean anotherLink() {
        return swap.instead(phase);
    }

    /** What the client said at its login, without its answer, for logins in its name; null when they are not wanted. */
    LoginParts loginTemplate() {
        return loginTemplate;
    }

    void loginTemplate(LoginParts parts) {
        loginTemplate = parts;
    }

    /** The client has said who it is. */
    void loginBegins(String user, String schema) {
        login = new LoginReport(this, false, user, schema, since);
    }

    /** The client wants to be somebody else. */
    void changeUserBegins(String user, String schema) {
        login = new LoginReport(this, true, user, schema, System.nanoTime());
    }

    /** The login at hand fails: the client is told so now. */
    void loginRefused(ErrPacket error) {
        if (login != null) {
            login.refused(error);
        }
    }

    /** The login at hand is over. */
    void loginEnded() {
        if (login != null) {
            LoginReport ended = login;
            login = null;
            ended.ended();
        }
    }

    /** A pooled connection could not be made ready. */
    void preparationLost() {
        if (phase instanceof GreetedLogin) {
            phase.backendClosed();
        } else {
            close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "while a pooled connection was made ready");
        }
    }

    void failed(Side side, Throwable error) {
        if (error instanceof ProtocolViolationException violation) {
            // found beneath the packets
            violation(side, violation);
            flush();
            return;
        }
        if (error instanceof IOException && !(error instanceof SSLException)) {
            // a reset: the close event that follows, or this one, ends the session
            if (side == Side.CLIENT) {
                clientClosed();
            } else {
                backendClosed();
            }
            return;
        }
        if (error instanceof SSLException || error.getCause() instanceof SSLException) {
            tlsFailed(side, error);
            return;
        }
        LOG.atError()
                .setCause(error)
                .addKeyValue("session", id)
                .addKeyValue("state", phase.word())
                .log("internal error");
        close(CloseCause.INTERNAL_ERROR, Errors.INTERNAL, error.toString());
    }

    /** TLS with one side could not be agreed on, or broke. */
    void tlsFailed(Side side, Throwable error) {
        String why = Handshakes.reason(error);
        if (side == Side.CLIENT) {
            close(CloseCause.CLIENT_TLS, null, why);
        } else {
            close(CloseCause.BACKEND_TLS, Errors.backendTls(why), why);
        }
        flush();
    }

    /** One side sent what the protocol forbids at this point. */
    void violation(Side side, ProtocolViolationException violation) {
        boolean login = !(phase instanceof CommandPhase || phase instanceof LocalCommands);
        if (side == Side.CLIENT) {
            close(
                    CloseCause.CLIENT_VIOLATION,
                    login ? Errors.BAD_HANDSHAKE : Errors.BAD_CLIENT_PACKET,
                    violation.getMessage());
        } else {
            close(CloseCause.BACKEND_VIOLATION, Errors.BAD_BACKEND_PACKET, violation.getMessage());
        }
    }

    // --- writing ----------------------------------------------------------------------------------------------------

    /** Sends to the client with the next {@link #flush}; takes the buffer over. */
    void write(ByteBuf bytes) {
        clientDirty = true;
        client.write(bytes, client.voidPromise());
    }

    /** What goes between proxy and client is compressed from now on. */
    void compressClient(CompressionHandler handler) {
        compression = handler;
    }

    /** A replica that compresses is sent events from here on, see {@link CompressionHandler#acknowledging}. */
    void acknowledging(int first) {
        compression.acknowledging(first);
    }

    /** Whether the client compresses. */
    boolean clientCompresses() {
        return compression != null;
    }

    /** The client's bytes are used up but for these; what is written to it from here on answers them. */
    void used(int unread) {
        if (compression != null) {
            compression.used(unread);
        }
    }

    /** Sends what was written to either side. */
    void flush() {
        if (clientDirty) {
            clientDirty = false;
            client.flush();
        }
        BackendLink to = link;
        if (to != null) {
            to.flush();
        }
    }

    // --- backpressure -----------------------------------------------------------------------------------------------

    /** Whether the phase wants no more of the client's bytes for now. */
    void holdClient(boolean hold) {
        if (backpressure.hold(hold)) {
            writabilityChanged();
        }
    }

    /** A side reads only while the other takes what comes. */
    void writabilityChanged() {
        watchdog.writability(backpressure.update(link));
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /**
     * Ends the session, once.
     *
     * @param error sent to the client where the protocol allows one at this point; may be null
     * @param detail for the log, may be empty
     */
    void close(CloseCause cause, ErrPacket error, String detail) {
        Phase last = phase;
        if (last instanceof Closed) {
            return;
        }
        int sequence = error == null ? -1 : last.errorSequence();
        boolean greeted = !identity.serverVersion().isEmpty();
        Closing.log(this, cause, last, detail);
        services.registry().counters().countEnd(cause);
        phase = new Closed(!cause.serverAtFault() && last.serverIdle(), last.serverStatus());
        watchdog.stop();
        // whatever a plugin does in the middle of this, nothing may be left behind
        try {
            last.release();
            if (login != null) {
                login.closed(error);
            }
            if (counted) {
                services.hooks().disconnect(this, cause.word());
            }
        } finally {
            services.registry().remove(this);
            BackendLink from = link;
            link = null;
            if (from != null) {
                from.close();
            }
            if (sequence >= 0 && client.isActive()) {
                write(Closing.packet(client.alloc(), error, sequence, greeted));
            }
            Lingering.close(client);
        }
    }

    /** Ends the session for a reason that lies outside of it. Any thread. */
    public void end(CloseCause cause) {
        ErrPacket error = switch (cause) {
            case KILLED -> Errors.KILLED;
            case BACKEND_OFFLINE -> Errors.BACKEND_OFFLINE;
            case TOO_MANY_CONNECTIONS -> Errors.TOO_MANY_CONNECTIONS;
            default -> Errors.SHUTDOWN;
        };
        client.eventLoop().execute(() -> close(cause, error, ""));
    }

    /** Ends the session if it uses this backend. Any thread. */
    void endIfOn(int backendIndex) {
        client.eventLoop().execute(() -> {
            if (link != null && link.backend().index() == backendIndex) {
                close(CloseCause.BACKEND_OFFLINE, Errors.BACKEND_OFFLINE, "");
            }
        });
    }

    /** Ends the session as soon as no command and no transaction is open. Any thread. */
    void drain() {
        client.eventLoop().execute(this::endIfIdle);
    }

    /** Ends the session if the process is stopping and nothing is open; true when it did. */
    boolean endIfIdle() {
        if (!services.registry().draining() || phase instanceof CommandPhase commands && commands.busy()) {
            return false;
        }
        close(CloseCause.SHUTDOWN, phase instanceof CommandPhase ? null : Errors.SHUTDOWN, "");
        return true;
    }

    // --- plugins that go --------------------------------------------------------------------------------------------

    /**
     * Runs a step as soon as no command and no login is under way with such hooks. Any thread; the step on the session's loop.
     *
     * @param hooks those to be got rid of, which nothing begins with any more; called on the session's loop
     */
    public void whenDoneWith(Predicate<HookChain> hooks, Runnable step) {
        client.eventLoop().execute(() -> whenDoneWith(hooks, step, 1));
    }

    private void whenDoneWith(Predicate<HookChain> hooks, Runnable step, int waitMillis) {
        HookChain inUse = phase.hooksInUse();
        if (inUse != null && hooks.test(inUse)) {
            int next = Math.min(waitMillis * 2, MOST_WAIT_MILLIS);
            client.eventLoop().schedule(() -> whenDoneWith(hooks, step, next), waitMillis, TimeUnit.MILLISECONDS);
        } else {
            step.run();
        }
    }

    /** Drops the state of a plugin with these classes, then runs a step. Any thread; on the session's loop. */
    public void forget(ClassLoader loader, Runnable then) {
        client.eventLoop().execute(() -> {
            if (state != null) {
                state.keySet().removeIf(key -> key.isOf(loader));
            }
            then.run();
        });
    }

    // --- what plugins and lists see ---------------------------------------------------------------------------------

    /** A word for what it does now. Any thread. */
    public String stateWord() {
        return phase.word();
    }

    /** Seconds since it began to do so, to within one. Any thread. */
    public long stateSeconds() {
        return watchdog.stateSeconds();
    }

    /** First byte of the command that runs or ran last; -1 before the first. Any thread. */
    public int lastCommand() {
        return phase instanceof CommandPhase commands ? commands.lastCommand() : -1;
    }

    /** The beginning of the statement that runs or ran last; empty unless somebody wants to see it. Any thread. */
    public String statement() {
        return phase instanceof CommandPhase commands ? commands.statement() : "";
    }

    /** Why it keeps its server connection: a word of the manual, empty when nothing is known to hinder it. Any thread. */
    public String pinned() {
        return phase instanceof CommandPhase commands ? commands.pinned() : "";
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String listener() {
        return listener.name();
    }

    @Override
    public String clientAddress() {
        return identity.clientAddress();
    }

    @Override
    public String localAddress() {
        return identity.localAddress();
    }

    @Override
    public Optional<String> user() {
        return identity.user();
    }

    @Override
    public Optional<String> schema() {
        return identity.schema();
    }

    @Override
    public Map<String, String> connectionAttributes() {
        return identity.attributes();
    }

    @Override
    public Optional<String> authPlugin() {
        return identity.authPlugin();
    }

    @Override
    public Optional<TlsView> tls() {
        return identity.tls();
    }

    @Override
    public Optional<String> backend() {
        BackendLink to = link;
        return to == null
                ? Optional.empty()
                : Optional.of(to.backend().address().toString());
    }

    @Override
    public long threadId() {
        return identity.threadId();
    }

    @Override
    public String serverVersion() {
        return identity.serverVersion();
    }

    @Override
    public int serverStatus() {
        return phase.serverStatus();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T get(SessionKey<T> key) {
        return state == null ? null : (T) state.get(key);
    }

    @Override
    public <T> void put(SessionKey<T> key, T value) {
        if (state == null) {
            state = new IdentityHashMap<>();
        }
        if (value == null) {
            state.remove(key);
        } else {
            state.put(key, value);
        }
    }

    // --- the server connection --------------------------------------------------------------------------------------

    @Override
    public Optional<ServerView> server() {
        return Optional.ofNullable(link);
    }

    /** Whether the session is to end with the answer at hand. */
    boolean closesAfterAnswer() {
        return closeAfterAnswer;
    }

    @Override
    public void closeAfterAnswer(boolean close) {
        closeAfterAnswer = close;
    }

    @Override
    public boolean park() {
        return swap.park(phase);
    }

    @Override
    public boolean take(int backendIndex) {
        return swap.take(backendIndex, phase);
    }

    @Override
    public int idle(int backendIndex) {
        return swap.idle(backendIndex, phase);
    }
}
