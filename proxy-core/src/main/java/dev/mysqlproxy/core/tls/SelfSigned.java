package dev.mysqlproxy.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of listeners that were given none: made once and kept in a folder, so that it stays the same over
 * starts. Any thread; may block.
 */
final class SelfSigned {

    static final String CERTIFICATE = "server-cert.pem";
    static final String KEY = "server-key.pem";

    private static final Logger LOG = LoggerFactory.getLogger(SelfSigned.class);

    private static final X500Principal SUBJECT = new X500Principal("CN=mysql-proxy");
    private static final Duration LIFE = Duration.ofDays(3650);
    /** Clocks of clients may be behind ours. */
    private static final Duration EARLIER = Duration.ofDays(1);

    private static final byte[] LOOPBACK_4 = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final AutoDir dir;
    private Credentials current;

    SelfSigned(AutoDir dir) {
        this.dir = dir;
    }

    /** Those of the folder if they can be used, else those that are in use already, else new ones. */
    synchronized Credentials credentials() throws TlsException {
        Optional<Credentials> kept = usable();
        if (kept.isPresent()) {
            current = kept.get();
        } else if (current == null || current.expired()) {
            current = keep(generate());
        }
        return current;
    }

    private Optional<Credentials> usable() {
        Path certificate = dir.file(CERTIFICATE);
        if (!Files.exists(certificate)) {
            return Optional.empty();
        }
        try {
            Credentials found = Credentials.read(certificate, Optional.of(dir.file(KEY)));
            return found.expired() ? Optional.empty() : Optional.of(found);
        } catch (TlsException e) {
            LOG.atInfo()
                    .addKeyValue("cause", e.getMessage())
                    .log("the self-signed certificate that was kept is no use");
            return Optional.empty();
        }
    }

    /** Writes them, unless another process was faster: then its own are taken. */
    private Credentials keep(Credentials fresh) {
        try {
            return dir.alone(() -> {
                Optional<Credentials> others = usable();
                if (others.isEmpty()) {
                    dir.write(KEY, PemFile.write("PRIVATE KEY", fresh.key().getEncoded()), true);
                    dir.write(
                            CERTIFICATE,
                            PemFile.write("CERTIFICATE", encoded(fresh.chain().get(0))),
                            false);
                }
                return others.orElse(fresh);
            });
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("folder", dir)
                    .addKeyValue("cause", e)
                    .log("the self-signed certificate is kept in memory only: the next start makes another one");
            return fresh;
        }
    }

    private static byte[] encoded(X509Certificate certificate) throws IOException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    private static Credentials generate() throws TlsException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Instant now = Instant.now();
            CertificateMaker.Content content = new CertificateMaker.Content(
                    SUBJECT,
                    now.minus(EARLIER),
                    now.plus(LIFE),
                    HostName.get().map(name -> List.of("localhost", name)).orElse(List.of("localhost")),
                    List.of(LOOPBACK_4, LOOPBACK_6),
                    false);
            byte[] der = CertificateMaker.make(content, pair.getPublic(), SUBJECT, pair);
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new Credentials(
                    pair.getPrivate(),
                    List.of(certificate),
                    certificate.getSerialNumber().toString());
        } catch (GeneralSecurityException e) {
            throw new TlsException("this Java cannot make a self-signed certificate: " + e.getMessage(), e);
        }
    }
}
