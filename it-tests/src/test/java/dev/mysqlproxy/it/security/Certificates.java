package dev.mysqlproxy.it.security;

import dev.mysqlproxy.it.proxy.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Two authorities and what they signed, made once for all tests of this JVM. */
final class Certificates {
    /** Of the PKCS #12 files. */
    static final String STORE_PASSWORD = "not-secret";

    private static final String AUTHORITY = "CN=Test authority";
    private static final String OTHER_AUTHORITY = "CN=Other authority";
    private static Certificates made;

    private final Path folder;
    private final Path ca;
    private final Path otherCa;
    private final Pair localhost;
    private final Pair proxy;
    private final Pair successor;
    private final Pair client;
    private final Pair stranger;
    private final Pair expired;

    /**
     * A certificate with its key.
     *
     * @param certificate PEM
     * @param key PEM, PKCS #8
     * @param store both, PKCS #12
     */
    record Pair(Path certificate, Path key, Path store) {
        /** The options of a server or client program. */
        String[] options(String prefix) {
            return new String[] {"--" + prefix + "-cert=" + certificate, "--" + prefix + "-key=" + key};
        }
    }

    private Certificates() throws IOException, GeneralSecurityException {
        folder = Files.createTempDirectory("it-certificates-");
        folder.toFile().deleteOnExit();
        ca = generate("ca", AUTHORITY, "-ext", "bc:c=ca:true").certificate();
        otherCa = generate("other-ca", OTHER_AUTHORITY, "-ext", "bc:c=ca:true").certificate();
        String[] bySan = {"-signer", "ca", "-ext", "san=dns:localhost"};
        localhost = generate("localhost", "CN=localhost", bySan);
        proxy = generate("proxy", "CN=proxy.example", bySan);
        successor = generate("successor", "CN=successor.example", bySan);
        client = generate("client", "CN=app,O=Tests", "-signer", "ca");
        stranger = generate("stranger", "CN=stranger", "-signer", "other-ca");
        // 100 days long
        expired = generate("expired", "CN=expired.example", "-startdate", "-200d");
    }

    static synchronized Certificates get() {
        if (made == null) {
            try {
                made = new Certificates();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
        return made;
    }

    /** PEM of the authority of all but the stranger. */
    Path ca() {
        return ca;
    }

    /** PEM of an authority that signed nobody but the stranger. */
    Path otherCa() {
        return otherCa;
    }

    /** Of a server, for the name {@code localhost} and no address. */
    Pair localhost() {
        return localhost;
    }

    /** Of the proxy. */
    Pair proxy() {
        return proxy;
    }

    /** Of the proxy, later. */
    Pair successor() {
        return successor;
    }

    /** Of a client: {@code CN=app,O=Tests}. */
    Pair client() {
        return client;
    }

    /** Of a client, signed by the other authority. */
    Pair stranger() {
        return stranger;
    }

    /** Of nobody any more: its time is over. */
    Pair expired() {
        return expired;
    }

    /** All in one store first, as signers have to be in the same; then in files of its own. */
    private Pair generate(String alias, String subject, String... more) throws IOException, GeneralSecurityException {
        Path store = folder.resolve("all.p12");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "100",
                "-dname",
                subject,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD));
        command.addAll(Arrays.asList(more));
        Shell.run(command, Map.of()).ok();
        char[] password = STORE_PASSWORD.toCharArray();
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            all.load(in, password);
        }
        Pair pair = new Pair(file(alias + ".pem"), file(alias + ".key"), file(alias + ".p12"));
        write(pair.certificate(), "CERTIFICATE", all.getCertificate(alias).getEncoded());
        write(pair.key(), "PRIVATE KEY", all.getKey(alias, password).getEncoded());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(alias, all.getKey(alias, password), password, all.getCertificateChain(alias));
        try (OutputStream out = Files.newOutputStream(pair.store())) {
            own.store(out, password);
        }
        return pair;
    }

    private Path file(String name) {
        Path file = folder.resolve(name);
        file.toFile().deleteOnExit();
        return file;
    }

    private static void write(Path file, String label, byte[] der) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
