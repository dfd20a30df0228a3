package dev.mysqlproxy.core.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Makes X.509 certificates (RFC 5280) that are signed by ECDSA with SHA-256. */
final class CertificateMaker {

    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final int SERIAL_BITS = 127;

    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    /**
     * What a certificate says.
     *
     * @param names DNS names it is for
     * @param addresses IP addresses it is for, of 4 or 16 bytes
     * @param authority whether it may sign others
     */
    record Content(
            X500Principal subject,
            Instant notBefore,
            Instant notAfter,
            List<String> names,
            List<byte[]> addresses,
            boolean authority) {}

    private CertificateMaker() {}

    /**
     * Makes a certificate.
     *
     * @param key the subject's
     * @param issuer who signs; the subject itself when self-signed
     * @param issuerKey a pair of EC keys
     * @return in DER
     */
    static byte[] make(Content content, PublicKey key, X500Principal issuer, KeyPair issuerKey)
            throws GeneralSecurityException {
        byte[] algorithm = Der.sequence(Der.oid(ECDSA_WITH_SHA256));
        // never zero, never negative
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
        byte[] certificate = Der.sequence(
                Der.tagged(VERSION, Der.integer(BigInteger.TWO)),
                Der.integer(serial),
                algorithm,
                issuer.getEncoded(),
                Der.sequence(Der.time(content.notBefore), Der.time(content.notAfter)),
                content.subject.getEncoded(),
                key.getEncoded(),
                Der.tagged(EXTENSIONS, extensions(content)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuerKey.getPrivate());
        signature.update(certificate);
        return Der.sequence(certificate, algorithm, Der.bitString(signature.sign()));
    }

    private static byte[] extensions(Content content) {
        byte[] constraints =
                extension(BASIC_CONSTRAINTS, true, content.authority ? Der.sequence(Der.bool(true)) : Der.sequence());
        int count = content.names.size() + content.addresses.size();
        if (count == 0) {
            return Der.sequence(constraints);
        }
        byte[][] names = new byte[count][];
        int at = 0;
        for (String name : content.names) {
            names[at++] = Der.tagged(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
        for (byte[] address : content.addresses) {
            names[at++] = Der.tagged(IP_ADDRESS, address);
        }
        return Der.sequence(constraints, extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names)));
    }

    private static byte[] extension(String id, boolean critical, byte[] value) {
        // DER leaves out what is the default
        return critical
                ? Der.sequence(Der.oid(id), Der.bool(true), Der.octetString(value))
                : Der.sequence(Der.oid(id), Der.octetString(value));
    }
}
