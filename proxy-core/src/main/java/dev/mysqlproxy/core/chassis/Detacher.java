package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The process that the shell waits for with {@code --daemon}: it leaves once the daemon says how its start went. */
final class Detacher {

    private static final int MAX_SECONDS_OF_DYING = 10;

    private final PrintStream out;
    private final PrintStream err;

    Detacher(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Starts the daemon, whose stdout is a pipe, and waits for its word.
     *
     * @return 0 when it serves, 1 when it does not; then the reason is on stderr
     */
    int run(ProcessBuilder daemon) throws StartException, InterruptedException {
        Process child;
        try {
            child = daemon.start();
        } catch (IOException e) {
            throw new StartException("--daemon cannot start the process: " + e.getMessage(), e);
        }
        // whoever interrupts us during the start means the daemon, which is not in our process group any more
        Thread killer = new Thread(child::destroy, "kill-daemon");
        Runtime.getRuntime().addShutdownHook(killer);
        Status status = firstStatus(child);
        if (status.ready()) {
            Runtime.getRuntime().removeShutdownHook(killer);
            return 0;
        }
        if (!status.message().isEmpty()) {
            err.println(status.message());
        }
        if (child.waitFor(MAX_SECONDS_OF_DYING, TimeUnit.SECONDS)) {
            Runtime.getRuntime().removeShutdownHook(killer);
        }
        return 1;
    }

    private Status firstStatus(Process child) throws InterruptedException {
        AtomicReference<Status> status = new AtomicReference<>();
        try {
            Status.read(new UntilStatus(child.getInputStream(), status), out, status::set);
        } catch (IOException e) {
            // as if the pipe had ended
        }
        if (status.get() == null) {
            int code = child.waitFor();
            status.set(Status.failed("mysql-proxy ended during its start, exit code is: " + code));
        }
        return status.get();
    }

    /** Ends when the status is known, though the child goes on. */
    private static final class UntilStatus extends FilterInputStream {

        private final AtomicReference<Status> status;

        UntilStatus(InputStream in, AtomicReference<Status> status) {
            super(in);
            this.status = status;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return status.get() == null ? super.read(bytes, offset, length) : -1;
        }
    }
}
