package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.core.hook.HookChain;
import dev.mysqlproxy.core.hook.HookFailedException;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.LoginParts;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's session: its two channels, its phase, its end. Lives on the client channel's event loop; what other threads
 * may call says so and goes there by itself.
 */
public final class Session extends SessionFacts {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final ClientLink client;
    private final SessionServices services;
    private final Faults faults = new Faults(this);
    private final Watchdog watchdog;
    private final Backpressure backpressure;
    private final ServerSwap swap = new ServerSwap(this);
    private final long since = System.nanoTime();

    private LoginParts loginTemplate;
    private LoginReport login;
    private boolean counted;
    private boolean closeAfterAnswer;

    Session(Entrance entrance, Channel client, SessionServices services) {
        super(services.registry().nextId(), entrance, client);
        this.client = new ClientLink(client);
        this.services = services;
        this.backpressure = new Backpressure(client);
        this.watchdog = new Watchdog(this, entrance.listener(), services);
        enter(entrance.listener() instanceof Listener.Local local ? new LocalLogin(this, local) : new Connecting(this));
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
                .addKeyValue("session", id())
                .addKeyValue("client", clientAddress())
                .log("client connected");
        guarded(() -> {
            if (phase() instanceof Connecting connecting) {
                connecting.next();
            } else if (phase() instanceof LocalLogin login) {
                login.greet();
            }
        });
        flush();
    }

    SessionServices services() {
        return services;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    Faults faults() {
        return faults;
    }

    Channel client() {
        return client.channel();
    }

    ClientLink clientLink() {
        return client;
    }

    /** Goes over to another phase; the old one has handed on what it held. */
    void phase(Phase next) {
        enter(next);
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
        use(next);
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
            phase().clientBytes(chunk);
        } catch (ProtocolViolationException e) {
            faults.violation(Side.CLIENT, e);
        } catch (HookFailedException e) {
            faults.hookFailed(e);
        }
    }

    void backendBytes(ByteBuf chunk) {
        watchdog.backendActive();
        try {
            Readying preparation = link().preparation();
            if (preparation != null) {
                preparation.bytes(chunk);
            } else {
                phase().backendBytes(chunk);
            }
        } catch (ProtocolViolationException e) {
            faults.violation(Side.BACKEND, e);
        } catch (HookFailedException e) {
            faults.hookFailed(e);
        }
    }

    /** Runs a step that did not come from a channel, with the same fences. */
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (ProtocolViolationException e) {
            faults.violation(Side.CLIENT, e);
        } catch (HookFailedException e) {
            faults.hookFailed(e);
        } catch (RuntimeException e) {
            faults.failed(Side.CLIENT, e);
        }
    }

    void clientClosed() {
        close(phase().word().equals("quit") ? CloseCause.CLIENT_QUIT : CloseCause.CLIENT_LOST, null, "");
    }

    void backendClosed() {
        guarded(() -> {
            BackendLink from = link();
            if (from != null && from.preparation() != null) {
                from.preparation().lost();
            } else {
                phase().backendClosed();
            }
        });
        flush();
    }

    /** The connection at hand is of no use, and nothing of this session was on it: another one; false when there is none. */
    boolean anotherLink() {
        return swap.instead(phase());
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
        if (phase() instanceof GreetedLogin) {
            phase().backendClosed();
        } else {
            close(CloseCause.BACKEND_LOST, Errors.BACKEND_LOST, "while a pooled connection was made ready");
        }
    }

    // --- writing ----------------------------------------------------------------------------------------------------

    /** Sends to the client with the next {@link #flush}; takes the buffer over. */
    void write(ByteBuf bytes) {
        client.write(bytes);
    }

    /** Sends what was written to either side. */
    void flush() {
        client.flush();
        BackendLink to = link();
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
        watchdog.writability(backpressure.update(link()));
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    /**
     * Ends the session, once.
     *
     * @param error sent to the client where the protocol allows one at this point; may be null
     * @param detail for the log, may be empty
     */
    void close(CloseCause cause, ErrPacket error, String detail) {
        Phase last = phase();
        if (last instanceof Closed) {
            return;
        }
        int sequence = error == null ? -1 : last.errorSequence();
        boolean greeted = !serverVersion().isEmpty();
        Closing.log(this, cause, last, detail);
        services.registry().counters().countEnd(cause);
        enter(new Closed(!cause.serverAtFault() && last.serverIdle(), last.serverStatus()));
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
            BackendLink from = link();
            use(null);
            if (from != null) {
                from.close();
            }
            if (sequence >= 0 && client().isActive()) {
                write(Closing.packet(client().alloc(), error, sequence, greeted));
            }
            Lingering.close(client());
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
        client().eventLoop().execute(() -> close(cause, error, ""));
    }

    /** Ends the session if it uses this backend. Any thread. */
    void endIfOn(int backendIndex) {
        client().eventLoop().execute(() -> {
            BackendLink from = link();
            if (from != null && from.backend().index() == backendIndex) {
                close(CloseCause.BACKEND_OFFLINE, Errors.BACKEND_OFFLINE, "");
            }
        });
    }

    /** Ends the session as soon as no command and no transaction is open. Any thread. */
    void drain() {
        client().eventLoop().execute(this::endIfIdle);
    }

    /** Ends the session if the process is stopping and nothing is open; true when it did. */
    boolean endIfIdle() {
        if (!services.registry().draining() || phase() instanceof CommandPhase commands && commands.busy()) {
            return false;
        }
        close(CloseCause.SHUTDOWN, phase() instanceof CommandPhase ? null : Errors.SHUTDOWN, "");
        return true;
    }

    // --- plugins that go --------------------------------------------------------------------------------------------

    /**
     * Runs a step as soon as no command and no login is under way with such hooks. Any thread; the step on the session's loop.
     *
     * @param hooks those to be got rid of, which nothing begins with any more; called on the session's loop
     */
    public void whenDoneWith(Predicate<HookChain> hooks, Runnable step) {
        client().eventLoop().execute(new HookWait(this, hooks, step));
    }

    /** Drops the state of a plugin with these classes, then runs a step. Any thread; on the session's loop. */
    public void forget(ClassLoader loader, Runnable then) {
        client().eventLoop().execute(() -> {
            drop(loader);
            then.run();
        });
    }

    // --- the state, for lists
    // -----------------------------------------------------------------------------------------

    /** Seconds since it began to do so, to within one. Any thread. */
    public long stateSeconds() {
        return watchdog.stateSeconds();
    }

    // --- the server connection --------------------------------------------------------------------------------------

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
        return swap.park(phase());
    }

    @Override
    public boolean take(int backendIndex) {
        return swap.take(backendIndex, phase());
    }

    @Override
    public int idle(int backendIndex) {
        return swap.idle(backendIndex, phase());
    }
}
