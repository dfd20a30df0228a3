package dev.mysqlproxy.bench;

import dev.mysqlproxy.protocol.compress.CompressedReader;
import dev.mysqlproxy.protocol.compress.CompressedWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What compressed hops cost for one reply: a row of 120 bytes, and 1 MiB of such rows in packets of one block each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CompressionBenchmark {

    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    @Param({"zlib", "zstd"})
    public String method;

    @Param({"200", "1048576"})
    public int size;

    /** Plain bytes in one packet. */
    @Param("131072")
    public int block;

    private CompressedWriter writer;
    private CompressedReader reader;
    private ByteBuf plain;
    private ByteBuf packets;

    /** Rows of numbers, hashes and words, which shrink to about a third. */
    @Setup(Level.Trial)
    public void rows() {
        boolean zlib = method.equals("zlib");
        writer = zlib ? CompressedWriter.zlib(6, 50) : CompressedWriter.zstd(3, 50);
        reader = zlib ? CompressedReader.zlib() : CompressedReader.zstd();
        Random random = new Random(1);
        plain = ALLOCATOR.directBuffer(size + 200);
        for (int id = 0; plain.readableBytes() < size; id++) {
            String row = "\0" + id + "\u0010" + Integer.toHexString(random.nextInt()) + "\u0020customer-"
                    + random.nextInt(1000) + "@example.com\u0013" + "2026-11-22 17:" + random.nextInt(60)
                    + ":00\6active" + "\u0018" + "x".repeat(random.nextInt(40));
            plain.writeMediumLE(row.length()).writeByte(id).writeBytes(row.getBytes(StandardCharsets.ISO_8859_1));
        }
        plain.writerIndex(size);
        packets = Unpooled.directBuffer(size);
        while (plain.isReadable()) {
            ByteBuf packet = writer.packet(ALLOCATOR, plain, block);
            packets.writeBytes(packet);
            packet.release();
        }
        System.out.println(method + " makes " + packets.readableBytes() + " of " + size);
    }

    @TearDown(Level.Trial)
    public void close() {
        writer.close();
        reader.close();
        plain.release();
        packets.release();
    }

    @Benchmark
    public int compress() {
        plain.readerIndex(0);
        int total = 0;
        while (plain.isReadable()) {
            ByteBuf packet = writer.packet(ALLOCATOR, plain, block);
            total += packet.readableBytes();
            packet.release();
        }
        return total;
    }

    @Benchmark
    public int decompress() {
        reader.add(packets.retainedDuplicate());
        int total = 0;
        for (ByteBuf bytes = reader.next(ALLOCATOR); bytes != null; bytes = reader.next(ALLOCATOR)) {
            total += bytes.readableBytes();
            bytes.release();
        }
        return total;
    }
}
