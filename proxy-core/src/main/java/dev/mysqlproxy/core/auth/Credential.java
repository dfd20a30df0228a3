package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What proves an account at a server: its password, or only the hash with which mysql_native_password answers. Shows
 * neither. Whoever holds one wipes it; one thread at a time.
 */
public final class Credential {

    private static final byte[] NONE = {};

    private final byte[] password;
    private final byte[] nativeHash;

    private Credential(byte[] password, byte[] nativeHash) {
        this.password = password;
        this.nativeHash = nativeHash;
    }

    /** A password in UTF-8, which may be empty; copied. */
    public static Credential ofPassword(byte[] password) {
        return new Credential(password.clone(), null);
    }

    /** SHA-1 of a password that is not empty; copied. */
    public static Credential ofNativeHash(byte[] hash) {
        return new Credential(null, hash.clone());
    }

    /** One with arrays of its own. */
    public Credential copy() {
        return new Credential(
                password == null ? null : password.clone(), nativeHash == null ? null : nativeHash.clone());
    }

    /** The password itself, in an array that belongs to the caller; empty when only the hash is known. */
    Optional<byte[]> password() {
        return Optional.ofNullable(password).map(byte[]::clone);
    }

    /** The answer to a nonce of 20 bytes; empty when the password would be needed and is not known. */
    Optional<byte[]> respond(PasswordMethod method, byte[] nonce) {
        if (password != null) {
            return Optional.of(method.respond(password, nonce));
        }
        return method == PasswordMethod.MYSQL_NATIVE_PASSWORD
                ? Optional.of(method.respondWithHash(nativeHash, nonce))
                : Optional.empty();
    }

    /** What mysql_native_password's hash in {@code mysql.user} stands for; of a password that is not empty. */
    byte[] nativeVerifier() {
        if (password != null) {
            return PasswordMethod.MYSQL_NATIVE_PASSWORD.verifier(password);
        }
        try {
            return MessageDigest.getInstance("SHA-1").digest(nativeHash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    boolean same(Credential other) {
        return MessageDigest.isEqual(password, other.password) && MessageDigest.isEqual(nativeHash, other.nativeHash);
    }

    /** It proves nothing any more. */
    public void wipe() {
        Arrays.fill(password == null ? NONE : password, (byte) 0);
        Arrays.fill(nativeHash == null ? NONE : nativeHash, (byte) 0);
    }

    @Override
    public String toString() {
        return "Credential";
    }
}
