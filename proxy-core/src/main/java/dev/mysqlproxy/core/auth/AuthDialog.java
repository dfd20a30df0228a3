package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.message.OkPacket;

/**
 * What client and server of one login tell each other about who the client is. Order of calls: {@link #challenge}, {@link
 * #answer}, then {@link #client} and {@link #server} as packets come, {@link #accepted} when the server says OK; {@link
 * #release} at the end, however it came. Errors of the server are passed on by the login itself. On the session's event
 * loop.
 */
public interface AuthDialog {

    /**
     * A challenge.
     *
     * @param plugin the method it is for
     * @param nonce without the NUL that ends it on the wire; 20 bytes as a rule
     */
    record Challenge(String plugin, byte[] nonce) {}

    /** The server's greeting has come: what the client is to be greeted with. */
    Challenge challenge(Challenge server);

    /** The default schema that the client's login (or COM_CHANGE_USER) names, before {@link #answer}; left out if none. */
    default void schema(String database) {}

    /**
     * The client's login (or COM_CHANGE_USER) has come.
     *
     * @param user its account name
     * @param plugin the method that the answer is for; empty when it named none
     * @param response its answer to the challenge
     */
    void answer(String user, String plugin, byte[] response);

    /** A further packet of the client. */
    void client(byte[] payload);

    /** A packet of the server that is neither OK nor ERR: an auth switch, more data, the next factor. */
    void server(byte[] payload);

    /**
     * The server said OK.
     *
     * @return what a new client is told afterwards: that, or one of the proxy's own
     */
    OkPacket accepted(OkPacket ok);

    /** Wipes what it knows. */
    void release();
}
