package dev.mysqlproxy.it.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What Linux tells of a process, and signals. */
public final class Processes {
    private static final int SIGINT = 2;
    private static final long SIGNAL_PATIENCE_SECONDS = 10;

    private Processes() {}

    /**
     * How to start a process that INT ends: a shell has its background jobs ignore it, and so what these start, tests among
     * them.
     */
    public static List<String> interruptible() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            boolean ignored = lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1 << (SIGINT - 1)) != 0);
            return ignored ? List.of("env", "--default-signal=INT") : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Sends a signal by its name, such as {@code TERM}. */
    public static void signal(long pid, String name) {
        try {
            // The shell's own kill: the program of that name is missing on small systems.
            Process sender = new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!sender.waitFor(SIGNAL_PATIENCE_SECONDS, TimeUnit.SECONDS) || sender.exitValue() != 0) {
                throw new IllegalStateException("cannot send SIG" + name + " to process " + pid);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot run sh", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending SIG" + name, e);
        }
    }

    /** What its open file descriptors lead to, such as {@code socket:[4711]}. */
    public static List<String> openFiles(long pid) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors.map(Processes::target).sorted().toList();
        } catch (IOException e) {
            throw new IllegalStateException("process " + pid + " has no open files to list", e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    /** Most memory it ever had in RAM, in bytes. */
    public static long peakMemory(long pid) {
        return status(pid, "VmHWM:");
    }

    /** Memory it has in RAM, in bytes. */
    public static long memory(long pid) {
        return status(pid, "VmRSS:");
    }

    private static long status(long pid, String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            String line = lines.filter(candidate -> candidate.startsWith(key))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no " + key + " of process " + pid));
            return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        } catch (IOException e) {
            throw new IllegalStateException("process " + pid + " tells no status", e);
        }
    }
}
