package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.FakeServer;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients that break the protocol: one line in the log that names the side, the state and what was wrong, an ERR where
 * the protocol has room for one, and nothing left afterwards.
 */
class HostileClientsIT {
    private static FakeServer patientServer;
    private static ProxyProcess patientProxy;

    @BeforeAll
    static void start() {
        patientServer = FakeServer.saying(wire -> {
            FakeServer.login(wire);
            FakeServer.linger(wire);
        });
        patientProxy = ProxyProcess.with().backend(patientServer.address()).start();
    }

    @AfterAll
    static void stop() {
        patientProxy.close();
        patientServer.close();
    }

    /** What a client does wrong, and the state in which the proxy notices. */
    record ClientCase(String name, String state, int error, Consumer<Wire> deed) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] response(long flags) {
        return new Bytes()
                .number(4, flags)
                .number(4, 1 << 24)
                .bytes(45)
                .raw(new byte[23])
                .textZero("user")
                .lenEncRaw(new byte[20])
                .textZero("mysql_native_password")
                .get();
    }

    private static void login(Wire wire) {
        wire.read();
        wire.write(1, response(Flags.CLASSIC & ~Flags.CLIENT_CONNECT_ATTRS & ~Flags.CLIENT_CONNECT_WITH_DB));
        assertThat(wire.read().first()).isZero();
    }

    static List<ClientCase> clientCases() {
        List<ClientCase> cases = new ArrayList<>();
        cases.add(new ClientCase("garbage in place of a login", "login", 1043, wire -> {
            wire.read();
            wire.raw(bytes("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"));
        }));
        cases.add(new ClientCase("login with a wrong sequence id", "login", 1043, wire -> {
            wire.read();
            wire.write(5, response(Flags.CLASSIC));
        }));
        cases.add(new ClientCase("login too long", "login", 1043, wire -> {
            wire.read();
            wire.raw(new byte[] {0, 0, 16, 1});
            wire.raw(new byte[200_000]);
        }));
        cases.add(new ClientCase("login cut within its fixed part", "login", 1043, wire -> {
            wire.read();
            wire.write(1, Arrays.copyOf(response(Flags.CLASSIC), 20));
        }));
        cases.add(new ClientCase("login cut within the user's name", "login", 1043, wire -> {
            wire.read();
            wire.write(1, Arrays.copyOf(response(Flags.CLASSIC), 34));
        }));
        cases.add(new ClientCase("login with lengths beyond its end", "login", 1043, wire -> {
            wire.read();
            wire.write(
                    1,
                    new Bytes()
                            .number(4, Flags.CLASSIC)
                            .number(4, 1 << 24)
                            .bytes(45)
                            .raw(new byte[23])
                            .textZero("user")
                            .bytes(0xfe)
                            .number(8, Long.MAX_VALUE)
                            .get());
        }));
        cases.add(new ClientCase("empty login", "login", 1043, wire -> {
            wire.read();
            wire.write(1, new byte[0]);
        }));
        cases.add(new ClientCase("TLS that was not offered", "login", 1043, wire -> {
            wire.read();
            wire.write(
                    1,
                    new Bytes()
                            .number(4, Flags.CLASSIC | Flags.CLIENT_SSL)
                            .number(4, 1 << 24)
                            .bytes(45)
                            .raw(new byte[23])
                            .get());
        }));
        cases.add(new ClientCase("command with a wrong sequence id", "idle", 1835, wire -> {
            login(wire);
            wire.write(3, new byte[] {0x0e});
        }));
        cases.add(new ClientCase("empty command", "idle", 1835, wire -> {
            login(wire);
            wire.write(0, new byte[0]);
        }));
        cases.add(new ClientCase(
                "long command whose second part has a wrong sequence id", "reading-query", -1, wire -> {
                    login(wire);
                    byte[] part = Bytes.filled(Wire.MAX_PAYLOAD, 'x');
                    part[0] = 3;
                    wire.raw(new byte[] {-1, -1, -1, 0});
                    wire.raw(part);
                    wire.raw(new byte[] {1, 0, 0, 7, 'y'});
                }));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("clientCases")
    void clientBreaksTheProtocol(ClientCase wrong) {
        warmUp(patientProxy);
        int baseline = patientProxy.sockets().size();
        LogFile.Mark mark = patientProxy.log().mark();
        try (Wire wire = Wire.connect(ProxyProcess.HOST, patientProxy.port())) {
            try {
                wrong.deed().accept(wire);
            } catch (UncheckedIOException e) {
                // it is thrown out while it still talks
            }
            if (wrong.error() > 0) {
                Packet error = wire.read();
                assertThat(Reply.errorText(error)).startsWith(wrong.error() + " #");
            }
            wire.readToEnd();
        }
        assertThat(mark.onlyComplaint())
                .contains("side=client", "state=" + wrong.state(), "detail=", "session=", "client=127.0.0.1:");
        patientProxy.awaitNothingLeft(baseline);
        assertThat(mark.complaints()).hasSize(1);
    }

    /** Opens what is opened once. */
    private static void warmUp(ProxyProcess proxy) {
        try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
            login(wire);
        }
        proxy.awaitNothingLeft(Integer.MAX_VALUE);
    }

    @Test
    void clientSpeaksBeforeTheGreeting() throws InterruptedException {
        CountDownLatch spoken = new CountDownLatch(1);
        try (FakeServer server = FakeServer.saying(wire -> {
                    try {
                        spoken.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    wire.write(0, FakeServer.greeting());
                    FakeServer.linger(wire);
                });
                ProxyProcess proxy =
                        ProxyProcess.with().backend(server.address()).start()) {
            LogFile.Mark mark = proxy.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                wire.raw(bytes("SSH-2.0-OpenSSH_9.6\r\n"));
                assertThat(Reply.errorText(wire.read())).startsWith("1043 Bad handshake");
                wire.readToEnd();
            }
            spoken.countDown();
            assertThat(mark.onlyComplaint()).contains("side=client", "before the greeting");
            proxy.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    @Test
    void clientFromBefore41() {
        try (FakeServer server = FakeServer.saying(wire -> {
                    wire.write(0, FakeServer.greeting());
                    FakeServer.linger(wire);
                });
                ProxyProcess proxy =
                        ProxyProcess.with().backend(server.address()).start()) {
            LogFile.Mark mark = proxy.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                wire.read();
                wire.write(
                        1,
                        new Bytes()
                                .number(2, 0x0085)
                                .number(3, 0)
                                .textZero("user")
                                .text("12345678")
                                .get());
                Packet error = wire.read();
                assertThat(error.isErr()).isTrue();
                // such a client knows no SQLSTATE
                assertThat(new String(error.payload(), StandardCharsets.UTF_8)).doesNotContain("#");
                wire.readToEnd();
            }
            assertThat(mark.onlyComplaint()).contains("side=client", "4.1");
        }
    }

    @Test
    void endlessLogin() {
        try (FakeServer server = FakeServer.saying(wire -> {
                    wire.write(0, FakeServer.greeting());
                    Packet packet = wire.read();
                    while (true) {
                        wire.write(packet.sequence() + 1, new byte[] {1, 2});
                        packet = wire.read();
                    }
                });
                ProxyProcess proxy =
                        ProxyProcess.with().backend(server.address()).start()) {
            LogFile.Mark mark = proxy.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                wire.read();
                wire.write(1, response(Flags.CLASSIC & ~Flags.CLIENT_CONNECT_ATTRS & ~Flags.CLIENT_CONNECT_WITH_DB));
                Packet packet = wire.read();
                int rounds = 0;
                while (!packet.isErr()) {
                    assertThat(rounds++).isLessThan(1000);
                    wire.write(packet.sequence() + 1, new byte[] {9, 9, 9});
                    packet = wire.read();
                }
                wire.readToEnd();
            }
            assertThat(mark.onlyComplaint()).contains("side=client", "state=login");
        }
    }

    @Test
    void adminPortIsNoSofter() {
        try (ProxyProcess proxy = ProxyProcess.with()
                .backend("127.0.0.1:1")
                // one of the cases begins TLS where there is none
                .options("--admin-ssl-mode=disabled")
                .start()) {
            proxy.admin("SHOW SESSIONS");
            int baseline = proxy.sockets().size();
            for (ClientCase wrong : clientCases()) {
                if (wrong.state().equals("login")) {
                    LogFile.Mark mark = proxy.log().mark();
                    try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.adminPort())) {
                        try {
                            wrong.deed().accept(wire);
                        } catch (UncheckedIOException e) {
                            // it is thrown out while it still talks
                        }
                        wire.readToEnd();
                    }
                    assertThat(mark.onlyComplaint()).as(wrong.name()).contains("side=client", "state=login");
                }
            }
            proxy.awaitNothingLeft(baseline);
        }
    }
}
