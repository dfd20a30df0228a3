package dev.mysqlproxy.protocol.auth;

import static dev.mysqlproxy.protocol.auth.PasswordMethod.CACHING_SHA2_PASSWORD;
import static dev.mysqlproxy.protocol.auth.PasswordMethod.MYSQL_NATIVE_PASSWORD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The scrambles in the table were computed with Python's hashlib. */
class PasswordMethodTest {

    private static final byte[] NONCE = "abcdefghijklmnopqrst".getBytes(UTF_8);

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
        MYSQL_NATIVE_PASSWORD, secret,   abcdefghijklmnopqrst, 8817c50fa779daef010ee7577825b0847df9842e
        MYSQL_NATIVE_PASSWORD, pässwörd, `!"#%&'()*+,-./012345`, 8e67a6ca3346f75e1d4bd4c293fe6f3f77769d27
        CACHING_SHA2_PASSWORD, secret,   abcdefghijklmnopqrst, \
        c76e2898612a4cf042c77fa8c4702c4c64c0c2c557c53c4d75595aaa6abae809
        CACHING_SHA2_PASSWORD, pässwörd, `!"#%&'()*+,-./012345`, \
        a0cf0d44c9421561ef3ba278bd0fc76791e8d359f6e89c2656adcf8ac5b3108c
        """)
    void knownScramblesAreMadeAndAccepted(PasswordMethod method, String password, String nonce, String scramble) {
        byte[] expected = HexFormat.of().parseHex(scramble);

        assertThat(method.respond(password.getBytes(UTF_8), nonce.getBytes(UTF_8)))
                .isEqualTo(expected);
        assertThat(method.verify(password.getBytes(UTF_8), nonce.getBytes(UTF_8), expected))
                .isTrue();
        assertThat(method.scrambleLength()).isEqualTo(expected.length);
    }

    @ParameterizedTest
    @EnumSource
    void everyWrongBitIsRefused(PasswordMethod method) {
        byte[] password = "secret".getBytes(UTF_8);
        byte[] response = method.respond(password, NONCE);
        for (int bit = 0; bit < response.length * 8; bit++) {
            byte[] wrong = response.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(method.verify(password, NONCE, wrong)).as("bit %d", bit).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherNonceOrLengthIsRefused(PasswordMethod method) {
        byte[] password = "secret".getBytes(UTF_8);
        byte[] response = method.respond(password, NONCE);
        byte[] longer = Arrays.copyOf(response, response.length + 1);
        byte[] shorter = Arrays.copyOf(response, response.length - 1);

        assertThat(method.verify(password, "abcdefghijklmnopqrsu".getBytes(UTF_8), response))
                .isFalse();
        assertThat(method.verify(password, NONCE, longer)).isFalse();
        assertThat(method.verify(password, NONCE, shorter)).isFalse();
        assertThat(method.verify(password, NONCE, new byte[0])).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void emptyPasswordHasAnEmptyScramble(PasswordMethod method) {
        byte[] empty = {};

        assertThat(method.respond(empty, NONCE)).isEmpty();
        assertThat(method.verify(empty, NONCE, empty)).isTrue();
        assertThat(method.verify(empty, NONCE, new byte[method.scrambleLength()]))
                .isFalse();
        assertThat(method.verify(empty, NONCE, method.scramble(empty, NONCE))).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void argumentsAreLeftAlone(PasswordMethod method) {
        byte[] password = "secret".getBytes(UTF_8);
        byte[] nonce = NONCE.clone();
        method.verify(password, nonce, method.respond(password, nonce));

        assertThat(password).isEqualTo("secret".getBytes(UTF_8));
        assertThat(nonce).isEqualTo(NONCE);
    }

    @ParameterizedTest
    @EnumSource
    void nonceWithItsNulIsRefused(PasswordMethod method) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> method.respond("secret".getBytes(UTF_8), new byte[21]))
                .withMessageContaining("20");
    }

    @Test
    void methodsAreFoundByTheirPluginName() {
        assertThat(PasswordMethod.of("mysql_native_password")).contains(MYSQL_NATIVE_PASSWORD);
        assertThat(PasswordMethod.of("caching_sha2_password")).contains(CACHING_SHA2_PASSWORD);
        assertThat(PasswordMethod.of("client_ed25519")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void verifierProvesAnswersAndGivesTheHashThatAnswers(PasswordMethod method) {
        byte[] password = "secret".getBytes(UTF_8);
        byte[] verifier = method.verifier(password);
        byte[] response = method.respond(password, NONCE);
        byte[] hash = method.prove(verifier, NONCE, response).orElseThrow();
        byte[] other = "tsrqponmlkjihgfedcba".getBytes(UTF_8);

        assertThat(method.respondWithHash(hash, other)).isEqualTo(method.respond(password, other));
        assertThat(method.prove(verifier, other, response)).isEmpty();
        assertThat(method.prove(method.verifier("other".getBytes(UTF_8)), NONCE, response))
                .isEmpty();
        for (int length = 0; length < 64; length++) {
            if (length != response.length) {
                assertThat(method.prove(verifier, NONCE, new byte[length])).isEmpty();
            }
        }
    }

    @Test
    void verifierOfNativePasswordsIsWhatServersStore() {
        // computed with Python's hashlib
        assertThat(MYSQL_NATIVE_PASSWORD.verifier("s3cret".getBytes(UTF_8)))
                .isEqualTo(HexFormat.of().parseHex("b865cae8f340f6ce1485a06f4492bb49718df1ec"));
    }
}
