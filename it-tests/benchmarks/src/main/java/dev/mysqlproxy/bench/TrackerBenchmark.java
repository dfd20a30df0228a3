package dev.mysqlproxy.bench;

import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.reply.ReplyShape;
import dev.mysqlproxy.protocol.reply.ReplyTracker;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What finding the end of a reply costs, in chunks as they are read from a socket. It allocates nothing but the text of
 * errors and schema names ({@code -prof gc} shows it).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TrackerBenchmark {
    /** Kinds of replies, by the number of their rows and the bytes in each. */
    public enum Reply {
        OK(-1, 0),
        POINT_SELECT(1, 120),
        RANGE(100, 120),
        SMALL_ROWS(100_000, 10),
        ROWS(10_000, 190),
        LARGE_ROWS(50, 100_000);

        private final int rows;
        private final int rowLength;

        Reply(int rows, int rowLength) {
            this.rows = rows;
            this.rowLength = rowLength;
        }
    }

    @Param
    private Reply reply;

    @Param({"65536"})
    private int chunkSize;

    @Param({"true", "false"})
    private boolean deprecateEof;

    private ReplyTracker tracker;
    private ByteBuf bytes;
    private int length;

    @Setup
    public void write() {
        Capabilities capabilities = deprecateEof
                ? new Capabilities(Capabilities.DEPRECATE_EOF | Capabilities.SESSION_TRACK)
                : Capabilities.NONE;
        tracker = new ReplyTracker(capabilities);
        ByteBuf heap = Unpooled.buffer();
        PacketWriter writer = new PacketWriter(heap, capabilities, 1);
        if (reply.rows < 0) {
            writer.ok(new OkPacket(1, 0, ServerStatus.AUTOCOMMIT, 0, ""));
        } else {
            List<byte[]> row = List.of("x".repeat(reply.rowLength).getBytes(StandardCharsets.US_ASCII));
            writer.resultSet(
                    List.of(PacketWriter.column("c", 253, 400)),
                    Collections.nCopies(reply.rows, row),
                    ServerStatus.AUTOCOMMIT);
        }
        length = heap.readableBytes();
        bytes = Unpooled.directBuffer(length).writeBytes(heap);
    }

    @TearDown
    public void release() {
        bytes.release();
    }

    @Benchmark
    public long scan() {
        tracker.start(ReplyShape.RESULTS, 1);
        for (int at = 0; at < length; at += chunkSize) {
            bytes.setIndex(at, Math.min(length, at + chunkSize));
            tracker.scan(bytes);
        }
        if (!tracker.ended()) {
            throw new IllegalStateException("the reply has not ended");
        }
        return tracker.rows();
    }
}
