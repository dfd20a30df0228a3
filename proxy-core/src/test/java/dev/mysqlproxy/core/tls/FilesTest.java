package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.listener.ClientTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a file is said, with the file's name. */
class FilesTest {

    @TempDir
    private Path folder;

    private Authority.Issued issued;

    @BeforeEach
    void issue() throws Exception {
        issued = new Authority(folder, "ours").issue("server", "localhost");
    }

    private static void fails(ThrowingCallable reading, String... words) {
        assertThatThrownBy(reading).isInstanceOf(TlsException.class).hasMessageContainingAll(words);
    }

    private void failsWithCertificate(String content, String... words) throws Exception {
        Path file = Files.writeString(folder.resolve("broken.pem"), content);
        fails(() -> Credentials.read(file, Optional.of(issued.key())), words);
        fails(() -> Credentials.read(file, Optional.of(issued.key())), file.toString());
    }

    private void failsWithKey(String content, String... words) throws Exception {
        Path file = Files.writeString(folder.resolve("broken.pem"), content);
        fails(() -> Credentials.read(issued.certificate(), Optional.of(file)), words);
        fails(() -> Credentials.read(issued.certificate(), Optional.of(file)), file.toString());
    }

    @Test
    void filesThatAreNotThereAreNamed() {
        Path missing = folder.resolve("missing.pem");
        fails(() -> Credentials.read(missing, Optional.empty()), "certificate file " + missing, "does not exist");
        fails(
                () -> Credentials.read(issued.certificate(), Optional.of(missing)),
                "key file " + missing,
                "does not exist");
        fails(() -> PemFile.read(folder, "CA"), "CA file " + folder, "cannot be read");
    }

    @Test
    void certificatesThatAreNone() throws Exception {
        String good = Files.readString(issued.certificate());
        failsWithCertificate("", "is not a PEM file");
        failsWithCertificate("0\u0082binary", "is not a PEM file");
        failsWithCertificate(good.substring(0, good.length() - 10), "is cut off");
        failsWithCertificate(good.replace("\nMII", "\n!II"), "not base64");
        failsWithCertificate(PemFile.write("CERTIFICATE", new byte[] {1, 2, 3}), "certificate 1", "understood");
        failsWithCertificate(good + PemFile.write("CERTIFICATE", new byte[] {1, 2, 3}), "certificate 2");
        failsWithCertificate(Files.readString(issued.key()), "no certificate", "only PRIVATE KEY");
    }

    @Test
    void keysThatAreNone() throws Exception {
        failsWithKey(Files.readString(issued.certificate()), "no private key", "only CERTIFICATE");
        failsWithKey(PemFile.write("PRIVATE KEY", new byte[] {1, 2, 3}), "broken", "EC");
        failsWithKey(PemFile.write("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}), "does not name its curve");
        failsWithKey(PemFile.write("EC PRIVATE KEY", new byte[] {0x30}), "does not name its curve");
        failsWithKey(PemFile.write("DSA PRIVATE KEY", new byte[] {1}), "DSA PRIVATE KEY");
        failsWithKey(PemFile.write("ENCRYPTED PRIVATE KEY", new byte[] {1}), "is encrypted", "without a password");
        failsWithKey(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n"
                        + "-----END RSA PRIVATE KEY-----\n",
                "is encrypted");
        Authority.Issued other = new Authority(folder, "others").issue("other");
        failsWithKey(Files.readString(other.key()), "does not belong to the certificate", "CN=server");
    }

    @Test
    void textAroundBlocksIsSkippedAndOneFileMayHaveBoth() throws Exception {
        String windows = Files.readString(issued.key()).replace("\n", "\r\n");
        Path both = Files.writeString(
                folder.resolve("both.pem"),
                "Subject: somebody\n" + Files.readString(issued.certificate()) + "and its key\r\n" + windows);
        assertThat(Credentials.read(both, Optional.empty()).chain()).hasSize(1);
        fails(() -> Credentials.read(issued.certificate(), Optional.empty()), "no key");
    }

    /** What {@code --check-config} reads. */
    @Test
    void aCheckNamesWhatIsWrongAndMakesNothing() throws Exception {
        Path own = folder.resolve("own");
        try (TlsStore store = new TlsStore(own)) {
            store.check(Stores.clients());
            store.check(Stores.clients(issued));
            Authority other = new Authority(folder, "others");
            Authority.Issued mixed = new Authority.Issued(
                    issued.certificate(), other.issue("other").key());
            fails(() -> store.check(Stores.clients(mixed)), "does not belong to the certificate");
            Files.delete(other.file());
            fails(() -> store.check(Stores.clients(issued, other, true)), "CA file", "does not exist");
        }
        assertThat(own).doesNotExist();
    }

    @Test
    void settingsThatDoNotFitAreNamed() {
        try (TlsStore store = new TlsStore(folder)) {
            fails(
                    () -> store.listener(new ClientTls(
                            ClientTls.Mode.PREFERRED,
                            Optional.empty(),
                            Optional.of(issued.key()),
                            Optional.empty(),
                            false,
                            List.of(),
                            List.of())),
                    "no certificate file",
                    issued.key().toString());
            fails(
                    () -> store.listener(new ClientTls(
                            ClientTls.Mode.PREFERRED,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            true,
                            List.of(),
                            List.of())),
                    "authorities");
        }
    }
}
