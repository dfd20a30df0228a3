package dev.mysqlproxy.core.session;

import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.view.ServerView;
import dev.mysqlproxy.api.view.SessionKey;
import dev.mysqlproxy.api.view.SessionView;
import dev.mysqlproxy.api.view.TlsView;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.channel.Channel;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of a session: its number, where it came in, who its client is, what it does now, which server it uses, and
 * what plugins have put on it. Any thread, but for what plugins put; changed on the session's event loop.
 */
abstract class SessionFacts implements SessionView {

    /** Tells this process's sessions from those of all others. */
    private static final String PROCESS = UUID.randomUUID().toString();

    private final long id;
    private final Entrance entrance;
    private final Identity identity;
    private volatile Phase phase;
    private volatile BackendLink link;
    private IdentityHashMap<SessionKey<?>, Object> state;

    SessionFacts(long id, Entrance entrance, Channel client) {
        this.id = id;
        this.entrance = entrance;
        this.identity = new Identity(client);
    }

    @Override
    public final long id() {
        return id;
    }

    /** Names the session among those of all processes, at all times. */
    final String uniqueId() {
        return PROCESS + "-" + id;
    }

    final Entrance entrance() {
        return entrance;
    }

    final Listener configuration() {
        return entrance.listener();
    }

    /** Whether the proxy itself answers this client. */
    final boolean local() {
        return configuration() instanceof Listener.Local;
    }

    final Identity identity() {
        return identity;
    }

    // --- its client -------------------------------------------------------------------------------------------------

    @Override
    public final String listener() {
        return configuration().name();
    }

    @Override
    public final String clientAddress() {
        return identity.clientAddress();
    }

    @Override
    public final String localAddress() {
        return identity.localAddress();
    }

    @Override
    public final Optional<String> user() {
        return identity.user();
    }

    @Override
    public final Optional<String> schema() {
        return identity.schema();
    }

    @Override
    public final Map<String, String> connectionAttributes() {
        return identity.attributes();
    }

    @Override
    public final Optional<String> authPlugin() {
        return identity.authPlugin();
    }

    @Override
    public final Optional<TlsView> tls() {
        return identity.tls();
    }

    @Override
    public final long threadId() {
        return identity.threadId();
    }

    @Override
    public final String serverVersion() {
        return identity.serverVersion();
    }

    // --- what it does -----------------------------------------------------------------------------------------------

    final Phase phase() {
        return phase;
    }

    /** It is in this phase from now on. */
    final void enter(Phase next) {
        phase = next;
    }

    /** Whether the client has logged in. */
    final boolean loggedIn() {
        return phase instanceof CommandPhase || phase instanceof LocalCommands;
    }

    final boolean closed() {
        return phase instanceof Closed;
    }

    /** The protocol agreed on with the client. */
    final Capabilities negotiated() {
        return phase.negotiated();
    }

    /** Whether the server is the one who should say something. */
    final boolean waitsForBackend() {
        return phase instanceof CommandPhase commands && commands.waitsForBackend();
    }

    @Override
    public final int serverStatus() {
        return phase.serverStatus();
    }

    /** A word for what it does now. */
    public final String stateWord() {
        return phase.word();
    }

    /** First byte of the command that runs or ran last; -1 before the first. */
    public final int lastCommand() {
        return phase instanceof CommandPhase commands ? commands.lastCommand() : -1;
    }

    /** The beginning of the statement that runs or ran last, without passwords; empty unless somebody wants to see it. */
    public final String statement() {
        return phase instanceof CommandPhase commands ? commands.statement() : "";
    }

    // --- its server -------------------------------------------------------------------------------------------------

    /** The server connection that it has; null for none. */
    final BackendLink link() {
        return link;
    }

    /** It has this server connection from now on; null for none. */
    final void use(BackendLink next) {
        link = next;
    }

    @Override
    public final Optional<ServerView> server() {
        return Optional.ofNullable(link);
    }

    @Override
    public final Optional<String> backend() {
        BackendLink to = link;
        return to == null ? Optional.empty() : to.backend().name();
    }

    /** Why it keeps its server connection: a word of the manual, empty when nothing is known to hinder it. */
    public final String pinned() {
        return phase instanceof CommandPhase commands ? commands.pinned() : "";
    }

    // --- what plugins put there -------------------------------------------------------------------------------------

    @Override
    @SuppressWarnings("unchecked")
    public final <T> T get(SessionKey<T> key) {
        return state == null ? null : (T) state.get(key);
    }

    @Override
    public final <T> void put(SessionKey<T> key, T value) {
        if (state == null) {
            state = new IdentityHashMap<>();
        }
        if (value == null) {
            state.remove(key);
        } else {
            state.put(key, value);
        }
    }

    /** Drops what a plugin with these classes has put there. */
    final void drop(ClassLoader loader) {
        if (state != null) {
            state.keySet().removeIf(key -> key.isOf(loader));
        }
    }
}
