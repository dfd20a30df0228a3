package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandScannerTest {

    private static final int FULL = 0xff_ffff;

    private final CommandScanner scanner = new CommandScanner();

    private static ByteBuf packets(int firstSequence, int... lengths) {
        ByteBuf out = Unpooled.buffer();
        int sequence = firstSequence;
        for (int length : lengths) {
            out.writeMediumLE(length).writeByte(sequence++).writeZero(length);
        }
        return out;
    }

    private static int lengthOf(int... lengths) {
        int sum = 0;
        for (int length : lengths) {
            sum += 4 + length;
        }
        return sum;
    }

    @Test
    void commandsEndAtEverySplit() {
        ByteBuf two = packets(0, 9).writeBytes(packets(0, 3));
        for (int split = 0; split <= 13; split++) {
            scanner.startCommand();
            assertThat(scanner.scan(two.slice(0, split))).isEqualTo(split);
            assertThat(scanner.ended()).isEqualTo(split == 13);
            assertThat(scanner.scan(two.slice(split, two.readableBytes() - split)))
                    .isEqualTo(13 - split);
            assertThat(scanner.ended()).isTrue();
            assertThat(scanner.bytes()).isEqualTo(13);
            assertThat(scanner.nextSequence()).isEqualTo(1);
        }
        assertThat(two.readerIndex()).isZero();
    }

    @Test
    void emptyCommand() {
        scanner.startCommand();
        assertThat(scanner.scan(packets(0, 0, 5))).isEqualTo(4);
        assertThat(scanner.ended()).isTrue();
    }

    @Test
    void commandsOf16MebibytesGoOn() {
        int[][] commands = {{FULL - 1}, {FULL, 0}, {FULL, 1}, {FULL, FULL, 0}, {FULL, FULL, 7}};
        for (int[] lengths : commands) {
            for (int chunk : new int[] {Integer.MAX_VALUE / 2, FULL, FULL + 4, 1 << 20, 777_777}) {
                ByteBuf bytes = packets(0, lengths).writeBytes(packets(0, 3));
                scanner.startCommand();
                feed(bytes, chunk);
                assertThat(scanner.ended()).isTrue();
                assertThat(scanner.bytes()).isEqualTo(lengthOf(lengths));
                assertThat(scanner.nextSequence()).isEqualTo(lengths.length);
            }
        }
        scanner.startCommand();
        scanner.scan(packets(0, FULL));
        assertThat(scanner.ended()).isFalse();
    }

    private void feed(ByteBuf bytes, int chunk) {
        int at = 0;
        while (at < bytes.readableBytes() && !scanner.ended()) {
            at += scanner.scan(bytes.slice(at, Math.min(chunk, bytes.readableBytes() - at)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 9, 1000})
    void filesEndWithAnEmptyPacket(int chunk) {
        ByteBuf file = packets(2, 9, 1, 40, 0, 5);
        scanner.startFile(2);
        feed(file, chunk);
        assertThat(scanner.ended()).isTrue();
        assertThat(scanner.bytes()).isEqualTo(lengthOf(9, 1, 40, 0));
        assertThat(scanner.nextSequence()).isEqualTo(6);
    }

    @Test
    void emptyFile() {
        scanner.startFile(2);
        assertThat(scanner.scan(packets(2, 0))).isEqualTo(4);
        assertThat(scanner.ended()).isTrue();
    }

    /** The empty packet after a full one belongs to it. */
    @Test
    void filesWithFullPackets() {
        scanner.startFile(2);
        scanner.scan(packets(2, FULL, 0));
        assertThat(scanner.ended()).isFalse();
        scanner.scan(packets(4, 0));
        assertThat(scanner.ended()).isTrue();
        scanner.startFile(2);
        scanner.scan(packets(2, FULL, 3));
        assertThat(scanner.ended()).isFalse();
        scanner.scan(packets(4, 0));
        assertThat(scanner.ended()).isTrue();
    }

    @Test
    void sequenceIdsWrapInFiles() {
        int[] lengths = new int[300];
        Arrays.fill(lengths, 0, 299, 2);
        scanner.startFile(2);
        scanner.scan(packets(2, lengths));
        assertThat(scanner.ended()).isTrue();
        assertThat(scanner.nextSequence()).isEqualTo(302 & 0xff);
    }

    @Test
    void onePacketOfAConversation() {
        scanner.startPacket(3);
        assertThat(scanner.scan(packets(3, 20))).isEqualTo(24);
        assertThat(scanner.ended()).isTrue();
        assertThat(scanner.nextSequence()).isEqualTo(4);
    }

    @Test
    void wrongSequenceIds() {
        scanner.startCommand();
        assertThatThrownBy(() -> scanner.scan(packets(1, 5)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("sequence id 1 where 0 was due");
        scanner.startFile(255);
        assertThatThrownBy(() -> scanner.scan(packets(255, 5).writeBytes(packets(1, 5))))
                .hasMessage("sequence id 1 where 0 was due");
        scanner.startCommand();
        scanner.scan(packets(0, 1));
        assertThat(scanner.ended()).isTrue();
    }
}
