package dev.mysqlproxy.protocol.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import javax.crypto.Cipher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachingSha2ExchangeTest {

    private static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(UTF_8);

    /** Made with openssl genrsa 2048; its private half was thrown away. */
    private static final String PEM = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAp2yVeh8czIsbluCING2g
        LCgtWvsYBksMhv+PKVQK7QFHsEj9GpAx1rWKHaLVFPKXroXzEETMDCYiHboO16YG
        rn+UhowXSZSp9q4ZQ0hokmBQ6Atcg1BhR9h/qF9E3iIBk3fOi1c5hjf9EPYNCK8n
        psNfPjM+e1OH8cwXtWgkhYvX5jdyJykW98FM4moCWqP4GG1++Vd4qxhuBJLv3Jp2
        db5WlINzQqdqkPuGhaLNQEyCJP/Xuf8LnCakY1rVAywuU55OD3OH1BxP7TYHUmfn
        irhHi1TzlO6R/ymQUrieIh9YX809d38YASPnOovD2CG0SReGLS2ZiAS0on0a/p+8
        UQIDAQAB
        -----END PUBLIC KEY-----
        """;

    private static KeyPair keys;

    @BeforeAll
    static void makeKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "a password that is longer than the nonce is, pässwörd"})
    void serverFindsThePassword(String password) throws GeneralSecurityException {
        byte[] sent = CachingSha2Exchange.encryptPassword(password.getBytes(UTF_8), NONCE, keys.getPublic());

        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
        cipher.init(Cipher.DECRYPT_MODE, keys.getPrivate());
        byte[] found = cipher.doFinal(sent);
        for (int at = 0; at < found.length; at++) {
            found[at] ^= NONCE[at % 20];
        }
        assertThat(sent).hasSize(256);
        assertThat(new String(found, UTF_8)).isEqualTo(password + "\0");
    }

    @Test
    void sameCallGivesAnotherCiphertext() throws GeneralSecurityException {
        byte[] password = "secret".getBytes(UTF_8);

        assertThat(CachingSha2Exchange.encryptPassword(password, NONCE, keys.getPublic()))
                .isNotEqualTo(CachingSha2Exchange.encryptPassword(password, NONCE, keys.getPublic()));
        assertThat(password).isEqualTo("secret".getBytes(UTF_8));
    }

    @Test
    void passwordTooLongForTheKeyIsRefused() throws GeneralSecurityException {
        assertThat(CachingSha2Exchange.encryptPassword(new byte[213], NONCE, keys.getPublic()))
                .hasSize(256);
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> CachingSha2Exchange.encryptPassword(new byte[214], NONCE, keys.getPublic()));
    }

    @Test
    void nonceWithItsNulIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CachingSha2Exchange.encryptPassword(new byte[1], new byte[21], keys.getPublic()));
    }

    @Test
    void keyOfAServerIsRead() throws GeneralSecurityException {
        RSAPublicKey key = (RSAPublicKey) CachingSha2Exchange.publicKey(PEM.getBytes(UTF_8));

        assertThat(key.getModulus().toString(16)).startsWith("a76c957a1f1ccc8b1b96e088346da02c");
        assertThat(key.getModulus().bitLength()).isEqualTo(2048);
        assertThat(key.getPublicExponent().intValueExact()).isEqualTo(65537);
    }

    @Test
    void ownKeyInPemFormIsReadBack() throws GeneralSecurityException {
        String body = Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded());
        String pem = "-----BEGIN PUBLIC KEY-----\r\n" + body + "\r\n-----END PUBLIC KEY-----";

        assertThat(CachingSha2Exchange.publicKey(pem.getBytes(UTF_8))).isEqualTo(keys.getPublic());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no key",
                "-----BEGIN PUBLIC KEY-----",
                "-----END PUBLIC KEY----------BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----A-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----"
            })
    void whatIsNoKeyIsRefused(String pem) {
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> CachingSha2Exchange.publicKey(pem.getBytes(UTF_8)));
    }

    @Test
    void passwordOnASafeConnectionEndsWithNul() {
        assertThat(CachingSha2Exchange.clearPassword("abc".getBytes(UTF_8))).containsExactly('a', 'b', 'c', 0);
    }

    @Test
    void whatWasEncryptedIsUnmasked() throws GeneralSecurityException {
        byte[] nonce = "abcdefghijklmnopqrst".getBytes(UTF_8);
        // as it is before RSA: the password and its NUL, masked
        byte[] masked = CachingSha2Exchange.clearPassword("a password longer than the nonce".getBytes(UTF_8));
        for (int at = 0; at < masked.length; at++) {
            masked[at] ^= nonce[at % 20];
        }
        byte[] copy = masked.clone();

        assertThat(CachingSha2Exchange.unmask(masked, nonce))
                .asString(UTF_8)
                .isEqualTo("a password longer than the nonce");
        assertThat(masked).containsOnly(0);
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> CachingSha2Exchange.unmask(copy, "tsrqponmlkjihgfedcba".getBytes(UTF_8)));
        assertThatExceptionOfType(GeneralSecurityException.class)
                .isThrownBy(() -> CachingSha2Exchange.unmask(new byte[0], nonce));
    }
}
