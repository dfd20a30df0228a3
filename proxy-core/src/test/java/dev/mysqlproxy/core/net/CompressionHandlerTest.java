package dev.mysqlproxy.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.listener.Compression.Method;
import dev.mysqlproxy.protocol.compress.CompressedReader;
import dev.mysqlproxy.protocol.compress.CompressedWriter;
import dev.mysqlproxy.protocol.wire.ProtocolViolationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionHandlerTest {

    private static final byte[] COMMAND = {1, 0, 0, 0, 14};

    private CompressionHandler handler = new CompressionHandler(Method.ZLIB, 6, 3, 50);
    private EmbeddedChannel channel = new EmbeddedChannel(handler);
    private final List<Integer> ids = new ArrayList<>();

    /** What the handler has sent, plain; the ids of its packets are kept. */
    private byte[] sent(CompressedReader reader) {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf packet = channel.readOutbound(); packet != null; packet = channel.readOutbound()) {
            if (packet.isReadable()) {
                ids.add((int) packet.getUnsignedByte(3));
            }
            reader.add(packet);
            for (ByteBuf plain = reader.next(channel.alloc()); plain != null; plain = reader.next(channel.alloc())) {
                all.writeBytes(plain);
                plain.release();
            }
        }
        return bytes(all);
    }

    private byte[] sent() {
        try (CompressedReader reader = CompressedReader.zlib()) {
            return sent(reader);
        }
    }

    private byte[] received() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf plain = channel.readInbound(); plain != null; plain = channel.readInbound()) {
            all.writeBytes(plain);
            plain.release();
        }
        return bytes(all);
    }

    private static byte[] bytes(ByteBuf from) {
        byte[] bytes = new byte[from.readableBytes()];
        from.readBytes(bytes).release();
        return bytes;
    }

    private static ByteBuf buffer(byte[] bytes) {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(Math.max(1, bytes.length))
                .writeBytes(bytes);
    }

    /** A packet of the peer's. */
    private static ByteBuf packet(int id, byte[] plain) {
        try (CompressedWriter writer = CompressedWriter.zlib(6, 50)) {
            writer.sequence(id);
            ByteBuf from = buffer(plain);
            ByteBuf packet = writer.packet(PooledByteBufAllocator.DEFAULT, from, Integer.MAX_VALUE);
            from.release();
            return packet;
        }
    }

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
        assertThat(channel.isOpen()).isFalse();
    }

    // --- what is sent -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Method.class)
    void bothMethods(Method method) {
        handler = new CompressionHandler(method, 6, 3, 50);
        channel = new EmbeddedChannel(handler);
        byte[] plain = new byte[1_000];
        channel.writeOutbound(buffer(plain));
        ByteBuf packet = channel.readOutbound();
        assertThat(packet.readableBytes()).isLessThan(100);
        channel.writeInbound(packet.retainedDuplicate());
        assertThat(received()).isEqualTo(plain);
        packet.release();
    }

    @Test
    void writesAreGatheredUntilTheyAreFlushed() {
        ByteBuf first = buffer(new byte[] {1, 2, 3});
        ByteBuf second = buffer(new byte[] {4});
        channel.write(first);
        channel.write(second);
        channel.write(buffer(new byte[2_000]));
        assertThat(channel.outboundMessages()).isEmpty();
        channel.flush();
        byte[] expected = Arrays.copyOf(new byte[] {1, 2, 3, 4}, 2_004);
        assertThat(sent()).isEqualTo(expected);
        assertThat(ids).containsExactly(0);
        assertThat(first.refCnt() + second.refCnt()).isZero();
        channel.flush();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void whatIsHeldIsBounded() {
        Random random = new Random(1);
        ByteBuf expected = Unpooled.buffer();
        for (int length : new int[] {100_000, 50_000, CompressionHandler.BLOCK, 3, 1_000_000, 5}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            expected.writeBytes(bytes);
            channel.write(buffer(bytes));
        }
        channel.runPendingTasks();
        // all but the last are on their way
        assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isGreaterThan(1_281_000);
        channel.flush();
        assertThat(sent()).isEqualTo(bytes(expected));
    }

    @Test
    void promisesAreKeptWithTheirBytes() {
        ChannelFuture first = channel.write(buffer(new byte[100]));
        ChannelFuture second = channel.write(buffer(new byte[100]));
        channel.write(buffer(new byte[100]), channel.voidPromise());
        assertThat(first.isDone()).isFalse();
        ChannelFuture empty = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        assertThat(first.isSuccess() && second.isSuccess() && empty.isSuccess()).isTrue();
        assertThat(channel.writeAndFlush(Unpooled.EMPTY_BUFFER).isSuccess()).isTrue();
        assertThat(sent()).hasSize(300);
    }

    @Test
    void whatWasNotFlushedIsLetGoAtTheEnd() {
        ByteBuf lost = buffer(new byte[100]);
        ChannelFuture written = channel.write(lost);
        channel.close();
        channel.runPendingTasks();
        assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(lost.refCnt()).isZero();
        ByteBuf late = buffer(new byte[1]);
        assertThat(channel.writeAndFlush(late).isSuccess()).isFalse();
        assertThat(late.refCnt()).isZero();
    }

    // --- sequence ids -----------------------------------------------------------------------------------------------

    @Test
    void towardsAServer() {
        handler.commandBegins();
        channel.write(buffer(new byte[10]));
        // one without a reply; the next goes into a packet of its own
        handler.commandBegins();
        channel.write(buffer(new byte[CompressionHandler.BLOCK]));
        channel.write(buffer(new byte[7]));
        channel.flush();
        sent();
        assertThat(ids).containsExactly(0, 0, 1);
        // a request for a file, and the file
        channel.writeInbound(packet(2, new byte[1]), packet(3, new byte[2]));
        channel.writeOutbound(buffer(new byte[10]));
        channel.writeInbound(packet(5, new byte[3]));
        handler.commandBegins();
        channel.writeOutbound(buffer(COMMAND));
        sent();
        assertThat(ids).containsExactly(0, 0, 1, 4, 0);
        assertThat(received()).hasSize(6);
    }

    @Test
    void towardsAClient() {
        channel.writeInbound(packet(0, new byte[100]), packet(1, new byte[100]));
        handler.used(0);
        channel.write(buffer(new byte[CompressionHandler.BLOCK]));
        channel.writeOutbound(buffer(new byte[10]));
        sent();
        assertThat(ids).containsExactly(2, 3);
        // the client's file, then the rest of the answer
        channel.writeInbound(packet(4, new byte[10]), packet(5, new byte[10]));
        handler.used(0);
        channel.writeOutbound(buffer(new byte[10]));
        handler.used(0);
        channel.writeOutbound(buffer(new byte[10]));
        sent();
        assertThat(ids).containsExactly(2, 3, 6, 7);
        assertThat(received()).hasSize(220);
    }

    @Test
    void towardsAClientThatDoesNotWait() {
        // three commands: of 200 bytes in two packets, and two of 50 bytes in one
        channel.writeInbound(packet(0, new byte[100]), packet(1, new byte[100]));
        handler.used(0);
        channel.write(buffer(new byte[10]));
        channel.writeInbound(packet(0, new byte[100]));
        // its answer goes on, in spite of what has come since
        channel.write(buffer(new byte[10]));
        channel.flush();
        handler.used(100);
        channel.writeOutbound(buffer(new byte[10]));
        handler.used(50);
        channel.write(buffer(new byte[10]));
        // the third one's answer, in the same flush
        handler.used(0);
        channel.writeOutbound(buffer(new byte[10]));
        sent();
        assertThat(ids).containsExactly(2, 3, 1, 1);
        assertThat(received()).hasSize(300);
    }

    // --- what comes -------------------------------------------------------------------------------------------------

    @Test
    void everySplit() {
        ByteBuf all = Unpooled.buffer();
        for (int id = 0; id < 3; id++) {
            ByteBuf packet = packet(id, new byte[40 * (id + 1)]);
            all.writeBytes(packet);
            packet.release();
        }
        byte[] bytes = bytes(all);
        for (int cut = 0; cut <= bytes.length; cut++) {
            channel.writeInbound(
                    buffer(Arrays.copyOf(bytes, cut)), buffer(Arrays.copyOfRange(bytes, cut, bytes.length)));
            assertThat(received()).hasSize(240);
        }
    }

    @Test
    void whatIsNotWantedWaitsCompressed() {
        channel.config().setAutoRead(false);
        channel.writeInbound(packet(0, new byte[1_000_000]));
        assertThat(received()).isEmpty();
        channel.config().setAutoRead(true);
        channel.runPendingTasks();
        assertThat(received()).hasSize(1_000_000);
    }

    @Test
    void stopsWhereItIsToldTo() {
        List<Integer> pieces = new ArrayList<>();
        List<String> completes = new ArrayList<>();
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                pieces.add(((ByteBuf) message).readableBytes());
                ((ByteBuf) message).release();
                ctx.channel().config().setAutoRead(false);
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext ctx) {
                completes.add("complete");
            }
        });
        channel.writeInbound(packet(0, new byte[3 * CompressedReader.PIECE]));
        assertThat(pieces).containsExactly(CompressedReader.PIECE);
        completes.clear();
        channel.config().setAutoRead(true);
        channel.runPendingTasks();
        assertThat(pieces).hasSize(2);
        assertThat(completes).isNotEmpty();
        channel.config().setAutoRead(true);
        channel.runPendingTasks();
        assertThat(pieces.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3 * CompressedReader.PIECE);
    }

    @Test
    void lastWordsAreReadBeforeTheEnd() {
        channel.config().setAutoRead(false);
        channel.writeInbound(packet(0, new byte[100_000]));
        channel.close();
        channel.runPendingTasks();
        assertThat(received()).hasSize(100_000);
    }

    @Test
    void ofLastWordsThereMayNotBeManyMore() {
        channel.config().setAutoRead(false);
        int huge = 0xff_ffff;
        for (int i = 0; i < 4; i++) {
            channel.writeInbound(packet(i, new byte[huge]));
        }
        channel.close();
        channel.runPendingTasks();
        assertThat(received()).hasSizeBetween(32 << 20, (32 << 20) + CompressedReader.PIECE);
    }

    @Test
    void garbageIsAViolation() {
        ByteBuf garbage = buffer(new byte[] {3, 0, 0, 0, 9, 0, 0, 1, 2, 3});
        channel.pipeline().fireChannelRead(garbage);
        assertThatThrownBy(channel::checkException).isInstanceOf(ProtocolViolationException.class);
        assertThat(garbage.refCnt()).isZero();
        ByteBuf more = buffer(new byte[] {1});
        channel.pipeline().fireChannelRead(more);
        channel.checkException();
        assertThat(more.refCnt()).isZero();
    }

    @Test
    void removedFromThePipeline() {
        channel.config().setAutoRead(false);
        ByteBuf waiting = packet(0, new byte[100]);
        channel.writeInbound(waiting);
        channel.pipeline().remove(handler);
        assertThat(waiting.refCnt()).isZero();
        channel.config().setAutoRead(true);
        channel.runPendingTasks();
        assertThat(received()).isEmpty();
    }
}
