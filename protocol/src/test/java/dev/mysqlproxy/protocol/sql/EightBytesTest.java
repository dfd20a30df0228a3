package dev.mysqlproxy.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EightBytesTest {

    private final byte[] bytes = new byte[EightBytes.COUNT + 2];

    @Test
    void saysOfEachByteWhatIsSaidOfOne() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            random.nextBytes(bytes);
            // each value at each place, among others of its kind and among any
            bytes[1 + round % EightBytes.COUNT] = (byte) (round >> 3);
            long eight = EightBytes.get(bytes, 1);
            byte[] upper = bytes.clone();
            EightBytes.put(upper, 1, EightBytes.toUpper(eight));
            long outside = EightBytes.outsideNames(eight);
            for (int i = 0; i < EightBytes.COUNT; i++) {
                byte value = bytes[1 + i];
                assertThat(upper[1 + i]).as("capital of %d", value).isEqualTo(Bytes.toUpper(value));
                assertThat((outside >>> i * 8 & 0xff) == 0)
                        .as("%d is part of a name", value)
                        .isEqualTo(SqlBytes.isName(value));
            }
            assertThat(upper[0]).isEqualTo(bytes[0]);
            assertThat(upper[9]).isEqualTo(bytes[9]);
        }
    }

    @Test
    void findsTheFirstZero() {
        for (int at = 0; at < EightBytes.COUNT; at++) {
            long eight = EightBytes.all(0x80) & ~(0xffL << at * 8);
            assertThat(EightBytes.first(EightBytes.zeros(eight))).isEqualTo(at);
        }
        assertThat(EightBytes.zeros(EightBytes.all(1))).isZero();
    }
}
