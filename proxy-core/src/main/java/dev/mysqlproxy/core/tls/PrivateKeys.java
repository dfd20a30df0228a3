package dev.mysqlproxy.core.tls;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Private keys out of PEM blocks, and whether they belong to a certificate. */
final class PrivateKeys {

    private static final String RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    private static final String EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    /** The tag of the parameters in an ECPrivateKey (RFC 5915), which name its curve. */
    private static final int EC_PARAMETERS = 0xa0;

    private PrivateKeys() {}

    /**
     * Decodes a block.
     *
     * @param type of the block: {@code PRIVATE KEY}, {@code RSA PRIVATE KEY} or {@code EC PRIVATE KEY}
     * @param algorithm the JDK's name for the algorithm that the key is needed for
     */
    static PrivateKey decode(String type, byte[] content, String algorithm, Path path) throws TlsException {
        byte[] pkcs8 = switch (type) {
            case "PRIVATE KEY" -> content;
            case "RSA PRIVATE KEY" -> wrap(Der.sequence(Der.oid(RSA_ENCRYPTION), Der.nothing()), content);
            case "EC PRIVATE KEY" -> wrap(Der.sequence(Der.oid(EC_PUBLIC_KEY), curve(content, path)), content);
            default ->
                throw new TlsException("the key in " + path + " is a " + type
                        + ", but has to be a PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
        };
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new TlsException(
                    "the private key in " + path + " is broken, or not the " + algorithm + " key that is needed", e);
        }
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.octetString(key));
    }

    /**
     * The value of the element [0] of an ECPrivateKey: SEQUENCE, INTEGER 1, OCTET STRING, [0] curve, [1] public key.
     */
    private static byte[] curve(byte[] key, Path path) throws TlsException {
        int at = 2;
        if (key.length > 2 && (key[1] & 0x80) != 0) {
            at += key[1] & 0x7f;
        }
        // the elements before it and their lengths are short: the longest curve has keys of 66 bytes
        while (at >= 0 && at + 2 <= key.length && key[at + 1] >= 0) {
            int end = at + 2 + key[at + 1];
            if ((key[at] & 0xff) == EC_PARAMETERS && end <= key.length) {
                return Arrays.copyOfRange(key, at + 2, end);
            }
            at = end;
        }
        throw new TlsException("the EC PRIVATE KEY in " + path
                + " does not name its curve; convert it with: openssl pkcs8 -topk8 -nocrypt");
    }

    /** Whether what one signs the other verifies. */
    static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = {1, 2, 3, 4};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
