package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.PasswordMethod;
import dev.mysqlproxy.protocol.auth.ShaCrypt;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** What a users file says about a password: the password, or a hash of it. Any thread. */
sealed interface Secret {

    /** Whether this is the password, which is not empty. Milliseconds when it is {@link Crypt}. */
    boolean is(byte[] password);

    /** Whether an answer proves it, as far as this can be told. */
    Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response);

    /** One that nobody knows. */
    static Secret decoy() {
        byte[] password = new byte[32];
        new SecureRandom().nextBytes(password);
        return new Clear(password);
    }

    /** Reads a hash as {@code mysql.user} has it; empty when it is none. */
    static Optional<Secret> hash(String text) {
        if (text.matches("\\*[0-9A-Fa-f]{40}")) {
            return Optional.of(new NativeHash(HexFormat.of().parseHex(text.substring(1))));
        }
        return ShaCrypt.parse(text).map(Crypt::new);
    }

    /** A password; the array is this object's own. */
    record Clear(byte[] password) implements Secret {
        @Override
        public boolean is(byte[] given) {
            return MessageDigest.isEqual(password, given);
        }

        @Override
        public Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response) {
            return method.verify(password, nonce, response)
                    ? Optional.of(Credential.ofPassword(password))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return "Clear";
        }
    }

    /** mysql_native_password's hash. */
    record NativeHash(byte[] verifier) implements Secret {
        @Override
        public boolean is(byte[] given) {
            return MessageDigest.isEqual(verifier, PasswordMethod.MYSQL_NATIVE_PASSWORD.verifier(given));
        }

        @Override
        public Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response) {
            if (method != PasswordMethod.MYSQL_NATIVE_PASSWORD) {
                return Optional.empty();
            }
            return method.prove(verifier, nonce, response).map(hash -> {
                Credential credential = Credential.ofNativeHash(hash);
                Arrays.fill(hash, (byte) 0);
                return credential;
            });
        }

        @Override
        public String toString() {
            return "NativeHash";
        }
    }

    /** The hash of caching_sha2_password or sha256_password. */
    record Crypt(ShaCrypt hash) implements Secret {
        @Override
        public boolean is(byte[] given) {
            return hash.matches(given);
        }

        @Override
        public Optional<Credential> prove(PasswordMethod method, byte[] nonce, byte[] response) {
            return Optional.empty();
        }
    }
}
