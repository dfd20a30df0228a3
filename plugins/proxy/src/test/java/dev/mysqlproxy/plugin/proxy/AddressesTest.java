package dev.mysqlproxy.plugin.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.ClientTls;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.listener.Compression.Method;
import dev.mysqlproxy.api.listener.Listener;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.testkit.FakeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses with settings, and the options that these override. */
class AddressesTest {

    @TempDir
    private Path folder;

    private final FakeContext context = new FakeContext(ProxyOptions.ALL);

    private void start(String listeners, String backends) throws StartException {
        new ForwardingPlugin()
                .start(context.with(ScriptOptions.BASEDIR, folder)
                        .with(ProxyOptions.ADDRESSES, List.of(listeners.split(",", -1)))
                        .with(ProxyOptions.BACKENDS, List.of(backends.split(",", -1))));
    }

    private List<BackendHop> hops() {
        return context.backends().snapshot().stream()
                .map(view -> context.backends().hop(view.index()))
                .toList();
    }

    private void refused(String listeners, String backends, String message) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> start(listeners, backends))
                .withMessage(message);
        assertThat(context.listeners()).isEmpty();
        assertThat(context.backends().snapshot()).isEmpty();
    }

    private void refused(String message) {
        refused(":4040", "a:3306", message);
    }

    private Listener.Forwarding listener(int index) {
        return (Listener.Forwarding) context.listeners().get(index);
    }

    private Path file(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "x");
    }

    @SuppressWarnings("unchecked")
    private static <T> Option<T> option(String name) {
        return (Option<T>) ProxyOptions.ALL.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // --- defaults ---------------------------------------------------------------------------------------------------

    @Test
    void withoutOptions() throws StartException {
        start(":4040", "a:3306");
        assertThat(listener(0).hop().tls())
                .isEqualTo(new ClientTls(
                        ClientTls.Mode.PREFERRED,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of()));
        assertThat(listener(0).hop().compression()).isEqualTo(Compression.of(Method.ZLIB, Method.ZSTD));
        assertThat(listener(0).hop().proxyNetworks()).isEmpty();
        assertThat(listener(0).hop().socketMode()).isEqualTo(-1);
        assertThat(listener(0).authentication()).isEqualTo(Authentication.RELAY);
        assertThat(listener(0).group()).isEmpty();
        assertThat(hops())
                .containsExactly(new BackendHop(
                        "",
                        new BackendHop.Tls(
                                BackendHop.TlsMode.AS_CLIENT,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                List.of(),
                                List.of()),
                        Compression.NONE,
                        BackendHop.Header.NONE,
                        true));
    }

    // --- options ----------------------------------------------------------------------------------------------------

    @Test
    void optionsOfClients() throws StartException, IOException {
        context.with(AddressesTest.<String>option("proxy-ssl-mode"), "required")
                .with(AddressesTest.<Path>option("proxy-ssl-cert"), file("c"))
                .with(AddressesTest.<Path>option("proxy-ssl-key"), file("k"))
                .with(AddressesTest.<Path>option("proxy-ssl-ca"), file("a"))
                .with(AddressesTest.<Boolean>option("proxy-ssl-require-client-cert"), true)
                .with(AddressesTest.<List<String>>option("proxy-tls-versions"), List.of("TLSv1.3"))
                .with(AddressesTest.<List<String>>option("proxy-ssl-ciphers"), List.of("TLS_AES_128_GCM_SHA256"))
                .with(HopOptions.COMPRESSION, List.of("zstd"))
                .with(HopOptions.COMPRESSION_THRESHOLD, 1000)
                .with(HopOptions.ZLIB_LEVEL, 1)
                .with(HopOptions.ZSTD_LEVEL, 9)
                .with(HopOptions.PROXY_NETWORKS, List.of("10.0.0.0/8", "unix"))
                .with(HopOptions.SOCKET_MODE, "0770")
                .with(HopOptions.AUTH, "users")
                .with(HopOptions.USERS_FILE, file("u"))
                .with(HopOptions.AUTH_TRUST, Duration.ofSeconds(7));
        start(":4040", "a:3306");
        assertThat(listener(0).hop().tls())
                .isEqualTo(new ClientTls(
                        ClientTls.Mode.REQUIRED,
                        Optional.of(folder.resolve("c")),
                        Optional.of(folder.resolve("k")),
                        Optional.of(folder.resolve("a")),
                        true,
                        List.of("TLSv1.3"),
                        List.of("TLS_AES_128_GCM_SHA256")));
        assertThat(listener(0).hop().compression()).isEqualTo(new Compression(List.of(Method.ZSTD), 1, 9, 1000));
        assertThat(listener(0).hop().proxyNetworks()).containsExactly("10.0.0.0/8", "unix");
        assertThat(listener(0).hop().socketMode()).isEqualTo(0770);
        assertThat(listener(0).authentication())
                .isEqualTo(new Authentication(
                        Authentication.Mode.USERS, Optional.of(folder.resolve("u")), Duration.ofSeconds(7)));
    }

    @Test
    void optionsOfBackends() throws StartException, IOException {
        context.with(HopOptions.BACKEND_SSL_MODE, "verify-identity")
                .with(HopOptions.BACKEND_SSL_CA, file("a"))
                .with(HopOptions.BACKEND_SSL_CERT, file("c"))
                .with(HopOptions.BACKEND_SSL_KEY, file("k"))
                .with(HopOptions.BACKEND_COMPRESSION, List.of("zstd", "zlib"))
                .with(HopOptions.BACKEND_PROXY_PROTOCOL, "v1")
                .with(HopOptions.SKIP_CONNECT_ATTRIBUTES, true);
        start(":4040", "a:3306");
        assertThat(hops())
                .containsExactly(new BackendHop(
                        "",
                        new BackendHop.Tls(
                                BackendHop.TlsMode.VERIFY_IDENTITY,
                                Optional.of(folder.resolve("a")),
                                Optional.of(folder.resolve("c")),
                                Optional.of(folder.resolve("k")),
                                List.of(),
                                List.of()),
                        Compression.of(Method.ZSTD, Method.ZLIB),
                        BackendHop.Header.V1,
                        false));
    }

    @Test
    void optionsThatContradictThemselves() throws IOException {
        Path file = file("f");
        Option<Path> certificate = option("proxy-ssl-cert");
        Option<Path> missing = option("proxy-ssl-ca");
        context.with(certificate, file);
        refused("--proxy-ssl-cert and --proxy-ssl-key go together: give both or none");
        context.with(AddressesTest.<Path>option("proxy-ssl-key"), file)
                .with(AddressesTest.<Boolean>option("proxy-ssl-require-client-cert"), true);
        refused("--proxy-ssl-require-client-cert needs --proxy-ssl-ca");
        context.with(missing, folder.resolve("none"));
        refused("--proxy-ssl-ca=" + folder.resolve("none") + ": there is no such file");
        context.with(missing, file).with(AddressesTest.<List<String>>option("proxy-tls-versions"), List.of("TLSv1.1"));
        refused("--proxy-tls-versions has to be of TLSv1.2, TLSv1.3, is TLSv1.1");
    }

    @Test
    void wordsThatAreNone() {
        context.with(HopOptions.COMPRESSION, List.of("zlib", "lz4"));
        refused("--proxy-compression has to be zlib, zstd, both, or none, is 'zlib,lz4'");
        context.with(HopOptions.COMPRESSION, List.of("none", "zlib"));
        refused("--proxy-compression has to be zlib, zstd, both, or none, is 'none,zlib'");
        context.with(HopOptions.COMPRESSION, List.of("none")).with(HopOptions.SOCKET_MODE, "0990");
        refused("--proxy-socket-mode has to be three octal digits, like 0770, is '0990'");
        context.with(HopOptions.SOCKET_MODE, "770").with(HopOptions.PROXY_NETWORKS, List.of("10.0.0.0/33"));
        refused("--proxy-protocol-networks: '10.0.0.0/33' is not a network: 0 to 32 bits can come after the slash");
        context.with(HopOptions.PROXY_NETWORKS, List.of()).with(HopOptions.AUTH, "users");
        refused("--proxy-auth=users needs --proxy-users-file");
        context.with(HopOptions.AUTH, "relay").with(HopOptions.BACKEND_SSL_KEY, folder);
        refused("--proxy-backend-ssl-key=" + folder + ": there is no such file");
    }

    // --- settings of addresses --------------------------------------------------------------------------------------

    @Test
    void severalListeners() throws StartException {
        start(":4040,:4041?group=reports,/p/x.sock?socket-mode=0700", "a:3306,b:3306?group=reports");
        assertThat(context.listeners())
                .extracting(Listener::name, Listener::address, Listener::announcement)
                .containsExactly(
                        tuple("proxy", ":4040", "proxy listening on port %s"),
                        tuple("proxy-2", ":4041", "proxy-2 listening on port %s"),
                        tuple("proxy-3", "/p/x.sock", "proxy-3 listening on port %s"));
        assertThat(listener(1).group()).isEqualTo("reports");
        assertThat(listener(2).hop().socketMode()).isEqualTo(0700);
        assertThat(context.backends().snapshot())
                .extracting(view -> view.address())
                .containsExactly("a:3306", "b:3306");
        assertThat(hops()).extracting(BackendHop::group).containsExactly("", "reports");
    }

    @Test
    void settingsOfAListenerBeatTheOptions() throws StartException, IOException {
        context.with(HopOptions.COMPRESSION, List.of("none"))
                .with(HopOptions.ZSTD_LEVEL, 12)
                .with(HopOptions.PROXY_NETWORKS, List.of("*"))
                .with(AddressesTest.<Path>option("proxy-ssl-ca"), file("all"));
        file("c.pem");
        file("k.pem");
        file("users");
        start(
                ":1,:2?ssl-mode=disabled&ssl-ca=&compression=zlib+zstd&proxy-networks=10.0.0.0/8+127.0.0.1&auth=users"
                        + "&users-file=users,:3?ssl-cert=c.pem&ssl-key=" + folder.resolve("k.pem")
                        + "&ssl-require-client-cert&proxy-networks=&auth=learn",
                "a:3306");
        assertThat(listener(0).hop().compression().methods()).isEmpty();
        assertThat(listener(0).hop().proxyNetworks()).containsExactly("*");
        assertThat(listener(1).hop().tls().mode()).isEqualTo(ClientTls.Mode.DISABLED);
        assertThat(listener(1).hop().tls().ca()).isEmpty();
        assertThat(listener(1).hop().compression())
                .isEqualTo(new Compression(List.of(Method.ZLIB, Method.ZSTD), 6, 12, 50));
        assertThat(listener(1).hop().proxyNetworks()).containsExactly("10.0.0.0/8", "127.0.0.1");
        assertThat(listener(1).authentication().mode()).isEqualTo(Authentication.Mode.USERS);
        assertThat(listener(1).authentication().usersFile()).contains(folder.resolve("users"));
        assertThat(listener(2).hop().tls().mode()).isEqualTo(ClientTls.Mode.PREFERRED);
        assertThat(listener(2).hop().tls().certificate()).contains(folder.resolve("c.pem"));
        assertThat(listener(2).hop().tls().key()).contains(folder.resolve("k.pem"));
        assertThat(listener(2).hop().tls().ca()).contains(folder.resolve("all"));
        assertThat(listener(2).hop().tls().certificateRequired()).isTrue();
        assertThat(listener(2).hop().proxyNetworks()).isEmpty();
        assertThat(listener(2).authentication().mode()).isEqualTo(Authentication.Mode.LEARN);
    }

    @Test
    void settingsOfABackendBeatTheOptions() throws StartException, IOException {
        file("ca.pem");
        start(
                ":4040?group=g,:4041",
                "a:3306?group=g&ssl-mode=verify-ca&ssl-ca=ca.pem&compression=zstd&proxy-protocol=v2,a:3306");
        BackendHop hop = hops().get(0);
        assertThat(hop.group()).isEqualTo("g");
        assertThat(hop.tls().mode()).isEqualTo(BackendHop.TlsMode.VERIFY_CA);
        assertThat(hop.tls().ca()).contains(folder.resolve("ca.pem"));
        assertThat(hop.compression()).isEqualTo(Compression.of(Method.ZSTD));
        assertThat(hop.header()).isEqualTo(BackendHop.Header.V2);
        assertThat(hops().get(1).tls().mode()).isEqualTo(BackendHop.TlsMode.AS_CLIENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "color=red       | there is no setting 'color'; there are group, ssl-mode, ssl-cert, ssl-key, ssl-ca,"
                        + " ssl-require-client-cert, compression, proxy-networks, socket-mode, auth, users-file",
                "group=a&group=b | the setting 'group' is there twice",
                "group=          | a group's name has letters, digits, dots, dashes and underscores, '' has not",
                "group=a b       | a group's name has letters, digits, dots, dashes and underscores, 'a b' has not",
                "ssl-mode=on     | ssl-mode has to be one of disabled, preferred, required, is 'on'",
                "ssl-cert=f      | ssl-cert=FOLDER/f: there is no such file",
                "ssl-key=        | ssl-cert and ssl-key go together: give both or none",
                "ssl-require-client-cert       | ssl-require-client-cert needs ssl-ca",
                "ssl-require-client-cert=maybe | ssl-require-client-cert has to be true or false",
                "compression=lz4               | compression has to be zlib, zstd, both, or none, is 'lz4'",
                "socket-mode=rwx               | socket-mode has to be three octal digits, like 0770, is 'rwx'",
                "auth=users                    | auth=users needs users-file",
                "auth=trust                    | auth has to be one of relay, learn, users, is 'trust'",
            })
    void settingsOfAListenerThatMakeNoSense(String settings, String message) {
        refused(
                ":4040?" + settings,
                "a:3306",
                "--proxy-address=:4040?" + settings + ": " + message.replace("FOLDER", folder.toString()));
    }

    @Test
    void networkOfAListenerThatIsNone() {
        refused(
                ":4040?proxy-networks=10.0.0.0/8+lan",
                "a:3306",
                "--proxy-address=:4040?proxy-networks=10.0.0.0/8+lan: proxy-networks: 'lan' is not a network: write"
                        + " 10.0.0.0/8, fd00::/8, an address, * for every address or unix for unix sockets");
    }

    @Test
    void settingsOfABackendThatMakeNoSense() {
        refused(
                ":4040",
                "a:3306?auth=learn",
                "--proxy-backend-addresses=a:3306?auth=learn: there is no setting 'auth'; there are group, ssl-mode,"
                        + " ssl-ca, ssl-cert, ssl-key, compression, proxy-protocol");
        refused(
                ":4040",
                "a:3306?proxy-protocol=v3",
                "--proxy-backend-addresses=a:3306?proxy-protocol=v3: proxy-protocol has to be one of none, v1, v2, is"
                        + " 'v3'");
    }

    @Test
    void aListenerNeedsBackends() {
        refused(":4040?group=x", "a:3306", "--proxy-address=:4040?group=x: no backend is of group x");
        refused(":4040", "a:3306?group=x", "--proxy-address=:4040: no backend is without a group");
    }

    @Test
    void readOnlyBackendsOfAGroupAreBackends() throws StartException {
        context.with(ProxyOptions.READ_ONLY_BACKENDS, List.of("r:3306?group=x"));
        start(":4040?group=x", "a:3306");
        assertThat(hops()).extracting(BackendHop::group).containsExactly("", "x");
    }

    // --- X protocol -------------------------------------------------------------------------------------------------

    private List<Listener> relays() {
        return context.listeners().stream()
                .filter(listener -> listener instanceof Listener.Relay)
                .toList();
    }

    @Test
    void xServersAreThoseOfMySql() throws StartException {
        context.with(ProxyOptions.X_ADDRESSES, List.of(":4060?proxy-networks=*", "@x?group=g&socket-mode=700"))
                .with(HopOptions.SOCKET_MODE, "0770");
        start(":4040,:4041?group=g", "a:3306,b,[::1]:3307,[::2],/p/x.sock,a:3310,c:1?group=g");
        assertThat(relays())
                .extracting(
                        Listener::name,
                        Listener::address,
                        Listener::announcement,
                        listener -> ((Listener.Relay) listener).backends(),
                        listener -> listener.hop().socketMode(),
                        listener -> listener.hop().proxyNetworks())
                .containsExactly(
                        tuple(
                                "x",
                                ":4060",
                                "X protocol listening on port %s",
                                List.of("a:33060", "b:33060", "[::1]:33060", "[::2]:33060"),
                                0770,
                                List.of("*")),
                        tuple(
                                "x-2",
                                "@x",
                                "X protocol (x-2) listening on port %s",
                                List.of("c:33060"),
                                0700,
                                List.of()));
    }

    @Test
    void xServersCanBeNamed() throws StartException {
        context.with(ProxyOptions.X_ADDRESSES, List.of(":4060"))
                .with(ProxyOptions.X_BACKENDS, List.of("x:1", "/p/mysqlx.sock"));
        start(":4040", "a:3306");
        assertThat(((Listener.Relay) relays().get(0)).backends()).containsExactly("x:1", "/p/mysqlx.sock");
    }

    @Test
    void xListenersWithoutServersAreRefused() {
        context.with(ProxyOptions.X_ADDRESSES, List.of(":4060"));
        refusedLater(
                ":4040",
                "/p/x.sock",
                "--proxy-x-address=:4060: no read/write server is reached by TCP; name servers with"
                        + " --proxy-x-backend-addresses");
        context.with(ProxyOptions.X_ADDRESSES, List.of()).with(ProxyOptions.X_BACKENDS, List.of("a:1"));
        refusedLater(":4040", "a:3306", "--proxy-x-backend-addresses needs --proxy-x-address");
    }

    private void refusedLater(String listeners, String backends, String message) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> start(listeners, backends))
                .withMessage(message);
    }
}
