package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedTest {

    @TempDir
    private Path folder;

    private SelfSigned selfSigned() {
        return new SelfSigned(new AutoDir(folder.resolve("tls")));
    }

    private Path certificate() {
        return folder.resolve("tls").resolve(SelfSigned.CERTIFICATE);
    }

    private Path key() {
        return folder.resolve("tls").resolve(SelfSigned.KEY);
    }

    @Test
    void itIsMadeOnceAndKept() throws Exception {
        Credentials made = selfSigned().credentials();
        assertThat(selfSigned().credentials().chain()).isEqualTo(made.chain());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificate())))
                .isEqualTo("rw-r--r--");
        try (var files = Files.list(certificate().getParent())) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".new"));
        }
    }

    @Test
    void itIsForThisMachineAndLastsTenYears() throws Exception {
        X509Certificate made = selfSigned().credentials().chain().get(0);
        made.verify(made.getPublicKey());
        made.checkValidity();
        assertThat(made.getVersion()).isEqualTo(3);
        assertThat(made.getSubjectX500Principal().getName()).isEqualTo("CN=mysql-proxy");
        assertThat(made.getBasicConstraints()).isEqualTo(-1);
        assertThat(made.getNotAfter().toInstant()).isAfter(Instant.now().plus(Duration.ofDays(3640)));
        List<Object> names = new ArrayList<>();
        made.getSubjectAlternativeNames().forEach(name -> names.add(name.get(1)));
        assertThat(names).contains("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        HostName.get().ifPresent(host -> assertThat(names).contains(host));
    }

    @Test
    void manyThatStartAtOnceEndUpWithTheSameOne() throws Exception {
        int starters = 8;
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(starters);
        try {
            List<Future<Credentials>> all = new ArrayList<>();
            for (int i = 0; i < starters; i++) {
                Callable<Credentials> start = () -> {
                    go.await();
                    return selfSigned().credentials();
                };
                all.add(threads.submit(start));
            }
            go.countDown();
            Credentials kept = null;
            for (Future<Credentials> each : all) {
                Credentials got = each.get();
                assertThat(PrivateKeys.belongTogether(
                                got.key(), got.chain().get(0).getPublicKey()))
                        .isTrue();
                kept = kept == null ? got : kept;
                assertThat(got.chain()).isEqualTo(kept.chain());
            }
            assertThat(Credentials.read(certificate(), Optional.of(key())).chain())
                    .isEqualTo(kept.chain());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aBrokenOneIsMadeAnew() throws Exception {
        for (Path broken : List.of(certificate(), key())) {
            Credentials before = selfSigned().credentials();
            Files.writeString(broken, "nothing");
            Credentials after = selfSigned().credentials();
            assertThat(after.chain()).isNotEqualTo(before.chain());
            assertThat(Credentials.read(certificate(), Optional.of(key())).chain())
                    .isEqualTo(after.chain());
        }
    }

    @Test
    void anExpiredOneIsMadeAnew() throws Exception {
        KeyPair pair = Authority.ecKeys();
        X500Principal subject = new X500Principal("CN=mysql-proxy");
        Instant now = Instant.now();
        byte[] expired = CertificateMaker.make(
                new CertificateMaker.Content(
                        subject,
                        now.minus(Duration.ofDays(9)),
                        now.minus(Duration.ofDays(1)),
                        List.of(),
                        List.of(),
                        false),
                pair.getPublic(),
                subject,
                pair);
        Files.createDirectories(certificate().getParent());
        Files.writeString(certificate(), PemFile.write("CERTIFICATE", expired));
        Files.writeString(key(), PemFile.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
        selfSigned().credentials().chain().get(0).checkValidity();
        assertThat(Credentials.read(certificate(), Optional.of(key())).expired())
                .isFalse();
    }

    @Test
    void filesThatVanishOrRotDoNotChangeWhatIsInUse() throws Exception {
        SelfSigned used = selfSigned();
        Credentials before = used.credentials();
        Files.delete(key());
        assertThat(used.credentials()).isSameAs(before);
    }

    @Test
    void withoutAFolderItIsKeptInMemory() throws IOException, TlsException {
        Path file = Files.createFile(folder.resolve("file"));
        SelfSigned selfSigned = new SelfSigned(new AutoDir(file.resolve("tls")));
        Credentials made = selfSigned.credentials();
        assertThat(selfSigned.credentials()).isSameAs(made);
        assertThat(PrivateKeys.belongTogether(made.key(), made.chain().get(0).getPublicKey()))
                .isTrue();
    }
}
