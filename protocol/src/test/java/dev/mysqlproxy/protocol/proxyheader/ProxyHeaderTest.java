package dev.mysqlproxy.protocol.proxyheader;

import static io.netty.buffer.Unpooled.buffer;
import static io.netty.buffer.Unpooled.wrappedBuffer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final byte[] REST = {1, 2, 3};

    private static InetSocketAddress inet(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static byte[] v2(String rest) {
        return hex(SIGNATURE + rest);
    }

    private static ProxyHeader read(byte[] bytes) {
        return ProxyHeaderReader.read(wrappedBuffer(bytes)).orElseThrow();
    }

    private static byte[] write(ProxyHeader header) {
        ByteBuf out = buffer();
        ProxyHeaderWriter.write(header, out);
        return ByteBufUtil.getBytes(out);
    }

    private static void refused(byte[] bytes, String message) {
        assertThatThrownBy(() -> ProxyHeaderReader.read(wrappedBuffer(bytes)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage(message);
    }

    static Stream<ProxyHeader> headers() {
        SocketAddress four = inet("192.168.0.1", 56324);
        SocketAddress otherFour = inet("192.168.0.11", 443);
        SocketAddress six = inet("2001:db8::1", 65535);
        SocketAddress otherSix = inet("::1", 0);
        List<Tlv> tlvs = List.of(
                new Tlv(Tlv.PP2_TYPE_UNIQUE_ID, "a-1".getBytes(US_ASCII)),
                new Tlv(0xe4, new byte[0]),
                new Tlv(0xe5, new byte[1000]));
        return Stream.of(
                ProxyHeader.local(1),
                ProxyHeader.of(1, four, otherFour, List.of()),
                ProxyHeader.of(1, six, otherSix, List.of()),
                ProxyHeader.of(1, four, six, List.of()),
                ProxyHeader.local(2),
                new ProxyHeader(2, Optional.empty(), Optional.empty(), tlvs),
                ProxyHeader.of(2, four, otherFour, List.of()),
                ProxyHeader.of(2, six, otherSix, tlvs),
                ProxyHeader.of(2, six, otherFour, tlvs),
                ProxyHeader.of(2, new UnixName("/run/x.sock"), new UnixName("@y"), tlvs),
                ProxyHeader.of(2, new UnixName(""), new UnixName("/" + "x".repeat(106)), List.of()));
    }

    // --- both versions ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("headers")
    void whatIsWrittenIsRead(ProxyHeader header) {
        ByteBuf in = wrappedBuffer(write(header), REST);
        assertThat(ProxyHeaderReader.read(in)).contains(header);
        assertThat(ByteBufUtil.getBytes(in)).as("what follows").isEqualTo(REST);
    }

    @ParameterizedTest
    @MethodSource("headers")
    void byteByByte(ProxyHeader header) {
        byte[] bytes = write(header);
        for (int have = 0; have < bytes.length; have++) {
            ByteBuf in = wrappedBuffer(bytes, 0, have);
            assertThat(ProxyHeaderReader.read(in)).as("%s bytes", have).isEmpty();
            assertThat(in.readerIndex()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "PROXI", "PROXY\tTCP4", "proxy ", "\r\n\r\nQUIT", "\0", "Q"})
    void otherProtocols(String text) {
        refused(text.getBytes(ISO_8859_1), "no PROXY header");
    }

    /** Whatever is sent: an answer or a refusal, never a wait for more than is kept, never another failure. */
    @ParameterizedTest
    @MethodSource("headers")
    void mutationsAreReadOrRefused(ProxyHeader header) {
        byte[] bytes = write(header);
        SplittableRandom random = new SplittableRandom(4711 + bytes.length);
        for (int round = 0; round < 5000; round++) {
            byte[] mutant = Arrays.copyOf(bytes, bytes.length + random.nextInt(3));
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            ByteBuf in = wrappedBuffer(mutant);
            try {
                Optional<ProxyHeader> read = ProxyHeaderReader.read(in);
                if (read.isEmpty()) {
                    assertThat(mutant.length).isLessThan(ProxyHeader.LONGEST_V2);
                    assertThat(in.readerIndex()).isZero();
                } else {
                    assertThat(in.readerIndex()).isGreaterThan(14);
                    assertThat(write(read.get())).isNotEmpty();
                }
            } catch (ProtocolViolationException e) {
                assertThat(e.getMessage()).contains("PROXY");
            }
        }
    }

    // --- version 1 --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443, 192.168.0.1, 56324, 192.168.0.11, 443",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255, 65535, 255.255.255.255, 65535",
        "PROXY TCP4 0.0.0.0 1.2.3.4 0 1, 0.0.0.0, 0, 1.2.3.4, 1",
        "PROXY TCP6 2001:DB8::1 ::1 1 2, 2001:db8::1, 1, ::1, 2",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff :: 65535 0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 65535, ::, 0",
        "PROXY TCP6 ::ffff:10.0.0.1 ::ffff:10.0.0.2 1 2, 10.0.0.1, 1, 10.0.0.2, 2",
    })
    void lines(String line, String source, int sourcePort, String destination, int destinationPort) {
        assertThat(read((line + "\r\n").getBytes(US_ASCII)))
                .isEqualTo(ProxyHeader.of(1, inet(source, sourcePort), inet(destination, destinationPort), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UNKNOWN\r\n",
                "PROXY UNKNOWN \r\n",
                "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
                "PROXY UNKNOWN and \0 whatever \r else\r\n"
            })
    void unknown(String line) {
        assertThat(read(line.getBytes(ISO_8859_1))).isEqualTo(ProxyHeader.local(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY \r\n",
                "PROXY TCP4\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
                "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4.5 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n",
                "PROXY TCP4 01.2.3.4 1.2.3.4 1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
                "PROXY TCP4 1.2.3.4 1.2.3.4 1 200000\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP4 localhost localhost 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                "PROXY TCP6 [::1] ::1 1 2\r\n",
                "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
            })
    void linesThatMakeNoSense(String line) {
        refused(line.getBytes(ISO_8859_1), "a PROXY line that makes no sense");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1::2::3",
                "::12345",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                ":1",
                ":::",
                "::1.2.3.256",
                "1.2.3.4.5"
            })
    void addressesThatAreNone(String address) {
        assertThatThrownBy(() -> read(("PROXY TCP6 " + address + " ::1 1 2\r\n").getBytes(US_ASCII)))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void portsThatAreNone() {
        refused("PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n".getBytes(US_ASCII), "a PROXY line with a port that is none");
    }

    @Test
    void endsThatAreNone() {
        refused("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n".getBytes(US_ASCII), "a PROXY line that does not end with CR LF");
        refused(("PROXY UNKNOWN" + " ".repeat(94)).getBytes(US_ASCII), "a PROXY line without an end");
        byte[] tooLong = ("PROXY UNKNOWN" + " ".repeat(93) + "\r\n").getBytes(US_ASCII);
        refused(tooLong, "a PROXY line without an end");
    }

    @Test
    void written() {
        assertThat(write(ProxyHeader.of(1, inet("10.0.0.1", 1), inet("10.0.0.2", 3306), List.of())))
                .asString(US_ASCII)
                .isEqualTo("PROXY TCP4 10.0.0.1 10.0.0.2 1 3306\r\n");
        assertThat(write(ProxyHeader.of(1, inet("10.0.0.1", 1), inet("2001:db8::2", 3306), List.of())))
                .asString(US_ASCII)
                .isEqualTo("PROXY TCP6 ::ffff:10.0.0.1 2001:db8::2 1 3306\r\n");
        assertThat(write(ProxyHeader.of(1, new UnixName("/x"), new UnixName("/y"), List.of())))
                .asString(US_ASCII)
                .isEqualTo("PROXY UNKNOWN\r\n");
    }

    // --- version 2 --------------------------------------------------------------------------------------------------

    @Test
    void tcpOverFour() {
        assertThat(read(v2("21 11 000c c0a80001 c0a8000b dc04 01bb")))
                .isEqualTo(ProxyHeader.of(2, inet("192.168.0.1", 56324), inet("192.168.0.11", 443), List.of()));
    }

    @Test
    void tcpOverSixWithTlvs() {
        ProxyHeader header = read(v2("21 21 0031" + "20010db8000000000000000000000001"
                + "00000000000000000000000000000001" + "0001 0002" + "05 0002 4142" + "04 0001 00" + "ea 0001 7f"));
        assertThat(header)
                .isEqualTo(ProxyHeader.of(
                        2,
                        inet("2001:db8::1", 1),
                        inet("::1", 2),
                        List.of(new Tlv(Tlv.PP2_TYPE_UNIQUE_ID, new byte[] {0x41, 0x42}), new Tlv(0xea, new byte[] {0x7f
                        }))));
        assertThat(header.find(0xea)).contains(new Tlv(0xea, new byte[] {0x7f}));
        assertThat(header.find(Tlv.PP2_TYPE_NOOP)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20 00 0000",
                "20 11 000c c0a80001 c0a8000b dc04 01bb",
                "20 11 0002 ffff",
                "21 00 0000",
                "21 00 0005 ffffffffff",
                "21 01 0000",
                "21 12 000c c0a80001 c0a8000b dc04 01bb",
                "21 10 000c c0a80001 c0a8000b dc04 01bb",
            })
    void connectionsOwnAddresses(String block) {
        ProxyHeader header = read(v2(block));
        assertThat(header.source()).isEmpty();
        assertThat(header.destination()).isEmpty();
    }

    @Test
    void tlvsOfLocalConnections() {
        assertThat(read(v2("20 00 0004 05 0001 41")).tlvs()).containsExactly(new Tlv(5, new byte[] {0x41}));
    }

    @ParameterizedTest
    @CsvSource({
        "22 11 000c, a PROXY header with an unknown version or command",
        "11 11 000c, a PROXY header with an unknown version or command",
        "31, a PROXY header with an unknown version or command",
        "21 41, a PROXY header with an unknown address family",
        "21 13, a PROXY header with an unknown address family",
        "21 11 000b, a PROXY header that is too short for its addresses",
        "21 21 000c, a PROXY header that is too short for its addresses",
        "21 31 00d7, a PROXY header that is too short for its addresses",
        "21 11 0ff1, a PROXY header of 4097 bytes",
        "20 00 ffff, a PROXY header of 65551 bytes",
        "21 11 000e c0a80001 c0a8000b dc04 01bb 0500, a PROXY header whose TLVs are longer than itself",
        "21 11 000f c0a80001 c0a8000b dc04 01bb 050001, a PROXY header whose TLVs are longer than itself",
        "21 11 0010 c0a80001 c0a8000b dc04 01bb 03000100, a PROXY header with a checksum of 1 bytes",
        "21 11 0013 c0a80001 c0a8000b dc04 01bb 03000400000000, a PROXY header with a wrong checksum",
        "20 00 0007 03000400000000, a PROXY header with a wrong checksum",
    })
    void blocksThatMakeNoSense(String block, String message) {
        refused(v2(block), message);
    }

    /** No byte can be another one without being noticed. */
    @Test
    void checksumsAreChecked() {
        byte[] bytes = write(ProxyHeader.of(2, inet("10.0.0.1", 1), inet("10.0.0.2", 2), List.of()));
        for (int at = 16; at < 28; at++) {
            byte[] mutant = bytes.clone();
            mutant[at] ^= 1;
            refused(mutant, "a PROXY header with a wrong checksum");
        }
    }

    @Test
    void headersThatWouldBeTooLong() {
        Tlv longest = new Tlv(0xe0, new byte[0xffff]);
        ByteBuf out = buffer();
        ProxyHeader header = new ProxyHeader(2, Optional.empty(), Optional.empty(), List.of(longest));
        assertThatThrownBy(() -> ProxyHeaderWriter.write(header, out)).isInstanceOf(IllegalArgumentException.class);
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void headersThatMakeNoSense() {
        SocketAddress four = inet("10.0.0.1", 1);
        assertThatThrownBy(() -> ProxyHeader.of(3, four, four, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProxyHeader.of(1, four, four, List.of(new Tlv(1, REST))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProxyHeader.of(2, four, new UnixName("/x"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ProxyHeader.of(2, InetSocketAddress.createUnresolved("h", 1), four, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProxyHeader(2, Optional.of(four), Optional.empty(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
