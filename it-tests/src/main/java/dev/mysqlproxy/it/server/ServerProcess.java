package dev.mysqlproxy.it.server;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One process of this machine that writes all it says to a log. */
final class ServerProcess {
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(20);

    private static final int MOST_WORDS = 4096;

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a process with nothing to read; its output is added to {@code log}. */
    static ServerProcess start(List<String> command, Path log) throws IOException {
        return start(command, new File("/dev/null"), log);
    }

    private static ServerProcess start(List<String> command, File input, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // MYSQL_TCP_PORT and the like are read by servers even when option files are not.
        builder.environment().keySet().removeIf(name -> name.startsWith("MYSQL_") || name.startsWith("MARIADB_"));
        return new ServerProcess(builder.start(), log);
    }

    /** Runs a program to its end; any exit code but 0 is an error. */
    static void run(List<String> command, Path input, Path log, Duration patience) throws IOException {
        ServerProcess running = start(command, input.toFile(), log);
        boolean ended = false;
        try {
            ended = running.waitFor(patience);
        } finally {
            running.kill();
        }
        if (!ended || running.process.exitValue() != 0) {
            String how = ended ? "failed with " + running.process.exitValue() : "did not end within " + patience;
            throw new ServerException(command.get(0) + " " + how + ":\n" + LogTail.of(log));
        }
    }

    /** Runs a program that says a line or two, and answers what it said. */
    static String firstWords(List<String> command, Duration patience) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .start();
            try (InputStream said = process.getInputStream()) {
                // What it says fits into the pipe, so it can end before anybody reads.
                if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new ServerException(command + " did not end within " + patience);
                }
                return new String(said.readNBytes(MOST_WORDS), StandardCharsets.UTF_8);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new ServerException("cannot run " + command, e);
        } catch (InterruptedException e) {
            throw ServerException.interrupted("running " + command);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether the process ended within {@code patience}. */
    boolean waitFor(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw ServerException.interrupted("waiting for process " + process.pid());
        }
    }

    /** Asks the process to end ({@code SIGTERM}) and, if it does not within {@code patience}, kills it. */
    void terminate(Duration patience) {
        if (process.isAlive()) {
            // A stopped process sees the request only once it goes on.
            process.destroy();
            signal("CONT");
            waitFor(patience);
        }
        kill();
    }

    /** Kills the process, stopped or not, and returns once it is gone; interrupts are kept for later. */
    void kill() {
        process.destroyForcibly();
        boolean interrupted = false;
        long deadline = System.nanoTime() + KILL_PATIENCE.toNanos();
        try {
            while (process.isAlive() && System.nanoTime() < deadline) {
                try {
                    process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (process.isAlive()) {
            throw new ServerException("process " + process.pid() + " survives being killed");
        }
    }

    /** Sends a signal by its name, such as {@code STOP}; a process that has ended gets none. */
    void signal(String name) {
        if (!process.isAlive()) {
            return;
        }
        try {
            // The shell's own kill: the program of that name is missing on small systems.
            Process sender = new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "kill", name, "" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (sender.waitFor() != 0 && process.isAlive()) {
                throw new ServerException("cannot send SIG" + name + " to process " + process.pid());
            }
        } catch (IOException e) {
            throw new ServerException("cannot run sh", e);
        } catch (InterruptedException e) {
            throw ServerException.interrupted("sending SIG" + name);
        }
    }

    String logTail() {
        return LogTail.of(log);
    }
}
