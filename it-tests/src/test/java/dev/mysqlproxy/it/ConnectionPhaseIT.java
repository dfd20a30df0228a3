package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.sql.Connection;
import java.sql.Statement;
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

/** Logins and changes of user, packet by packet as without the proxy. */
class ConnectionPhaseIT {
    private static final long ENCRYPTION_AND_COMPRESSION =
            Flags.CLIENT_SSL | Flags.CLIENT_COMPRESS | Flags.CLIENT_ZSTD_COMPRESSION_ALGORITHM;
    private static final long EVERYTHING = Flags.MODERN | Flags.MARIADB;

    private static final Map<Kind, ProxyProcess> PROXIES = new EnumMap<>(Kind.class);

    @BeforeAll
    static void start() {
        SharedServers.all().forEach(server -> PROXIES.put(server.kind(), ProxyProcess.before(server)));
    }

    @AfterAll
    static void stop() {
        PROXIES.values().forEach(ProxyProcess::close);
        PROXIES.clear();
    }

    /** A login and whom it is for. */
    record Attempt(String name, Kind kind, Login login, boolean emptyCache) {
        @Override
        public String toString() {
            return kind + " " + name;
        }
    }

    static List<Attempt> attempts() {
        List<Attempt> attempts = new ArrayList<>();
        Login caching = Login.of(SharedServers.CACHING_USER, SharedServers.PASSWORD);
        Login sha256 = Login.of(SharedServers.SHA256_USER, SharedServers.PASSWORD);
        Login old = Login.of(SharedServers.NATIVE_USER, SharedServers.PASSWORD);
        for (TestServer server : SharedServers.all()) {
            Kind kind = server.kind();
            Login app = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
            Map<String, Login> all = new LinkedHashMap<>();
            all.put("usual method", app);
            all.put("all flags", app.wanting(EVERYTHING).schema(Accounts.DATABASE));
            all.put("schema", app.schema(Accounts.DATABASE));
            all.put("unknown schema", app.schema("there_is_no_such_schema"));
            all.put("wrong password", Login.of(Accounts.APP_USER, "wrong"));
            all.put("no password", Login.of(Accounts.APP_USER, ""));
            all.put("unknown user", Login.of("nobody_known", "secret"));
            all.put("switch from an unknown method", app.method("mysql_clear_password"));
            all.put("attributes", app.attributes(Map.of("program_name", "it", "long", "v".repeat(3000))));
            all.put("byte by byte", app.piece(1).attributes(Map.of("program_name", "it")));
            all.put("without method names", app.wanting(Flags.OLD));
            if (kind == Kind.MYSQL) {
                all.put("caching_sha2_password, fast", caching);
                all.put("caching_sha2_password, wrong password", Login.of(SharedServers.CACHING_USER, "wrong"));
                all.put("sha256_password by a switch", sha256);
                all.put("sha256_password at once", sha256.method("sha256_password"));
                all.put("caching_sha2_password by a switch", caching.method("sha256_password"));
                attempts.add(new Attempt("caching_sha2_password, full", kind, caching, true));
                attempts.add(new Attempt(
                        "caching_sha2_password, full, by a switch",
                        kind,
                        caching.method("mysql_native_password"),
                        true));
                attempts.add(new Attempt("caching_sha2_password, byte by byte", kind, caching.piece(1), true));
            } else {
                all.put("mysql_native_password", old);
                all.put("mysql_native_password, without method names", old.wanting(Flags.OLD));
                all.put("mysql_native_password by a switch", old.method("mysql_clear_password"));
            }
            all.forEach((name, login) -> attempts.add(new Attempt(name, kind, login, false)));
        }
        return attempts;
    }

    @ParameterizedTest
    @MethodSource("attempts")
    void sameLogin(Attempt attempt) throws Exception {
        TestServer server = SharedServers.of(attempt.kind());
        prepare(server, attempt);
        List<String> direct = login(server.host(), server.port(), attempt.login());
        prepare(server, attempt);
        List<String> proxied =
                login(ProxyProcess.HOST, PROXIES.get(attempt.kind()).port(), attempt.login());
        assertThat(proxied).containsExactlyElementsOf(direct);
    }

    private static void prepare(TestServer server, Attempt attempt) throws Exception {
        if (attempt.kind() == Kind.MYSQL) {
            if (attempt.emptyCache()) {
                try (Connection connection = server.openAdmin();
                        Statement statement = connection.createStatement()) {
                    // it empties the cache of passwords, too
                    statement.execute("FLUSH LOCAL PRIVILEGES");
                }
            } else {
                warm(server);
            }
        }
    }

    /** Lets the server learn the passwords that it will be asked for. */
    private static void warm(TestServer server) {
        for (Login login : List.of(
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD),
                Login.of(SharedServers.CACHING_USER, SharedServers.PASSWORD),
                Login.of(server.rootUser(), server.rootPassword()))) {
            RawClient.login(server.host(), server.port(), login).close();
        }
    }

    private static List<String> login(String host, int port, Login login) {
        try (RawClient client = RawClient.tryLogin(host, port, login)) {
            List<String> said = new ArrayList<>();
            said.add("version " + client.greeting().serverVersion() + " method "
                    + client.greeting().plugin() + " charset "
                    + client.greeting().charset() + " status "
                    + client.greeting().status());
            said.add("offers " + Long.toHexString(client.greeting().capabilities() & ~ENCRYPTION_AND_COMPRESSION));
            client.loginPackets().forEach(packet -> said.add(masked(packet)));
            if (client.loginPackets().get(client.loginPackets().size() - 1).isErr()) {
                said.add("closed after " + client.wire().readToEnd().length + " bytes");
            } else {
                client.query("SELECT CURRENT_USER(), DATABASE()");
                client.query("SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs"
                        + " WHERE PROCESSLIST_ID = CONNECTION_ID() ORDER BY ORDINAL_POSITION");
                said.addAll(client.transcript());
            }
            return said;
        }
    }

    /** Nonces differ. */
    private static String masked(Packet packet) {
        if (packet.first() != 0xfe) {
            // MariaDB signs the nonce and its certificate in its OK
            return packet.toString().replaceAll("(?<=A\\\\01)[0-9A-F]{64}", "#");
        }
        int end = 1;
        while (end < packet.payload().length && packet.payload()[end] != 0) {
            end++;
        }
        return packet.sequence() + ": " + packet.payload().length + " switch to "
                + new String(packet.payload(), 1, end - 1, java.nio.charset.StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void offersEncryptionAsTheServerDoesAndBothCompressions(Kind kind) {
        TestServer server = SharedServers.of(kind);
        Login login = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
        try (RawClient direct = RawClient.login(server.host(), server.port(), login);
                RawClient proxied =
                        RawClient.login(ProxyProcess.HOST, PROXIES.get(kind).port(), login)) {
            long encryption = direct.greeting().capabilities() & Flags.CLIENT_SSL;
            assertThat(proxied.greeting().capabilities() & ENCRYPTION_AND_COMPRESSION)
                    .isEqualTo(encryption | Flags.CLIENT_COMPRESS | Flags.CLIENT_ZSTD_COMPRESSION_ALGORITHM);
        }
    }

    static List<Kind> kinds() {
        return SharedServers.all().stream().map(TestServer::kind).toList();
    }

    /** Changes of user on one connection. */
    @ParameterizedTest
    @MethodSource("kinds")
    void sameChangesOfUser(Kind kind) {
        TestServer server = SharedServers.of(kind);
        for (long flags : List.of(Flags.CLASSIC, EVERYTHING)) {
            if (kind == Kind.MYSQL) {
                warm(server);
            }
            List<String> direct = changes(server, server.host(), server.port(), flags);
            List<String> proxied =
                    changes(server, ProxyProcess.HOST, PROXIES.get(kind).port(), flags);
            assertThat(proxied).containsExactlyElementsOf(direct);
        }
    }

    private static List<String> changes(TestServer server, String host, int port, long flags) {
        String other = server.kind() == Kind.MYSQL ? SharedServers.CACHING_USER : SharedServers.NATIVE_USER;
        Login login = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).wanting(flags);
        try (RawClient client = RawClient.login(host, port, login)) {
            List<String> said = new ArrayList<>();
            for (String method : List.of("", "mysql_clear_password", "mysql_native_password")) {
                client.query("SET @mine = 1");
                client.changeUser(other, SharedServers.PASSWORD, Accounts.DATABASE, method)
                        .forEach(packet -> said.add(masked(packet)));
                client.query("SELECT CURRENT_USER(), DATABASE(), @mine");
            }
            client.changeUser(server.rootUser(), server.rootPassword(), "", "")
                    .forEach(packet -> said.add(masked(packet)));
            client.query("SELECT CURRENT_USER()");
            client.changeUser(Accounts.APP_USER, "wrong", "", "").forEach(packet -> said.add(masked(packet)));
            // MySQL ends the connection, MariaDB waits for better
            said.add(
                    server.kind() == Kind.MYSQL
                            ? "closed after " + client.wire().readToEnd().length + " bytes"
                            : client.pingOrClosed());
            said.addAll(client.transcript());
            return said;
        }
    }

    @Test
    void firstCommandMayFollowTheLoginAtOnce() {
        TestServer server = SharedServers.preferred();
        try (RawClient client = RawClient.login(
                ProxyProcess.HOST,
                PROXIES.get(server.kind()).port(),
                Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD))) {
            client.wire()
                    .raw(new Bytes()
                            .bytes(1, 0, 0, 0, 0x0e)
                            .bytes(1, 0, 0, 0, 0x0e)
                            .get());
            assertThat(client.answer(0x0e, 1).isError()).isFalse();
            assertThat(client.answer(0x0e, 1).isError()).isFalse();
        }
    }
}
