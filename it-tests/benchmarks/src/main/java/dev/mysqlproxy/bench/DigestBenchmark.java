package dev.mysqlproxy.bench;

import dev.mysqlproxy.protocol.sql.Digest;
import dev.mysqlproxy.protocol.sql.StatementTables;
import java.nio.charset.StandardCharsets;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to tell a statement's digest: {@code digest} runs for each statement and allocates nothing; {@code tables}
 * runs once for each digest that is new.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DigestBenchmark {
    /** Kinds of statements, each with its text. */
    public enum Statement {
        POINT_SELECT("SELECT c FROM sbtest1 WHERE id=4711"),
        TWO_HUNDRED_BYTES("SELECT o.id, o.customer_id, c.name, c.email FROM orders o JOIN customers c ON c.id ="
                + " o.customer_id WHERE o.status IN ('paid', 'sent') AND o.created > '2024-01-01 00:00:00' ORDER BY o.id"
                + " DESC LIMIT 20"),
        BULK_INSERT("INSERT INTO log (id, level, message, ratio) VALUES (1, 'info', 'it''s all fine', 1.5e-3)"
                + ", (2, 'warn', 'say \\\"no\\\"', 0.25)".repeat(1_500)),
        LONG_STRING("INSERT INTO blobs VALUES (1, '" + "0123456789abcdef".repeat(4_096) + "')");

        private final String sql;

        Statement(String sql) {
            this.sql = sql;
        }
    }

    @Param
    private Statement statement;

    private final Digest digest = new Digest(1024);
    private byte[] sql;

    @Setup
    public void encode() {
        sql = statement.sql.getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public long digest() {
        return digest.of(sql).low();
    }

    @Benchmark
    public List<StatementTables.Table> tables() {
        return StatementTables.of(sql);
    }
}
