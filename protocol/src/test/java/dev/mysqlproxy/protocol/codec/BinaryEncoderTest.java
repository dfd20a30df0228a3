package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryEncoderTest {

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "1, ff, -1",
        "1, ff, 255",
        "244, 01, 1",
        "2, ffff, 65535",
        "2, 0080, -32768",
        "13, e807, 2024",
        "3, ffffffff, 4294967295",
        "3, 2a000000, 00042",
        "9, ffffffff, -1",
        "8, ffffffffffffffff, 18446744073709551615",
        "8, ffffffffffffffff, -1",
        "4, cdcccc3d, 0.1",
        "4, 00000080, -0",
        "5, 000000000000f83f, 1.5",
        "5, ffffffffffffef7f, 1.7976931348623157e308",
        "10, 00, 0000-00-00",
        "10, 04e807021d, 2024-02-29",
        "12, 00, 0000-00-00 00:00:00",
        "12, 04e807021d, 2024-02-29 00:00:00.000",
        "7, 07e807021d010203, 2024-02-29 01:02:03",
        "12, 0be807021d01020340e20100, 2024-02-29 01:02:03.123456",
        "12, 0be807021d010203a0860100, 2024-02-29 01:02:03.1",
        "12, 0b00000000000000a0860100, 0000-00-00 00:00:00.1",
        "11, 00, 00:00:00",
        "11, 080122000000160000, -838:00:00",
        "11, 0c000000000001020340e20100, 01:02:03.123456",
        "253, 03616263, abc",
        "246, 04312e3530, 1.50",
        "245, 027b7d, {}",
    })
    void writesWhatIsReadBack(int type, String hex, String text) {
        ByteBuf out = Unpooled.buffer();
        BinaryEncoder.write(out, type, ascii(text));
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 256",
        "1, -129",
        "1, ''",
        "2, 1.5",
        "3, 4294967296",
        "9, 16777216",
        "8, 18446744073709551616",
        "8, abc",
        "4, abc",
        "10, 2024-13-01",
        "10, 2024-02",
        "10, 2024/02/01",
        "10, 70000-01-01",
        "12, 2024-02-29 25:00:00",
        "12, 2024-02-29 01:02:03.1234567",
        "12, 2024-02-29 01:02:03x",
        "11, 12:61:00",
        "11, 99999999999:00:00",
        "11, noon",
        "6, ''",
    })
    void refusesWhatIsNoSuchValue(int type, String text) {
        ByteBuf out = Unpooled.buffer();
        assertThatThrownBy(() -> BinaryEncoder.write(out, type, ascii(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no value of a column of type " + type);
        assertThat(out.isReadable()).isFalse();
    }
}
