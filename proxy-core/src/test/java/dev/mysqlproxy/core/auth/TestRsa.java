package dev.mysqlproxy.core.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import javax.crypto.Cipher;

/** An RSA key as a server or the proxy has one. */
final class TestRsa implements RsaDecryptor {

    static final TestRsa PROXY = new TestRsa();
    static final TestRsa SERVER = new TestRsa();

    private static final String TRANSFORMATION = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

    private final KeyPair pair;

    private TestRsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    PublicKey publicKey() {
        return pair.getPublic();
    }

    @Override
    public byte[] publicPem() {
        return ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .getBytes(US_ASCII);
    }

    @Override
    public byte[] decrypt(byte[] cipher) throws GeneralSecurityException {
        Cipher rsa = Cipher.getInstance(TRANSFORMATION);
        rsa.init(Cipher.DECRYPT_MODE, pair.getPrivate());
        return rsa.doFinal(cipher);
    }
}
