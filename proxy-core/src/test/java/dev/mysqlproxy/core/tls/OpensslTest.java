package dev.mysqlproxy.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.api.lifecycle.BackendHop.TlsMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the openssl command, where there is one: a TLS that is nobody's of ours. */
class OpensslTest {

    private static final int SECONDS = 30;

    @TempDir
    private Path folder;

    @BeforeAll
    static void isThere() throws InterruptedException {
        boolean there;
        try {
            there = new ProcessBuilder("openssl", "version").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        }
        assumeTrue(there, "no openssl command");
    }

    /** What the command printed. It is sent a line, and its input ends when that comes back. */
    private static String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS).execute(process::destroyForcibly);
        StringBuilder output = new StringBuilder();
        OutputStream in = process.getOutputStream();
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            in.write("echo\n".getBytes(StandardCharsets.US_ASCII));
            in.flush();
            for (int next = out.read(); next >= 0; next = out.read()) {
                output.append((char) next);
                if (next == '\n' && output.indexOf("echo\n", output.length() - 5) >= 0) {
                    in.close();
                }
            }
        } catch (IOException e) {
            // it left before it read what it was sent
            output.append(e.getMessage());
        } finally {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        return output.toString();
    }

    private static String connect(Wire wire, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + wire.port()));
        arguments.addAll(List.of(more));
        return openssl(arguments.toArray(new String[0]));
    }

    @ParameterizedTest
    @CsvSource({"true, tls1_2", "true, tls1_3", "false, tls1_2", "false, tls1_3"})
    void theSelfSignedCertificateIsGoodForWhoeverTrustsIt(boolean boringSsl, String version) throws Exception {
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(Stores.clients()))) {
            String certificate = folder.resolve(SelfSigned.CERTIFICATE).toString();
            assertThat(connect(
                            wire,
                            "-" + version,
                            "-CAfile",
                            certificate,
                            "-verify_return_error",
                            "-verify_hostname",
                            "localhost"))
                    .contains("Verification: OK", "echo\n")
                    .contains(version.equals("tls1_3") ? "New, TLSv1.3" : "Protocol  : TLSv1.2");
            assertThat(connect(wire, "-CAfile", certificate, "-verify_return_error", "-verify_ip", "10.1.1.1"))
                    .contains("IP address mismatch")
                    .doesNotContain("echo\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, tls1_2", "true, tls1_3", "false, tls1_2", "false, tls1_3"})
    void itsSessionsAreResumed(boolean boringSsl, String version) throws Exception {
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(Stores.clients()))) {
            String session = folder.resolve("session").toString();
            assertThat(connect(wire, "-" + version, "-sess_out", session)).contains("\nNew, TLSv1");
            assertThat(connect(wire, "-" + version, "-sess_in", session)).contains("\nReused, TLSv1", "echo\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCertificateOfAnotherAuthorityIsRefusedThoughNoneIsNeeded(boolean boringSsl) throws Exception {
        Authority ours = new Authority(folder, "ours");
        Authority.Issued good = ours.issue("alice");
        Authority.Issued bad = new Authority(folder, "others").issue("mallory");
        try (TlsStore store = new TlsStore(folder, boringSsl);
                Wire wire = new Wire(store.listener(Stores.clients(ours.issue("server"), ours, false)))) {
            assertThat(connect(
                            wire,
                            "-cert",
                            good.certificate().toString(),
                            "-key",
                            good.key().toString()))
                    .contains("echo\n");
            assertThat(connect(
                            wire,
                            "-cert",
                            bad.certificate().toString(),
                            "-key",
                            bad.key().toString()))
                    .contains("alert")
                    .doesNotContain("echo\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "genrsa -traditional -out KEY 2048,                          BEGIN RSA PRIVATE KEY",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY, BEGIN PRIVATE KEY",
        "ecparam -name secp384r1 -genkey -out KEY,                   BEGIN EC PRIVATE KEY",
        "ecparam -name prime256v1 -genkey -noout -out KEY,           BEGIN EC PRIVATE KEY",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY, BEGIN PRIVATE KEY"
    })
    void itsKeysCanBeRead(String making, String begin) throws Exception {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("cert.pem");
        openssl(making.replace("KEY", key.toString()).split(" "));
        assertThat(key).content().contains(begin);
        openssl("req", "-x509", "-new", "-key", key.toString(), "-subj", "/CN=made", "-out", certificate.toString());
        assertThat(Credentials.read(certificate, Optional.of(key)).chain()).hasSize(1);
        for (boolean boringSsl : new boolean[] {true, false}) {
            try (TlsStore store = new TlsStore(folder, boringSsl);
                    Wire wire = new Wire(store.listener(Stores.clients(new Authority.Issued(certificate, key))));
                    Wire.Meeting met = wire.meet(store.backend(Stores.servers(TlsMode.REQUIRED)), "localhost")
                            .works()) {
                assertThat(met.clientView().peer()).contains("CN=made");
            }
        }
    }

    @Test
    void itReadsWhatWeWrite() throws Exception {
        SelfSigned selfSigned = new SelfSigned(new AutoDir(folder));
        selfSigned.credentials();
        assertThat(openssl("x509", "-in", folder.resolve(SelfSigned.CERTIFICATE).toString(), "-noout", "-text"))
                .contains("CN = mysql-proxy", "DNS:localhost", "IP Address:127.0.0.1", "CA:FALSE");
        RsaKey.load(new AutoDir(folder));
        assertThat(openssl("pkey", "-in", folder.resolve(RsaKey.PRIVATE_FILE).toString(), "-check", "-noout"))
                .contains("Key is valid");
        assertThat(openssl(
                        "pkey",
                        "-pubin",
                        "-in",
                        folder.resolve(RsaKey.PUBLIC_FILE).toString(),
                        "-noout",
                        "-text"))
                .contains("2048 bit");
    }
}
