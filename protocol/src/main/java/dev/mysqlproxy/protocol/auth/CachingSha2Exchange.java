package dev.mysqlproxy.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * What follows a caching_sha2_password scramble that the server has not cached: the client sends the password itself,
 * as it is on a safe connection, else encrypted with the server's RSA key. sha256_password does the same without a
 * scramble before.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html">Caching_sha2_password</a>
 */
public final class CachingSha2Exchange {

    /** Client with sha256_password: please send the RSA key. */
    public static final int SHA256_REQUEST_PUBLIC_KEY = 1;
    /** Client: please send the RSA key. */
    public static final int REQUEST_PUBLIC_KEY = 2;
    /** Server, in AuthMoreData: the scramble was right, OK follows. */
    public static final int FAST_AUTH_SUCCESS = 3;
    /** Server, in AuthMoreData: the password itself is needed. */
    public static final int PERFORM_FULL_AUTHENTICATION = 4;

    private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String PEM_END = "-----END PUBLIC KEY-----";

    /** OAEP with SHA-1 for both hash and mask: what servers decrypt with. */
    private static final String TRANSFORMATION = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

    private CachingSha2Exchange() {}

    /** The password as it goes over TLS or a unix socket: ended by a NUL. */
    public static byte[] clearPassword(byte[] password) {
        return Arrays.copyOf(password, password.length + 1);
    }

    /**
     * The password as it goes over an open connection.
     *
     * @param nonce 20 bytes
     * @throws IllegalArgumentException when the nonce has another length
     * @throws GeneralSecurityException when the key is of no use, or too short for the password (a key of 2048 bits
     *     takes 213 bytes)
     */
    public static byte[] encryptPassword(byte[] password, byte[] nonce, PublicKey key) throws GeneralSecurityException {
        Nonce.check(nonce);
        byte[] masked = clearPassword(password);
        mask(masked, nonce);
        try {
            Cipher cipher = Cipher.getInstance(TRANSFORMATION);
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher.doFinal(masked);
        } finally {
            Arrays.fill(masked, (byte) 0);
        }
    }

    /**
     * The server's side: the password in what has been decrypted, which is wiped.
     *
     * @param decrypted what {@link #encryptPassword} has encrypted
     * @param nonce 20 bytes
     * @throws IllegalArgumentException when the nonce has another length
     * @throws GeneralSecurityException when this is no password that was encrypted for this nonce
     */
    public static byte[] unmask(byte[] decrypted, byte[] nonce) throws GeneralSecurityException {
        Nonce.check(nonce);
        mask(decrypted, nonce);
        int length = decrypted.length - 1;
        try {
            if (length < 0 || decrypted[length] != 0) {
                throw new GeneralSecurityException("the decrypted password does not end with NUL");
            }
            return Arrays.copyOf(decrypted, length);
        } finally {
            Arrays.fill(decrypted, (byte) 0);
        }
    }

    private static void mask(byte[] password, byte[] nonce) {
        for (int at = 0; at < password.length; at++) {
            password[at] ^= nonce[at % nonce.length];
        }
    }

    /**
     * The RSA key that a server sent.
     *
     * @param pem PEM of an X.509 SubjectPublicKeyInfo, as in AuthMoreData without its first byte
     * @throws GeneralSecurityException when this is no such key
     */
    public static PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(PEM_BEGIN);
        int end = text.indexOf(PEM_END);
        if (begin < 0 || end < begin + PEM_BEGIN.length()) {
            throw new GeneralSecurityException("the server's public key is not in PEM form");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(text.substring(begin + PEM_BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the server's public key is not in PEM form", e);
        }
        return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
    }
}
