package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.message.ErrPacket;
import java.util.Optional;

/**
 * The two ends of a login, as an {@link AuthDialog} sees them. Packets are payloads, without headers and sequence ids; an
 * array that is handed over belongs to the receiver, which wipes it when it held a password. On the session's event loop.
 */
public interface AuthEnds {

    /** Whether nobody else hears what the client says: TLS or a unix socket. */
    boolean clientSecret();

    /** The same of the server. */
    boolean serverSecret();

    /** Whether the client's hop is TLS; sha256_password takes a unix socket for an open connection. */
    boolean clientTls();

    /** The same of the server. */
    boolean serverTls();

    /** SHA-256 of the certificate that the client was shown; empty without TLS. */
    default Optional<byte[]> certificateHash() {
        return Optional.empty();
    }

    /** Sends a packet of authentication to the client. */
    void toClient(byte[] payload);

    /** Sends a packet of authentication to the server. */
    void toServer(byte[] payload);

    /**
     * Logs in at the server: sends it the client's login (or COM_CHANGE_USER) with these parts instead. Once in a dialog.
     *
     * @param login who, and the answer to the server's challenge
     */
    void logIn(Login login);

    /** Ends the login with this error for the client and words for the log. */
    void refuse(ErrPacket error, String why);

    /**
     * Tells somebody whether a password was right: at once, or after the pause that wrong ones have earned. Nothing else
     * may happen in the dialog meanwhile.
     *
     * @param right whether it was
     * @param answer what to do then, as with {@link #later}
     */
    default void decided(boolean right, Runnable answer) {
        answer.run();
    }

    /**
     * Runs this later on the session's event loop as if a packet had come: what it throws ends the session, what it sends
     * is flushed, and it is left out when the login is over. Any thread.
     */
    void later(Runnable task);

    /**
     * What is sent to a server.
     *
     * @param user account name; null for the client's own, byte for byte
     * @param database default schema; null for the client's own
     * @param plugin method of the answer
     * @param response answer to the server's challenge, or the password itself
     */
    record Login(String user, String database, String plugin, byte[] response) {}
}
