package dev.mysqlproxy.core.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.api.lifecycle.Tasks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginTasksTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final PluginTasks tasks = new PluginTasks("probe", PluginTasksTest.class.getClassLoader());
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void end() {
        gate.countDown();
        tasks.close(LONG, LONG);
        assertThat(tasks.threads()).isZero();
    }

    private void waitAtTheGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean exists(String threadName) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith(threadName));
    }

    @Test
    void noThreadWithoutATask() {
        PluginTasks idle = new PluginTasks("idler", null);
        assertThat(exists("plugin-idler")).isFalse();
        idle.close(LONG, LONG);
        assertThat(exists("plugin-idler")).isFalse();
    }

    @Test
    void threadsAreDaemonsWithTheNameAndTheClassesOfThePlugin() throws InterruptedException {
        AtomicReference<Thread> ran = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        tasks.execute(() -> {
            ran.set(Thread.currentThread());
            done.countDown();
        });
        done.await();
        assertThat(ran.get().getName()).isEqualTo("plugin-probe-1");
        assertThat(ran.get().isDaemon()).isTrue();
        assertThat(ran.get().getContextClassLoader()).isSameAs(PluginTasksTest.class.getClassLoader());
    }

    @Test
    void anIdleThreadIsUsedAgain() {
        AtomicInteger count = new AtomicInteger();
        for (int i = 1; i <= 4; i++) {
            int expected = i;
            tasks.execute(count::incrementAndGet);
            await().until(() -> count.get() == expected && tasks.idle() == 1);
        }
        assertThat(tasks.threads()).isEqualTo(1);
    }

    @Test
    void sixtyFourAtOnceAndTenThousandWaiting() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        int all = PluginTasks.MAX_THREADS + PluginTasks.MAX_WAITING;
        for (int i = 0; i < all; i++) {
            tasks.execute(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                waitAtTheGate();
                running.decrementAndGet();
                done.incrementAndGet();
            });
        }
        await().until(() -> running.get() == PluginTasks.MAX_THREADS);
        assertThatThrownBy(() -> tasks.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("plugin probe has 10000 tasks waiting");
        gate.countDown();
        await().until(() -> done.get() == all);
        assertThat(most).hasValue(PluginTasks.MAX_THREADS);
        assertThat(tasks.threads()).isLessThanOrEqualTo(PluginTasks.MAX_THREADS);
    }

    @Test
    void whatThrowsHarmsNoOther() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        tasks.execute(() -> {
            throw new IllegalStateException("as asked");
        });
        tasks.execute(() -> {
            throw new AssertionError("as asked");
        });
        tasks.execute(done::countDown);
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    // --- timers -----------------------------------------------------------------------------------------------------

    @Test
    void everyAgainAndAgainUntilCancelled() {
        AtomicInteger count = new AtomicInteger();
        Tasks.Timer timer = tasks.every(Duration.ofMillis(1), () -> {
            count.incrementAndGet();
            throw new IllegalStateException("does not end it");
        });
        await().until(() -> count.get() >= 5);
        timer.cancel();
        await().until(() -> tasks.idle() == tasks.threads());
        int after = count.get();
        // a later task passes every run of the timer that was still to come
        AtomicBoolean later = new AtomicBoolean();
        tasks.after(Duration.ofMillis(20), () -> later.set(true));
        await().untilTrue(later);
        assertThat(count.get()).isLessThanOrEqualTo(after + 1);
    }

    @Test
    void everyIsNeverTwiceAtOnce() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger ticks = new AtomicInteger();
        tasks.every(Duration.ofMillis(1), () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            waitAtTheGate();
            running.decrementAndGet();
        });
        tasks.every(Duration.ofMillis(1), ticks::incrementAndGet);
        await().until(() -> ticks.get() > 20);
        assertThat(most).hasValue(1);
    }

    @Test
    void afterRunsOnceOrNever() {
        AtomicInteger count = new AtomicInteger();
        AtomicInteger never = new AtomicInteger();
        tasks.after(Duration.ofMillis(10), never::incrementAndGet).cancel();
        tasks.after(Duration.ofMillis(1), count::incrementAndGet);
        AtomicBoolean later = new AtomicBoolean();
        tasks.after(Duration.ofMillis(30), () -> later.set(true));
        await().untilTrue(later);
        assertThat(count).hasValue(1);
        assertThat(never).hasValue(0);
    }

    @Test
    void aPeriodOfNothingIsNone() {
        assertThatThrownBy(() -> tasks.every(Duration.ZERO, () -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    // --- the end ----------------------------------------------------------------------------------------------------

    @Test
    void theEndWaitsForWhatRunsAndWhatWaits() {
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 2 * PluginTasks.MAX_THREADS; i++) {
            tasks.execute(() -> {
                waitAtTheGate();
                done.incrementAndGet();
            });
        }
        Thread closer = new Thread(() -> tasks.close(LONG, LONG), "closer");
        closer.start();
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        assertThat(done).hasValue(0);
        gate.countDown();
        await().until(() -> !closer.isAlive());
        assertThat(done).hasValue(2 * PluginTasks.MAX_THREADS);
        assertThat(exists("plugin-probe")).isFalse();
    }

    @Test
    void theEndInterruptsWhatTakesTooLong() {
        AtomicBoolean interrupted = new AtomicBoolean();
        tasks.execute(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        tasks.close(Duration.ofMillis(1), LONG);
        assertThat(interrupted).isTrue();
        assertThat(tasks.threads()).isZero();
    }

    @Test
    void afterTheEndNothingIsTaken() {
        AtomicInteger count = new AtomicInteger();
        tasks.every(Duration.ofHours(1), count::incrementAndGet);
        tasks.cancelTimers();
        assertThatThrownBy(() -> tasks.after(Duration.ZERO, count::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class);
        // between the timers' end and the plugin's own it may still have work to do
        tasks.execute(count::incrementAndGet);
        await().until(() -> count.get() == 1);
        tasks.close(LONG, LONG);
        assertThatThrownBy(() -> tasks.execute(count::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("plugin probe has stopped");
        await().until(() -> !exists("plugin-probe"));
    }

    @Test
    void aTaskMayEndItsOwnPlugin() {
        AtomicBoolean over = new AtomicBoolean();
        tasks.execute(() -> {
            tasks.close(LONG, LONG);
            over.set(true);
        });
        await().untilTrue(over);
    }
}
