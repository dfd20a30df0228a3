package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RsaKeyTest {

    @TempDir
    private Path folder;

    private static byte[] encrypt(byte[] publicPem, byte[] text) throws GeneralSecurityException {
        String base64 = new String(publicPem, StandardCharsets.US_ASCII)
                .replace("-----BEGIN PUBLIC KEY-----\n", "")
                .replace("\n-----END PUBLIC KEY-----\n", "")
                .replace("\n", "");
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                KeyFactory.getInstance("RSA")
                        .generatePublic(
                                new X509EncodedKeySpec(Base64.getDecoder().decode(base64))));
        return cipher.doFinal(text);
    }

    @Test
    void whatAClientEncryptsIsReadAlsoAfterAStart() throws Exception {
        byte[] password = "secret\0".getBytes(StandardCharsets.UTF_8);
        byte[] sent;
        try (TlsStore store = new TlsStore(folder)) {
            RsaKey key = store.rsaKey().get(60, TimeUnit.SECONDS);
            sent = encrypt(key.publicPem(), password);
            assertThat(sent).hasSize(256);
            assertThat(key.decrypt(sent)).isEqualTo(password);
            assertThat(Files.readAllBytes(folder.resolve(RsaKey.PUBLIC_FILE))).isEqualTo(key.publicPem());
            assertThat(store.rsaKey().get()).isSameAs(key);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(RsaKey.PRIVATE_FILE))))
                .isEqualTo("rw-------");
        try (TlsStore store = new TlsStore(folder)) {
            assertThat(store.rsaKey().get(60, TimeUnit.SECONDS).decrypt(sent)).isEqualTo(password);
        }
    }

    @Test
    void whatWasEncryptedForAnotherKeyIsRefused() throws Exception {
        RsaKey key = RsaKey.load(new AutoDir(folder));
        RsaKey other = RsaKey.load(new AutoDir(folder.resolve("other")));
        byte[] sent = encrypt(other.publicPem(), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> key.decrypt(sent)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> key.decrypt(new byte[7])).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> key.decrypt(new byte[1000])).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void aCallerThatCancelsTakesItFromNobodyElse() throws Exception {
        try (TlsStore store = new TlsStore(folder)) {
            CompletableFuture<RsaKey> impatient = store.rsaKey();
            impatient.cancel(true);
            assertThat(store.rsaKey().get(60, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void aBrokenFileIsReplaced() throws Exception {
        Files.writeString(folder.resolve(RsaKey.PRIVATE_FILE), "nothing");
        RsaKey key = RsaKey.load(new AutoDir(folder));
        assertThat(RsaKey.load(new AutoDir(folder)).publicPem()).isEqualTo(key.publicPem());
    }

    @Test
    void withoutAFolderItIsKeptInMemory() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        RsaKey key = RsaKey.load(new AutoDir(file.resolve("tls")));
        byte[] sent = encrypt(key.publicPem(), new byte[] {1, 2, 3});
        assertThat(key.decrypt(sent)).containsExactly(1, 2, 3);
    }
}
