package dev.mysqlproxy.bench;

import dev.mysqlproxy.protocol.sql.Normalizer;
import dev.mysqlproxy.protocol.sql.Token;
import dev.mysqlproxy.protocol.sql.Tokenizer;
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
 * What reading a statement costs. {@code pull} is the hot path and allocates nothing ({@code -prof gc} shows it);
 * {@code firstToken} is what routing needs at least; {@code list} is what scripts get.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TokenizerBenchmark {
    /** Kinds of statements, each with its text. */
    public enum Statement {
        POINT_SELECT("SELECT c FROM sbtest1 WHERE id=4711"),
        JOIN("SELECT o.id, c.name, SUM(l.price * l.qty) AS total FROM orders o JOIN customers c ON c.id = o.cust_id"
                + " WHERE o.created >= '2024-01-01' GROUP BY 1, 2"),
        COMMENTED(
                "/* app:shop,trace:4bf92f3577b34da6a3ce929d0e0e4736 */ UPDATE `stock` SET `left` = `left` - 1 -- one\n"
                        + " WHERE `sku` = 'A-1'"),
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

    private final Tokenizer tokenizer = new Tokenizer();
    private final Normalizer normalizer = new Normalizer();
    private byte[] sql;

    @Setup
    public void encode() {
        sql = statement.sql.getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public int firstToken() {
        tokenizer.reset(sql, 0, sql.length).next();
        return tokenizer.kind().id();
    }

    @Benchmark
    public int pull() {
        tokenizer.reset(sql, 0, sql.length);
        int ids = 0;
        while (tokenizer.next()) {
            ids += tokenizer.kind().id();
        }
        return ids;
    }

    @Benchmark
    public List<Token> list() {
        return Tokenizer.tokenize(sql);
    }

    @Benchmark
    public int normalize() {
        return normalizer.normalize(sql, 0, sql.length).length();
    }
}
