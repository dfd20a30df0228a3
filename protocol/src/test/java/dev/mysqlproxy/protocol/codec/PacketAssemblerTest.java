package dev.mysqlproxy.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketAssemblerTest {

    /** Payloads of 3, 0 and 5 bytes. */
    private static final byte[] BYTES = {3, 0, 0, 0, 1, 2, 3, 0, 0, 0, 1, 5, 0, 0, 2, 9, 8, 7, 6, 5};

    private static final int[] ENDS = {7, 11, 20};

    private final PacketAssembler assembler = new PacketAssembler(100);
    private final List<ByteBuf> chunks = new ArrayList<>();

    private ByteBuf chunk(int from, int to) {
        ByteBuf chunk = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(BYTES, from, to - from);
        chunks.add(chunk);
        return chunk;
    }

    /** Cuts what there is to cut, compares it with the original and lets it go. */
    private int cut(int already) {
        int packets = already;
        for (ByteBuf packet = assembler.next(); packet != null; packet = assembler.next()) {
            byte[] bytes = new byte[packet.readableBytes()];
            packet.readBytes(bytes);
            assertThat(bytes).isEqualTo(Arrays.copyOfRange(BYTES, packets == 0 ? 0 : ENDS[packets - 1], ENDS[packets]));
            packet.release();
            packets++;
        }
        return packets;
    }

    private void releaseAll() {
        assembler.release();
        assertThat(assembler.pendingBytes()).isZero();
        assertThat(chunks).allMatch(chunk -> chunk.refCnt() == 0);
    }

    @Test
    void everySplit() {
        for (int split = 0; split <= BYTES.length; split++) {
            assembler.add(chunk(0, split));
            int packets = cut(0);
            assertThat(packets).isEqualTo(split < 7 ? 0 : split < 11 ? 1 : split < 20 ? 2 : 3);
            assertThat(assembler.pendingBytes()).isEqualTo(split - (packets == 0 ? 0 : ENDS[packets - 1]));
            assembler.add(chunk(split, BYTES.length));
            assertThat(cut(packets)).isEqualTo(3);
            releaseAll();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 19})
    void smallChunks(int size) {
        int packets = 0;
        for (int at = 0; at < BYTES.length; at += size) {
            assembler.add(chunk(at, Math.min(BYTES.length, at + size)));
            packets = cut(packets);
        }
        assertThat(packets).isEqualTo(3);
        releaseAll();
    }

    @Test
    void packetsOutliveTheAssembler() {
        assembler.add(chunk(0, BYTES.length));
        ByteBuf packet = assembler.next();
        assembler.release();
        assertThat(packet.refCnt()).isPositive();
        assertThat(packet.getByte(4)).isEqualTo((byte) 1);
        packet.release();
        releaseAll();
    }

    @Test
    void restIsTheCallers() {
        assembler.add(chunk(0, 15));
        cut(0);
        ByteBuf rest = assembler.takeRest();
        assertThat(rest.readableBytes()).isEqualTo(4);
        assertThat(assembler.takeRest()).isNull();
        assertThat(assembler.next()).isNull();
        rest.release();
        assembler.add(chunk(0, 7));
        assertThat(cut(0)).isEqualTo(1);
        assertThat(assembler.takeRest()).isNull();
        releaseAll();
    }

    @Test
    void tooLongPackets() {
        ByteBuf limit = PooledByteBufAllocator.DEFAULT
                .buffer()
                .writeMediumLE(100)
                .writeByte(0)
                .writeZero(100);
        ByteBuf over =
                PooledByteBufAllocator.DEFAULT.buffer().writeMediumLE(101).writeByte(0);
        chunks.addAll(List.of(limit, over));
        assembler.add(limit);
        ByteBuf packet = assembler.next();
        assertThat(packet.readableBytes()).isEqualTo(104);
        packet.release();
        assembler.add(over);
        assertThatThrownBy(assembler::next)
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessage("a packet of 101 bytes, 100 are allowed here");
        releaseAll();
    }

    @Test
    void nothing() {
        assertThat(assembler.next()).isNull();
        assertThat(assembler.takeRest()).isNull();
        assertThat(assembler.pendingBytes()).isZero();
        assembler.add(Unpooled.EMPTY_BUFFER);
        assertThat(assembler.next()).isNull();
        releaseAll();
    }
}
