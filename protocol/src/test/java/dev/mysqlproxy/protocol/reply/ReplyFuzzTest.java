package dev.mysqlproxy.protocol.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Spoilt replies: each is followed to an end, left waiting for more, or refused as a violation; never anything else,
 * and always the same whatever the chunks.
 */
class ReplyFuzzTest {

    private static final int ROUNDS = 60;
    private static final int[] TELLING = {0x00, 0x01, 0x03, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};

    static List<String> files() {
        return Capture.SMALL;
    }

    @ParameterizedTest
    @MethodSource("files")
    void mutatedReplies(String file) {
        Random random = new Random(file.hashCode());
        for (Capture capture : Capture.load(file)) {
            byte[] reply = capture.reply();
            if (reply.length > 20_000) {
                continue;
            }
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = reply;
                for (int i = random.nextInt(3); i >= 0; i--) {
                    bytes = mutated(bytes, random);
                }
                check(capture.capabilities(), ReplyShape.of(capture.code()), bytes, random);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shufflesOfPackets(long seed) {
        Random random = new Random(seed);
        List<Capture> captures = Capture.load(Capture.SMALL);
        List<byte[]> packets = new ArrayList<>();
        captures.forEach(capture -> capture.packets().stream()
                .map(line -> Capture.bytes(line.substring(2)))
                .filter(packet -> packet.length < 2_000)
                .forEach(packets::add));
        ReplyShape[] shapes = ReplyShape.values();
        for (int round = 0; round < 20_000; round++) {
            ByteBuf bytes = Unpooled.buffer();
            int sequence = 1;
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte[] packet = packets.get(random.nextInt(packets.size())).clone();
                packet[3] = (byte) sequence++;
                bytes.writeBytes(packet);
            }
            Capabilities capabilities =
                    captures.get(random.nextInt(captures.size())).capabilities();
            byte[] reply = new byte[bytes.readableBytes()];
            bytes.readBytes(reply);
            check(capabilities, shapes[random.nextInt(shapes.length)], reply, random);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5})
    void noise(long seed) {
        Random random = new Random(seed);
        ReplyShape[] shapes = ReplyShape.values();
        for (int round = 0; round < 20_000; round++) {
            ByteBuf bytes = Unpooled.buffer();
            int sequence = 1;
            for (int i = random.nextInt(6); i >= 0; i--) {
                int length = random.nextInt(random.nextBoolean() ? 12 : 40);
                bytes.writeMediumLE(length).writeByte(sequence++);
                for (int j = 0; j < length; j++) {
                    boolean telling = j == 0 || random.nextInt(4) == 0;
                    bytes.writeByte(telling ? TELLING[random.nextInt(TELLING.length)] : random.nextInt(256));
                }
            }
            byte[] reply = new byte[bytes.readableBytes()];
            bytes.readBytes(reply);
            check(
                    new Capabilities(random.nextLong() & Capabilities.RELAYED.bits()),
                    shapes[random.nextInt(shapes.length)],
                    reply,
                    random);
        }
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        List<Integer> starts = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        for (int at = 0; at + 4 <= bytes.length; at += 4 + in.getUnsignedMediumLE(at)) {
            starts.add(at);
        }
        if (starts.isEmpty()) {
            return bytes;
        }
        int packet = random.nextInt(starts.size());
        int from = starts.get(packet);
        int to = packet + 1 < starts.size() ? starts.get(packet + 1) : bytes.length;
        byte[] copy = bytes.clone();
        int telling = TELLING[random.nextInt(TELLING.length)];
        switch (random.nextInt(8)) {
            case 0 -> copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
            case 1 -> copy[from + 3] = (byte) random.nextInt(256);
            case 2 -> copy[Math.min(from + 4, copy.length - 1)] = (byte) telling;
            case 3 -> copy[random.nextInt(copy.length)] = (byte) telling;
            case 4 -> {
                return replaced(bytes, from, to, bytes, from, from + 4 + random.nextInt(Math.max(1, to - from - 4)));
            }
            case 5 -> {
                return replaced(bytes, from, to, bytes, from, from + 4);
            }
            case 6 -> {
                return replaced(bytes, from, from, bytes, from, to);
            }
            default -> {
                return replaced(bytes, from, to, bytes, from, from);
            }
        }
        return copy;
    }

    /** Puts some bytes in the place of a packet, with a length that fits and the sequence ids set right again. */
    private static byte[] replaced(byte[] bytes, int from, int to, byte[] source, int sourceFrom, int sourceTo) {
        ByteBuf out = Unpooled.buffer();
        out.writeBytes(bytes, 0, from);
        int end = Math.min(sourceTo, bytes.length);
        if (end - sourceFrom >= 4) {
            out.writeMediumLE(end - sourceFrom - 4).writeByte(0);
            out.writeBytes(source, sourceFrom + 4, end - sourceFrom - 4);
        }
        out.writeBytes(bytes, to, bytes.length - to);
        int sequence = 1;
        for (int at = 0; at + 4 <= out.writerIndex(); at += 4 + out.getUnsignedMediumLE(at)) {
            out.setByte(at + 3, sequence++);
        }
        byte[] result = new byte[out.readableBytes()];
        out.readBytes(result);
        return result;
    }

    private static void check(Capabilities capabilities, ReplyShape shape, byte[] bytes, Random random) {
        ReplyTracker tracker = new ReplyTracker(capabilities);
        String whole = follow(tracker, shape, bytes, Integer.MAX_VALUE / 2, random);
        assertThat(follow(tracker, shape, bytes, 1, random)).isEqualTo(whole);
        assertThat(follow(tracker, shape, bytes, -1, random)).isEqualTo(whole);
    }

    /** How it went, in words. */
    private static String follow(ReplyTracker tracker, ReplyShape shape, byte[] bytes, int size, Random random) {
        tracker.serverStatus(0);
        tracker.start(shape, 1);
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        int at = 0;
        try {
            while (at < bytes.length && !tracker.ended()) {
                int chunk = Math.min(bytes.length - at, size < 0 ? 1 + random.nextInt(20) : size);
                buffer.setIndex(at, at + chunk);
                int taken = tracker.scan(buffer);
                assertThat(taken).isBetween(0, chunk);
                if (taken < chunk) {
                    assertThat(tracker.ended()).isTrue();
                }
                at += taken;
            }
        } catch (ProtocolViolationException e) {
            assertThat(e.getMessage()).isNotBlank();
            return e.getMessage();
        }
        return (tracker.ended() ? "ended" : "waiting") + " after " + at + " with " + Outcome.of(tracker)
                + tracker.infileRequested();
    }
}
