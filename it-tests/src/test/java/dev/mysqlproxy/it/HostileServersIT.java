package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.FakeServer;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that break the protocol: one line in the log that names the side, the state and what was wrong, an ERR for
 * the client where the protocol has room for one, and nothing left afterwards. And servers that are only unusual.
 */
class HostileServersIT {

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

    /**
     * What a server does wrong.
     *
     * @param atLogin whether the client hears of it in place of a login
     */
    record ServerCase(String name, String state, boolean atLogin, Consumer<Wire> deed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<ServerCase> serverCases() {
        Map<String, byte[]> greetings = new LinkedHashMap<>();
        greetings.put("greets in HTTP", bytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
        greetings.put("greeting with a wrong sequence id", Wire.framed(3, FakeServer.greeting()));
        greetings.put(
                "greeting of protocol 9",
                Wire.framed(0, new Bytes().bytes(9).textZero("3.20").get()));
        greetings.put("greeting cut short", Wire.framed(0, Arrays.copyOf(FakeServer.greeting(), 22)));
        greetings.put("empty greeting", Wire.framed(0, new byte[0]));
        greetings.put(
                "greeting too long",
                new Bytes().bytes(255, 255, 255, 0).raw(new byte[2_000_000]).get());
        List<ServerCase> cases = new ArrayList<>();
        greetings.forEach((name, bytes) -> cases.add(new ServerCase(name, "login", true, wire -> {
            wire.raw(bytes);
            FakeServer.linger(wire);
        })));
        cases.add(new ServerCase("OK before the login", "login", true, wire -> {
            wire.raw(new Bytes()
                    .raw(Wire.framed(0, FakeServer.greeting()))
                    .raw(Wire.framed(1, FakeServer.ok()))
                    .get());
            FakeServer.linger(wire);
        }));
        cases.add(new ServerCase("answer to the login with a wrong sequence id", "login", true, wire -> {
            wire.write(0, FakeServer.greeting());
            wire.read();
            wire.write(9, FakeServer.ok());
            FakeServer.linger(wire);
        }));
        answers()
                .forEach((name, bytes) -> cases.add(new ServerCase(name, "running", false, wire -> {
                    FakeServer.login(wire);
                    wire.read();
                    wire.raw(bytes);
                    FakeServer.linger(wire);
                })));
        cases.add(new ServerCase("speaks without being asked", "idle", false, wire -> {
            FakeServer.login(wire);
            wire.read();
            wire.raw(new Bytes()
                    .raw(Wire.framed(1, FakeServer.ok()))
                    .raw(Wire.framed(2, FakeServer.ok()))
                    .get());
            FakeServer.linger(wire);
        }));
        return cases;
    }

    private static Map<String, byte[]> answers() {
        byte[] column = new Bytes()
                .lenEncText("def")
                .lenEncText("")
                .lenEncText("")
                .lenEncText("")
                .lenEncText("a")
                .lenEncText("")
                .bytes(0x0c)
                .raw(new byte[12])
                .get();
        Map<String, byte[]> answers = new LinkedHashMap<>();
        answers.put("answers in HTTP", bytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        answers.put("answer with a wrong sequence id", Wire.framed(7, FakeServer.ok()));
        answers.put("empty answer", Wire.framed(1, new byte[0]));
        answers.put("OK cut short", Wire.framed(1, new byte[] {0, 0}));
        answers.put("column count cut short", Wire.framed(1, new byte[] {(byte) 0xfc, 1}));
        answers.put(
                "row with a wrong sequence id",
                new Bytes()
                        .raw(Wire.framed(1, new byte[] {1}))
                        .raw(Wire.framed(2, column))
                        .raw(Wire.framed(3, new byte[] {(byte) 0xfe, 0, 0, 2, 0}))
                        .raw(Wire.framed(9, new byte[] {1, 'x'}))
                        .get());
        return answers;
    }

    @ParameterizedTest
    @MethodSource("serverCases")
    void serverBreaksTheProtocol(ServerCase wrong) {
        try (FakeServer server = FakeServer.saying(wrong.deed());
                ProxyProcess proxy =
                        ProxyProcess.with().backend(server.address()).start()) {
            proxy.admin("SHOW SESSIONS");
            int baseline = proxy.sockets().size();
            LogFile.Mark mark = proxy.log().mark();
            String error = "";
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                try {
                    Packet greeting = wire.read();
                    if (greeting.isErr()) {
                        // no SQLSTATE as long as the client's capabilities are not known
                        error = "greeting " + Reply.errorText(greeting);
                    } else {
                        error = afterGreeting(wire);
                    }
                } catch (UncheckedIOException e) {
                    error = "closed";
                }
                wire.readToEnd();
            }
            assertThat(mark.onlyComplaint())
                    .contains("side=backend", "state=" + wrong.state(), "detail=", "backend=" + server.address());
            if (wrong.atLogin()) {
                assertThat(error).matches("(greeting 1105 |1105 #HY000)\\(proxy\\) .*");
            }
            proxy.awaitNothingLeft(baseline);
            assertThat(mark.complaints()).hasSize(1);
        }
    }

    /** Logs in and asks something; answers the error, if there is one. */
    private static String afterGreeting(Wire wire) {
        wire.write(1, response(Flags.CLASSIC & ~Flags.CLIENT_CONNECT_ATTRS & ~Flags.CLIENT_CONNECT_WITH_DB));
        Packet packet = wire.read();
        if (packet.isErr()) {
            return Reply.errorText(packet);
        }
        wire.write(0, bytes("\u0003SELECT 1"));
        while (true) {
            packet = wire.read();
            if (packet.isErr()) {
                return Reply.errorText(packet);
            }
        }
    }

    @Test
    void refusalInPlaceOfAGreetingIsPassedOn() {
        byte[] refusal = new Bytes()
                .bytes(0xff)
                .number(2, 1129)
                .text("Host '10.0.0.1' is blocked because of many connection errors")
                .get();
        try (FakeServer server = FakeServer.saying(wire -> wire.write(0, refusal));
                ProxyProcess proxy =
                        ProxyProcess.with().backend(server.address()).start()) {
            LogFile.Mark mark = proxy.log().mark();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                assertThat(wire.read().payload()).isEqualTo(refusal);
                wire.readToEnd();
            }
            assertThat(mark.onlyComplaint()).contains("1129", "blocked");
        }
    }

    @Test
    void versionsOfAnyShape() {
        for (String version : List.of("5.5.5-10.6.1-MariaDB", "12.1.2-MariaDB-deb13", "9.7.4-cloud", "x", "")) {
            try (FakeServer server = FakeServer.saying(wire -> {
                        wire.write(0, FakeServer.greeting(version));
                        wire.read();
                        wire.write(2, FakeServer.ok());
                        FakeServer.linger(wire);
                    });
                    ProxyProcess proxy =
                            ProxyProcess.with().backend(server.address()).start();
                    RawClient client = RawClient.login(ProxyProcess.HOST, proxy.port(), Login.of("user", ""))) {
                assertThat(client.greeting().serverVersion()).isEqualTo(version);
            }
        }
    }

    /** A method of many rounds, such as {@code dialog}, is passed on without being understood. */
    @Test
    void manyRoundsOfAnyMethod() {
        try (FakeServer server = FakeServer.saying(wire -> {
                    wire.write(0, FakeServer.greeting());
                    wire.read();
                    wire.write(
                            2,
                            new Bytes()
                                    .bytes(0xfe)
                                    .textZero("dialog")
                                    .text("\u0002Your name?")
                                    .get());
                    for (int round = 0; round < 10; round++) {
                        Packet answer = wire.read();
                        String said = new String(answer.payload(), StandardCharsets.UTF_8);
                        wire.write(
                                answer.sequence() + 1,
                                new Bytes().bytes(1).text(said + " and?").get());
                    }
                    Packet last = wire.read();
                    wire.write(last.sequence() + 1, FakeServer.ok());
                    FakeServer.linger(wire);
                });
                ProxyProcess proxy =
                        ProxyProcess.with().backend(server.address()).start();
                Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
            wire.read();
            wire.write(1, response(Flags.CLASSIC & ~Flags.CLIENT_CONNECT_ATTRS & ~Flags.CLIENT_CONNECT_WITH_DB));
            Packet question = wire.read();
            assertThat(question.toString()).contains("dialog", "Your name?");
            for (int round = 0; round < 10; round++) {
                wire.write(question.sequence() + 1, bytes("answer " + round + "\u0000"));
                question = wire.read();
                assertThat(question.toString()).contains("answer " + round, "and?");
            }
            wire.write(question.sequence() + 1, bytes("enough"));
            assertThat(wire.read().first()).isZero();
            assertThat(proxy.sessions())
                    .singleElement()
                    .satisfies(row -> assertThat(row).containsEntry("state", "idle"));
        }
    }
}
