package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.core.backend.Backend;
import dev.mysqlproxy.core.backend.PooledConnection;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.CommandCode;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A connection to a server. Belongs to a session, lives on its event loop and counts as a client of the backend; or lies
 * in the backend's pool, on the loop of the session that parked it.
 */
final class BackendLink implements ServerView, PooledConnection {

    private final Backend backend;
    private final Channel channel;
    private final LinkTransport transport;
    private final long openedNanos = System.nanoTime();

    private volatile Session owner;
    private boolean dirty;
    private boolean closed;

    private Greeting greeting;
    // read by other threads while it is parked; published by the pool's lock
    private ServerLogin login;
    private String schema;
    private int serverStatus;
    private volatile long lastSession;
    private boolean used;
    private boolean foreign;
    private boolean foreignBefore;
    private boolean ready = true;
    private boolean optionSet;
    private boolean spoiled;
    private long parkedNanos;
    private Readying preparation;
    private boolean opened = true;

    BackendLink(Backend backend, Channel channel, Session owner) {
        this.backend = backend;
        this.channel = channel;
        this.transport = new LinkTransport(backend, channel);
        this.owner = owner;
        this.lastSession = owner.id();
        backend.clientConnected();
        channel.pipeline().get(BackendHandler.class).link(this);
    }

    /** One whose channel is still to be connected: {@link #makeReady} does that and logs in. */
    static BackendLink unopened(Backend backend, Channel channel, Session owner) {
        BackendLink link = new BackendLink(backend, channel, owner);
        link.opened = false;
        link.ready = false;
        link.serverStatus = ServerStatus.AUTOCOMMIT;
        return link;
    }

    Backend backend() {
        return backend;
    }

    Channel channel() {
        return channel;
    }

    /** The session that uses it; null while it is parked. Any thread. */
    Session owner() {
        return owner;
    }

    // --- its server -------------------------------------------------------------------------------------------------

    void greeted(Greeting said) {
        greeting = said;
    }

    Greeting greeting() {
        return greeting;
    }

    /** Somebody has logged in on it, which leaves nothing of what was before. */
    void loggedIn(ServerLogin by, String defaultSchema, int status) {
        lastSession = owner.id();
        owner.account(by);
        login = by;
        schema = defaultSchema;
        serverStatus = status;
        foreign = false;
        ready = true;
        opened = true;
        used = false;
    }

    ServerLogin login() {
        return login;
    }

    /** Status flags of the last reply before it was parked; as after a reset while it still waits for one. */
    int serverStatus() {
        return foreign ? ServerStatus.AUTOCOMMIT : serverStatus;
    }

    /** Whether TLS may be promised to a client for its sake. */
    boolean offersTls() {
        return backend.tls().mode() != BackendHop.TlsMode.AS_CLIENT
                || greeting.capabilities().has(Capabilities.SSL);
    }

    LinkTransport transport() {
        return transport;
    }

    void schema(String now) {
        schema = now == null || now.isEmpty() ? null : now;
    }

    // --- use --------------------------------------------------------------------------------------------------------

    /** Sends with the next {@link #flush}; takes the buffer over. */
    void write(ByteBuf bytes) {
        dirty = true;
        channel.write(bytes, channel.voidPromise());
    }

    void flush() {
        if (dirty) {
            dirty = false;
            channel.flush();
        }
    }

    /** A command of the session goes there. */
    void used(int code) {
        used = true;
        transport.commandBegins();
        if (code == CommandCode.COM_SET_OPTION) {
            optionSet = true;
        }
        switch (ReplyShape.of(code)) {
            // nobody knows for sure where their replies end: what is left must not meet another session
            case OPAQUE, STREAM, TUNNEL -> spoil();
            default -> {
                // followed to its end
            }
        }
    }

    /** Whether something was sent on it whose reply has no end that is known for sure. */
    boolean spoiled() {
        return spoiled;
    }

    /** It cannot go to the pool any more. */
    void spoil() {
        spoiled = true;
    }

    /** Whether it may be given to others, as far as what was said on it goes. */
    boolean poolable() {
        return !spoiled && preparation == null && login != null && login.poolable();
    }

    /** Whether a client has switched several statements in one text on or off, which no reset undoes. */
    boolean optionSet() {
        return optionSet;
    }

    /** Closes it once what was written is sent. On the owner's loop. */
    void close() {
        if (!closed) {
            closed = true;
            backend.clientDisconnected();
            if (preparation != null) {
                preparation.cancel();
            } else {
                Lingering.close(channel);
            }
        }
    }

    // --- the pool ---------------------------------------------------------------------------------------------------

    /** Puts it into the pool; its owner has let go of it. */
    void park(int status) {
        if (closed) {
            return;
        }
        // commands without a reply may still wait for the end of this turn
        flush();
        serverStatus = status;
        lastSession = owner.id();
        parkedNanos = System.nanoTime();
        intoPool();
    }

    private void intoPool() {
        owner = null;
        backend.clientDisconnected();
        if (!channel.config().isAutoRead()) {
            // to see when the server closes it
            channel.config().setAutoRead(true);
        }
        backToPool();
    }

    /** Lies in the pool again, or is closed when it is of no use there. Any thread. */
    void backToPool() {
        if (!usable()) {
            discard();
            return;
        }
        backend.pool().park(this);
        // what cleared the pool or closed the connection may just have missed it
        if (!usable() && backend.pool().remove(this)) {
            discard();
        }
    }

    private boolean usable() {
        return channel.isActive() && backend.online();
    }

    /** Whether this session was the last to use it. */
    boolean lastUsedBy(Session session) {
        return lastSession == session.id();
    }

    /** Back into the pool, as it was taken from there. */
    void giveBack() {
        foreign = foreignBefore;
        intoPool();
    }

    /**
     * It has just been taken from the pool for this session.
     *
     * @param asLeft whether that is the one that left it there and wants it as it was
     */
    void taken(Session by, boolean asLeft) {
        owner = by;
        backend.clientConnected();
        foreignBefore = foreign;
        foreign |= !asLeft;
        ready = !foreign && channel.eventLoop().inEventLoop();
    }

    /** A login is no longer known: it cannot go to the pool, and its session cannot take others from there. */
    void unknownLogin() {
        login = null;
        owner.account(null);
    }

    /** Whether the session may send commands there at once; else it has to {@link #makeReady} first. */
    boolean ready() {
        return ready;
    }

    /** Does what must be done before the session may send commands there, and then calls back. */
    void makeReady(Session by, Runnable then) {
        preparation = opened ? new Preparation(by, this, then) : new Opening(by, this, then);
        preparation.start(foreign);
    }

    /** Only brings it to the session's loop: the login that follows rids it of everything. */
    void move(Preparation work) {
        preparation = work;
        work.start(false);
    }

    Readying preparation() {
        return preparation;
    }

    /** It has been reset. */
    void wasReset() {
        serverStatus = ServerStatus.AUTOCOMMIT;
        used = false;
    }

    /** {@link #optionSet} was undone. */
    void optionRestored() {
        optionSet = false;
    }

    /** The session uses it from here on. */
    void prepared() {
        preparation = null;
        foreign = false;
        ready = true;
        lastSession = owner.id();
    }

    @Override
    public String poolUser() {
        return login.user();
    }

    @Override
    public Capabilities negotiated() {
        return login.negotiated();
    }

    @Override
    public boolean hasSchema() {
        return schema != null;
    }

    @Override
    public Executor loop() {
        return channel.eventLoop();
    }

    @Override
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public long parkedNanos() {
        return parkedNanos;
    }

    @Override
    public void discard() {
        channel.close();
    }

    // --- what plugins see -------------------------------------------------------------------------------------------

    @Override
    public int backendIndex() {
        return backend.index();
    }

    @Override
    public String address() {
        return Identity.text(channel.remoteAddress());
    }

    @Override
    public String localAddress() {
        return Identity.text(channel.localAddress());
    }

    @Override
    public String version() {
        return greeting == null ? "" : greeting.serverVersion();
    }

    @Override
    public long threadId() {
        return greeting == null ? 0 : greeting.threadId();
    }

    @Override
    public byte[] challenge() {
        return greeting == null ? new byte[0] : greeting.authData().clone();
    }

    @Override
    public Optional<String> authPlugin() {
        return login == null
                ? Optional.empty()
                : Optional.of(login.authPlugin()).filter(name -> !name.isEmpty());
    }

    @Override
    public Optional<String> user() {
        return Optional.ofNullable(login).map(ServerLogin::user);
    }

    @Override
    public Optional<String> schema() {
        return Optional.ofNullable(schema);
    }

    @Override
    public Optional<TlsView> tls() {
        return Optional.ofNullable(transport.tls());
    }

    @Override
    public boolean fresh() {
        return foreign || !used;
    }
}
