package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.PluginJar;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything is said to the server itself and through the proxy; every packet of the answers has to be the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DirectAndProxiedIT {

    /** By which road through the proxy. */
    enum Road {
        /** Nobody watches: bytes are passed on as they come. */
        FORWARDED,
        /** A plugin sees each command. */
        WATCHED,
        /** A plugin injects each statement and keeps its whole result. */
        KEPT
    }

    /** A kind of client. */
    enum Client {
        OLD(Flags.OLD, Integer.MAX_VALUE),
        CLASSIC(Flags.CLASSIC, Integer.MAX_VALUE),
        /** Bytes come in small pieces. */
        DRIBBLING(Flags.CLASSIC | Flags.CLIENT_DEPRECATE_EOF | Flags.CLIENT_QUERY_ATTRIBUTES, 3),
        MODERN(Flags.MODERN, Integer.MAX_VALUE),
        MARIADB(Flags.MARIADB, Integer.MAX_VALUE),
        MARIADB_WITH_EOF(Flags.MARIADB & ~Flags.CLIENT_DEPRECATE_EOF, Integer.MAX_VALUE);

        final long flags;
        final int piece;

        Client(long flags, int piece) {
            this.flags = flags;
            this.piece = piece;
        }

        boolean isFor(TestServer.Kind kind) {
            return switch (this) {
                // without naming the method there is only the native one
                case OLD, MARIADB, MARIADB_WITH_EOF -> kind == TestServer.Kind.MARIADB;
                case MODERN -> kind == TestServer.Kind.MYSQL;
                case CLASSIC, DRIBBLING -> true;
            };
        }
    }

    @TempDir
    static Path plugins;

    private final Map<TestServer, Map<Road, ProxyProcess>> proxies = new LinkedHashMap<>();
    private final Map<String, List<String>> direct = new HashMap<>();

    @BeforeAll
    void start() {
        PluginJar.folderWithTheOthers(plugins);
        PluginJar.of("observer", "Observer").in(plugins);
        PluginJar.of("keeper", "Keeper").in(plugins);
        for (TestServer server : SharedServers.all()) {
            Map<Road, ProxyProcess> roads = new LinkedHashMap<>();
            for (Road road : Road.values()) {
                String plugin = road == Road.WATCHED ? ",observer" : road == Road.KEPT ? ",keeper" : "";
                roads.put(
                        road,
                        ProxyProcess.with()
                                .backend(server)
                                .plugins("proxy,admin" + plugin)
                                .options("--plugin-dir=" + plugins, "--max-hook-packet=1000000000")
                                .javaOptions("-Xmx512m -XX:MaxDirectMemorySize=768m")
                                .start());
            }
            proxies.put(server, roads);
        }
    }

    @AfterAll
    void stop() {
        proxies.values().forEach(roads -> roads.values().forEach(ProxyProcess::close));
    }

    Stream<Object[]> cases() {
        List<Object[]> all = new ArrayList<>();
        for (TestServer server : SharedServers.all()) {
            for (Road road : Road.values()) {
                for (Client client : Client.values()) {
                    if (client.isFor(server.kind())) {
                        ProtocolCases.small().stream()
                                .filter(point -> point.fits().test(server.kind(), client.flags))
                                .forEach(point -> all.add(new Object[] {server.kind(), road, client, point}));
                    }
                }
                Client newest = server.kind() == TestServer.Kind.MYSQL ? Client.MODERN : Client.MARIADB_WITH_EOF;
                ProtocolCases.large().forEach(point -> all.add(new Object[] {server.kind(), road, newest, point}));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, {1}, {2}: {3}")
    @MethodSource("cases")
    void sameAnswers(TestServer.Kind kind, Road road, Client client, ProtocolCase point) {
        TestServer server = SharedServers.of(kind);
        String key = server + " " + client + " " + point;
        List<String> expected =
                direct.computeIfAbsent(key, missing -> transcript(server, server.host(), server.port(), client, point));
        ProxyProcess proxy = proxies.get(server).get(road);
        List<String> proxied = transcript(server, ProxyProcess.HOST, proxy.port(), client, point);
        assertThat(proxied).containsExactlyElementsOf(expected);
    }

    private static List<String> transcript(
            TestServer server, String host, int port, Client client, ProtocolCase point) {
        RawClient.Login login = point.asRoot()
                ? RawClient.Login.of(server.rootUser(), server.rootPassword())
                : RawClient.Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD);
        try (RawClient raw = RawClient.login(
                host,
                port,
                login.schema(Accounts.DATABASE).wanting(client.flags).piece(client.piece))) {
            raw.note("capabilities " + Long.toHexString(raw.capabilities()));
            try {
                point.script().run(raw);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("after\n" + String.join("\n", raw.transcript()), e);
            }
            assertThat(raw.wire().hasMore()).as("bytes after the end").isFalse();
            return raw.transcript().stream()
                    .map(point.mask())
                    .filter(line -> !line.equals(ProtocolCase.NOT_COMPARED))
                    .toList();
        }
    }
}
