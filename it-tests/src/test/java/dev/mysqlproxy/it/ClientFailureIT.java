package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that go away at any point: no session, no socket and no riddle is left behind. */
class ClientFailureIT extends FailingPeers {
    /** The points at which a client may go. */
    private static Map<String, Consumer<Wire>> points() {
        Map<String, Consumer<Wire>> points = new LinkedHashMap<>();
        points.put("before the greeting", wire -> {});
        points.put("after the greeting", Wire::read);
        points.put("in the header of its login", wire -> {
            wire.read();
            wire.raw(new byte[] {50, 0});
        });
        points.put("within its login", wire -> {
            wire.read();
            wire.raw(new Bytes().number(3, 80).bytes(1).raw(new byte[40]).get());
        });
        return points;
    }

    /** The points at which a client may go once it has logged in. */
    private static Map<String, Consumer<RawClient>> laterPoints() {
        Map<String, Consumer<RawClient>> points = new LinkedHashMap<>();
        points.put("idle", client -> {});
        points.put("in a transaction", client -> client.query("BEGIN").ok());
        points.put("in the header of a command", client -> client.wire().raw(new byte[] {50, 0}));
        points.put("within a command", client -> client.wire().raw(new byte[] {50, 0, 0, 0, 3, 'S', 'E'}));
        points.put("within a long command", client -> {
            client.wire().raw(new byte[] {-1, -1, -1, 0, 3});
            client.wire().raw(Bytes.filled(5_000_000, ' '));
        });
        points.put("while its query runs", client -> {
            send(client, "SELECT SLEEP(0.5)");
            awaitState(proxy, "running");
        });
        points.put("at the start of a result", client -> send(client, LARGE_RESULT));
        points.put("within a result", client -> {
            send(client, LARGE_RESULT);
            client.wire().skip();
            client.wire().skip();
        });
        points.put("asked for a file", client -> {
            send(client, "LOAD DATA LOCAL INFILE 'x' INTO TABLE failing");
            assertThat(client.read().first()).isEqualTo(0xfb);
        });
        points.put("within a file", client -> {
            send(client, "LOAD DATA LOCAL INFILE 'x' INTO TABLE failing");
            client.read();
            client.wire().write(2, Bytes.filled(1_000_000, '1'));
            client.wire().raw(new byte[] {100, 0, 0, 3, '1'});
        });
        points.put("with a cursor open", client -> {
            int statement = client.prepare("SELECT 1 UNION SELECT 2").ok().statementId();
            client.execute(statement, 1).ok();
        });
        points.put("with a pipeline under way", client -> {
            for (int i = 0; i < 50; i++) {
                send(client, "SELECT REPEAT('p', 100000)");
            }
        });
        points.put("within a change of user", client -> client.wire().raw(new byte[] {50, 0, 0, 0, 0x11, 'a', 'p'}));
        return points;
    }

    static List<String> clientPoints() {
        List<String> names = new ArrayList<>(points().keySet());
        names.addAll(laterPoints().keySet());
        return names;
    }

    @ParameterizedTest
    @MethodSource("clientPoints")
    void clientGoes(String point) {
        int baseline = proxy.sockets().size();
        LogFile.Mark mark = proxy.log().mark();
        for (boolean reset : List.of(false, true)) {
            Wire wire;
            if (points().containsKey(point)) {
                wire = Wire.connect(ProxyProcess.HOST, proxy.port());
                points().get(point).accept(wire);
            } else {
                RawClient client = login(proxy);
                laterPoints().get(point).accept(client);
                wire = client.wire();
            }
            if (reset) {
                wire.reset();
            } else {
                wire.close();
            }
        }
        proxy.awaitNothingLeft(baseline);
        // a client that goes is no news on a normal day
        assertThat(mark.complaints()).isEmpty();
        // and the servers hear of it, too
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> assertThat(proxy.admin("SELECT * FROM backends").get(0))
                                .containsEntry("connected_clients", "0"));
    }

    @Test
    void serverHearsOfClientsThatGo() throws Exception {
        TestServer server = SharedServers.preferred();
        RawClient client = login(proxy);
        long thread = client.greeting().threadId();
        client.query("BEGIN").ok();
        client.wire().reset();
        try (var connection = server.openAdmin();
                var statement = connection.createStatement()) {
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                try (var rows =
                        statement.executeQuery("SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = " + thread)) {
                    return !rows.next();
                }
            });
        }
    }

    @Test
    void slowClientHoldsBackItsServer() {
        try (RawClient slow = login(proxy);
                RawClient other = login(proxy)) {
            send(slow, "SELECT REPEAT('s', 500000000)");
            awaitState(proxy, "running");
            // while one waits, the others are served
            for (int i = 0; i < 20; i++) {
                assertThat(other.query("SELECT " + i + " AS n").value()).isEqualTo("" + i);
            }
            long bytes = 0;
            slow.read();
            slow.read();
            slow.read();
            int part = Wire.MAX_PAYLOAD;
            while (part == Wire.MAX_PAYLOAD) {
                part = slow.wire().skip();
                bytes += part;
            }
            assertThat(bytes).isEqualTo(500_000_000 + 9);
        }
    }
}
