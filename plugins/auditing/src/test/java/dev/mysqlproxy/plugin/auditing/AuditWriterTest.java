package dev.mysqlproxy.plugin.auditing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.testkit.FakeContext;
import dev.mysqlproxy.testkit.FakeMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditWriterTest {

    private static final int MIB = 1024 * 1024;

    private final FakeMetrics metrics = new FakeMetrics();
    private final AuditStatus status = new AuditStatus(metrics);
    private final RecordQueue queue =
            new RecordQueue(MIB, true, metrics.counter("dropped", "Dropped.").with());
    private final Recorder recorder = new Recorder(queue, "1");
    private final Memory memory = new Memory();
    private final AuditWriter writer = new AuditWriter(
            queue,
            memory,
            (record, sequence, maxText, out) -> {
                out.putNumber(sequence);
                out.putAscii(" ");
                long number = record.event() == AuditEvent.START ? 0 : record.getLong();
                out.putAscii("x".repeat((int) Math.min(maxText, number)));
                out.put('\n');
            },
            new Recording(new FakeContext(AuditingOptions.ALL).options()),
            AuditWriter.Force.SECOND,
            Overflow.DROP,
            status);

    /** A destination that fails or waits when told. */
    private static final class Memory implements Destination {
        private final StringBuilder text = new StringBuilder();
        private volatile boolean broken;
        private volatile boolean corrupt;
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private final AtomicInteger forces = new AtomicInteger();
        private volatile boolean closed;

        @Override
        public void write(ByteBuffer lines) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (corrupt) {
                throw new NoClassDefFoundError("Gone");
            }
            if (broken) {
                throw new IOException("no space left");
            }
            synchronized (text) {
                text.append(UTF_8.decode(lines));
            }
        }

        String text() {
            synchronized (text) {
                return text.toString();
            }
        }

        @Override
        public void force() {
            forces.incrementAndGet();
        }

        @Override
        public int longestLine() {
            return 1000;
        }

        @Override
        public String name() {
            return "memory";
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @AfterEach
    void end() {
        memory.broken = false;
        memory.gate.countDown();
        writer.stop(Duration.ofSeconds(5));
    }

    private void record(long number) {
        RecordBuilder record = recorder.begin(AuditEvent.STOP, null);
        record.putLong(number);
        recorder.end(record, null);
    }

    @Test
    void writesInOrderAndForces() {
        writer.start();
        record(3);
        await().until(() -> memory.text().equals("1 \n2 xxx\n"));
        record(1);
        assertThat(writer.stop(Duration.ofSeconds(5))).isTrue();
        assertThat(memory.text()).isEqualTo("1 \n2 xxx\n3 x\n");
        assertThat(memory.forces.get()).isPositive();
        assertThat(memory.closed).isTrue();
        assertThat(status.records()).isEqualTo(3);
        assertThat(metrics.value("auditing_written_bytes_total")).isEqualTo(13);
    }

    @Test
    void linesThatAreTooLongAreWrittenAgainShorter() {
        writer.start();
        record(5000);
        await().until(() -> memory.text().equals("1 \n2 " + "x".repeat(500) + "\n"));
    }

    @Test
    void keepsWhatCannotBeWritten() {
        memory.broken = true;
        writer.start();
        record(1);
        await().until(status::isFailing);
        record(2);
        assertThat(status.failure()).contains("no space left");
        memory.broken = false;
        await().until(() -> memory.text().equals("1 \n2 x\n3 xx\n"));
        assertThat(status.isFailing()).isFalse();
        await().until(() -> queue.bytes() == 0);
    }

    @Test
    void aBugLetsNothingGoUnrecorded() {
        writer.start();
        // the format cannot repeat that
        record(-1);
        await().until(status::isFailing);
        assertThat(queue.isClosed()).isFalse();
        assertThat(writer.stop(Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void neitherDoesAnError() {
        memory.corrupt = true;
        writer.start();
        record(1);
        await().until(status::isFailing);
        assertThat(writer.stop(Duration.ofSeconds(5))).isFalse();
        assertThat(memory.closed).isTrue();
    }

    @Test
    void aStopWaitsOnlySoLong() {
        memory.broken = true;
        writer.start();
        record(1);
        await().until(status::isFailing);
        assertThat(writer.stop(Duration.ofMillis(200))).isFalse();
        assertThat(memory.closed).isTrue();
    }

    @Test
    void aStopEndsAWriteThatHangs() {
        memory.gate = new CountDownLatch(1);
        writer.start();
        record(1);
        assertThat(writer.stop(Duration.ofMillis(200))).isFalse();
    }

    @Test
    void aDestinationWithoutFilesIsNotRotated() {
        writer.start();
        CompletionStage<Boolean> rotated = writer.rotate();
        assertThat(rotated.toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo(false);
    }

    @Test
    void writesUnderLoadWhatAllThreadsRecord() throws InterruptedException {
        writer.start();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int n = 0; n < 20_000; n++) {
                    record(n % 50);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(writer.stop(Duration.ofSeconds(10))).isTrue();
        assertThat(status.records() + queue.dropped()).isGreaterThanOrEqualTo(80_000);
        String[] lines = memory.text().split("\n");
        for (int i = 0; i < lines.length; i++) {
            assertThat(lines[i]).startsWith(i + 1 + " ");
        }
    }
}
