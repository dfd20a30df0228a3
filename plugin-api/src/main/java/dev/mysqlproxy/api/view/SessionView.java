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
}
