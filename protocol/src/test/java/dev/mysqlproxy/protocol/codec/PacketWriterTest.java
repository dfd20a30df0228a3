package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.ErrPacket;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketWriterTest {

    private static final int FULL = 0xff_ffff;

    private final ByteBuf out = Unpooled.buffer();

    private PacketWriter writer(long capabilities, int firstSequenceId) {
        return new PacketWriter(out, new Capabilities(Capabilities.PROTOCOL_41 | capabilities), firstSequenceId);
    }

    @Test
    void packetsAreNumbered() {
        PacketWriter writer = writer(0, 254)
                .raw(new byte[] {1})
                .packet(buffer -> buffer.writeByte(2))
                .raw(new byte[0])
                .packet(buffer -> {});
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("010000fe01" + "010000ff02" + "00000000" + "00000001");
        assertThat(writer.nextSequenceId()).isEqualTo(2);
    }

    @Test
    void okAndErr() {
        writer(Capabilities.SESSION_TRACK, 1)
                .ok(new OkPacket(1, 300, 2, 3, "hi"))
                .err(new ErrPacket(1, "HY000", "no"));
        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo(
                        "0c000001" + "0001fc2c0102000300" + "026869" + "0b000002" + "ff0100" + "234859303030" + "6e6f");
    }

    @ParameterizedTest
    @ValueSource(ints = {FULL - 1, FULL, FULL + 1, 2 * FULL, 2 * FULL + 5})
    void longPayloadsAreSplit(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');
        payload[length - 1] = 'y';
        writer(0, 7).raw(payload);
        ByteBuf raw = out.copy();
        out.clear();
        PacketWriter writer = writer(0, 7).packet(buffer -> buffer.writeBytes(payload));
        assertThat(out.equals(raw)).isTrue();
        int packets = length / FULL + 1;
        assertThat(writer.nextSequenceId()).isEqualTo(7 + packets);
        assertThat(out.readableBytes()).isEqualTo(length + 4 * packets);
        CommandScanner scanner = new CommandScanner();
        scanner.startPacket(7);
        assertThat(scanner.scan(out)).isEqualTo(out.readableBytes());
        assertThat(scanner.ended()).isTrue();
        assertThat(ResultReader.cut(out)).containsExactly(payload);
    }

    /** Every way in which the capabilities change a result set. */
    static LongStream layouts() {
        long[] flags = {
            Capabilities.DEPRECATE_EOF,
            Capabilities.OPTIONAL_RESULTSET_METADATA,
            Capabilities.SESSION_TRACK,
            Capabilities.MARIADB_CACHE_METADATA,
            Capabilities.MARIADB_EXTENDED_METADATA
        };
        return LongStream.range(0, 1 << flags.length).map(set -> {
            long bits = 0;
            for (int i = 0; i < flags.length; i++) {
                bits |= (set >> i & 1) == 1 ? flags[i] : 0;
            }
            return bits;
        });
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void resultSetsReadBack(long bits) {
        Capabilities capabilities = new Capabilities(bits);
        List<ColumnDefinition> columns =
                List.of(PacketWriter.column("id", 3, 11), PacketWriter.column("n\u00e4me", 253, 400));
        List<List<byte[]>> rows =
                List.of(Arrays.asList("1".getBytes(StandardCharsets.UTF_8), null), Arrays.asList(null, new byte[300]));
        writer(bits, 1).resultSet(columns, rows, ServerStatus.AUTOCOMMIT);
        ReplyTracker tracker = new ReplyTracker(capabilities);
        tracker.start(ReplyShape.RESULTS, 1);
        assertThat(tracker.scan(out)).isEqualTo(out.readableBytes());
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.rows()).isEqualTo(2);
        assertThat(tracker.resultSets()).isEqualTo(1);
        assertThat(tracker.serverStatus()).isEqualTo(ServerStatus.AUTOCOMMIT);
        ResultReader reader = ResultReader.of(ResultReader.cut(out), capabilities, false);
        assertThat(reader.columns()).isEqualTo(columns);
        assertThat(reader.rows()).usingRecursiveFieldByFieldElementComparator().containsExactlyElementsOf(rows);
    }

    @Test
    void noRows() {
        writer(0, 1).resultSet(List.of(PacketWriter.column("a", 3, 11)), List.of(), 0);
        ReplyTracker tracker = new ReplyTracker(Capabilities.NONE);
        tracker.start(ReplyShape.RESULTS, 1);
        tracker.scan(out);
        assertThat(tracker.ended()).isTrue();
        assertThat(tracker.rows()).isZero();
    }
}
