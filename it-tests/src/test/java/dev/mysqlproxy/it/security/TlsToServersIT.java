package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mode of TLS towards servers, before clients with TLS and without. The servers are the witnesses. */
class TlsToServersIT {
    private static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
    private static final String PLAIN = "";
    private static final String REFUSED = "refused";

    private static final Map<Kind, ProxyProcess> PROXIES = new EnumMap<>(Kind.class);

    /**
     * A group of one backend.
     *
     * @param settings of the backend's address
     * @param behindPlain what the server sees when the client speaks no TLS: a version of TLS, nothing, or no login
     * @param behindTls the same when it does
     */
    record Mode(String group, String host, String settings, String behindPlain, String behindTls) {}

    private static List<Mode> modes(TestServer server) {
        String tls = "TLSv1.3";
        String rightCa = "&ssl-ca=" + SecureServers.ca(server);
        String wrongCa = "&ssl-ca=" + Certificates.get().otherCa();
        List<Mode> modes = new ArrayList<>(List.of(
                new Mode("default", "127.0.0.1", "", PLAIN, tls),
                new Mode("disabled", "127.0.0.1", "&ssl-mode=disabled", PLAIN, PLAIN),
                new Mode("preferred", "127.0.0.1", "&ssl-mode=preferred", tls, tls),
                new Mode("required", "127.0.0.1", "&ssl-mode=required", tls, tls),
                new Mode("required-unread", "127.0.0.1", "&ssl-mode=required" + wrongCa, tls, tls),
                new Mode("as-client", "127.0.0.1", "&ssl-mode=as-client", PLAIN, tls),
                new Mode("ca", "127.0.0.1", "&ssl-mode=verify-ca" + rightCa, tls, tls),
                new Mode("ca-wrong", "127.0.0.1", "&ssl-mode=verify-ca" + wrongCa, REFUSED, REFUSED),
                new Mode("ca-of-java", "127.0.0.1", "&ssl-mode=verify-ca", REFUSED, REFUSED),
                new Mode("identity", "localhost", "&ssl-mode=verify-identity" + rightCa, tls, tls),
                new Mode("identity-ca-wrong", "localhost", "&ssl-mode=verify-identity" + wrongCa, REFUSED, REFUSED)));
        if (server.kind() == Kind.MARIADB) {
            // its certificate has a name and no address
            modes.add(new Mode("identity-wrong", "127.0.0.1", "&ssl-mode=verify-identity" + rightCa, REFUSED, REFUSED));
        }
        return modes;
    }

    private static ProxyProcess start(TestServer server, List<Mode> modes, String... options) {
        ProxyProcess.Setup setup = ProxyProcess.with().plugins("proxy").options(options);
        for (Mode mode : modes) {
            setup.addresses(ProxyProcess.HOST + ":0?group=" + mode.group());
            setup.backend(mode.host() + ":" + server.port() + "?group=" + mode.group() + mode.settings());
        }
        return setup.start();
    }

    /** Where each mode is to be had. */
    private static Map<String, Integer> ports(ProxyProcess proxy, List<Mode> modes) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (int at = 0; at < modes.size(); at++) {
            ports.put(modes.get(at).group(), proxy.ports().get(at));
        }
        return ports;
    }

    @BeforeAll
    static void start() {
        for (TestServer server : SecureServers.all()) {
            PROXIES.put(server.kind(), start(server, modes(server)));
        }
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PROXIES.clear();
    }

    static List<Object[]> cases() {
        List<Object[]> cases = new ArrayList<>();
        for (TestServer server : SecureServers.all()) {
            for (Mode mode : modes(server)) {
                cases.add(new Object[] {server.kind(), mode.group(), false});
                cases.add(new Object[] {server.kind(), mode.group(), true});
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{0} {1}, client with TLS: {2}")
    @MethodSource("cases")
    void hopIsAsItsModeSays(Kind kind, String group, boolean clientTls) {
        TestServer server = SecureServers.of(kind);
        Mode mode = modes(server).stream()
                .filter(each -> each.group().equals(group))
                .findFirst()
                .orElseThrow();
        ProxyProcess proxy = PROXIES.get(kind);
        int port = ports(proxy, modes(server)).get(group);
        String expected = clientTls ? mode.behindTls() : mode.behindPlain();
        LogFile.Mark mark = proxy.log().mark();
        try (RawClient client = clientTls ? open(port, RawTls.trustingAnybody()) : open(port)) {
            if (expected.equals(REFUSED)) {
                String error = client.refusal();
                assertThat(error).startsWith("1105 #HY000(proxy) SSL connection error: ");
                assertThat(mark.onlyComplaint())
                        .contains("session closed cause=backend-tls-failed")
                        .contains(error.substring(error.indexOf("error: ") + "error: ".length()));
            } else {
                assertThat(client.refusal()).isEmpty();
                assertThat(status(client, "Ssl_version")).isEqualTo(expected);
                assertThat(status(client, "Ssl_cipher").isEmpty()).isEqualTo(expected.isEmpty());
            }
        }
    }

    private static RawClient open(int port) {
        return RawClient.tryLogin(ProxyProcess.HOST, port, APP);
    }

    private static RawClient open(int port, RawTls tls) {
        return RawClient.tryLogin(ProxyProcess.HOST, port, APP, tls);
    }

    private static String status(RawClient client, String name) {
        return client.query("SHOW STATUS LIKE '" + name + "'").rows().get(0).get("Value");
    }

    /** The reason in the error says what an operator has to change. */
    @Test
    void errorsName() {
        for (TestServer server : SecureServers.all()) {
            Map<String, Integer> ports = ports(PROXIES.get(server.kind()), modes(server));
            try (RawClient client = open(ports.get("ca-wrong"))) {
                assertThat(client.refusal()).contains("not from an authority that we trust");
            }
            if (server.kind() == Kind.MARIADB) {
                try (RawClient client = open(ports.get("identity-wrong"))) {
                    assertThat(client.refusal()).contains("is for another name", "127.0.0.1");
                }
            }
        }
    }

    /** A server without TLS. */
    @Test
    void serverWithoutTls() {
        assumeTrue(SecureServers.plain().isPresent(), "no server without TLS on this machine");
        TestServer server = SecureServers.plain().orElseThrow();
        List<Mode> modes = List.of(
                new Mode("as-client", "127.0.0.1", "", PLAIN, REFUSED),
                new Mode("preferred", "127.0.0.1", "&ssl-mode=preferred", PLAIN, PLAIN),
                new Mode("required", "127.0.0.1", "&ssl-mode=required", REFUSED, REFUSED));
        try (ProxyProcess proxy = start(server, modes)) {
            Map<String, Integer> ports = ports(proxy, modes);
            try (RawClient client = open(ports.get("as-client"))) {
                assertThat(client.greeting().capabilities() & Flags.CLIENT_SSL).isZero();
                assertThat(status(client, "Ssl_cipher")).isEmpty();
            }
            try (RawClient client = open(ports.get("preferred"), RawTls.trustingAnybody())) {
                assertThat(status(client, "Ssl_cipher")).isEmpty();
            }
            LogFile.Mark mark = proxy.log().mark();
            try (RawClient client = open(ports.get("required"))) {
                assertThat(client.refusal())
                        .startsWith("1105 #HY000(proxy) SSL connection error: the server 127.0.0.1:")
                        .endsWith(" has no TLS, which the backend's ssl-mode requires");
                assertThat(mark.onlyComplaint()).contains("cause=backend-tls-failed", "has no TLS");
            }
        }
    }

    /** The options stand for backends that say nothing for themselves. */
    @Test
    void settingsOfOneBackendBeatTheOptions() {
        TestServer server = SecureServers.preferred();
        List<Mode> modes = List.of(
                new Mode("as-options", "127.0.0.1", "", REFUSED, REFUSED),
                new Mode("own-ca", "localhost", "&ssl-ca=" + SecureServers.ca(server), "TLSv1.3", "TLSv1.3"),
                new Mode("own-mode", "127.0.0.1", "&ssl-mode=disabled", PLAIN, PLAIN));
        try (ProxyProcess proxy = start(
                server,
                modes,
                "--proxy-backend-ssl-mode=verify-identity",
                "--proxy-backend-ssl-ca=" + Certificates.get().otherCa())) {
            Map<String, Integer> ports = ports(proxy, modes);
            try (RawClient client = open(ports.get("as-options"))) {
                assertThat(client.refusal()).isNotEmpty();
            }
            try (RawClient client = open(ports.get("own-ca"))) {
                assertThat(status(client, "Ssl_version")).isEqualTo("TLSv1.3");
            }
            try (RawClient client = open(ports.get("own-mode"))) {
                assertThat(status(client, "Ssl_version")).isEmpty();
            }
        }
    }

    /** An account that the server lets in by certificate only. */
    @Test
    void certificateForTheServer() {
        assumeTrue(SecureServers.kinds().contains(Kind.MARIADB), "a server that knows the tests' authority is needed");
        TestServer server = SecureServers.of(Kind.MARIADB);
        SecureServers.execute(
                server,
                "CREATE OR REPLACE USER it_x509 IDENTIFIED BY 'it-secret' REQUIRE SUBJECT '/O=Tests/CN=app'",
                "GRANT ALL PRIVILEGES ON test.* TO it_x509");
        Certificates.Pair client = Certificates.get().client();
        Certificates.Pair stranger = Certificates.get().stranger();
        List<Mode> modes = List.of(
                new Mode(
                        "shown", "127.0.0.1", "&ssl-cert=" + client.certificate() + "&ssl-key=" + client.key(), "", ""),
                new Mode("none", "127.0.0.1", "", "", ""),
                new Mode(
                        "wrong",
                        "127.0.0.1",
                        "&ssl-cert=" + stranger.certificate() + "&ssl-key=" + stranger.key(),
                        "",
                        ""));
        Login login = Login.of("it_x509", "it-secret");
        try (ProxyProcess proxy = start(server, modes, "--proxy-backend-ssl-mode=required")) {
            Map<String, Integer> ports = ports(proxy, modes);
            try (RawClient good = RawClient.login(ProxyProcess.HOST, ports.get("shown"), login)) {
                assertThat(good.query("SELECT CURRENT_USER()").value()).isEqualTo("it_x509@%");
            }
            try (RawClient none = RawClient.tryLogin(ProxyProcess.HOST, ports.get("none"), login)) {
                assertThat(none.refusal()).startsWith("1045 #28000Access denied");
            }
            LogFile.Mark mark = proxy.log().mark();
            try (RawClient wrong = RawClient.tryLogin(ProxyProcess.HOST, ports.get("wrong"), login)) {
                // the server ends the connection in the middle of the handshake
                assertThat(wrong.refusal()).contains("the other side does not accept our certificate");
                assertThat(mark.onlyComplaint())
                        .contains("cause=backend-tls-failed", "does not accept our certificate");
            }
        }
    }
}
