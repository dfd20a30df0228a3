package dev.mysqlproxy.protocol.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The two authentication plugins that prove a password by a scramble: a hash of password and {@link Nonce} that never
 * shows the password. An empty password's scramble is empty with both.
 *
 * <p>Passwords are the bytes that the client would hash, UTF-8 as a rule. Nothing here keeps or changes an array it is
 * given.
 */
public enum PasswordMethod {
    /**
     * {@code SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password)))}.
     *
     * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_authentication_methods_native_password_authentication.html">Native Authentication</a>
     */
    MYSQL_NATIVE_PASSWORD("mysql_native_password", "SHA-1", 20) {
        @Override
        byte[] mask(byte[] twice, byte[] nonce) {
            return digest("SHA-1", nonce, twice);
        }
    },
    /**
     * {@code SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce)}: what decides the fast path.
     *
     * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html">Caching_sha2_password</a>
     */
    CACHING_SHA2_PASSWORD("caching_sha2_password", "SHA-256", 32) {
        @Override
        byte[] mask(byte[] twice, byte[] nonce) {
            return digest("SHA-256", twice, nonce);
        }
    };

    private static final byte[] EMPTY = {};

    private final String pluginName;
    private final String hash;
    private final int length;

    PasswordMethod(String pluginName, String hash, int length) {
        this.pluginName = pluginName;
        this.hash = hash;
        this.length = length;
    }

    /** The method with this name of an authentication plugin, as greetings and logins spell it; empty for others. */
    public static Optional<PasswordMethod> of(String pluginName) {
        for (PasswordMethod method : values()) {
            if (method.pluginName.equals(pluginName)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /** The authentication plugin's name on the wire. */
    public String pluginName() {
        return pluginName;
    }

    /** Bytes in a scramble of a password that is not empty: 20 or 32. */
    public int scrambleLength() {
        return length;
    }

    /**
     * The client's side: what to answer to a nonce.
     *
     * @param nonce 20 bytes
     * @throws IllegalArgumentException when the nonce has another length
     */
    public byte[] respond(byte[] password, byte[] nonce) {
        Nonce.check(nonce);
        return password.length == 0 ? EMPTY : scramble(password, nonce);
    }

    /**
     * The server's side: whether a client's answer proves this password. Takes the same time wherever a wrong answer of
     * the right length differs.
     *
     * @param nonce the 20 bytes that this client was challenged with
     * @param response what it sent, of any length
     * @throws IllegalArgumentException when the nonce has another length
     */
    public boolean verify(byte[] password, byte[] nonce, byte[] response) {
        return MessageDigest.isEqual(respond(password, nonce), response);
    }

    /** The hash of the hash of a password: enough to verify answers, not to give them. */
    public byte[] verifier(byte[] password) {
        byte[] once = digest(hash, password);
        byte[] twice = digest(hash, once);
        Arrays.fill(once, (byte) 0);
        return twice;
    }

    /**
     * The server's side without the password.
     *
     * @param verifier of a password that is not empty, as {@link #verifier} makes it
     * @param nonce the 20 bytes that this client was challenged with
     * @param response what it sent, of any length
     * @return the hash of the password, with which {@link #respondWithHash} answers other servers; empty when the answer
     *     is wrong
     * @throws IllegalArgumentException when the nonce has another length
     */
    public Optional<byte[]> prove(byte[] verifier, byte[] nonce, byte[] response) {
        Nonce.check(nonce);
        if (response.length != length || verifier.length != length) {
            return Optional.empty();
        }
        byte[] once = xor(response, mask(verifier, nonce));
        return MessageDigest.isEqual(digest(hash, once), verifier) ? Optional.of(once) : Optional.empty();
    }

    /**
     * The client's side when only the hash of a password is known, which is not empty.
     *
     * @param nonce 20 bytes
     * @throws IllegalArgumentException when the nonce has another length
     */
    public byte[] respondWithHash(byte[] once, byte[] nonce) {
        Nonce.check(nonce);
        return xor(once, mask(digest(hash, once), nonce));
    }

    final byte[] scramble(byte[] password, byte[] nonce) {
        byte[] once = digest(hash, password);
        byte[] twice = digest(hash, once);
        byte[] scramble = xor(once, mask(twice, nonce));
        Arrays.fill(once, (byte) 0);
        return scramble;
    }

    abstract byte[] mask(byte[] twice, byte[] nonce);

    static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] result = new byte[left.length];
        for (int at = 0; at < result.length; at++) {
            result[at] = (byte) (left[at] ^ right[at]);
        }
        return result;
    }
}
