package dev.mysqlproxy.plugin.auditing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.lifecycle.LocalDatagrams;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SyslogDestinationTest {

    private static final Instant MOMENT = Instant.parse("2026-11-03T06:01:42.123456Z");
    private static final Clock CLOCK = Clock.fixed(MOMENT, ZoneOffset.UTC);
    private static final SyslogHeader HEADER = SyslogHeader.network(SyslogFacility.LOCAL0, "host one", 4711);
    private static final String START = "<134>1 2026-11-03T06:01:42.123456Z host-one mysql-proxy 4711 audit - ";

    private static ByteBuffer lines(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void localMessagesAreInTheOlderForm() throws IOException {
        List<String> sent = new ArrayList<>();
        List<String> events = new ArrayList<>();
        LocalSyslog transport = new LocalSyslog(Path.of("/dev/log"), socket -> {
            events.add("open " + socket);
            return new LocalDatagrams() {
                @Override
                public void send(byte[] bytes, int offset, int length) throws IOException {
                    if (events.size() == 1 && sent.size() == 1) {
                        throw new IOException("nobody listens");
                    }
                    sent.add(new String(bytes, offset, length, UTF_8));
                }

                @Override
                public void close() {
                    events.add("close");
                }
            };
        });
        SyslogDestination destination =
                new SyslogDestination(transport, SyslogHeader.local(SyslogFacility.AUTHPRIV, 7), CLOCK);
        ByteBuffer lines = lines("one\ntwo\n");
        assertThatThrownBy(() -> destination.write(lines)).hasMessage("nobody listens");
        assertThat(lines.remaining()).isEqualTo("two\n".length());
        destination.write(lines);
        String stamp = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT)
                .withZone(ZoneId.systemDefault())
                .format(MOMENT);
        assertThat(sent)
                .containsExactly("<86>" + stamp + " mysql-proxy[7]: one", "<86>" + stamp + " mysql-proxy[7]: two");
        assertThat(events).containsExactly("open /dev/log", "close", "open /dev/log");
        assertThat(destination.name()).isEqualTo("syslog /dev/log");
    }

    @Test
    void overUdpEachLineIsADatagram() throws IOException {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            SyslogDestination destination =
                    new SyslogDestination(new UdpSyslog("127.0.0.1", server.getLocalPort()), HEADER, CLOCK);
            destination.write(lines("one\ntwo\n"));
            destination.close();
            for (String expected : List.of("one", "two")) {
                DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                server.receive(packet);
                assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8))
                        .isEqualTo(START + expected);
            }
        }
    }

    private static String message(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int length = 0;
        for (int digit = in.read(); digit != ' '; digit = in.read()) {
            length = 10 * length + digit - '0';
        }
        return new String(in.readNBytes(length), UTF_8);
    }

    @Test
    void overTcpEachMessageHasItsLengthBeforeIt() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            SyslogDestination destination =
                    new SyslogDestination(new TcpSyslog("127.0.0.1", server.getLocalPort()), HEADER, CLOCK);
            destination.write(lines("one\ntw\u00f6\n"));
            try (Socket socket = server.accept()) {
                assertThat(message(socket)).isEqualTo(START + "one");
                assertThat(message(socket)).isEqualTo(START + "tw\u00f6");
            }
            // the server has left: what is written now is kept for the next one
            ByteBuffer three = lines("three\n");
            assertThatThrownBy(() -> destination.write(three)).isInstanceOf(IOException.class);
            destination.write(three);
            try (Socket socket = server.accept()) {
                assertThat(message(socket)).isEqualTo(START + "three");
            }
            destination.close();
        }
    }

    @Test
    void nobodyListens() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        SyslogDestination destination = new SyslogDestination(new TcpSyslog("127.0.0.1", port), HEADER, CLOCK);
        assertThatThrownBy(() -> destination.write(lines("one\n"))).isInstanceOf(IOException.class);
    }
}
