package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Accounts;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between clients and the proxy. */
class TlsToClientsIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
    private static final RawTls ANYBODY = RawTls.trustingAnybody();
    private static final String INSECURE =
            "3159 #HY000(proxy) Connections using insecure transport are prohibited, this listener requires TLS";

    @TempDir
    static Path folder;

    private static ProxyProcess proxy;
    private static int usual;
    private static int disabled;
    private static int required;
    private static int asking;
    private static int insisting;
    private static Path socket;

    @BeforeAll
    static void start() {
        PluginJar.folderWithTheOthers(folder);
        PluginJar.of("witness", "TlsWitness").in(folder);
        socket = folder.resolve("proxy.sock");
        Certificates.Pair own = Certificates.get().proxy();
        String ca = "ssl-ca=" + Certificates.get().ca();
        String any = ProxyProcess.HOST + ":0";
        proxy = ProxyProcess.with()
                .backend(SecureServers.preferred())
                .plugins("proxy,witness")
                .addresses(
                        any,
                        any + "?ssl-mode=disabled",
                        any + "?ssl-mode=required",
                        any + "?" + ca,
                        any + "?ssl-require-client-cert=true&" + ca,
                        socket + "?ssl-mode=required")
                .options("--plugin-dir=" + folder, "--tls-dir=" + folder.resolve("tls"))
                .options(own.options("proxy-ssl"))
                .start();
        usual = proxy.ports().get(0);
        disabled = proxy.ports().get(1);
        required = proxy.ports().get(2);
        asking = proxy.ports().get(3);
        insisting = proxy.ports().get(4);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private static RawClient login(int port, RawTls tls) {
        return RawClient.login(ProxyProcess.HOST, port, APP, tls);
    }

    private static Map<String, String> witness(RawClient client) {
        return client.query("who am I").rows().get(0);
    }

    // --- modes ------------------------------------------------------------------------------------------------------

    @Test
    void clientsMay() {
        try (RawClient plain = RawClient.login(ProxyProcess.HOST, usual, APP)) {
            assertThat(witness(plain)).containsEntry("version", "none").containsEntry("peer", "nobody");
        }
        try (RawClient encrypted =
                login(usual, RawTls.trusting(Certificates.get().ca()))) {
            assertThat(witness(encrypted))
                    .containsEntry("version", "TLSv1.3")
                    .containsEntry(
                            "cipher", encrypted.wire().tls().orElseThrow().getCipherSuite())
                    .containsEntry("peer", "nobody");
            String large = encrypted.query("SELECT REPEAT('t', 3000000) AS t").value();
            assertThat(large).hasSize(3_000_000);
        }
    }

    @Test
    void clientsMust() throws Exception {
        try (RawClient plain = RawClient.tryLogin(ProxyProcess.HOST, required, APP)) {
            assertThat(plain.refusal()).isEqualTo(INSECURE);
            assertThat(plain.wire().readToEnd()).isEmpty();
        }
        login(required, ANYBODY).close();
        // nobody hears what goes through a file
        RawClient.login(socket, APP).close();
    }

    @Test
    void clientsCannot() {
        try (RawClient plain = RawClient.login(ProxyProcess.HOST, disabled, APP)) {
            assertThat(plain.greeting().capabilities() & Flags.CLIENT_SSL).isZero();
        }
        LogFile.Mark mark = proxy.log().mark();
        try (Wire wire = Wire.connect(ProxyProcess.HOST, disabled)) {
            wire.read();
            wire.write(1, sslRequest());
            assertThat(Reply.errorText(wire.read())).isEqualTo("1043 #08S01Bad handshake");
        }
        assertThat(mark.onlyComplaint())
                .contains("cause=client-protocol-violation", "the client began TLS, which was not offered");
    }

    // --- certificates of clients ------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void identityOfTheClientIsForPlugins(boolean mustShow) {
        Certificates.Pair mine = Certificates.get().client();
        RawTls tls = RawTls.showing(mine.store(), Certificates.STORE_PASSWORD);
        try (RawClient client = login(mustShow ? insisting : asking, tls)) {
            assertThat(witness(client)).containsEntry("peer", "CN=app,O=Tests");
        }
        // TLS 1.2 shows it in another place
        try (RawClient client = login(mustShow ? insisting : asking, tls.versions("TLSv1.2"))) {
            assertThat(witness(client)).containsEntry("version", "TLSv1.2").containsEntry("peer", "CN=app,O=Tests");
        }
    }

    @Test
    void certificateMayBeLeftOutWhereItIsOnlyAskedFor() {
        try (RawClient client = login(asking, ANYBODY)) {
            assertThat(witness(client)).containsEntry("peer", "nobody");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void missingCertificateIsRefused(String version) {
        refused(insisting, ANYBODY.versions(version), "the client showed no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void certificateOfAStrangerIsRefused(String version) {
        RawTls stranger = RawTls.showing(Certificates.get().stranger().store(), Certificates.STORE_PASSWORD);
        refused(insisting, stranger.versions(version), "not from an authority that we trust");
        refused(asking, stranger.versions(version), "not from an authority that we trust");
    }

    private static void refused(int port, RawTls tls, String reason) {
        LogFile.Mark mark = proxy.log().mark();
        assertThatThrownBy(() -> login(port, tls).close()).isInstanceOf(UncheckedIOException.class);
        assertThat(mark.onlyComplaint())
                .contains("session closed cause=client-tls-failed")
                .contains(reason);
    }

    // --- what is not TLS --------------------------------------------------------------------------------------------

    private static byte[] sslRequest() {
        return new Bytes()
                .number(4, Flags.CLASSIC | Flags.CLIENT_SSL)
                .number(4, 1 << 24)
                .bytes(45)
                .raw(new byte[23])
                .get();
    }

    private static byte[] login(long flags) {
        return new Bytes()
                .number(4, flags)
                .number(4, 1 << 24)
                .bytes(45)
                .raw(new byte[23])
                .textZero(Accounts.APP_USER)
                .lenEncText("top-secret")
                .textZero("mysql_clear_password")
                .get();
    }

    /** An attacker cannot put a login or a statement before what the client says. */
    @Test
    void bytesBeforeTheHandshakeAreRefused() {
        byte[] query =
                new Bytes().bytes(Command.COM_QUERY).text("SELECT 'top-secret'").get();
        List<byte[]> early = List.of(
                Wire.framed(2, login(Flags.CLASSIC)),
                Wire.framed(0, query),
                "GET / HTTP/1.1\r\nCookie: top-secret\r\n".getBytes(StandardCharsets.US_ASCII));
        for (byte[] bytes : early) {
            LogFile.Mark mark = proxy.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, usual)) {
                wire.read();
                wire.raw(
                        new Bytes().raw(Wire.framed(1, sslRequest())).raw(bytes).get());
                assertThat(new String(wire.readToEnd(), StandardCharsets.ISO_8859_1))
                        .doesNotContain("denied");
            }
            assertThat(mark.onlyComplaint())
                    .contains("cause=client-tls-failed", "not TLS")
                    // in hexadecimal neither: top
                    .doesNotContain("top-secret", "746f70");
        }
    }

    @Test
    void loginThatSaysItWereEncryptedIsRefused() {
        LogFile.Mark mark = proxy.log().mark();
        try (Wire wire = Wire.connect(ProxyProcess.HOST, required)) {
            wire.read();
            wire.write(1, login(Flags.CLASSIC | Flags.CLIENT_SSL));
            assertThat(Reply.errorText(wire.read())).isEqualTo("1043 #08S01Bad handshake");
        }
        assertThat(mark.onlyComplaint()).contains("a login in the clear that says it were encrypted");
    }

    @Test
    void clientThatDoesNotLikeTheCertificate() {
        LogFile.Mark mark = proxy.log().mark();
        assertThatThrownBy(() -> login(usual, RawTls.trusting(Certificates.get().otherCa())))
                .hasMessageContaining("unable to find valid certification path");
        assertThat(mark.onlyComplaint()).contains("cause=client-tls-failed", "does not accept");
    }

    // --- versions, ciphers, resumption ------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sessionsAreResumed(String version) {
        RawTls tls = RawTls.trustingAnybody().versions(version);
        long first;
        try (RawClient client = login(usual, tls)) {
            // tickets of TLS 1.3 come after the handshake
            assertThat(client.query("SELECT 1").value()).isEqualTo("1");
            first = client.wire().tls().orElseThrow().getCreationTime();
        }
        // a session that is made anew has the time of now
        await().until(() -> System.currentTimeMillis() > first);
        try (RawClient client = login(usual, tls)) {
            SSLSession second = client.wire().tls().orElseThrow();
            assertThat(second.getCreationTime()).isEqualTo(first);
            assertThat(client.query("SELECT 2").value()).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void oneVersionOnly(String version) {
        String other = version.equals("TLSv1.2") ? "TLSv1.3" : "TLSv1.2";
        try (ProxyProcess narrow = start("--proxy-tls-versions=" + version)) {
            login(narrow.port(), ANYBODY.versions(version)).close();
            login(narrow.port(), ANYBODY).close();
            LogFile.Mark mark = narrow.log().mark();
            assertThatThrownBy(() -> login(narrow.port(), ANYBODY.versions(other)))
                    .isInstanceOf(UncheckedIOException.class);
            assertThat(mark.onlyComplaint()).contains("cause=client-tls-failed", "no TLS version in common");
        }
    }

    @Test
    void ciphers() {
        String chosen = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        String other = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        try (ProxyProcess narrow = start("--proxy-ssl-ciphers=" + chosen + ",TLS_AES_256_GCM_SHA384")) {
            try (RawClient client = login(narrow.port(), ANYBODY)) {
                assertThat(client.wire().tls().orElseThrow().getCipherSuite()).isEqualTo("TLS_AES_256_GCM_SHA384");
            }
            try (RawClient client = login(narrow.port(), ANYBODY.versions("TLSv1.2"))) {
                assertThat(client.wire().tls().orElseThrow().getCipherSuite()).isEqualTo(chosen);
            }
            LogFile.Mark mark = narrow.log().mark();
            assertThatThrownBy(() ->
                            login(narrow.port(), ANYBODY.versions("TLSv1.2").ciphers(other)))
                    .isInstanceOf(UncheckedIOException.class);
            assertThat(mark.onlyComplaint()).contains("cause=client-tls-failed", "no cipher suite in common");
        }
    }

    private static ProxyProcess start(String... options) {
        return ProxyProcess.with()
                .backend(SecureServers.preferred())
                .plugins("proxy")
                .options(Certificates.get().proxy().options("proxy-ssl"))
                .options(options)
                .start();
    }
}
