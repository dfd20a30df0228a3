package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.server.Accounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates: those that the proxy makes, and those that are replaced while it runs. */
class TlsFilesIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
    private static final RawTls ANYBODY = RawTls.trustingAnybody();

    @TempDir
    Path folder;

    private static ProxyProcess start(String... options) {
        return ProxyProcess.with()
                .backend(SecureServers.preferred())
                .options(options)
                .start();
    }

    private static RawClient login(ProxyProcess proxy) {
        return RawClient.login(ProxyProcess.HOST, proxy.port(), APP, ANYBODY);
    }

    private static X509Certificate shown(RawClient client) throws SSLPeerUnverifiedException {
        return (X509Certificate) client.wire().tls().orElseThrow().getPeerCertificates()[0];
    }

    private static String subject(RawClient client) throws SSLPeerUnverifiedException {
        return shown(client).getSubjectX500Principal().getName();
    }

    // --- its own ----------------------------------------------------------------------------------------------------

    @Test
    void certificateOfTheFirstStartIsKept() throws Exception {
        Path tls = folder.resolve("tls");
        X509Certificate first;
        try (ProxyProcess proxy = start("--tls-dir=" + tls);
                RawClient client = login(proxy)) {
            first = shown(client);
            assertThat(first.getSubjectX500Principal().getName()).isEqualTo("CN=mysql-proxy");
            assertThat(first.getSubjectAlternativeNames().toString()).contains("localhost", "127.0.0.1");
            assertThat(proxy.log().mark().complaints()).isEmpty();
        }
        assertThat(mode(tls.resolve("server-key.pem"))).isEqualTo("rw-------");
        assertThat(mode(tls.resolve("server-cert.pem"))).isEqualTo("rw-r--r--");
        try (ProxyProcess proxy = start("--tls-dir=" + tls);
                // what was kept can be verified with
                RawClient client = RawClient.login(
                        ProxyProcess.HOST, proxy.port(), APP, RawTls.trusting(tls.resolve("server-cert.pem")))) {
            assertThat(shown(client)).isEqualTo(first);
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** A file where the folder should be stops even root. */
    @Test
    void folderThatCannotBeWritten() throws Exception {
        Path tls = Files.createFile(folder.resolve("tls"));
        X509Certificate first;
        try (ProxyProcess proxy = start("--tls-dir=" + tls)) {
            try (RawClient client = login(proxy)) {
                first = shown(client);
            }
            assertThat(proxy.log().await("\\(warning\\) (the self-signed certificate.*)"))
                    .contains("the self-signed certificate is kept in memory only", "folder=" + tls);
        }
        try (ProxyProcess proxy = start("--tls-dir=" + tls);
                RawClient client = login(proxy)) {
            assertThat(shown(client)).isNotEqualTo(first);
        }
    }

    @Test
    void rsaKeyIsMadeWhenItIsNeeded() throws Exception {
        Path tls = folder.resolve("tls");
        try (ProxyProcess proxy = start("--tls-dir=" + tls, "--proxy-auth=learn")) {
            assertThat(tls.resolve("private_key.pem")).doesNotExist();
            RawClient.login(ProxyProcess.HOST, proxy.port(), APP).close();
            assertThat(mode(tls.resolve("private_key.pem"))).isEqualTo("rw-------");
            assertThat(mode(tls.resolve("public_key.pem"))).isEqualTo("rw-r--r--");
        }
    }

    // --- new ones ---------------------------------------------------------------------------------------------------

    private void put(Certificates.Pair pair) throws IOException {
        Files.copy(pair.key(), folder.resolve("own.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.certificate(), folder.resolve("own.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private ProxyProcess startWithOwn() throws IOException {
        put(Certificates.get().proxy());
        return start(
                "--proxy-ssl-cert=" + folder.resolve("own.pem"),
                "--proxy-ssl-key=" + folder.resolve("own.key"),
                "--tls-dir=" + folder.resolve("tls"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGHUP", "ALTER INSTANCE RELOAD TLS", "RELOAD"})
    void newCertificateWhileClientsAreThere(String order) throws Exception {
        try (ProxyProcess proxy = startWithOwn();
                RawClient before = login(proxy)) {
            assertThat(subject(before)).isEqualTo("CN=proxy.example");
            put(Certificates.get().successor());
            if (order.equals("SIGHUP")) {
                proxy.signal("HUP");
            } else {
                try (RawClient admin = proxy.openAdmin()) {
                    admin.query(order).ok();
                }
            }
            await().untilAsserted(() -> {
                try (RawClient after = login(proxy)) {
                    assertThat(subject(after)).isEqualTo("CN=successor.example");
                }
            });
            assertThat(before.query("SELECT 'still here'").value()).isEqualTo("still here");
            assertThat(proxy.log().mark().complaints()).isEmpty();
        }
    }

    @Test
    void filesThatAreNoUseChangeNothing() throws Exception {
        try (ProxyProcess proxy = startWithOwn()) {
            List<String> said = new ArrayList<>();
            Path certificate = folder.resolve("own.pem");
            // of somebody else
            Files.copy(Certificates.get().successor().certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
            said.add(reload(proxy));
            Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
            said.add(reload(proxy));
            Files.writeString(certificate, "");
            said.add(reload(proxy));
            Files.delete(certificate);
            said.add(reload(proxy));
            assertThat(said)
                    .allSatisfy(text -> assertThat(text)
                            .startsWith("1105 #07000")
                            .contains(certificate.toString())
                            .endsWith("; what was read before stays in use")
                            .doesNotContain("Exception"));
            try (RawClient client = login(proxy)) {
                assertThat(subject(client)).isEqualTo("CN=proxy.example");
            }
            LogFile.Mark mark = proxy.log().mark();
            proxy.signal("HUP");
            assertThat(mark.onlyComplaint()).contains("cannot reload: ", certificate.toString());
            put(Certificates.get().successor());
            try (RawClient admin = proxy.openAdmin()) {
                admin.query("RELOAD").ok();
            }
            try (RawClient client = login(proxy)) {
                assertThat(subject(client)).isEqualTo("CN=successor.example");
            }
        }
    }

    private static String reload(ProxyProcess proxy) {
        try (RawClient admin = proxy.openAdmin()) {
            return admin.query("ALTER INSTANCE RELOAD TLS").errorText();
        }
    }

    // --- the operator's mistakes ------------------------------------------------------------------------------------

    @Test
    void wrongOptionsAreNamedAtTheStart() {
        Certificates all = Certificates.get();
        Path missing = folder.resolve("missing.pem");
        refusesToStart(missing + "", "--proxy-ssl-cert=" + missing);
        refusesToStart("give both or none", "--proxy-ssl-cert=" + all.proxy().certificate());
        refusesToStart("give both or none", "--proxy-ssl-key=" + all.proxy().key());
        refusesToStart(
                "does not belong to the certificate",
                "--proxy-ssl-cert=" + all.proxy().certificate(),
                "--proxy-ssl-key=" + all.client().key());
        refusesToStart("needs --proxy-ssl-ca", "--proxy-ssl-require-client-cert");
        refusesToStart("TLSv1.1", "--proxy-tls-versions=TLSv1.1");
        refusesToStart("NO_SUCH_SUITE", "--proxy-ssl-ciphers=NO_SUCH_SUITE");
        refusesToStart("disabled, preferred, required", "--proxy-ssl-mode=on");
        refusesToStart(missing + "", "--proxy-backend-ssl-mode=verify-ca", "--proxy-backend-ssl-ca=" + missing);
        refusesToStart("users-file", "--proxy-auth=users");
        refusesToStart(missing + "", "--proxy-auth=users", "--proxy-users-file=" + missing);
    }

    /** Before the restart that would not come back. */
    @Test
    void checkConfigReadsTheFiles() {
        Certificates all = Certificates.get();
        Path missing = folder.resolve("missing.pem");
        String key = "--proxy-ssl-key=" + all.client().key();
        refusesToStart(missing + "", "--check-config", "--proxy-ssl-cert=" + missing, key);
        refusesToStart(
                "does not belong to the certificate",
                "--check-config",
                "--proxy-ssl-cert=" + all.proxy().certificate(),
                key);
        refusesToStart(missing + "", "--check-config", "--proxy-auth=users", "--proxy-users-file=" + missing);
        Path tls = folder.resolve("tls");
        for (String side : List.of("proxy-ssl", "proxy-backend-ssl")) {
            try (ProxyProcess proxy = ProxyProcess.with()
                    .backend("127.0.0.1:1")
                    .plugins("proxy")
                    .options("--check-config", "--tls-dir=" + tls)
                    .options(all.expired().options(side))
                    .launch()) {
                assertThat(proxy.awaitExit()).isZero();
                assertThat(proxy.log().matching("a certificate has expired.*file=.*not after"))
                        .as(side)
                        .hasSize(1);
            }
        }
        assertThat(tls).doesNotExist();
    }

    private static void refusesToStart(String reason, String... options) {
        try (ProxyProcess proxy = ProxyProcess.with()
                .backend("127.0.0.1:1")
                .plugins("proxy")
                .options(options)
                .launch()) {
            assertThat(proxy.awaitExit()).isEqualTo(1);
            List<String> all = proxy.log().matching("\\(critical\\) (?!plugin )");
            assertThat(all).hasSize(1);
            assertThat(all.get(0)).contains(reason).doesNotContain("Exception");
        }
    }
}
