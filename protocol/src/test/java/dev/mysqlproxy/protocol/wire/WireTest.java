package dev.mysqlproxy.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "250, fa",
        "251, fcfb00",
        "252, fcfc00",
        "255, fcff00",
        "65535, fcffff",
        "65536, fd000001",
        "16777215, fdffffff",
        "16777216, fe0000000100000000",
        "4294967296, fe0000000001000000",
        "9223372036854775807, feffffffffffffff7f",
        "-1, feffffffffffffffff"
    })
    void lengthEncodedIntegers(long value, String hex) {
        ByteBuf out = Unpooled.buffer();
        Wire.writeLenEnc(out, value);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
        assertThat(Wire.readLenEnc(out, "a number")).isEqualTo(value);
        assertThat(out.isReadable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"fc", "fc01", "fd0102", "fe01020304050607", "fb", "ff"})
    void brokenIntegers(String hex) {
        assertThatThrownBy(() -> Wire.readLenEnc(Unpooled.wrappedBuffer(Capture.bytes(hex)), "a number"))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageEndingWith("a number");
        assertThatThrownBy(() -> Wire.readLenEnc(Unpooled.EMPTY_BUFFER, "a number"))
                .hasMessage("packet ends inside a number");
    }

    @Test
    void strings() {
        ByteBuf out = Unpooled.buffer();
        Wire.writeLenEncBytes(out, Wire.utf8("h\u00e9"));
        out.writeBytes("abc\0d".getBytes(StandardCharsets.US_ASCII));
        assertThat(Wire.utf8(Wire.readLenEncBytes(out, "a text"))).isEqualTo("h\u00e9");
        assertThat(Wire.readNulBytes(out, "a text")).containsExactly('a', 'b', 'c');
        assertThatThrownBy(() -> Wire.readNulBytes(out, "a text")).hasMessage("no end of a text");
        assertThat(Wire.utf8(new byte[] {'a', (byte) 0xff})).isEqualTo("a\ufffd");
    }

    @ParameterizedTest
    @CsvSource({"0261", "fc0001", "feffffffffffffffff", "fe0000000001000000", "fdffffff"})
    void stringsLongerThanTheirPacket(String hex) {
        assertThatThrownBy(() -> Wire.readLenEncBytes(Unpooled.wrappedBuffer(Capture.bytes(hex)), "a text"))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("packet ends inside a text");
    }

    @Test
    void headers() {
        ByteBuf out = Unpooled.buffer();
        Wire.writeHeader(out, 0x010203, 0x1ff);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("030201ff");
    }

    @Test
    void violationsCostNoStackTrace() {
        assertThat(new ProtocolViolationException("x").getStackTrace()).isEmpty();
    }
}
