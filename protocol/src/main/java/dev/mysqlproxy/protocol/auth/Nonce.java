package dev.mysqlproxy.protocol.auth;

import java.security.SecureRandom;

/** The random bytes with which a server challenges a client: a salt that makes every scramble different. */
public final class Nonce {

    /** Bytes in a nonce. Greetings and auth-switch requests send one NUL more, which is not part of it. */
    public static final int LENGTH = 20;

    private static final int FIRST_PRINTABLE = '!';
    private static final int LAST_PRINTABLE = '~';

    private static final SecureRandom RANDOM = new SecureRandom();

    private Nonce() {}

    /**
     * A fresh nonce of {@link #LENGTH} bytes: printable ASCII, because clients read it up to a NUL, and without the
     * dollar sign, which servers leave out as it separates the parts of a stored caching_sha2_password hash.
     */
    public static byte[] create() {
        byte[] nonce = new byte[LENGTH];
        for (int at = 0; at < LENGTH; at++) {
            // one value fewer than there are: the last one stands in for the dollar sign
            int value = FIRST_PRINTABLE + RANDOM.nextInt(LAST_PRINTABLE - FIRST_PRINTABLE);
            nonce[at] = (byte) (value == '$' ? LAST_PRINTABLE : value);
        }
        return nonce;
    }

    static void check(byte[] nonce) {
        if (nonce.length != LENGTH) {
            throw new IllegalArgumentException("a nonce has " + LENGTH + " bytes, not " + nonce.length);
        }
    }
}
