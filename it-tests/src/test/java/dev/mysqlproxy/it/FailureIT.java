package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.Ports;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.FakeServer;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers that go away or fall silent, and limits: no session, no socket and no riddle is left behind. */
class FailureIT extends FailingPeers {
    // --- servers that go away ---------------------------------------------------------------------------------------

    @Test
    void serverIsKilled() {
        try (TestServer server = Servers.preferred().start();
                ProxyProcess own = ProxyProcess.before(server)) {
            login(own).close();
            own.awaitNothingLeft(Integer.MAX_VALUE);
            int baseline = own.sockets().size();
            try (RawClient idle = login(own);
                    RawClient running = login(own);
                    RawClient inResult = login(own);
                    RawClient inFile = login(own);
                    RawClient inCommand = login(own)) {
                send(running, "SELECT SLEEP(60)");
                send(inResult, LARGE_RESULT);
                inResult.read();
                inFile.query("CREATE TABLE gone (id INT)").ok();
                send(inFile, "LOAD DATA LOCAL INFILE 'x' INTO TABLE gone");
                assertThat(inFile.read().first()).isEqualTo(0xfb);
                inCommand.wire().raw(new byte[] {50, 0, 0, 0, 3, 'S', 'E'});
                awaitState(own, "running");
                awaitState(own, "reading-query");
                LogFile.Mark mark = own.log().mark();

                server.kill();

                assertThat(Reply.errorText(running.read())).startsWith("1158 #08S01(proxy) Lost connection");
                for (RawClient client : List.of(idle, running, inResult, inFile, inCommand)) {
                    client.wire().readToEnd();
                }
                own.awaitNothingLeft(baseline);
                // one line for each command that was cut, none for who was idle
                assertThat(mark.complaints())
                        .hasSize(4)
                        .allSatisfy(line -> assertThat(line)
                                .contains(
                                        "cause=backend-lost",
                                        "state=",
                                        "backend=" + server.host() + ":" + server.port()));
                assertThat(mark.complaints())
                        .anyMatch(line -> line.contains("state=running"))
                        .anyMatch(line -> line.contains("state=local-infile"))
                        .anyMatch(line -> line.contains("state=reading-query"));
            }

            LogFile.Mark mark = own.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                assertThat(Reply.errorText(wire.read())).isEqualTo("1105 (proxy) all backends are down");
                wire.readToEnd();
            }
            assertThat(own.admin("SELECT * FROM backends").get(0)).containsEntry("state", "down");
            assertThat(mark.lines()).anyMatch(line -> line.contains("Cannot connect, all backends are down."));

            server.restart();
            // a backend that is down is tried again after a few seconds
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                            return !wire.read().isErr();
                        }
                    });
            assertThat(own.admin("SELECT * FROM backends").get(0)).containsEntry("state", "up");
            own.awaitNothingLeft(baseline);
        }
    }

    @Test
    void serverIsFrozen() {
        try (TestServer server = Servers.preferred().start();
                ProxyProcess own = ProxyProcess.with()
                        .backend(server)
                        .options("--handshake-timeout=2", "--proxy-read-timeout=2")
                        .start()) {
            login(own).close();
            own.awaitNothingLeft(Integer.MAX_VALUE);
            int baseline = own.sockets().size();
            LogFile.Mark mark = own.log().mark();
            try (RawClient running = login(own)) {
                send(running, "SELECT SLEEP(30)");
                awaitState(own, "running");
                server.pause();
                // connects, as the kernel answers, but nobody greets
                try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                    assertThat(Reply.errorText(wire.read())).isEqualTo("1105 (proxy) all backends are down");
                    wire.readToEnd();
                }
                assertThat(Reply.errorText(running.read())).isEqualTo("1105 #HY000(proxy) backend timed out");
                running.wire().readToEnd();
            }
            assertThat(mark.complaints())
                    .anyMatch(line -> line.contains("no greeting within"))
                    .anyMatch(line -> line.contains("cause=backend-timeout") && line.contains("state=running"));
            own.awaitNothingLeft(baseline);
            server.resume();
        }
    }

    @Test
    void idleClientIsSentAway() {
        try (ProxyProcess own = ProxyProcess.with()
                        .backend(SharedServers.preferred())
                        .options("--proxy-read-timeout=1")
                        .start();
                RawClient client = login(own)) {
            LogFile.Mark mark = own.log().mark();
            assertThat(Reply.errorText(client.read())).startsWith("4031 #HY000");
            client.wire().readToEnd();
            assertThat(mark.onlyComplaint()).contains("cause=client-idle-timeout", "state=idle");
            own.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    @Test
    void clientThatTakesNothing() {
        try (ProxyProcess own = ProxyProcess.with()
                        .backend(SharedServers.preferred())
                        .options("--proxy-write-timeout=1")
                        .start();
                RawClient client = login(own)) {
            LogFile.Mark mark = own.log().mark();
            send(client, "SELECT REPEAT('s', 500000000)");
            assertThat(mark.onlyComplaint()).contains("cause=write-timeout", "state=running");
            own.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    // --- other servers ----------------------------------------------------------------------------------------------

    @Test
    void nextServerIsTried() {
        TestServer server = SharedServers.preferred();
        try (FakeServer silent = FakeServer.saying(FakeServer::linger);
                FakeServer closing = FakeServer.saying(wire -> {});
                ProxyProcess own = ProxyProcess.with()
                        .backend("127.0.0.1:" + Ports.free())
                        .backend(silent.address())
                        .backend(closing.address())
                        .backend(server)
                        .options("--handshake-timeout=2")
                        .start()) {
            LogFile.Mark mark = own.log().mark();
            // the client hears nothing of the failures
            try (RawClient client = login(own)) {
                assertThat(client.query("SELECT 1 AS one").value()).isEqualTo("1");
                assertThat(client.greeting().serverVersion()).isEqualTo(server.version());
            }
            assertThat(mark.complaints()).hasSize(3).allMatch(line -> line.contains("cannot reach backend"));
            assertThat(own.admin("SELECT * FROM backends"))
                    .extracting(row -> row.get("state"))
                    .containsExactly("down", "down", "down", "up");
            // and the next one does not wait for those again
            int connections = silent.connections();
            login(own).close();
            assertThat(silent.connections()).isEqualTo(connections);
            own.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    @Test
    void nameThatCannotBeResolved() {
        try (ProxyProcess own = ProxyProcess.with()
                .backend("there-is-no-such-host.invalid:3306")
                .start()) {
            LogFile.Mark mark = own.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                assertThat(Reply.errorText(wire.read())).isEqualTo("1105 (proxy) all backends are down");
            }
            assertThat(mark.complaints().get(0)).contains("there-is-no-such-host.invalid:3306", "resolved");
        }
    }

    @Test
    void clientsSpreadOverServers() {
        try (FakeServer first = FakeServer.saying(wire -> {
                    FakeServer.login(wire);
                    FakeServer.linger(wire);
                });
                FakeServer second = FakeServer.saying(wire -> {
                    FakeServer.login(wire);
                    FakeServer.linger(wire);
                });
                ProxyProcess own = ProxyProcess.with()
                        .backend(first.address())
                        .backend(second.address())
                        .start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(login(own));
            }
            assertThat(own.admin("SELECT * FROM backends"))
                    .extracting(row -> row.get("connected_clients"))
                    .containsExactly("5", "5");
            clients.forEach(RawClient::close);
            own.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    // --- limits -----------------------------------------------------------------------------------------------------

    @Test
    void tooManyConnections() {
        try (ProxyProcess own = ProxyProcess.with()
                        .backend(SharedServers.preferred())
                        .options("--max-connections=2")
                        .start();
                RawClient first = login(own)) {
            LogFile.Mark mark = own.log().mark();
            try (RawClient second = login(own)) {
                try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                    Packet error = wire.read();
                    assertThat(error.sequence()).isZero();
                    assertThat(Reply.errorText(error)).isEqualTo("1040 Too many connections");
                    wire.readToEnd();
                }
                assertThat(mark.onlyComplaint())
                        .contains("Too many connections")
                        .contains("--max-connections=2");
                assertThat(second.query("SELECT 1 AS one").value()).isEqualTo("1");
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                    return !wire.read().isErr();
                }
            });
            assertThat(first.query("SELECT 2 AS two").value()).isEqualTo("2");
        }
    }

    @Test
    void clientThatDoesNotLogIn() {
        try (ProxyProcess own = ProxyProcess.with()
                .backend(SharedServers.preferred())
                .options("--handshake-timeout=1")
                .start()) {
            own.admin("SHOW SESSIONS");
            int baseline = own.sockets().size();
            for (int port : List.of(own.port(), own.adminPort())) {
                LogFile.Mark mark = own.log().mark();
                try (Wire wire = Wire.connect(ProxyProcess.HOST, port)) {
                    wire.read();
                    assertThat(Reply.errorText(wire.read())).startsWith("1159 #08S01");
                    wire.readToEnd();
                }
                assertThat(mark.onlyComplaint()).contains("cause=handshake-timeout", "state=login");
            }
            own.awaitNothingLeft(baseline);
        }
    }

    // --- operators --------------------------------------------------------------------------------------------------

    @Test
    void operatorEndsASession() {
        try (RawClient client = login(proxy)) {
            LogFile.Mark mark = proxy.log().mark();
            String id = proxy.sessions().get(0).get("id");
            try (RawClient admin = proxy.openAdmin()) {
                assertThat(admin.query("KILL " + id).isError()).isFalse();
                assertThat(admin.query("KILL 999999999").isError()).isTrue();
            }
            assertThat(Reply.errorText(client.read())).startsWith("1317 #70100");
            client.wire().readToEnd();
            assertThat(mark.onlyComplaint()).contains("cause=killed");
        }
    }

    @Test
    void operatorDrainsAServer() {
        TestServer server = SharedServers.preferred();
        String address = server.host() + ":" + server.port();
        try (ProxyProcess own = ProxyProcess.before(server);
                RawClient client = login(own);
                RawClient admin = own.openAdmin()) {
            admin.query("SET BACKEND '" + address + "' DRAIN").ok();
            assertThat(client.query("SELECT 1 AS one").value()).isEqualTo("1");
            try (Wire wire = Wire.connect(ProxyProcess.HOST, own.port())) {
                assertThat(Reply.errorText(wire.read())).isEqualTo("1105 (proxy) all backends are down");
            }
            admin.query("SET BACKEND '" + address + "' OFFLINE").ok();
            assertThat(Reply.errorText(client.read())).startsWith("1053 #08S01");
            client.wire().readToEnd();
            admin.query("SET BACKEND '" + address + "' ONLINE").ok();
            login(own).close();
        }
    }
}
