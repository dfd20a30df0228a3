package dev.mysqlproxy.testing.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs a target with spoilt inputs. It is guided by outcomes: an input that ends in words that none before it led to is
 * kept and spoilt further. The same seed gives the same inputs in the same order; time only decides how many.
 */
public final class Fuzzer {

    /** An execution that takes longer is an endless loop, or as good as one. */
    private static final Duration HANG = Duration.ofSeconds(30);

    private static final int SHRINK_TRIES = 3_000;
    /** Per byte of input: text of it, lists of it, each chunk size of it. */
    private static final int ALLOWANCE_PER_BYTE = 2_000;

    private static final int SHORT_ENOUGH = 32;
    private static final int MOST_OUTCOMES = 5_000;

    private final FuzzTarget target;
    private final Mutator mutator;
    private final List<byte[]> pool = new ArrayList<>();
    private final Map<String, byte[]> outcomes = new HashMap<>();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final AtomicLong executions = new AtomicLong();
    private volatile byte[] current = {};
    private volatile Finding finding;
    private volatile boolean stopped;

    public Fuzzer(FuzzTarget target, long seed) {
        this.target = target;
        this.mutator = new Mutator(seed ^ target.name().hashCode());
    }

    /** Runs for a while, or up to the first finding. */
    public Optional<Finding> run(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Thread worker = new Thread(() -> work(end), "fuzz-" + target.name());
        worker.setDaemon(true);
        worker.start();
        long seen = -1;
        long since = System.nanoTime();
        while (worker.isAlive()) {
            try {
                TimeUnit.MILLISECONDS.timedJoin(worker, 20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stopped = true;
                return Optional.empty();
            }
            long now = executions.get();
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > HANG.toNanos()) {
                stopped = true;
                AssertionError hang = new AssertionError("no end after " + HANG.toSeconds() + " seconds");
                hang.setStackTrace(worker.getStackTrace());
                return Optional.of(new Finding(target.name(), current, hang));
            }
        }
        return Optional.ofNullable(finding);
    }

    /** Inputs tried so far. */
    public long executions() {
        return executions.get();
    }

    /** Short inputs, one for each outcome that was seen. */
    public Map<String, byte[]> outcomes() {
        return outcomes;
    }

    private void work(long end) {
        List<byte[]> seeds = new ArrayList<>(target.seeds());
        seeds.addAll(Corpus.load(target.name()));
        // twice: what the first round allocates is classes, not the inputs' doing
        for (int round = 0; round < 2 && finding == null; round++) {
            boolean strict = round > 0;
            seeds.stream().takeWhile(seed -> finding == null).forEach(seed -> attempt(seed, strict));
        }
        pool.addAll(seeds);
        while (finding == null && !stopped && System.nanoTime() < end) {
            byte[] parent = mutator.oneOf(pool);
            attempt(target.spoil(parent, mutator.oneOf(pool), mutator), true);
        }
    }

    private void attempt(byte[] input, boolean strict) {
        current = input;
        try {
            String outcome = execute(input, strict);
            byte[] before = outcomes.get(outcome);
            if (outcomes.size() < MOST_OUTCOMES
                    && (before == null || input.length < before.length && before.length > SHORT_ENOUGH)) {
                outcomes.put(outcome, input);
                pool.add(input);
            }
        } catch (Throwable problem) {
            finding = new Finding(target.name(), shrunk(input, problem), problem);
        }
        executions.incrementAndGet();
    }

    private String execute(byte[] input, boolean strict) throws Throwable {
        long before = threads.getCurrentThreadAllocatedBytes();
        String outcome = target.run(input);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (strict && allocated > FuzzTarget.ALLOWANCE + (long) ALLOWANCE_PER_BYTE * input.length) {
            throw new AssertionError(allocated + " bytes of memory for an input of " + input.length);
        }
        return outcome;
    }

    /** Cuts pieces out as long as the same goes wrong. */
    private byte[] shrunk(byte[] input, Throwable problem) {
        byte[] best = input;
        int tries = 0;
        for (int piece = Math.max(1, input.length / 2); piece >= 1; piece /= 2) {
            for (int at = 0; at < best.length && tries < SHRINK_TRIES; tries++) {
                int to = Math.min(best.length, at + piece);
                byte[] shorter = Arrays.copyOf(best, best.length - (to - at));
                System.arraycopy(best, to, shorter, at, best.length - to);
                if (sameProblem(shorter, problem)) {
                    best = shorter;
                } else {
                    at += piece;
                }
            }
        }
        return best;
    }

    private boolean sameProblem(byte[] input, Throwable problem) {
        executions.incrementAndGet();
        current = input;
        try {
            execute(input, true);
            return false;
        } catch (Throwable other) {
            return other.getClass() == problem.getClass() && place(other).equals(place(problem));
        }
    }

    private static String place(Throwable problem) {
        StackTraceElement[] trace = problem.getStackTrace();
        return trace.length == 0 ? "" : trace[0].getClassName() + "." + trace[0].getMethodName();
    }
}
