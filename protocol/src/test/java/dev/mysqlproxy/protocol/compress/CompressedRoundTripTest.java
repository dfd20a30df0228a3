package dev.mysqlproxy.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written is what is read, however it is cut. */
class CompressedRoundTripTest {

    private static final int MAX = 0xff_ffff;

    @ParameterizedTest
    @EnumSource(Codec.class)
    void everySplit(Codec codec) {
        Random random = new Random(1);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CompressedWriter writer = codec.writer(50)) {
            for (int length : new int[] {49, 50, 51, 300, 1}) {
                byte[] bytes = Codec.bytes(random, length, length == 51);
                plain.writeBytes(bytes);
                packed.writeBytes(Codec.packets(writer, Codec.heap(bytes, 0, length), MAX));
            }
        }
        byte[] all = packed.toByteArray();
        for (int first = 0; first <= all.length; first++) {
            for (int second = first; second <= all.length; second += 53) {
                try (CompressedReader reader = codec.reader()) {
                    ByteArrayOutputStream found = new ByteArrayOutputStream();
                    found.writeBytes(Codec.read(reader, Codec.direct(all, 0, first)));
                    found.writeBytes(Codec.read(reader, Codec.heap(all, first, second)));
                    found.writeBytes(Codec.read(reader, Codec.direct(all, second, all.length)));
                    assertThat(found.toByteArray()).isEqualTo(plain.toByteArray());
                    assertThat(reader.sequence()).isEqualTo(4);
                    assertThat(reader.hasInput()).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void byteByByte(Codec codec) {
        byte[] plain = Codec.bytes(new Random(2), 5_000, false);
        byte[] packed = codec.packet(plain);
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        try (CompressedReader reader = codec.reader()) {
            for (int i = 0; i < packed.length; i++) {
                found.writeBytes(Codec.read(reader, Codec.direct(packed, i, i + 1)));
            }
        }
        assertThat(found.toByteArray()).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void randomSizesAndCuts(Codec codec) {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            byte[] plain = Codec.bytes(random, 1 + random.nextInt(1 << random.nextInt(19)), random.nextInt(4) == 0);
            int most = 1 + random.nextInt(plain.length);
            List<Integer> cuts = random.ints(random.nextInt(5), 0, plain.length)
                    .sorted()
                    .boxed()
                    .toList();
            byte[] packed;
            try (CompressedWriter writer = codec.writer(random.nextInt(100))) {
                packed = Codec.packets(writer, Codec.pieces(plain, cuts), Math.max(most, plain.length / 50));
            }
            // not byte by byte where that takes long
            int step = Math.max(1 + packed.length / 200, random.nextInt(1 << random.nextInt(18)));
            ByteArrayOutputStream found = new ByteArrayOutputStream();
            try (CompressedReader reader = codec.reader()) {
                for (int at = 0; at < packed.length; at += step) {
                    int end = Math.min(at + step, packed.length);
                    ByteBuf chunk = random.nextBoolean() ? Codec.heap(packed, at, end) : Codec.direct(packed, at, end);
                    found.writeBytes(Codec.read(reader, chunk));
                }
            }
            assertThat(found.toByteArray()).as("seed %d", seed).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ZLIB, 16777215, 1", "ZLIB, 16777216, 2", "ZLIB, 40000000, 3",
        "ZSTD, 16777215, 1", "ZSTD, 16777216, 2", "ZSTD, 40000000, 3"
    })
    void sixteenMegabytes(Codec codec, int length, int packets) {
        for (boolean dense : new boolean[] {false, true}) {
            byte[] plain = dense ? Codec.bytes(new Random(length), length, true) : rows(length);
            byte[] packed;
            try (CompressedWriter writer = codec.writer(50)) {
                writer.sequence(255);
                packed = Codec.packets(writer, Codec.pieces(plain, List.of(1_000_000, 1_000_001)), Integer.MAX_VALUE);
                assertThat(writer.sequence()).isEqualTo(packets - 1);
            }
            ByteArrayOutputStream found = new ByteArrayOutputStream(length);
            try (CompressedReader reader = codec.reader()) {
                for (int at = 0; at < packed.length; at += 100_000) {
                    int end = Math.min(packed.length, at + 100_000);
                    found.writeBytes(Codec.read(reader, Codec.direct(packed, at, end)));
                }
                assertThat(reader.sequence()).isEqualTo((254 + packets) % 256);
            }
            assertThat(found.toByteArray()).isEqualTo(plain);
            assertThat(packed.length < length).isEqualTo(!dense);
        }
    }

    private static byte[] rows(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 100 < 4 ? i >> 8 * (i % 100) : 'x');
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void noBufferIsLargerThanAPiece(Codec codec) {
        byte[] packed = codec.packet(new byte[MAX]);
        assertThat(packed.length).isLessThan(20_000);
        try (CompressedReader reader = codec.reader()) {
            reader.add(Codec.direct(packed, 0, packed.length));
            int total = 0;
            for (ByteBuf plain = reader.next(PooledByteBufAllocator.DEFAULT);
                    plain != null;
                    plain = reader.next(PooledByteBufAllocator.DEFAULT)) {
                assertThat(plain.capacity()).isLessThanOrEqualTo(CompressedReader.PIECE);
                total += plain.readableBytes();
                plain.release();
            }
            assertThat(total).isEqualTo(MAX);
        }
    }
}
