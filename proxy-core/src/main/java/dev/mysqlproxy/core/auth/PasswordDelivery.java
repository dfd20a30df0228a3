package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.auth.CachingSha2Exchange;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * Hands a password to a server as a client would: as it is on a secret hop, else encrypted with the server's RSA key, which
 * is asked for first. One thread.
 */
final class PasswordDelivery {

    /** Longest key that a server may send, in bytes. */
    private static final int LONGEST_KEY = 16 * 1024;
    /** Longest modulus, in bits: encrypting with more takes too long for an event loop. */
    private static final int LONGEST_MODULUS = 16 * 1024;

    private static final byte[] NOTHING = {};

    private final byte[] nonce;
    private final boolean inClear;
    private final byte request;

    private byte[] password;

    /**
     * Hands over a password.
     *
     * @param password without NUL; taken over
     * @param nonce what the server challenged with
     * @param inClear whether the server takes the hop for secret
     * @param request the byte by which it is asked for its key
     */
    PasswordDelivery(byte[] password, byte[] nonce, boolean inClear, int request) {
        this.password = password;
        this.nonce = nonce;
        this.inClear = inClear;
        this.request = (byte) request;
    }

    /** What goes to the server first. */
    byte[] first() {
        if (!inClear) {
            return new byte[] {request};
        }
        byte[] clear = CachingSha2Exchange.clearPassword(password);
        release();
        return clear;
    }

    /** Whether the server's key is due. */
    boolean waiting() {
        return password.length > 0;
    }

    /**
     * The server has answered with its key.
     *
     * @return the encrypted password; empty when it is too long for the key
     * @throws ProtocolViolationException when this is no key
     */
    Optional<byte[]> server(byte[] payload) {
        if (!waiting() || payload.length == 0 || payload[0] != AuthMethods.MORE_DATA) {
            throw new ProtocolViolationException("a packet of the server where its RSA key was due");
        }
        try {
            return encrypt(payload);
        } finally {
            release();
        }
    }

    private Optional<byte[]> encrypt(byte[] payload) {
        PublicKey key;
        try {
            if (payload.length > LONGEST_KEY) {
                throw new GeneralSecurityException("longer than " + LONGEST_KEY + " bytes");
            }
            key = CachingSha2Exchange.publicKey(Arrays.copyOfRange(payload, 1, payload.length));
        } catch (GeneralSecurityException e) {
            throw new ProtocolViolationException("the server sent an RSA key that is none");
        }
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() > LONGEST_MODULUS) {
            throw new ProtocolViolationException(
                    "the server sent an RSA key of more than " + LONGEST_MODULUS + " bits");
        }
        try {
            return Optional.of(CachingSha2Exchange.encryptPassword(password, nonce, key));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Wipes the password. */
    void release() {
        Arrays.fill(password, (byte) 0);
        password = NOTHING;
    }
}
