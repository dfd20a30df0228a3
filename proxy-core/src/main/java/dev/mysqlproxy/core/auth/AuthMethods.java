package dev.mysqlproxy.core.auth;

import java.util.Set;

/** Names and bytes of the authentication methods that are more to the proxy than bytes to pass on. */
final class AuthMethods {

    static final String NATIVE = "mysql_native_password";
    static final String CACHING_SHA2 = "caching_sha2_password";
    static final String SHA256 = "sha256_password";
    static final String CLEAR = "mysql_clear_password";
    static final String OLD = "mysql_old_password";

    /** What MariaDB's clients name that do not have the method of the greeting. */
    static final String FALLBACK = "dummy_fallback_auth";

    /** A method that no account has: naming it makes every server say which one it wants, with a nonce of its own. */
    static final String NO_SUCH_METHOD = "mysql_proxy_asks";

    /** First byte of AuthMoreData. */
    static final int MORE_DATA = 1;
    /** First byte of AuthNextFactor. */
    static final int NEXT_FACTOR = 2;

    /** Longest password that is taken, in bytes; servers take 256 characters at most. */
    static final int LONGEST_PASSWORD = 1024;

    /** Those whose packets are known one by one. */
    private static final Set<String> KNOWN = Set.of(NATIVE, CACHING_SHA2, SHA256, CLEAR);

    private AuthMethods() {}

    static boolean known(String plugin) {
        return KNOWN.contains(plugin);
    }

    /** Whether this is AuthMoreData with this one byte. */
    static boolean moreData(byte[] payload, int what) {
        return payload.length == 2 && payload[0] == MORE_DATA && payload[1] == what;
    }

    /** AuthMoreData with these bytes. */
    static byte[] moreData(byte[] data) {
        byte[] payload = new byte[data.length + 1];
        payload[0] = MORE_DATA;
        System.arraycopy(data, 0, payload, 1, data.length);
        return payload;
    }

    /** A login without a password: nothing, or the NUL at the end of nothing. */
    static boolean saysEmpty(byte[] response) {
        return response.length == 0 || response.length == 1 && response[0] == 0;
    }
}
