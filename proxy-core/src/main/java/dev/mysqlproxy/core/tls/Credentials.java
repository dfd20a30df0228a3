package dev.mysqlproxy.core.tls;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What we show of ourselves.
 *
 * @param key of the first certificate
 * @param chain our certificate first, then those that lead to an authority
 * @param digest two with the same one were read from the same bytes
 */
record Credentials(PrivateKey key, List<X509Certificate> chain, String digest) {

    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

    /**
     * Reads both files.
     *
     * @param keyPath without it the key is in the certificate's file
     * @throws TlsException which names the file and what is wrong with it
     */
    static Credentials read(Path certificatePath, Optional<Path> keyPath) throws TlsException {
        PemFile certificate = PemFile.read(certificatePath, "certificate");
        if (keyPath.isEmpty() && !certificate.hasPrivateKey()) {
            throw new TlsException("there is a certificate file, " + certificatePath
                    + ", but no key: neither a key file is set nor is the key in the certificate's file");
        }
        PemFile key = keyPath.isPresent() ? PemFile.read(keyPath.get(), "key") : certificate;
        List<X509Certificate> chain = certificate.certificates();
        X509Certificate own = chain.get(0);
        PrivateKey privateKey = key.privateKey(own.getPublicKey().getAlgorithm());
        if (!PrivateKeys.belongTogether(privateKey, own.getPublicKey())) {
            throw new TlsException("the key in " + key.path() + " does not belong to the certificate in "
                    + certificate.path() + ", whose subject is "
                    + own.getSubjectX500Principal().getName());
        }
        chain.forEach(each -> warnIfOutOfTime(each, certificatePath));
        return new Credentials(privateKey, chain, certificate.digest() + key.digest());
    }

    private static void warnIfOutOfTime(X509Certificate certificate, Path path) {
        if (isExpired(certificate)) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .addKeyValue(
                            "subject", certificate.getSubjectX500Principal().getName())
                    .addKeyValue("not after", certificate.getNotAfter().toInstant())
                    .log("a certificate has expired: peers that verify it will refuse it");
        } else if (certificate.getNotBefore().toInstant().isAfter(Instant.now())) {
            LOG.atWarn()
                    .addKeyValue("file", path)
                    .addKeyValue(
                            "subject", certificate.getSubjectX500Principal().getName())
                    .addKeyValue("not before", certificate.getNotBefore().toInstant())
                    .log("a certificate is not valid yet: peers that verify it will refuse it");
        }
    }

    static boolean isExpired(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().isBefore(Instant.now());
    }

    /** Whether its own certificate has run out. */
    boolean expired() {
        return isExpired(chain.get(0));
    }

    /** For Netty. */
    X509Certificate[] chainArray() {
        return chain.toArray(new X509Certificate[0]);
    }
}
