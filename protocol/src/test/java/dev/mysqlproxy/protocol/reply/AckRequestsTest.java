package dev.mysqlproxy.protocol.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AckRequestsTest {

    private static final int MOST = 0xffffff;

    private static void packet(ByteBuf stream, int length, int... first) {
        stream.writeMediumLE(length).writeByte(7);
        for (int value : first) {
            stream.writeByte(value);
        }
        stream.writeZero(length - first.length);
    }

    /** Where the packets end that want an acknowledgement, read in chunks of this size. */
    private static List<Integer> marks(ByteBuf stream, int chunk) {
        AckRequests requests = new AckRequests();
        List<Integer> marks = new ArrayList<>();
        for (int at = 0; at < stream.writerIndex(); at += chunk) {
            ByteBuf part = stream.slice(at, Math.min(chunk, stream.writerIndex() - at));
            for (int next = requests.next(part); next >= 0; next = requests.next(part)) {
                part.skipBytes(next);
                marks.add(at + part.readerIndex());
            }
        }
        return marks;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64, 1000})
    void foundInAnyChunks(int chunk) {
        ByteBuf stream = Unpooled.buffer();
        List<Integer> expected = new ArrayList<>();
        packet(stream, 40, 0, 0xef, 0);
        packet(stream, 40, 0, 0xef, 1);
        expected.add(stream.writerIndex());
        packet(stream, 3, 0, 0xef, 1);
        expected.add(stream.writerIndex());
        packet(stream, 2, 0, 0xef);
        packet(stream, 1, 1);
        packet(stream, 0);
        packet(stream, 9, 0xff, 0xef, 1);
        packet(stream, 9, 0, 0xee, 1);
        packet(stream, 300, 0, 0xef, 3);
        expected.add(stream.writerIndex());
        assertThat(marks(stream, chunk)).isEqualTo(expected);
    }

    @Test
    void aLongEventEndsWithItsLastPart() {
        ByteBuf stream = Unpooled.buffer();
        packet(stream, MOST, 0, 0xef, 1);
        packet(stream, 2, 9, 9);
        int end = stream.writerIndex();
        packet(stream, MOST, 0, 0xef, 0);
        packet(stream, 10, 0, 0xef, 1);
        packet(stream, MOST, 0, 0xef, 1);
        packet(stream, 0);
        assertThat(marks(stream, 100_000)).containsExactly(end, stream.writerIndex());
    }
}
