package dev.mysqlproxy.it.raw;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;

/** What passwords become on the wire. */
final class Scramble {
    static final String NATIVE = "mysql_native_password";
    static final String CACHING_SHA2 = "caching_sha2_password";
    static final String SHA256 = "sha256_password";
    static final String CLEAR = "mysql_clear_password";

    private Scramble() {}

    /** The first answer of a method to a nonce. */
    static byte[] answer(String plugin, String password, byte[] nonce) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] secret = password.getBytes(StandardCharsets.UTF_8);
        return switch (plugin) {
            case NATIVE -> {
                byte[] once = digest("SHA-1", secret);
                yield xor(once, digest("SHA-1", nonce, digest("SHA-1", once)));
            }
            case CACHING_SHA2 -> {
                byte[] once = digest("SHA-256", secret);
                yield xor(once, digest("SHA-256", digest("SHA-256", once), nonce));
            }
            // asks for the server's key
            case SHA256 -> new byte[] {1};
            case CLEAR -> new Bytes().textZero(password).get();
            default -> throw new AssertionError("method unknown to the test: " + plugin);
        };
    }

    /** The password for the eyes of whoever has the private key. */
    static byte[] encrypted(String password, byte[] nonce, byte[] pem) {
        String text = new String(pem, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----|\\s", "");
        try {
            PublicKey key = KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key);
            return cipher.doFinal(xor(new Bytes().textZero(password).get(), nonce));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("the server's key is no key: " + text, e);
        }
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] xor(byte[] bytes, byte[] with) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) (bytes[i] ^ with[i % with.length]);
        }
        return result;
    }
}
