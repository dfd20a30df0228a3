package dev.mysqlproxy.bench;

import dev.mysqlproxy.protocol.codec.CommandScanner;
import dev.mysqlproxy.protocol.codec.PacketAssembler;
import dev.mysqlproxy.protocol.codec.PacketWriter;
import dev.mysqlproxy.protocol.codec.ResultReader;
import dev.mysqlproxy.protocol.message.ColumnDefinition;
import dev.mysqlproxy.protocol.message.HandshakeResponse;
import dev.mysqlproxy.protocol.message.OkPacket;
import dev.mysqlproxy.protocol.wire.Capabilities;
import dev.mysqlproxy.protocol.wire.ServerStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Packets written and read one by one: logins, commands, and results that a hook asked to see. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecBenchmark {

    private static final int ROWS = 100;
    private static final Capabilities NEGOTIATED =
            new Capabilities(Capabilities.DEPRECATE_EOF | Capabilities.SESSION_TRACK);

    private final CommandScanner scanner = new CommandScanner();
    private final ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(64 * 1024);
    private final ByteBuf command = PooledByteBufAllocator.DEFAULT.buffer();
    private final ByteBuf login = PooledByteBufAllocator.DEFAULT.buffer();
    private final ByteBuf result = PooledByteBufAllocator.DEFAULT.buffer();
    private final List<ColumnDefinition> columns =
            List.of(PacketWriter.column("id", 3, 11), PacketWriter.column("c", 253, 480));
    private final List<List<byte[]>> rows = Collections.nCopies(
            ROWS,
            List.of("4711".getBytes(StandardCharsets.US_ASCII), "c".repeat(120).getBytes(StandardCharsets.US_ASCII)));

    @Setup
    public void write() {
        new PacketWriter(command, NEGOTIATED, 0)
                .raw("\u0003SELECT c FROM sbtest1 WHERE id=4711".getBytes(StandardCharsets.US_ASCII));
        HandshakeResponse response = new HandshakeResponse(
                new Capabilities(Capabilities.LONG_PASSWORD
                        | Capabilities.PROTOCOL_41
                        | Capabilities.SECURE_CONNECTION
                        | Capabilities.CONNECT_WITH_DB
                        | Capabilities.PLUGIN_AUTH
                        | Capabilities.CONNECT_ATTRS),
                1 << 24,
                45,
                "app",
                new byte[32],
                Optional.of("shop"),
                "caching_sha2_password",
                Map.of("_client_name", "libmysql", "_os", "Linux", "program_name", "mysql"));
        response.encode(login);
        new PacketWriter(result, NEGOTIATED, 1).resultSet(columns, rows, ServerStatus.AUTOCOMMIT);
    }

    @TearDown
    public void release() {
        out.release();
        command.release();
        login.release();
        result.release();
    }

    @Benchmark
    public int scanCommand() {
        scanner.startCommand();
        return scanner.scan(command);
    }

    @Benchmark
    public HandshakeResponse decodeLogin() {
        return HandshakeResponse.decode(login);
    }

    @Benchmark
    public int assemblePackets() {
        PacketAssembler assembler = new PacketAssembler(1 << 20);
        assembler.add(result.retainedDuplicate());
        int packets = 0;
        for (ByteBuf packet = assembler.next(); packet != null; packet = assembler.next()) {
            packets++;
            packet.release();
        }
        assembler.release();
        return packets;
    }

    @Benchmark
    public int writeOk() {
        out.clear();
        new PacketWriter(out, NEGOTIATED, 1).ok(new OkPacket(1, 4711, ServerStatus.AUTOCOMMIT, 0, ""));
        return out.writerIndex();
    }

    @Benchmark
    public int writeResult() {
        out.clear();
        new PacketWriter(out, NEGOTIATED, 1).resultSet(columns, rows, ServerStatus.AUTOCOMMIT);
        return out.writerIndex();
    }

    @Benchmark
    public void readResult(Blackhole values) {
        for (List<byte[]> row :
                ResultReader.of(ResultReader.cut(result), NEGOTIATED, false).rows()) {
            values.consume(row);
        }
    }
}
