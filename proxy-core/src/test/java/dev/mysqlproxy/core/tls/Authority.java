package dev.mysqlproxy.core.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** An authority that hands out certificates as PEM files. */
final class Authority {

    /** Files of a certificate. */
    record Issued(Path certificate, Path key) {}

    private final Path folder;
    private final String name;
    private final X500Principal subject;
    private final KeyPair keys;
    private final Path file;

    Authority(Path folder, String name) throws GeneralSecurityException, IOException {
        this.folder = folder;
        this.name = name;
        this.subject = new X500Principal("CN=" + name);
        this.keys = ecKeys();
        CertificateMaker.Content content = new CertificateMaker.Content(
                subject, in(Duration.ofDays(-1)), in(Duration.ofDays(30)), List.of(), List.of(), true);
        this.file =
                write(name + "-ca.pem", "CERTIFICATE", CertificateMaker.make(content, keys.getPublic(), subject, keys));
    }

    static KeyPair ecKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static Instant in(Duration duration) {
        return Instant.now().plus(duration);
    }

    /** Its own certificate. */
    Path file() {
        return file;
    }

    Optional<Path> optionalFile() {
        return Optional.of(file);
    }

    /** A certificate for these names, which are IP addresses when they have no letters. */
    Issued issue(String commonName, String... names) throws GeneralSecurityException, IOException {
        return issue(commonName, Duration.ofDays(10), names);
    }

    Issued issue(String commonName, Duration life, String... names) throws GeneralSecurityException, IOException {
        KeyPair pair = ecKeys();
        List<String> dns = new ArrayList<>();
        List<byte[]> addresses = new ArrayList<>();
        for (String each : names) {
            if (each.matches("[0-9.]+|.*:.*")) {
                addresses.add(InetAddress.getByName(each).getAddress());
            } else {
                dns.add(each);
            }
        }
        CertificateMaker.Content content = new CertificateMaker.Content(
                new X500Principal("CN=" + commonName + ",O=tests"),
                in(Duration.ofDays(-20)),
                in(life),
                dns,
                addresses,
                false);
        String prefix = name + "-" + commonName;
        return new Issued(
                write(
                        prefix + "-cert.pem",
                        "CERTIFICATE",
                        CertificateMaker.make(content, pair.getPublic(), subject, keys)),
                write(prefix + "-key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    private Path write(String fileName, String type, byte[] content) throws IOException {
        return Files.writeString(folder.resolve(fileName), PemFile.write(type, content));
    }
}
