package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;

/**
 * Who logged in on a server connection, and how.
 *
 * @param user account name as the client gave it
 * @param negotiated the protocol that client and server speak since
 * @param characterSet the collation's number in the login, 0 to 255
 * @param authPlugin the method that the server wanted in the end
 * @param nonce what the last answer was for
 * @param authResponse the client's answer to it
 */
record ServerLogin(
        String user, Capabilities negotiated, int characterSet, String authPlugin, byte[] nonce, byte[] authResponse) {

    private static final char UNREADABLE = '\ufffd';

    /** A login that only a plugin has looked at. */
    static ServerLogin vouched(HandshakeResponse response, Capabilities negotiated) {
        return new ServerLogin(response.user(), negotiated, response.characterSet(), "", new byte[0], new byte[0]);
    }

    /** Another account than the client's own, as which the proxy has logged in for it. */
    static ServerLogin mapped(String account, Capabilities negotiated, int characterSet) {
        return new ServerLogin(account, negotiated, characterSet, "", new byte[0], new byte[0]);
    }

    /**
     * Whether its name says for sure who that is. The bytes of a name are in the login's character set: others in other
     * character sets, or broken ones, may read the same.
     */
    boolean poolable() {
        return user.chars().allMatch(letter -> letter < 0x80)
                || Collations.isUtf8(characterSet) && user.indexOf(UNREADABLE) < 0;
    }

    @Override
    public String toString() {
        // never the answer: it is as good as a password to somebody who saw the nonce
        return user;
    }
}
