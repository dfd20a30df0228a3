package dev.mysqlproxy.protocol.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed packets that lie, or are none. */
class HostilePacketsTest {

    private static final byte[] PLAIN = Codec.bytes(new Random(5), 1_000, false);

    /** A packet whose header says something else about its payload. */
    private static byte[] announce(byte[] packet, int compressed, int plain) {
        byte[] changed = packet.clone();
        for (int i = 0; i < 3; i++) {
            changed[i] = (byte) (compressed >>> 8 * i);
            changed[4 + i] = (byte) (plain >>> 8 * i);
        }
        return changed;
    }

    private static void refused(Codec codec, byte[] bytes, String why) {
        for (int step : new int[] {bytes.length, 1}) {
            CompressedReader reader = codec.reader();
            assertThatThrownBy(() -> {
                        for (int at = 0; at < bytes.length; at += step) {
                            Codec.read(reader, Codec.direct(bytes, at, at + step));
                        }
                    })
                    .isInstanceOf(ProtocolViolationException.class)
                    .hasMessageContaining(why);
            // it is over: what still comes is dropped
            ByteBuf late = Codec.direct(bytes, 0, bytes.length);
            assertThat(Codec.read(reader, late)).isEmpty();
            assertThat(late.refCnt()).isZero();
        }
    }

    @Test
    void moreThanAnnounced() {
        byte[] zlib = Codec.ZLIB.packet(PLAIN);
        refused(Codec.ZLIB, announce(zlib, zlib.length - 7, 999), "more than it announces");
        refused(Codec.ZLIB, announce(zlib, zlib.length - 7, 1), "more than it announces");
        byte[] zstd = Codec.ZSTD.packet(PLAIN);
        refused(Codec.ZSTD, announce(zstd, zstd.length - 7, 999), "whose frame says 1000");
    }

    @Test
    void lessThanAnnounced() {
        byte[] zlib = Codec.ZLIB.packet(PLAIN);
        refused(Codec.ZLIB, announce(zlib, zlib.length - 7, 1_001), "lacks 1 of its bytes");
        refused(Codec.ZLIB, announce(zlib, zlib.length - 7, 0xff_ffff), "of its bytes");
        byte[] zstd = Codec.ZSTD.packet(PLAIN);
        refused(Codec.ZSTD, announce(zstd, zstd.length - 7, 1_001), "whose frame says 1000");
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void truncated(Codec codec) {
        byte[] packet = codec.packet(PLAIN);
        for (int length = 1; length < packet.length - 7; length += 17) {
            byte[] part = announce(Arrays.copyOf(packet, 7 + length), length, PLAIN.length);
            refused(codec, part, "lacks");
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void bytesBehindTheData(Codec codec) {
        byte[] packet = codec.packet(PLAIN);
        byte[] longer = Arrays.copyOf(packet, packet.length + 3);
        refused(codec, announce(longer, packet.length - 4, PLAIN.length), "3 bytes behind its data");
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void noPayload(Codec codec) {
        refused(codec, new byte[] {0, 0, 0, 0, 1, 0, 0}, "an empty compressed packet for 1 bytes");
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void emptyPacketsAreNothing(Codec codec) {
        try (CompressedReader reader = codec.reader()) {
            byte[] bytes = {0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 9, 0, 0, 0, 77};
            assertThat(Codec.read(reader, Codec.direct(bytes, 0, bytes.length))).containsExactly(77);
            assertThat(reader.sequence()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void theOtherMethod(Codec codec) {
        Codec other = codec == Codec.ZLIB ? Codec.ZSTD : Codec.ZLIB;
        refused(codec, other.packet(PLAIN), "that is not " + (codec == Codec.ZLIB ? "zlib" : "zstd"));
    }

    @Test
    void zlibWithADictionary() {
        byte[] payload = HexFormat.of().parseHex("78bb00000001");
        refused(Codec.ZLIB, packet(payload, 100), "needs a dictionary");
    }

    /** Frames that would make zstd allocate a window of up to 3.75 TB, or as much as they say they hold. */
    @ParameterizedTest
    @CsvSource({
        // magic, descriptor, window: 1 << 41, 128 MiB, and the first that is over 16 MiB
        "28b52ffd 00 ff 0000, 1000, window",
        "28b52ffd 00 88 0000, 1000, window",
        "28b52ffd 00 71 0000, 1000, window",
        // one segment of 4 GiB - 1, of 2^63 and of a byte less than announced
        "28b52ffd a0 ffffffff, 1000, whose frame says 4294967295",
        "28b52ffd e0 0000000000000080, 1000, whose frame says -9223372036854775808",
        "28b52ffd 20 ff, 256, whose frame says 255",
        // a skippable frame, an old one
        "502a4d18 01 000000 ff, 1000, that is not zstd's",
        "27b52ffd 00 00 0000, 1000, that is not zstd's"
    })
    void greedyFrames(String frame, int announced, String why) {
        refused(Codec.ZSTD, packet(HexFormat.of().parseHex(frame.replace(" ", "")), announced), why);
    }

    @Test
    void theLargestWindowIsFine() {
        // 16 MiB, then a last block with one byte as it is
        byte[] frame = HexFormat.of().parseHex("28b52ffd" + "00" + "70" + "090000" + "2a");
        try (CompressedReader reader = CompressedReader.zstd()) {
            byte[] packet = packet(frame, 1);
            assertThat(Codec.read(reader, Codec.direct(packet, 0, packet.length)))
                    .containsExactly(42);
        }
    }

    private static byte[] packet(byte[] payload, int plain) {
        byte[] packet = new byte[7 + payload.length];
        System.arraycopy(payload, 0, packet, 7, payload.length);
        return announce(packet, payload.length, plain);
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void damagedPackets(Codec codec) {
        byte[] good = codec.packet(PLAIN);
        int refused = 0;
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try (CompressedReader reader = codec.reader()) {
                int step = 1 + random.nextInt(bad.length);
                int made = 0;
                for (int at = 0; at < bad.length; at += step) {
                    made += Codec.read(reader, Codec.direct(bad, at, Math.min(at + step, bad.length))).length;
                }
                assertThat(made).isLessThanOrEqualTo(0xff_ffff);
            } catch (ProtocolViolationException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(codec == Codec.ZLIB ? 350 : 120);
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void garbage(Codec codec) {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            byte[] bytes = Codec.bytes(random, 1 + random.nextInt(2_000), true);
            // a short first packet, so that there is more than one header
            bytes[bytes.length > 3 ? 2 : 0] = 0;
            try (CompressedReader reader = codec.reader()) {
                Codec.read(reader, Codec.direct(bytes, 0, bytes.length));
            } catch (ProtocolViolationException e) {
                assertThat(e.getMessage()).contains("compressed packet");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void closedInTheMiddle(Codec codec) {
        byte[] packet = codec.packet(new byte[1_000_000]);
        CompressedReader reader = codec.reader();
        ByteBuf chunk = Codec.direct(packet, 0, packet.length);
        reader.add(chunk);
        ByteBuf first = reader.next(PooledByteBufAllocator.DEFAULT);
        assertThat(first.release()).isTrue();
        assertThat(reader.hasInput()).isTrue();
        reader.close();
        reader.close();
        assertThat(chunk.refCnt()).isZero();
        assertThat(reader.hasInput()).isFalse();
        assertThat(reader.next(PooledByteBufAllocator.DEFAULT)).isNull();
    }
}
