package dev.mysqlproxy.protocol.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import dev.mysqlproxy.testing.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of real servers, in every way that the network may cut them up. */
class CapturedRepliesTest {

    static List<String> smallFiles() {
        return Capture.SMALL;
    }

    @Test
    void thereIsSomethingOfEverything() {
        Set<ReplyShape> shapes = EnumSet.noneOf(ReplyShape.class);
        List<Capture> captures = Capture.load(Capture.SMALL);
        captures.forEach(capture -> shapes.add(ReplyShape.of(capture.code())));
        assertThat(shapes)
                .containsAll(EnumSet.complementOf(
                        EnumSet.of(ReplyShape.NONE, ReplyShape.CLOSE, ReplyShape.TUNNEL, ReplyShape.OPAQUE)));
        assertThat(captures).hasSizeGreaterThan(600);
    }

    @ParameterizedTest
    @MethodSource("smallFiles")
    void whole(String file) {
        Capture.load(file).forEach(capture -> {
            Playback playback = new Playback(capture);
            playback.inChunksOf(playback.start(), Integer.MAX_VALUE / 2);
        });
    }

    @Test
    void wholeRowsOfAllTypes() {
        Capture.load(Capture.VALUES).forEach(capture -> {
            Playback playback = new Playback(capture);
            playback.inChunksOf(playback.start(), Integer.MAX_VALUE / 2);
            playback.inChunksOf(playback.start(), 41);
        });
    }

    @ParameterizedTest
    @MethodSource("smallFiles")
    void oneByteAtATime(String file) {
        Capture.load(file).forEach(capture -> {
            Playback playback = new Playback(capture);
            playback.inChunksOf(playback.start(), 1);
        });
    }

    @ParameterizedTest
    @MethodSource("smallFiles")
    void splitAtEveryByte(String file) {
        for (Capture capture : Capture.load(file)) {
            Playback playback = new Playback(capture);
            ReplyTracker tracker = playback.start();
            for (int at = 0; at <= playback.length(); at++) {
                playback.restart(tracker);
                playback.splitAt(tracker, at);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 7, 11, 64, 1460})
    void inSmallChunks(int size) {
        Capture.load(Capture.SMALL).forEach(capture -> {
            Playback playback = new Playback(capture);
            playback.inChunksOf(playback.start(), size);
        });
    }

    @ParameterizedTest
    @MethodSource("smallFiles")
    void oneAfterTheOtherInOneTracker(String file) {
        ReplyTracker tracker = new ReplyTracker(Capture.load(file).get(0).capabilities());
        Capture.load(file).forEach(capture -> {
            Playback playback = new Playback(capture);
            playback.restart(tracker);
            playback.inChunksOf(tracker, 9);
        });
    }

    static List<Capture> hugeReplies() {
        return Capture.load(Capture.HUGE);
    }

    @ParameterizedTest
    @MethodSource("hugeReplies")
    void hugePayloads(Capture capture) {
        Playback playback = new Playback(capture);
        playback.inChunksOf(playback.start(), Integer.MAX_VALUE / 2);
        playback.inChunksOf(playback.start(), 65_536);
        playback.inChunksOf(playback.start(), 0xff_ffff);
        playback.inChunksOf(playback.start(), 3_333_333);
        int at = 0;
        ReplyTracker tracker = playback.start();
        for (String packet : capture.packets()) {
            int length = Capture.bytes(packet.substring(2)).length;
            for (int near = Math.max(0, at - 6); near < at + 20; near++) {
                playback.restart(tracker);
                playback.splitAt(tracker, Math.min(near, playback.length()));
            }
            at += length;
        }
    }

    /** Skimming rows works on one piece of memory; buffers may be more or lie elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {"direct", "offset", "composite", "read-only"})
    void inAnyKindOfBuffer(String kind) {
        for (Capture capture : Capture.load("mysql-classic")) {
            byte[] reply = capture.reply();
            if (capture.parts().size() != 1) {
                continue;
            }
            ByteBuf buffer = switch (kind) {
                case "direct" -> PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(reply);
                case "offset" ->
                    PooledByteBufAllocator.DEFAULT
                            .directBuffer()
                            .writeZero(77)
                            .writeBytes(reply)
                            .skipBytes(77);
                case "composite" ->
                    PooledByteBufAllocator.DEFAULT
                            .compositeBuffer()
                            .addComponents(
                                    true,
                                    Unpooled.copiedBuffer(reply, 0, reply.length / 2),
                                    Unpooled.copiedBuffer(reply, reply.length / 2, reply.length - reply.length / 2));
                default -> Unpooled.wrappedBuffer(reply).asReadOnly();
            };
            ReplyTracker tracker = new Playback(capture).start();
            assertThat(tracker.scan(buffer)).isEqualTo(reply.length);
            assertThat(tracker.ended()).isTrue();
            assertThat(Outcome.of(tracker)).isEqualTo(Outcome.expected(capture));
            assertThat(buffer.release()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("smallFiles")
    void anyWrongSequenceIdIsAViolation(String file) {
        for (Capture capture : Capture.load(file)) {
            ReplyShape shape = ReplyShape.of(capture.code());
            if (capture.parts().size() != 1 || shape == ReplyShape.STREAM) {
                continue;
            }
            byte[] reply = capture.reply();
            ReplyTracker tracker = new ReplyTracker(capture.capabilities());
            for (int at = 0;
                    at < reply.length;
                    at += 4 + Unpooled.wrappedBuffer(reply).getUnsignedMediumLE(at)) {
                for (int wrong : new int[] {-1, 1, 100}) {
                    byte[] bytes = reply.clone();
                    bytes[at + 3] += (byte) wrong;
                    tracker.start(shape, 1);
                    assertThatThrownBy(() -> tracker.scan(Unpooled.wrappedBuffer(bytes)))
                            .as(capture.toString())
                            .isInstanceOf(ProtocolViolationException.class)
                            .hasMessageStartingWith("sequence id ");
                }
            }
        }
    }

    /** MariaDB may report progress before any packet of a reply. */
    @ParameterizedTest
    @ValueSource(strings = {"mariadb-extended", "mariadb-extended-deprecate-eof", "mariadb-progress"})
    void progressReportsMayComeAnywhere(String file) {
        byte[] report = Capture.bytes("17000000ffffff0102040000000d456e61626c696e67206b657973");
        for (Capture capture : Capture.load(file)) {
            assertThat(capture.capabilities().has(Capabilities.MARIADB_PROGRESS))
                    .isTrue();
            if (capture.parts().size() != 1) {
                continue;
            }
            byte[] reply = capture.reply();
            for (int at = 0;
                    at < reply.length;
                    at += 4 + Unpooled.wrappedBuffer(reply).getUnsignedMediumLE(at)) {
                ByteBuf with = Unpooled.buffer();
                with.writeBytes(reply, 0, at).writeBytes(report).writeBytes(reply, at, reply.length - at);
                int sequence = 1;
                for (int i = 0; i < with.writerIndex(); i += 4 + with.getUnsignedMediumLE(i)) {
                    with.setByte(i + 3, sequence++);
                }
                ReplyTracker tracker = new Playback(capture).start();
                assertThat(tracker.scan(with)).as(capture.toString()).isEqualTo(with.readableBytes());
                assertThat(tracker.ended()).isTrue();
                assertThat(Outcome.of(tracker)).isEqualTo(Outcome.expected(capture));
            }
        }
    }
}
