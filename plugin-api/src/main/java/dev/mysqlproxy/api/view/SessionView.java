package dev.mysqlproxy.api.view;

import java.util.Map;
import java.util.Optional;

/**
 * A client's session. Hooks receive the live one on its own event loop; {@link SessionKey} state hangs on it. What
 * describes the login is empty until the login has got that far.
 */
public interface SessionView {

    /** The session's number in this process, from 1. */
    long id();

    /** Name of the listener that accepted it, for example {@code proxy}. */
    String listener();

    /** The client's address: {@code ip:port}, {@code [v6]:port}, or the path of the unix socket it came through. */
    String clientAddress();

    /** The address that the client connected to, in the same forms. */
    String localAddress();

    /** The user name the client gave; empty before. */
    Optional<String> user();

    /** The default schema as the client chose it, by login, COM_INIT_DB, USE or COM_CHANGE_USER, as far as is known. */
    Optional<String> schema();

    /** The client's connection attributes ({@code program_name}, {@code _client_version}, ...), empty before login. */
    Map<String, String> connectionAttributes();

    /** The authentication plugin last agreed on. */
    Optional<String> authPlugin();

    /** TLS with the client; empty without, and before it is agreed on. */
    Optional<TlsView> tls();

    /** Address of the backend this session uses now. */
    Optional<String> backend();

    /** The thread id (connection id) that the server gave, 0 before its greeting. */
    long threadId();

    /** The server's version string as the client sees it, empty before the greeting. */
    String serverVersion();

    /** Status flags (SERVER_STATUS_*) of the last reply that carried any, 0 before. */
    int serverStatus();

    /** State of a plugin on this session; null when nothing was put. Only on the session's event loop. */
    <T> T get(SessionKey<T> key);

    /** Puts state of a plugin on this session; null removes it. Only on the session's event loop. */
    <T> void put(SessionKey<T> key, T value);

    /** The server connection this session uses now; empty before it has one and while it has given it to the pool. */
    Optional<ServerView> server();

    /**
     * Gives the session's server connection to its backend's pool: MySQL Proxy's {@code backend_ndx = 0}. Allowed in
     * hooks while no command is on its way to that server: in query, query result and disconnect, and in auth result once
     * the server has said OK. The session's next command needs a server again: see {@link #take}. Only on the session's
     * event loop.
     *
     * @return false when there is none, or when the server still has something to say
     */
    boolean park();

    /**
     * Takes an idle server connection of a backend from its pool, in place of the one the session has, which is parked:
     * MySQL Proxy's {@code backend_ndx = n}. Before the login any will do (see {@link
     * dev.mysqlproxy.api.decision.ConnectDecision#useTaken}), afterwards one of the same user that speaks exactly the
     * client's protocol; one that this session has used before is preferred and comes as it was left, any other is reset
     * before it is used. Only in hooks, as {@link #park}.
     *
     * @return false when there is none, or when nobody has checked who the client is: a login that no server saw and no
     *     hook answered by an OK of its own; the session then keeps what it has
     */
    boolean take(int backendIndex);

    /**
     * How many idle connections of this backend {@link #take} could choose from. Before the login: those of the first user
     * that has more than the pool's minimum.
     */
    int idle(int backendIndex);

    /** Ends the session once the answer to the command at hand is written. Only in hooks. */
    void closeAfterAnswer(boolean close);
}
