package dev.mysqlproxy.core.auth;

import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How a server shows that the certificate is its own to a client that knows no authority for it: who stands between them
 * does not know the account's password hash. Clients of MariaDB from 11.4 on want it, or another reason to believe.
 *
 * @see <a href="https://mariadb.com/kb/en/connection/">Zero-Configuration SSL Encryption</a>
 */
final class CertificateProof {

    /** SHA-256, in hexadecimal. */
    private static final char SHA256 = 1;

    private CertificateProof() {}

    /**
     * The OK with the proof in it, in place of what the server would say with it.
     *
     * @param verifier of the account's password, for mysql_native_password
     * @param nonce what the client was challenged with
     * @param certificateHash SHA-256 of the certificate
     */
    static OkPacket in(OkPacket ok, byte[] verifier, byte[] nonce, byte[] certificateHash) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(verifier);
            digest.update(nonce);
            digest.update(certificateHash);
            String proof = SHA256 + HexFormat.of().withUpperCase().formatHex(digest.digest());
            return new OkPacket(
                    ok.affectedRows(),
                    ok.lastInsertId(),
                    // what has changed follows in the server's own packet only
                    ok.status() & ~ServerStatus.SESSION_STATE_CHANGED,
                    ok.warnings(),
                    proof);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
