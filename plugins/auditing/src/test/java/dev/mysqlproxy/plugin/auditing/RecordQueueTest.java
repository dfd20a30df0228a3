package dev.mysqlproxy.plugin.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.testkit.FakeMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Room, and what happens when there is none. */
class RecordQueueTest {

    private static final int LIMIT = 8_000;
    private static final int RECORD = 1_000;

    private final FakeMetrics metrics = new FakeMetrics();
    private final RecordQueue queue = new RecordQueue(
            LIMIT, true, metrics.counter("dropped_total", "Dropped.").with());

    private void append(Reservation reservation) {
        queue.append(record(RECORD), reservation);
    }

    /** A record of so many bytes. */
    private static RecordBuilder record(int length) {
        RecordBuilder record = new RecordBuilder().begin(AuditEvent.CONNECT, 77);
        int text = length - record.length() - Integer.BYTES;
        return record.putText(new byte[text], text);
    }

    private void fill() {
        for (int i = 0; i < LIMIT / RECORD; i++) {
            append(null);
        }
    }

    /** Takes all and has it written; the events of the records. */
    private List<AuditEvent> drain() throws InterruptedException {
        List<AuditEvent> events = new ArrayList<>();
        RecordsByTime records = new RecordsByTime(queue.take(1, 1));
        while (records.next()) {
            events.add(AuditEvent.of(records.chunk().bytes()[records.offset()]));
            if (records.isLastOfChunk()) {
                queue.done(records.chunk());
            }
        }
        return events;
    }

    @Test
    void holdsNoMoreThanItsLimit() throws InterruptedException {
        fill();
        assertThat(queue.bytes()).isEqualTo(LIMIT);
        append(null);
        append(null);
        assertThat(queue.bytes()).isEqualTo(LIMIT);
        assertThat(queue.dropped()).isEqualTo(2);
        assertThat(metrics.value("dropped_total")).isEqualTo(2);

        assertThat(drain()).hasSize(8).containsOnly(AuditEvent.CONNECT);
        assertThat(queue.bytes()).isZero();
        // what is missing is said before what comes next
        append(null);
        assertThat(drain()).containsExactly(AuditEvent.DROPPED, AuditEvent.CONNECT);
        append(null);
        assertThat(drain()).containsExactly(AuditEvent.CONNECT);
    }

    @Test
    void theLastRecordHasRoom() throws InterruptedException {
        Recorder recorder = new Recorder(queue, "1");
        recorder.beginRun();
        int rest = (int) (LIMIT - queue.bytes());
        queue.append(record(rest), null);
        append(null);
        assertThat(queue.dropped()).isEqualTo(1);
        recorder.endRun();
        assertThat(queue.dropped()).isEqualTo(1);
        assertThat(drain()).containsExactly(AuditEvent.START, AuditEvent.CONNECT, AuditEvent.DROPPED, AuditEvent.STOP);
        assertThat(drain()).isEmpty();
    }

    @Test
    void saysWhatIsMissingAlsoWhenNothingElseComes() throws InterruptedException {
        fill();
        append(null);
        drain();
        assertThat(drain()).containsExactly(AuditEvent.DROPPED);
    }

    @Test
    void recordsCountUntilTheyAreWritten() throws InterruptedException {
        fill();
        List<Chunk> taken = queue.take(1, 1);
        append(null);
        assertThat(queue.dropped()).isEqualTo(1);
        taken.forEach(queue::done);
        append(null);
        assertThat(queue.dropped()).isEqualTo(1);
    }

    @Test
    void reservationsKeepRoom() {
        List<Reservation> reservations = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            reservations.add(new Reservation());
            assertThat(queue.reserve(reservations.get(i), RECORD)).isTrue();
        }
        // an eighth is left for records that cannot reserve
        assertThat(queue.reserve(new Reservation(), RECORD)).isFalse();
        append(null);
        append(null);
        assertThat(queue.dropped()).isEqualTo(1);
        reservations.forEach(this::append);
        assertThat(queue.dropped()).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(LIMIT);
    }

    @Test
    void whoWaitsLongestIsServedFirst() throws InterruptedException {
        fill();
        Reservation first = new Reservation();
        Reservation second = new Reservation();
        Reservation gone = new Reservation();
        CompletableFuture<QueryDecision> one = queue.await(first, 6 * RECORD);
        CompletableFuture<QueryDecision> lost = queue.await(gone, RECORD);
        CompletableFuture<QueryDecision> two = queue.await(second, 6 * RECORD);
        assertThat(queue.waiting()).isEqualTo(3);
        queue.cancel(gone);
        assertThat(one).isNotDone();
        drain();
        assertThat(one).isCompletedWithValue(QueryDecision.forward());
        assertThat(two).isNotDone();
        assertThat(lost).isNotDone();
        // nobody goes past those who wait
        assertThat(queue.reserve(new Reservation(), 1)).isFalse();
        append(first);
        drain();
        assertThat(two).isDone();
        queue.cancel(second);
        assertThat(queue.reserve(new Reservation(), 7 * RECORD)).isTrue();
    }

    @Test
    void aRecordLongerThanTheQueueHasItsTurnWhenTheQueueIsEmpty() throws InterruptedException {
        append(null);
        Reservation reservation = new Reservation();
        CompletableFuture<QueryDecision> waiting = queue.await(reservation, 2 * LIMIT);
        assertThat(waiting).isNotDone();
        drain();
        assertThat(waiting).isDone();
        queue.append(record(2 * LIMIT), reservation);
        assertThat(queue.dropped()).isZero();
        assertThat(queue.bytes()).isEqualTo(2 * LIMIT);
    }

    @Test
    void nobodyWaitsForAClosedQueue() {
        fill();
        CompletableFuture<QueryDecision> waiting = queue.await(new Reservation(), RECORD);
        queue.close();
        assertThat(waiting).isDone();
        assertThat(queue.await(new Reservation(), RECORD)).isDone();
        assertThat(queue.reserve(new Reservation(), RECORD)).isTrue();
    }

    @Test
    void chunksAreUsedAgain() throws InterruptedException {
        append(null);
        Chunk first = queue.take(1, 1).get(0);
        queue.done(first);
        append(null);
        assertThat(queue.take(1, 1)).containsExactly(first);
    }
}
