package dev.mysqlproxy.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressedWriterTest {

    @ParameterizedTest
    @EnumSource(Codec.class)
    void belowTheThresholdBytesGoAsTheyAre(Codec codec) {
        byte[] plain = new byte[50];
        try (CompressedWriter writer = codec.writer(50)) {
            byte[] stored = Codec.packets(writer, Unpooled.wrappedBuffer(plain, 0, 49), 100);
            assertThat(stored).hasSize(7 + 49).startsWith(49, 0, 0, 0, 0, 0, 0);
            byte[] compressed = Codec.packets(writer, Unpooled.wrappedBuffer(plain), 100);
            assertThat(compressed).hasSizeLessThan(50);
            assertThat(Arrays.copyOf(compressed, 7)).containsExactly(compressed.length - 7, 0, 0, 1, 50, 0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void whatOnlyGrowsGoesAsItIs(Codec codec) {
        byte[] plain = Codec.bytes(new Random(3), 100_000, true);
        try (CompressedWriter writer = codec.writer(50)) {
            byte[] packets = Codec.packets(writer, Unpooled.wrappedBuffer(plain), 60_000);
            assertThat(packets).hasSize(100_000 + 2 * 7);
            assertThat(Arrays.copyOf(packets, 7)).containsExactly(0x60, 0xea, 0, 0, 0, 0, 0);
            assertThat(Arrays.copyOfRange(packets, 7, 60_007)).isEqualTo(Arrays.copyOf(plain, 60_000));
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void sequenceIdsGoRound(Codec codec) {
        try (CompressedWriter writer = codec.writer(50)) {
            writer.sequence(255);
            byte[] packets = Codec.packets(writer, Unpooled.wrappedBuffer(new byte[2]), 1);
            assertThat(packets).containsExactly(1, 0, 0, 255, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
            assertThat(writer.sequence()).isEqualTo(1);
        }
    }

    @Test
    void levelsMatter() {
        byte[] plain = Codec.bytes(new Random(4), 200_000, false);
        assertThat(length(CompressedWriter.zlib(9, 0), plain)).isLessThan(length(CompressedWriter.zlib(1, 0), plain));
        assertThat(length(CompressedWriter.zstd(19, 0), plain)).isLessThan(length(CompressedWriter.zstd(1, 0), plain));
        assertThat(length(CompressedWriter.zlib(0, 0), plain)).isEqualTo(plain.length + 7);
        assertThat(length(CompressedWriter.zlib(-1, 0), plain)).isEqualTo(length(CompressedWriter.zlib(6, 0), plain));
    }

    private static int length(CompressedWriter writer, byte[] plain) {
        try (writer) {
            return Codec.packets(writer, Unpooled.wrappedBuffer(plain), Integer.MAX_VALUE).length;
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void nothingAfterTheEnd(Codec codec) {
        CompressedWriter writer = codec.writer(50);
        writer.close();
        writer.close();
        assertThatThrownBy(() -> Codec.packets(writer, Unpooled.wrappedBuffer(new byte[1]), 1))
                .isInstanceOf(IllegalStateException.class);
    }
}
