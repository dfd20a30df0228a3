package dev.mysqlproxy.plugin.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.FakeMetrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads put records without asking for each; limits, order and ends are as if they had asked. */
class LentRoomTest {

    private static final int LIMIT = 8 * RecordStore.LOAN;
    private static final int RECORD = 1_000;
    private static final long FOREVER = Long.MAX_VALUE;

    private final FakeMetrics metrics = new FakeMetrics();
    private final RecordQueue queue = new RecordQueue(
            LIMIT, false, metrics.counter("dropped_total", "Dropped.").with());
    /** Each of one thread. */
    private final List<ExecutorService> threads = new ArrayList<>();

    @AfterEach
    void end() {
        threads.forEach(ExecutorService::shutdownNow);
    }

    private ExecutorService thread() {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        threads.add(thread);
        return thread;
    }

    private static <T> T in(ExecutorService thread, Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A record of that time. */
    private void append(AuditEvent event, long micros) {
        RecordBuilder record = new RecordBuilder().begin(event, micros);
        int text = RECORD - record.length() - Integer.BYTES;
        queue.append(record.putText(new byte[text], text), new Reservation());
    }

    private void append(ExecutorService thread, long micros) {
        in(thread, () -> {
            append(AuditEvent.CONNECT, micros);
            return null;
        });
    }

    /** Takes all and has it written; events and times of the records. */
    private List<String> drain() throws InterruptedException {
        List<String> records = new ArrayList<>();
        RecordsByTime taken = new RecordsByTime(queue.take(1, 1));
        while (taken.next()) {
            byte[] bytes = taken.chunk().bytes();
            records.add(AuditEvent.of(bytes[taken.offset()]) + " " + AuditRecord.microsAt(bytes, taken.offset()));
            if (taken.isLastOfChunk()) {
                queue.done(taken.chunk());
            }
        }
        return records;
    }

    private static List<String> connects(LongStream times) {
        return times.mapToObj(time -> "CONNECT " + time).toList();
    }

    @Test
    void onlyRecordsCount() throws InterruptedException {
        ExecutorService one = thread();
        ExecutorService two = thread();
        for (int i = 0; i < 5; i++) {
            append(one, i);
            append(two, i);
        }
        assertThat(queue.bytes()).isEqualTo(10 * RECORD);
        append(one, 5);
        append(two, 5);
        assertThat(drain()).hasSize(12);
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void recordsOfAllThreadsComeByTime() throws InterruptedException {
        List<ExecutorService> three = List.of(thread(), thread(), thread());
        for (int time = 0; time < 200; time++) {
            append(three.get(time * 7 % 5 % 3), time);
        }
        assertThat(drain()).isEqualTo(connects(LongStream.range(0, 200)));
    }

    @Test
    void aClockThatIsSetBackDoesNotTurnAThreadsRecordsRound() throws InterruptedException {
        ExecutorService one = thread();
        ExecutorService two = thread();
        LongStream.of(10, 11, 5, 6).forEach(time -> append(one, time));
        LongStream.of(10, 12).forEach(time -> append(two, time));
        assertThat(drain()).isEqualTo(connects(LongStream.of(10, 10, 11, 5, 6, 12)));
    }

    @Test
    void thereIsRoomUntilTheLimitWhoeverHasBorrowedIt() throws InterruptedException {
        List<ExecutorService> four = List.of(thread(), thread(), thread(), thread());
        // room for more than these is lent to each
        four.forEach(thread -> append(thread, 1));
        int fit = LIMIT / RECORD;
        for (int i = 4; i < fit; i++) {
            append(four.get(0), i);
        }
        assertThat(queue.dropped()).isZero();
        assertThat(queue.bytes()).isEqualTo((long) fit * RECORD);
        four.forEach(thread -> append(thread, 1_000));
        assertThat(queue.dropped()).isEqualTo(4);
        assertThat(drain()).hasSize(fit + 1).endsWith("DROPPED 1000");
        append(four.get(1), 2_000);
        assertThat(drain()).containsExactly("CONNECT 2000");
    }

    @Test
    void lentRoomIsNotReservedRoom() {
        ExecutorService one = thread();
        append(one, 1);
        Reservation all = new Reservation();
        assertThat(queue.reserve(all, LIMIT - LIMIT / 8 - RECORD)).isTrue();
        assertThat(queue.reserve(new Reservation(), 1)).isFalse();
        IntStream.range(0, LIMIT / 8 / RECORD).forEach(i -> append(one, i));
        assertThat(queue.dropped()).isZero();
        append(one, 99);
        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void aClosedQueueTakesNothingMore() throws InterruptedException {
        ExecutorService one = thread();
        append(one, 1);
        append(one, 2);
        queue.close();
        append(one, 3);
        assertThat(queue.dropped()).isEqualTo(1);
        assertThat(drain()).startsWith("CONNECT 1", "CONNECT 2");
    }

    @Test
    void theLastRecordIsTheLast() throws InterruptedException {
        ExecutorService one = thread();
        ExecutorService two = thread();
        append(one, 1);
        append(two, 7);
        RecordBuilder last = new RecordBuilder().begin(AuditEvent.STOP, 7);
        in(one, () -> {
            queue.appendLast(last);
            return null;
        });
        assertThat(drain()).containsExactly("CONNECT 1", "CONNECT 7", "STOP 7");
    }

    @Test
    @Timeout(60)
    void theFirstRecordAfterTheWriterCameWakesItAgain() throws InterruptedException {
        ExecutorService one = thread();
        for (int i = 0; i < 3; i++) {
            append(one, i);
            append(one, i);
            assertThat(drain()).hasSize(2);
            Future<?> later = one.submit(() -> append(AuditEvent.CONNECT, 9));
            // waits for nothing but that record
            List<Chunk> taken = queue.take(FOREVER, 1);
            assertThat(taken).hasSize(1);
            taken.forEach(queue::done);
            assertThat(later).succeedsWithin(java.time.Duration.ofSeconds(10));
        }
    }

    @Test
    void nothingIsLostWhileTheWriterTakes() throws Exception {
        int each = 50_000;
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            long first = (long) t << 32;
            all.add(thread().submit(() -> {
                RecordBuilder record = new RecordBuilder();
                for (int i = 0; i < each; i++) {
                    record.begin(AuditEvent.CONNECT, first + i);
                    queue.append(record, new Reservation());
                }
            }));
        }
        Map<Long, Long> nexts = new HashMap<>();
        long seen = 0;
        long missing = 0;
        boolean done = false;
        while (!done) {
            done = all.stream().allMatch(Future::isDone);
            RecordsByTime taken = new RecordsByTime(queue.take(1, 1));
            while (taken.next()) {
                byte[] bytes = taken.chunk().bytes();
                long micros = AuditRecord.microsAt(bytes, taken.offset());
                if (AuditEvent.of(bytes[taken.offset()]) == AuditEvent.DROPPED) {
                    missing++;
                } else {
                    seen++;
                    long next = nexts.merge(micros >> 32, micros, (before, now) -> now > before ? now : -1L);
                    assertThat(next).as("a thread's records in order").isNotNegative();
                }
                if (taken.isLastOfChunk()) {
                    queue.done(taken.chunk());
                }
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
        assertThat(seen + queue.dropped()).isEqualTo(3L * each);
        assertThat(missing > 0).isEqualTo(queue.dropped() > 0);
        assertThat(queue.bytes()).isZero();
    }
}
