package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.mysqlproxy.api.lifecycle.ProxyControl.LogLine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class LogRingTest {

    @TempDir
    private Path folder;

    private final LoggerContext context = new LoggerContext();
    private Logs logs;
    private Logger log;

    @BeforeEach
    void attach() throws Exception {
        context.setMDCAdapter(new LogbackMDCAdapter());
        logs = Logs.attach(context);
        log = context.getLogger("test");
        logs.configure(new LogSettings(Optional.of(folder.resolve("proxy.log")), LogLevel.MESSAGE, false, true));
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void keepsWhatWasWrittenWithoutTimeAndLevel() {
        Instant before = Instant.now();
        Levels.message(log).addKeyValue("backend", "db 1").log("backend is up\nreally");
        log.atError().setCause(new IllegalStateException("why")).log("failed");
        log.info("not for the log");
        assertThat(logs.lines())
                .extracting(LogLine::level, LogLine::text)
                .containsExactly(
                        tuple("message", "backend is up\\nreally backend=\"db 1\""),
                        tuple("critical", "failed error=\"java.lang.IllegalStateException: why\""));
        assertThat(logs.lines().get(0).time()).isBetween(before.minusMillis(1), Instant.now());
    }

    @Test
    void theOldestLinesGo() {
        for (int i = 0; i < LogRing.MOST_LINES + 5; i++) {
            log.warn("line {}", i);
        }
        List<LogLine> lines = logs.lines();
        assertThat(lines).hasSize(LogRing.MOST_LINES);
        assertThat(lines.get(0).text()).isEqualTo("line 5");
        assertThat(lines.get(LogRing.MOST_LINES - 1).text()).isEqualTo("line 1004");
    }

    @Test
    void longLinesAreCut() {
        log.warn("x".repeat(4092) + "\ud83d\ude00".repeat(3));
        log.warn("y".repeat(LogRing.MOST_CHARS));
        assertThat(logs.lines().get(0).text()).isEqualTo("x".repeat(4092) + "...");
        assertThat(logs.lines().get(1).text()).isEqualTo("y".repeat(LogRing.MOST_CHARS));
    }

    @Test
    void linesAreCountedByTheirLevel() {
        log.warn("one");
        log.warn("two");
        log.info("not written");
        assertThat(logs.counts())
                .containsEntry(LogLevel.WARNING, 2L)
                .containsEntry(LogLevel.INFO, 0L)
                .containsEntry(LogLevel.DEBUG, 0L);
    }

    @Test
    void anOperatorsReopeningSaysSo() {
        logs.reopenAsAsked();
        assertThat(logs.lines())
                .extracting(LogLine::text)
                .containsExactly(
                        "asked by an operator, closing the log file", "re-opened the log file after an operator asked");
    }
}
