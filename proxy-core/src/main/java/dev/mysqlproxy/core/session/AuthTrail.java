package dev.mysqlproxy.core.session;

import dev.mysqlproxy.protocol.message.AuthSwitchRequest;
import dev.mysqlproxy.protocol.message.Greeting;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.wire.Capabilities;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Set;

/** Remembers of a login which method the server wanted in the end, and the client's first answer to its nonce. */
final class AuthTrail {

    /** A method that no account has: naming it makes every server say which one it wants, with a nonce of its own. */
    static final String NO_SUCH_METHOD = "mysql_proxy_asks";

    /** Methods whose first answer proves that somebody knows the password. */
    private static final Set<String> PROOFS = Set.of("mysql_native_password", "caching_sha2_password");

    private static final byte[] NOTHING = {};
    private static final int NEXT_FACTOR = 2;

    private String plugin = "";
    private byte[] nonce = {};
    private byte[] answer = {};
    private boolean switched;
    private boolean furtherFactor;

    void greeted(Greeting greeting) {
        plugin = greeting.authPlugin();
        nonce = greeting.authData();
    }

    void answered(HandshakeResponse response) {
        if (!response.authPlugin().isEmpty()) {
            plugin = response.authPlugin();
        }
        keep(response.authResponse());
    }

    private void keep(byte[] said) {
        answer = PROOFS.contains(plugin) ? said.clone() : NOTHING;
    }

    void switched(AuthSwitchRequest request) {
        plugin = request.plugin();
        byte[] data = request.data();
        int length = data.length > 0 && data[data.length - 1] == 0 ? data.length - 1 : data.length;
        nonce = Arrays.copyOf(data, length);
        switched = true;
    }

    /** A packet of the server; borrowed. */
    void server(ByteBuf payload) {
        furtherFactor |= payload.getUnsignedByte(payload.readerIndex()) == NEXT_FACTOR;
    }

    /** A packet of the client after its login; kept when it proves something and is no password. */
    void client(byte[] payload) {
        if (switched) {
            switched = false;
            keep(payload);
        }
    }

    ServerLogin login(String user, Capabilities negotiated, int characterSet) {
        // what proves nothing by itself must not open the connection to the next who says the same
        boolean proof = PROOFS.contains(plugin) && !furtherFactor;
        return new ServerLogin(
                user, negotiated, characterSet, plugin, proof ? nonce : NOTHING, proof ? answer : NOTHING);
    }
}
