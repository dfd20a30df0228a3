package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * A key and a self-signed certificate for 127.0.0.1 and localhost, made once and then kept: servers that make their own
 * spend seconds on it, and name no host in it.
 *
 * @param certificate PEM; it is its own authority, so clients trust it by this same file
 * @param key PEM, PKCS #8, not encrypted
 */
record TlsFiles(Path certificate, Path key) {
    private static final String NAME = "tls-v1";
    private static final String ALIAS = "server";
    private static final String STORE_PASSWORD = "not-secret";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static TlsFiles from(ServerCache cache) {
        Path directory = cache.get(NAME, TlsFiles::make);
        return new TlsFiles(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    }

    List<String> arguments() {
        return List.of("--ssl-ca=" + certificate, "--ssl-cert=" + certificate, "--ssl-key=" + key);
    }

    private static void make(Path directory) throws IOException {
        Path store = directory.resolve("store.p12");
        Path log = directory.resolve("keytool.log");
        // The JDK can read certificates but has no public way to make one except its keytool.
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = List.of(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "36500",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-ext",
                "bc:c=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                STORE_PASSWORD);
        ServerProcess.run(command, Path.of("/dev/null"), log, PATIENCE);
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, STORE_PASSWORD.toCharArray());
            byte[] key = keys.getKey(ALIAS, STORE_PASSWORD.toCharArray()).getEncoded();
            writePem(directory.resolve("key.pem"), "PRIVATE KEY", key, "rw-------");
            byte[] certificate = keys.getCertificate(ALIAS).getEncoded();
            writePem(directory.resolve("cert.pem"), "CERTIFICATE", certificate, "rw-r--r--");
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read what keytool made", e);
        }
        Files.delete(store);
        Files.delete(log);
    }

    private static void writePem(Path file, String label, byte[] der, String permissions) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(file, pem, StandardCharsets.US_ASCII);
    }
}
