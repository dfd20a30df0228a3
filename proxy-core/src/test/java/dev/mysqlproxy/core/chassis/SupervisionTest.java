package dev.mysqlproxy.core.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SupervisionTest {

    private static final String READY = "printf '\\001mysql-proxy READY\\n'; ";

    private final List<Status> heard = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void delaysDoubleUpToAMinuteAndShrinkAfterAGoodLife() {
        RestartPolicy policy = new RestartPolicy(Duration.ofSeconds(1));
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            delays.add(policy.delayAfter(Duration.ofMinutes(5).minusMillis(1)).toSeconds());
        }
        assertThat(delays).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(policy.delayAfter(Duration.ofMinutes(5))).hasSeconds(1);
        assertThat(policy.delayAfter(Duration.ZERO)).hasSeconds(2);
    }

    @Test
    void signalsAndLackOfMemoryAreCrashes() {
        assertThat(List.of(3, 128 + 9, 128 + 6)).allMatch(RestartPolicy::isCrash);
        assertThat(List.of(0, 1, 2, 127)).noneMatch(RestartPolicy::isCrash);
        assertThat(RestartPolicy.causeOf(139)).isEqualTo("died on signal 11");
        assertThat(RestartPolicy.causeOf(3)).isEqualTo("died with exit code 3");
    }

    @Test
    void angelRestartsTheDeadAndLeavesWithTheLivingOnesCode() throws Exception {
        Angel angel = angel(READY + "kill -9 $$", READY + "exit 3", "echo bye; exit 1");
        assertThat(angel.run()).isEqualTo(1);
        assertThat(heard).containsExactly(Status.SERVING, Status.SERVING);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("bye\n");
    }

    @Test
    void angelDoesNotRepeatAStartThatCrashes() throws Exception {
        assertThat(angel("kill -9 $$").run()).isEqualTo(1);
        assertThat(heard).containsExactly(Status.failed("the worker died on signal 9 during its start"));
    }

    @Test
    void angelPassesAFailureOn() throws Exception {
        assertThat(angel("printf '\\001mysql-proxy FAILED port in use\\n'; exit 1")
                        .run())
                .isEqualTo(1);
        assertThat(heard).containsExactly(Status.failed("port in use"));
    }

    @Test
    void angelPassesWishesOnAndDoesNotRestartWhenStopped() throws Exception {
        Angel angel = angel(READY + "head -c 2; kill -9 $$");
        CompletableFuture<Integer> code = runAside(angel);
        await().until(() -> !heard.isEmpty());
        angel.hangup();
        angel.stop();
        assertThat(code.get()).isEqualTo(137);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("HT");
    }

    @Test
    void angelStopsWhileItWaitsForTheNextStart() throws Exception {
        Angel angel =
                new Angel(starter(READY + "kill -9 $$"), new RestartPolicy(Duration.ofHours(1)), heard::add, printed);
        CompletableFuture<Integer> code = runAside(angel);
        await().until(() -> !heard.isEmpty());
        angel.stop();
        // 137 when the wish came before the death
        assertThat(code.get()).isIn(0, 137);
    }

    @Test
    void daemonThatIsReadyLetsTheShellGo() throws Exception {
        assertThat(detach("echo $$; " + READY + "exec cat")).isZero();
        long pid = Long.parseLong(printed.toString(StandardCharsets.UTF_8).strip());
        ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
        assertThat(daemon.isAlive()).isTrue();
        assertThat(daemon.destroyForcibly()).isTrue();
    }

    @Test
    void daemonThatFailsSaysWhy() throws Exception {
        assertThat(detach("printf '\\001mysql-proxy FAILED no such plugin\\n'; exit 1"))
                .isEqualTo(1);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("no such plugin\n");
    }

    @Test
    void daemonThatVanishesIsAFailure() throws Exception {
        assertThat(detach("exit 7")).isEqualTo(1);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo("mysql-proxy ended during its start, exit code is: 7\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 4096})
    void statusLinesAreFoundInAnyChunks(int chunk) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("a\u0001b\nno line end".getBytes(StandardCharsets.UTF_8));
        out.writeBytes("\n".getBytes(StandardCharsets.UTF_8));
        Status.SERVING.send(out);
        out.writeBytes("text\n".getBytes(StandardCharsets.UTF_8));
        Status.failed("größe\nx").send(out);
        out.writeBytes("end".getBytes(StandardCharsets.UTF_8));
        Status.read(inChunks(out.toByteArray(), chunk), printed, heard::add);
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo("a\u0001b\nno line end\ntext\nend");
        assertThat(heard).containsExactly(Status.SERVING, new Status(false, "größe\\nx"));
    }

    @Test
    void childKeepsOptionsOrGetsSmallOnes() {
        List<String> words =
                List.of("java", "-Xmx256m", "-Da=b c", "-XX:+UseG1GC", "-cp", "x.jar", "dev.Main", "--daemon", "-Dx");
        ChildCommand command = ChildCommand.parse("/jdk/bin/java", words, 2);
        assertThat(command.full())
                .containsExactly(
                        "/jdk/bin/java",
                        "-Xmx256m",
                        "-Da=b c",
                        "-XX:+UseG1GC",
                        "-cp",
                        "x.jar",
                        "dev.Main",
                        "--daemon",
                        "-Dx");
        assertThat(command.small())
                .contains("-Xmx24m", "-Da=b c", "-XX:+UseSerialGC")
                .doesNotContain("-Xmx256m", "-XX:+UseG1GC")
                .endsWith("-cp", "x.jar", "dev.Main", "--daemon", "-Dx");
    }

    @Test
    void oneCtrlCThatArrivesTwiceIsOneWish() {
        Signals signals = new Signals();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        signals.onStop(first::incrementAndGet, second::incrementAndGet);
        signals.signalStop();
        signals.requestStop();
        assertThat(List.of(first.get(), second.get())).containsExactly(1, 0);
        signals.requestStop();
        signals.signalStop();
        assertThat(List.of(first.get(), second.get())).containsExactly(1, 1);
    }

    @Test
    void stopThatCameTooEarlyIsNotLost() {
        Signals signals = new Signals();
        signals.signalStop();
        AtomicInteger first = new AtomicInteger();
        signals.onStop(first::incrementAndGet, () -> {});
        assertThat(first).hasValue(1);
    }

    @Test
    void workerHearsWishesAndTheEndOfItsAngel() {
        Signals signals = new Signals();
        AtomicInteger stops = new AtomicInteger();
        AtomicInteger hangups = new AtomicInteger();
        signals.onStop(stops::incrementAndGet, () -> stops.addAndGet(100));
        signals.onHangup(hangups::incrementAndGet);
        Supervisor.hear(new ByteArrayInputStream(new byte[] {'H', '?', 'H'}), signals);
        await().untilAsserted(
                        () -> assertThat(List.of(stops.get(), hangups.get())).containsExactly(1, 2));
    }

    @Test
    void workerHearsItsAngelWhateverHangupDoes() {
        Signals signals = new Signals();
        AtomicInteger stops = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        signals.onStop(stops::incrementAndGet, () -> {});
        signals.onHangup(() -> {
            if (stops.get() == 0) {
                awaitUninterruptibly(never);
            }
            throw new IllegalStateException("as asked");
        });
        Supervisor.hear(new ByteArrayInputStream(new byte[] {'H', 'T'}), signals);
        await().until(() -> stops.get() == 1);
        never.countDown();
        // and what it throws goes no further
        signals.hangup();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CompletableFuture<Integer> runAside(Angel angel) {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                code.complete(angel.run());
            } catch (Exception e) {
                code.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return code;
    }

    private Angel angel(String... scripts) {
        return new Angel(starter(scripts), new RestartPolicy(Duration.ofMillis(1)), heard::add, printed);
    }

    private static Angel.WorkerStarter starter(String... scripts) {
        Deque<String> left = new ArrayDeque<>(List.of(scripts));
        return () -> new ProcessBuilder("sh", "-c", left.remove()).start();
    }

    private int detach(String script) throws Exception {
        PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Detacher(both, both).run(new ProcessBuilder("sh", "-c", script));
    }

    private static InputStream inChunks(byte[] bytes, int chunk) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, chunk));
            }
        };
    }

    @Test
    void brokenOutputDoesNotStopTheReader() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("text\n".getBytes(StandardCharsets.UTF_8));
        Status.SERVING.send(out);
        Status.read(new ByteArrayInputStream(out.toByteArray()), broken, heard::add);
        assertThat(heard).containsExactly(Status.SERVING);
    }
}
