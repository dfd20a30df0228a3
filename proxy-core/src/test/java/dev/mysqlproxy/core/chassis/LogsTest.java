package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;

class LogsTest {

    @TempDir
    private Path folder;

    private final LoggerContext context = new LoggerContext();
    private Logs logs;
    private Logger log;
    private Path file;

    @BeforeEach
    void attach() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        logs = Logs.attach(context);
        log = context.getLogger("test");
        file = folder.resolve("proxy.log");
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @ParameterizedTest
    @CsvSource({
        "error, 1",
        "critical, 2",
        "warning, 3",
        "message, 4",
        "info, 5",
        "debug, 7",
    })
    void eachLevelShowsItselfAndWorse(String word, int lines) throws Exception {
        configure(LogLevel.of(word).orElseThrow());
        Levels.fatal(log).log("one");
        Levels.critical(log).log("two");
        log.warn("three");
        Levels.message(log).log("four");
        log.info("five");
        log.debug("six");
        log.debug("seven");
        assertThat(levels())
                .isEqualTo(List.of("error", "critical", "warning", "message", "info", "debug", "debug")
                        .subList(0, lines));
    }

    @Test
    void pluginsReachMessageByTheMarkersName() throws Exception {
        configure(LogLevel.MESSAGE);
        log.atInfo()
                .addMarker(new org.slf4j.helpers.BasicMarkerFactory().getMarker("MESSAGE"))
                .log("listening");
        assertThat(levels()).containsExactly("message");
    }

    @Test
    void fileIsAppendedToAndNotForOthers() throws Exception {
        Files.writeString(file, "before\n");
        configure(LogLevel.INFO);
        log.info("after");
        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");

        Path fresh = folder.resolve("fresh.log");
        logs.configure(new LogSettings(Optional.of(fresh), LogLevel.INFO, false, false));
        assertThat(Files.getPosixFilePermissions(fresh))
                .contains(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
                .doesNotContain(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    }

    @Test
    void hangupAfterAMoveStartsANewFile() throws Exception {
        configure(LogLevel.MESSAGE);
        log.error("first");
        Path moved = folder.resolve("proxy.log.1");
        Files.move(file, moved);
        log.error("second");
        logs.reopen();
        log.error("third");
        assertThat(messages(moved)).containsExactly("first", "second", "received SIGHUP, closing the log file");
        assertThat(messages(file)).containsExactly("re-opened the log file after SIGHUP", "third");
    }

    @Test
    void fileThatCannotBeReopenedStaysInUse() throws Exception {
        configure(LogLevel.MESSAGE);
        Path moved = folder.resolve("moved.log");
        Files.move(file, moved);
        Files.createDirectory(file);
        logs.reopen();
        log.error("still here");
        assertThat(messages(moved)).hasSize(3).last().isEqualTo("still here");
        assertThat(messages(moved).get(1)).startsWith("cannot re-open the log file");
    }

    @Test
    void whatFollowsAReopeningIsNoRepetition() throws Exception {
        configure(LogLevel.MESSAGE);
        log.error("cannot reload");
        logs.reopen();
        log.error("cannot reload");
        assertThat(messages(file)).hasSize(4).last().isEqualTo("cannot reload");
    }

    @Test
    void repetitionsAreToldBeforeTheNextLineAndAtTheEnd() throws Exception {
        configure(LogLevel.INFO);
        log.info("same");
        log.info("same");
        log.info("same");
        log.info("other");
        log.info("other");
        logs.close();
        assertThat(messages(file))
                .containsExactly("same", "last message repeated 2 times", "other", "last message repeated 1 time");
    }

    @Test
    void hundredRepetitionsAreToldAtOnce() throws Exception {
        configure(LogLevel.INFO);
        for (int i = 0; i < 201; i++) {
            log.info("same");
        }
        String summary = "last message repeated 100 times";
        assertThat(messages(file)).containsExactly("same", summary, summary);
    }

    @Test
    void threadsLoseNothing() throws Exception {
        configure(LogLevel.INFO);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int number = t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 250; i++) {
                    log.info("thread {} line {}", number, i);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(messages(file)).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void interruptedThreadStillLogs() throws Exception {
        configure(LogLevel.INFO);
        Thread.currentThread().interrupt();
        log.info("while interrupted");
        assertThat(Thread.interrupted()).isTrue();
        log.info("later");
        assertThat(messages(file)).containsExactly("while interrupted", "later");
    }

    @Test
    void unusableFileIsOneSentence() {
        Path nowhere = folder.resolve("no/such/proxy.log");
        assertThatThrownBy(() -> logs.configure(new LogSettings(Optional.of(nowhere), LogLevel.INFO, false, false)))
                .isInstanceOf(StartException.class)
                .hasMessage("cannot open the log file " + nowhere + ": the directory does not exist");
        assertThat(logs.settings()).isEqualTo(LogSettings.STARTING);
    }

    @Test
    void fileAndSyslogExcludeEachOther() {
        assertThatThrownBy(() -> new LogSettings(Optional.of(file), LogLevel.INFO, true, false))
                .hasMessage("log-file and log-use-syslog were given, but only one is allowed");
    }

    @Test
    void stacksAppearAtDebugOnly() throws Exception {
        configure(LogLevel.INFO);
        log.warn("failed", new IOException("x"));
        assertThat(Files.readAllLines(file)).hasSize(1);
        logs.setLevel(LogLevel.DEBUG);
        log.warn("failed again", new IOException("x"));
        assertThat(Files.readAllLines(file)).anyMatch(line -> line.startsWith("\tat "));
    }

    private void configure(LogLevel level) throws StartException {
        logs.configure(new LogSettings(Optional.of(file), level, false, false));
    }

    private List<String> levels() throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.substring(line.indexOf('(') + 1, line.indexOf(')')))
                .toList();
    }

    private static List<String> messages(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.substring(line.indexOf(") ") + 2))
                .toList();
    }
}
