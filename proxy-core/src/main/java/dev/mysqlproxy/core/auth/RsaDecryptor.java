package dev.mysqlproxy.core.auth;

import java.security.GeneralSecurityException;

/** The proxy's RSA key, for clients that send a password over an open connection. Any thread; takes about a millisecond. */
public interface RsaDecryptor {

    /** The public key, PEM of an X.509 SubjectPublicKeyInfo; the caller's own copy. */
    byte[] publicPem();

    /**
     * What somebody has encrypted with the public key, OAEP with SHA-1. The array that comes back belongs to the caller.
     *
     * @throws GeneralSecurityException when it was encrypted with another key, or not at all; never names a password
     */
    byte[] decrypt(byte[] cipher) throws GeneralSecurityException;
}
