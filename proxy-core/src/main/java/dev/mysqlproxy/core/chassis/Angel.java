package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker alive ({@code --keepalive}): starts it, passes signals on, starts it again when it died. It ends with
 * the worker's exit code when that ends by itself, and with 1 when the worker died before it was ever ready.
 *
 * <p>Wishes travel through the worker's stdin, one byte each; its end tells the worker that the angel is gone.
 */
final class Angel {

    static final int STOP = 'T';
    static final int HANGUP = 'H';

    private static final Logger log = LoggerFactory.getLogger(Angel.class);
    private static final int SIGINT = 130;
    private static final int SIGTERM = 143;

    private final WorkerStarter starter;
    private final RestartPolicy policy;
    private final Consumer<Status> parent;
    private final OutputStream output;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean readyOnce;
    private Process worker;

    /** Starts a worker whose stdin and stdout are pipes. */
    @FunctionalInterface
    interface WorkerStarter {
        Process start() throws IOException;
    }

    /**
     * Starts nothing yet.
     *
     * @param parent hears the first worker's status, and of later ones only that they are ready
     * @param output gets what workers print to stdout
     */
    Angel(WorkerStarter starter, RestartPolicy policy, Consumer<Status> parent, OutputStream output) {
        this.starter = starter;
        this.policy = policy;
        this.parent = parent;
        this.output = output;
    }

    /** Lets the worker stop; one that is waited for is not started any more. */
    void stop() {
        stopping.countDown();
        tell(STOP);
    }

    /** Another stop signal: the worker ends at once, and is killed if it does not listen. */
    void stopNow() {
        stopping.countDown();
        if (!tell(STOP)) {
            kill();
        }
    }

    /** Lets the worker open its log again. */
    void hangup() {
        tell(HANGUP);
    }

    /** Returns the exit code for this process. */
    int run() throws StartException, InterruptedException {
        while (true) {
            long born = System.nanoTime();
            int code = liveOnce();
            if (stopping.getCount() == 0) {
                return code == SIGTERM || code == SIGINT ? 0 : code;
            }
            if (!RestartPolicy.isCrash(code)) {
                Levels.message(log).log("[angel] the worker exited normally, exit code is: {}", code);
                return code;
            }
            if (!readyOnce) {
                String message = "the worker " + RestartPolicy.causeOf(code) + " during its start";
                Levels.critical(log).log("[angel] " + message);
                parent.accept(Status.failed(message));
                return 1;
            }
            Duration delay = policy.delayAfter(Duration.ofNanos(System.nanoTime() - born));
            Levels.critical(log)
                    .log(
                            "[angel] the worker {}, starting it again in {} s",
                            RestartPolicy.causeOf(code),
                            delay.toSeconds());
            if (stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                return 0;
            }
        }
    }

    private int liveOnce() throws StartException, InterruptedException {
        Process process = start();
        Levels.message(log).log("[angel] keeping process {} alive", process.pid());
        if (stopping.getCount() == 0) {
            tell(STOP);
        }
        Thread reader = new Thread(() -> read(process), "worker-output");
        reader.setDaemon(true);
        reader.start();
        int code = process.waitFor();
        // what it printed last; a grandchild that keeps the pipe open must not keep us
        reader.join(1000);
        return code;
    }

    private synchronized Process start() throws StartException {
        try {
            worker = starter.start();
            return worker;
        } catch (IOException e) {
            throw new StartException("--keepalive cannot start the worker: " + e.getMessage(), e);
        }
    }

    private void read(Process process) {
        try {
            Status.read(process.getInputStream(), output, status -> {
                if (status.ready() || !readyOnce) {
                    parent.accept(status);
                }
                readyOnce |= status.ready();
            });
        } catch (IOException e) {
            log.debug("[angel] the worker's output cannot be read any more", e);
        }
    }

    private synchronized boolean tell(int wish) {
        if (worker == null) {
            return false;
        }
        try {
            OutputStream stdin = worker.getOutputStream();
            stdin.write(wish);
            stdin.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized void kill() {
        if (worker != null) {
            worker.destroyForcibly();
        }
    }
}
