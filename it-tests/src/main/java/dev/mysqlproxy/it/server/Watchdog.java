package dev.mysqlproxy.it.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Ends a server and removes its directory when this JVM dies without a chance to do so itself.
 *
 * <p>A shell reads process numbers, the last of which counts, from a pipe that only this JVM holds: the kernel closes
 * it even after {@code kill -9}. The number may have a new owner by then, so the shell looks at its command line first.
 */
final class Watchdog implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pid=
            while read -r line; do pid=$line; done
            if [ -n "$pid" ] && grep -qsF -e "$1" "/proc/$pid/cmdline"; then kill -KILL "$pid"; fi
            rm -rf -- "$1"
            """;

    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /** Starts to guard a directory; its path must be on the server's command line. */
    static Watchdog guard(Path directory) throws IOException {
        return new Watchdog(new ProcessBuilder("sh", "-c", SCRIPT, "server-watchdog", directory.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Names the process that is to end with this JVM; it takes the place of the one before. */
    void watch(long pid) throws IOException {
        shell.getOutputStream().write((pid + "\n").getBytes(StandardCharsets.US_ASCII));
        shell.getOutputStream().flush();
    }

    /** Calls the watchdog off. */
    @Override
    public void close() {
        // The shell dies of this before its pipe is closed, so it does not act.
        shell.destroyForcibly();
    }
}
