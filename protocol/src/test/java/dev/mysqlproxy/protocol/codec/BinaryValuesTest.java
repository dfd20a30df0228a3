package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BinaryValuesTest {

    /** The same values selected as text and in binary. */
    static Stream<Arguments> capturedValues() {
        List<Arguments> pairs = new ArrayList<>();
        for (String file : Capture.VALUES) {
            List<Capture> captures = Capture.load(file);
            for (int i = 0; i + 1 < captures.size(); i += 2) {
                pairs.add(Arguments.of(captures.get(i), captures.get(i + 1)));
            }
        }
        return pairs.stream();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("capturedValues")
    void lookAsInTheTextProtocol(Capture text, Capture binary) {
        assertThat(binary.title()).endsWith(", binary");
        List<List<String>> expected = values(text, false);
        assertThat(expected).hasSize(Integer.parseInt(text.expected().get("rows")));
        assertThat(values(binary, true)).isEqualTo(expected);
    }

    private static List<List<String>> values(Capture capture, boolean binary) {
        ResultReader reader = ResultReader.of(
                ResultReader.cut(Unpooled.wrappedBuffer(capture.reply())), capture.capabilities(), binary);
        List<List<String>> rows = new ArrayList<>();
        for (List<byte[]> row : reader.rows()) {
            List<String> texts = new ArrayList<>();
            row.forEach(value -> texts.add(value == null ? null : new String(value, StandardCharsets.ISO_8859_1)));
            rows.add(texts);
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, ff, -1",
        "1, true, ff, 255",
        "244, false, 01, 1",
        "2, true, ffff, 65535",
        "13, false, e807, 2024",
        "3, true, ffffffff, 4294967295",
        "9, false, ffffffff, -1",
        "8, true, ffffffffffffffff, 18446744073709551615",
        "8, false, ffffffffffffffff, -1",
        "4, false, cdcccc3d, 0.1",
        "4, false, 0000807f, Infinity",
        "4, false, 00000080, -0",
        "5, false, 000000000000f83f, 1.5",
        "5, false, 000000000000f87f, NaN",
        "5, false, ffffffffffffef7f, 1.7976931348623157e308",
        "5, false, 0100000000000080, -5e-324",
        "10, false, 00, 0000-00-00",
        "10, false, 04e807021d, 2024-02-29",
        "12, false, 00, 0000-00-00 00:00:00",
        "12, false, 04e807021d, 2024-02-29 00:00:00",
        "7, false, 07e807021d010203, 2024-02-29 01:02:03",
        "12, false, 0be807021d01020340e20100, 2024-02-29 01:02:03.123456",
        "11, false, 00, 00:00:00",
        "11, false, 080122000000160000, -838:00:00",
        "11, false, 0c000000000001020340e20100, 01:02:03.123456",
        "6, false, '', ''",
        "253, false, 03616263, abc",
    })
    void withoutAColumn(int type, boolean unsigned, String hex, String text) {
        ByteBuf in = Unpooled.wrappedBuffer(hex.isEmpty() ? new byte[0] : Capture.bytes(hex));
        assertThat(new String(BinaryValues.read(in, type, unsigned), StandardCharsets.ISO_8859_1))
                .isEqualTo(text);
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1, ''",
        "2, 01",
        "3, 010203",
        "8, 01020304050607",
        "4, 010203",
        "5, 01",
        "10, ''",
        "10, 04e80702",
        "12, 05e807021d01",
        "12, 0c000000000000000000000000",
        "11, 07",
        "11, 08",
        "11, 0900",
        "253, 02ff",
        "253, ff",
        "253, fb",
        "253, feffffffffffffffff",
        "246, ''"
    })
    void truncatedValues(int type, String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(hex.isEmpty() ? new byte[0] : Capture.bytes(hex));
        assertThatThrownBy(() -> BinaryValues.read(in, type, false)).isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);
            int type = random.nextInt(256);
            try {
                assertThat(BinaryValues.read(Unpooled.wrappedBuffer(bytes), type, random.nextBoolean()))
                        .isNotNull();
            } catch (ProtocolViolationException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
