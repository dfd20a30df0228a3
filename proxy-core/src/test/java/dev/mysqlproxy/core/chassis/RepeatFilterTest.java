package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class RepeatFilterTest {

    private final RepeatFilter filter = new RepeatFilter();

    @Test
    void repetitionsAreHeldAndCounted() {
        filter.remember(entry(0, "a", 1));
        assertThat(filter.holds(entry(10, "a", 1))).isTrue();
        assertThat(filter.holds(entry(20, "a", 1))).isTrue();
        assertThat(filter.isDue(20)).isFalse();
        assertThat(filter.take(30)).hasValueSatisfying(summary -> {
            assertThat(summary.message()).isEqualTo("last message repeated 2 times");
            assertThat(summary.millis()).isEqualTo(30);
            assertThat(summary.level()).isEqualTo(LogLevel.INFO);
        });
        assertThat(filter.take(31)).isEmpty();
    }

    @Test
    void otherTextLevelOrFieldIsNoRepetition() {
        filter.remember(entry(0, "a", 1));
        assertThat(filter.holds(entry(1, "b", 1))).isFalse();
        assertThat(filter.holds(entry(1, "a", 2))).isFalse();
        assertThat(filter.holds(new LogEntry(1, LogLevel.DEBUG, "l", "t", "a", fields(1), Optional.empty())))
                .isFalse();
    }

    @Test
    void hundredRepetitionsAreDue() {
        filter.remember(entry(0, "a", 1));
        for (int i = 1; i < RepeatFilter.MAX_HELD; i++) {
            filter.holds(entry(0, "a", 1));
        }
        assertThat(filter.isDue(0)).isFalse();
        filter.holds(entry(0, "a", 1));
        assertThat(filter.isDue(0)).isTrue();
    }

    @Test
    void thirtySecondsAreDue() {
        filter.remember(entry(0, "a", 1));
        filter.holds(entry(1_000, "a", 1));
        assertThat(filter.isDue(30_999)).isFalse();
        assertThat(filter.isDue(31_000)).isTrue();
        filter.take(31_000);
        assertThat(filter.isDue(99_000)).isFalse();
    }

    private static LogEntry entry(long millis, String message, int value) {
        return new LogEntry(millis, LogLevel.INFO, "l", "t", message, fields(value), Optional.empty());
    }

    private static List<KeyValuePair> fields(int value) {
        return List.of(new KeyValuePair("k", value));
    }
}
