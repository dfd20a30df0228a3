package dev.mysqlproxy.plugin.proxy;

import dev.mysqlproxy.api.lifecycle.BackendHop;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Authentication;
import dev.mysqlproxy.api.listener.ClientHop;
import dev.mysqlproxy.api.listener.ClientTlsOptions;
import dev.mysqlproxy.api.listener.Compression;
import dev.mysqlproxy.api.option.Option;
import dev.mysqlproxy.api.option.OptionValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Options for what lies below MySQL's commands: TLS, compression, PROXY headers, authentication. */
final class HopOptions {

    /** Of the longest packet. */
    private static final int MAX_THRESHOLD = 0xffffff;

    private static final double MAX_TRUST_SECONDS = 1e6;

    static final ClientTlsOptions TLS = new ClientTlsOptions("proxy");

    static final Option<List<String>> COMPRESSION = Option.list(
                    "proxy-compression", "What clients are offered: zlib, zstd, or none.")
            .defaultsTo(List.of("zlib", "zstd"))
            .build();

    static final Option<Integer> COMPRESSION_THRESHOLD = Option.integer(
                    "proxy-compression-threshold",
                    0,
                    MAX_THRESHOLD,
                    "Bytes of the shortest packet that is compressed, on both sides.")
            .defaultsTo(Compression.DEFAULT_THRESHOLD)
            .build();

    static final Option<Integer> ZLIB_LEVEL = Option.integer(
                    "proxy-zlib-level", 0, 9, "How hard zlib tries, on both sides; 0 only stores.")
            .defaultsTo(Compression.DEFAULT_ZLIB_LEVEL)
            .build();

    static final Option<Integer> ZSTD_LEVEL = Option.integer(
                    "proxy-zstd-level", 1, 22, "How hard zstd tries, on both sides.")
            .defaultsTo(Compression.DEFAULT_ZSTD_LEVEL)
            .build();

    static final Option<List<String>> PROXY_NETWORKS = Option.list(
                    "proxy-protocol-networks",
                    "Networks, addresses, unix or * whose connections begin with a PROXY header; others may not send one.")
            .build();

    static final Option<String> SOCKET_MODE = Option.text(
                    "proxy-socket-mode", "Octal mode of unix sockets' files, like 0770; by default the umask decides.")
            .build();

    static final Option<String> BACKEND_SSL_MODE = Option.choice(
                    "proxy-backend-ssl-mode",
                    List.of("disabled", "preferred", "required", "verify-ca", "verify-identity", "as-client"),
                    "Whether servers are spoken to in TLS; as-client: when the client does.")
            .defaultsTo("as-client")
            .build();

    static final Option<Path> BACKEND_SSL_CA = Option.path(
                    "proxy-backend-ssl-ca",
                    "PEM file with the authorities of servers' certificates; by default Java's.")
            .build();

    static final Option<Path> BACKEND_SSL_CERT = Option.path(
                    "proxy-backend-ssl-cert", "PEM file with the certificate that servers are shown.")
            .build();

    static final Option<Path> BACKEND_SSL_KEY = Option.path(
                    "proxy-backend-ssl-key", "PEM file with the key of that certificate.")
            .build();

    static final Option<List<String>> BACKEND_COMPRESSION = Option.list(
                    "proxy-backend-compression",
                    "What servers are asked for: zlib, zstd, or none; of two the first that they have.")
            .defaultsTo(List.of("none"))
            .build();

    static final Option<String> BACKEND_PROXY_PROTOCOL = Option.choice(
                    "proxy-backend-proxy-protocol",
                    List.of("none", "v1", "v2"),
                    "Begin connections to servers with a PROXY header that names the client.")
            .defaultsTo("none")
            .build();

    static final Option<Boolean> SKIP_CONNECT_ATTRIBUTES = Option.flag(
                    "proxy-skip-connect-attributes",
                    "Do not add the proxy's name and the client's address to the client's connection attributes.")
            .build();

    static final Option<String> AUTH = Option.choice(
                    "proxy-auth",
                    List.of("relay", "learn", "users"),
                    "Who checks passwords: the servers; the proxy, which learns them; or the proxy, from a file.")
            .defaultsTo("relay")
            .build();

    static final Option<Path> USERS_FILE = Option.path("proxy-users-file", "The accounts of --proxy-auth=users.")
            .build();

    static final Option<Duration> AUTH_TRUST = Option.seconds(
                    "proxy-auth-trust",
                    0,
                    MAX_TRUST_SECONDS,
                    "Seconds that a password which a server has confirmed is good for without asking again.")
            .defaultsTo(Authentication.RELAY.trust())
            .build();

    private HopOptions() {}

    /** Towards clients, where an address does not say otherwise. */
    static ClientHop client(OptionValues values) throws StartException {
        List<String> networks = values.get(PROXY_NETWORKS);
        return Words.fenced(
                PROXY_NETWORKS,
                () -> new ClientHop(
                        TLS.read(values),
                        compression(COMPRESSION, values),
                        networks,
                        values.isGiven(SOCKET_MODE)
                                ? Words.mode(SOCKET_MODE.toString(), values.get(SOCKET_MODE))
                                : -1));
    }

    /** Towards servers, where an address does not say otherwise. */
    static BackendHop backend(OptionValues values) throws StartException {
        BackendHop.Tls tls = new BackendHop.Tls(
                Words.of(BackendHop.TlsMode.class, values.get(BACKEND_SSL_MODE)),
                ClientTlsOptions.readable(BACKEND_SSL_CA, values),
                ClientTlsOptions.readable(BACKEND_SSL_CERT, values),
                ClientTlsOptions.readable(BACKEND_SSL_KEY, values),
                List.of(),
                List.of());
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            throw new StartException(BACKEND_SSL_CERT + " and " + BACKEND_SSL_KEY + " go together: give both or none");
        }
        return new BackendHop(
                "",
                tls,
                compression(BACKEND_COMPRESSION, values),
                Words.of(BackendHop.Header.class, values.get(BACKEND_PROXY_PROTOCOL)),
                !values.get(SKIP_CONNECT_ATTRIBUTES));
    }

    /** Who authenticates, where an address does not say otherwise. */
    static Authentication authentication(OptionValues values) throws StartException {
        Authentication.Mode mode = Words.of(Authentication.Mode.class, values.get(AUTH));
        Optional<Path> users = ClientTlsOptions.readable(USERS_FILE, values);
        if (mode == Authentication.Mode.USERS && users.isEmpty()) {
            throw new StartException(AUTH + "=users needs " + USERS_FILE);
        }
        return new Authentication(mode, users, values.get(AUTH_TRUST));
    }

    private static Compression compression(Option<List<String>> option, OptionValues values) throws StartException {
        return new Compression(
                Words.methods(option.toString(), values.get(option)),
                values.get(ZLIB_LEVEL),
                values.get(ZSTD_LEVEL),
                values.get(COMPRESSION_THRESHOLD));
    }
}
