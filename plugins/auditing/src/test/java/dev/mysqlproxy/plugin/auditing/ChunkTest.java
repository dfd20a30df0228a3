package dev.mysqlproxy.plugin.auditing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.testkit.FakeSession;
import org.junit.jupiter.api.Test;

/** Records in a chunk, and whose they are. */
class ChunkTest {

    private final Chunk chunk = new Chunk(Chunk.SIZE);
    private final AuditRecord reader = new AuditRecord();

    private static Origin session(long id, String user) {
        return Origin.of(new FakeSession(id).user(user));
    }

    /** Adds a record, and answers where it begins. */
    private int add(Origin origin) {
        int offset = chunk.used() + Chunk.HEADER;
        chunk.add(new RecordBuilder().begin(AuditEvent.CONNECT, 7, origin));
        return offset;
    }

    private String userAt(int offset) {
        reader.begin(chunk, offset);
        return reader.origin().user.toString();
    }

    @Test
    void manySessionsAreToldApart() {
        Origin[] sessions = new Origin[500];
        int[] offsets = new int[2 * sessions.length];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = session(i, "user" + i);
            offsets[i] = add(sessions[i]);
        }
        for (int i = 0; i < sessions.length; i++) {
            offsets[sessions.length + i] = add(sessions[i]);
        }
        int nobody = chunk.used() + Chunk.HEADER;
        chunk.add(new RecordBuilder().begin(AuditEvent.START, 8));
        for (int i = 0; i < offsets.length; i++) {
            assertThat(userAt(offsets[i])).isEqualTo("user" + i % sessions.length);
            assertThat(reader.origin().session).isEqualTo(i % sessions.length);
        }
        assertThat(reader.begin(chunk, nobody)).isEqualTo(AuditEvent.START);
        assertThat(reader.origin()).isNull();
    }

    @Test
    void namesCountOnceInEachChunk() {
        RecordBuilder record = new RecordBuilder().begin(AuditEvent.CONNECT, 7, session(1, "app"));
        assertThat(record.mostBytes()).isGreaterThan(record.length());
        assertThat(chunk.countFor(record)).isEqualTo(record.mostBytes());
        assertThat(chunk.add(record)).isEqualTo(record.mostBytes());
        assertThat(chunk.countFor(record)).isEqualTo(record.length());
        assertThat(chunk.add(record)).isEqualTo(record.length());
        Chunk other = new Chunk(Chunk.SIZE);
        assertThat(other.add(record)).isEqualTo(record.mostBytes());
        assertThat(chunk.add(record)).isEqualTo(record.length());
        assertThat(chunk.counted()).isEqualTo(record.mostBytes() + 2L * record.length());
    }

    @Test
    void aChunkThatIsUsedAgainKnowsNobody() {
        Origin before = session(1, "before");
        add(session(2, "other"));
        add(before);
        chunk.clear();
        assertThat(chunk.counted()).isZero();
        int first = add(session(3, "first"));
        int second = add(before);
        assertThat(userAt(first)).isEqualTo("first");
        assertThat(userAt(second)).isEqualTo("before");
        assertThat(chunk.counted())
                .isGreaterThan(
                        2L * new RecordBuilder().begin(AuditEvent.CONNECT, 7).length());
    }

    @Test
    void smallNumbersAreShortAndAllNumbersComeBack() {
        long[] numbers = {0, 1, 127, 128, 16_383, 16_384, 1L << 35, Long.MAX_VALUE, -1, Long.MIN_VALUE};
        int[] lengths = {1, 1, 1, 2, 2, 3, 6, 9, 10, 10};
        RecordBuilder record = new RecordBuilder().begin(AuditEvent.START, 7);
        int start = record.length();
        for (int i = 0; i < numbers.length; i++) {
            int before = record.length();
            record.putSmall(numbers[i]);
            assertThat(record.length() - before).as("%d", numbers[i]).isEqualTo(lengths[i]);
        }
        reader.open(record.bytes(), start);
        for (long number : numbers) {
            assertThat(reader.getSmall()).isEqualTo(number);
        }
    }
}
