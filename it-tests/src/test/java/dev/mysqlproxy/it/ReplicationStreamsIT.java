package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a replica says, and MariaDB's news of long statements: answers whose end is not in sight. */
class ReplicationStreamsIT {
    private static final int BINLOG_DUMP_NON_BLOCK = 1;
    private static final int BINLOG_THROUGH_GTID = 4;
    private static final int SERVER_ID = 4711;

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

    static List<Kind> kinds() {
        return SharedServers.all().stream().map(TestServer::kind).toList();
    }

    private static RawClient root(TestServer server, String host, int port, long flags) {
        return RawClient.login(
                host,
                port,
                Login.of(server.rootUser(), server.rootPassword())
                        .schema("test")
                        .wanting(flags));
    }

    private static RawClient proxied(TestServer server, long flags) {
        return root(server, ProxyProcess.HOST, PROXIES.get(server.kind()).port(), flags);
    }

    private static void register(RawClient client) {
        client.query("SET @master_binlog_checksum = 'CRC32', @source_binlog_checksum = 'CRC32',"
                        + " @mariadb_slave_capability = 4")
                .ok();
        client.command(
                        Command.COM_REGISTER_SLAVE,
                        new Bytes()
                                .number(4, SERVER_ID)
                                .bytes(0, 0, 0)
                                .number(2, 3306)
                                .number(4, 0)
                                .number(4, 0)
                                .get())
                .ok();
    }

    private static byte[] dump(String file, int flags) {
        return new Bytes()
                .number(4, 4)
                .number(2, flags)
                .number(4, SERVER_ID)
                .text(file)
                .get();
    }

    private static byte[] dumpGtid(int flags) {
        return new Bytes()
                .number(2, flags | BINLOG_THROUGH_GTID)
                .number(4, SERVER_ID)
                .number(4, 0)
                .number(8, 4)
                .number(4, 8)
                .number(8, 0)
                .get();
    }

    private static String firstFile(RawClient client) {
        return client.query("SHOW BINARY LOGS").rows().get(0).get("Log_name");
    }

    /** Events up to the end of the logs. */
    private static List<String> events(RawClient client) {
        List<String> events = new ArrayList<>();
        for (Packet packet = client.read(); ; packet = client.read()) {
            events.add(packet.toString());
            if (packet.isErr() || packet.first() == 0xfe && packet.payload().length < 9) {
                return events;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sameEvents(Kind kind) {
        TestServer server = SharedServers.of(kind);
        for (long flags : List.of(Flags.CLASSIC, Flags.CLASSIC | Flags.CLIENT_DEPRECATE_EOF)) {
            List<List<String>> both = new ArrayList<>();
            for (boolean direct : List.of(true, false)) {
                try (RawClient client =
                        direct ? root(server, server.host(), server.port(), flags) : proxied(server, flags)) {
                    if (direct) {
                        client.query("DROP TABLE IF EXISTS events").ok();
                        client.query("CREATE TABLE events (t LONGTEXT)").ok();
                        client.query("INSERT INTO events VALUES (REPEAT('e', 3000000)), ('short')")
                                .ok();
                        client.query("DROP TABLE events").ok();
                    }
                    register(client);
                    client.send(Command.COM_BINLOG_DUMP, dump(firstFile(client), BINLOG_DUMP_NON_BLOCK));
                    List<String> events = events(client);
                    events.add(client.pingOrClosed());
                    both.add(events);
                }
            }
            assertThat(both.get(0)).hasSizeGreaterThan(10);
            assertThat(both.get(1)).containsExactlyElementsOf(both.get(0));
        }
    }

    @Test
    void sameEventsByGtid() {
        assumeTrue(PROXIES.containsKey(Kind.MYSQL), "only MySQL has the command");
        TestServer server = SharedServers.of(Kind.MYSQL);
        List<List<String>> both = new ArrayList<>();
        for (boolean direct : List.of(true, false)) {
            try (RawClient client =
                    direct ? root(server, server.host(), server.port(), Flags.MODERN) : proxied(server, Flags.MODERN)) {
                register(client);
                client.send(Command.COM_BINLOG_DUMP_GTID, dumpGtid(BINLOG_DUMP_NON_BLOCK));
                both.add(events(client));
            }
        }
        assertThat(both.get(0)).hasSizeGreaterThan(3);
        assertThat(both.get(1)).containsExactlyElementsOf(both.get(0));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void streamWithoutEnd(Kind kind) {
        TestServer server = SharedServers.of(kind);
        ProxyProcess proxy = PROXIES.get(kind);
        int baseline = proxy.sockets().size();
        try (RawClient replica = proxied(server, Flags.CLASSIC);
                RawClient writer = proxied(server, Flags.CLASSIC)) {
            register(replica);
            replica.send(Command.COM_BINLOG_DUMP, dump(firstFile(replica), 0));
            String word = "needle" + System.nanoTime();
            for (int i = 0; i < 3; i++) {
                writer.query("CREATE TABLE " + word + i + " (id INT)").ok();
                Packet packet = replica.read();
                while (!packet.toString().contains("CREATE TABLE " + word + i)) {
                    assertThat(packet.first()).isZero();
                    packet = replica.read();
                }
                writer.query("DROP TABLE " + word + i).ok();
            }
            assertThat(proxy.sessions()).anySatisfy(row -> assertThat(row).containsEntry("state", "running"));
            replica.wire().close();
        }
        proxy.awaitNothingLeft(baseline);
        assertThat(proxy.log().mark().complaints()).isEmpty();
    }

    @Test
    void errorInPlaceOfAStream() {
        for (TestServer server : SharedServers.all()) {
            try (RawClient client = proxied(server, Flags.CLASSIC)) {
                register(client);
                client.send(Command.COM_BINLOG_DUMP, dump("there-is-no-such-file.000001", BINLOG_DUMP_NON_BLOCK));
                List<String> events = events(client);
                assertThat(events.get(events.size() - 1)).contains("HY000");
            }
        }
    }

    @Test
    void newsOfALongStatement() {
        assumeTrue(PROXIES.containsKey(Kind.MARIADB), "only MariaDB sends them");
        TestServer server = SharedServers.of(Kind.MARIADB);
        try (RawClient client = proxied(server, Flags.MARIADB | Flags.MARIADB_CLIENT_PROGRESS)) {
            assertThat(client.has(Flags.MARIADB_CLIENT_PROGRESS)).isTrue();
            client.query("CREATE OR REPLACE TABLE progressing (id INT PRIMARY KEY) ENGINE=InnoDB")
                    .ok();
            client.query("INSERT INTO progressing SELECT seq FROM seq_1000_to_1049")
                    .ok();
            client.query("SET progress_report_time = 1").ok();
            var reply = client.query("ALTER TABLE progressing"
                    + " ADD slow INT AS (LENGTH(SHA2(REPEAT(id, 300000), 512))) PERSISTENT, ALGORITHM=COPY");
            assertThat(reply.ok().packets()).anyMatch(Packet::isProgress);
            assertThat(client.query("SELECT COUNT(*) AS n FROM progressing").packets())
                    .isNotEmpty();
            client.query("DROP TABLE progressing").ok();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> PROXIES.get(Kind.MARIADB).sessions().isEmpty());
    }
}
