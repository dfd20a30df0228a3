package dev.mysqlproxy.api.view;

import java.util.Optional;

/** A session's server connection. Live; only on the session's event loop, and only while the hook runs. */
public interface ServerView {

    /** Index of its backend, from 1. */
    int backendIndex();

    /** The server's address as connected: {@code ip:port}, {@code [v6]:port} or a path. */
    String address();

    /** The proxy's end of the connection, in the same forms. */
    String localAddress();

    /** The version string of the server's greeting. */
    String version();

    /** The server's id of the connection, unsigned 32 bit. */
    long threadId();

    /** The nonce of the server's greeting, 8 or 20 bytes; a copy. */
    byte[] challenge();

    /** The authentication plugin last used on it. */
    Optional<String> authPlugin();

    /** The user that is logged in on it; empty before. */
    Optional<String> user();

    /** Its default schema, as far as is known. */
    Optional<String> schema();

    /** TLS with the server; empty without. */
    Optional<TlsView> tls();

    /**
     * Whether it carries nothing of this session: newly opened, or taken from the pool and reset. False once a command of
     * this session went there.
     */
    boolean fresh();
}
