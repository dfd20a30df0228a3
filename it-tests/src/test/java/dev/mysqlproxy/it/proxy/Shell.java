package dev.mysqlproxy.it.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
public final class Shell {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Shell() {}

    /** How it ended, and what it said on both its outputs. */
    public record Result(int exitCode, String output) {
        /** Fails unless it succeeded. */
        public Result ok() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + ":\n" + output);
            }
            return this;
        }
    }

    /** Runs it with these additions to the environment; a daemon that it leaves behind is not waited for. */
    public static Result run(List<String> command, Map<String, String> environment) {
        return run(command, environment, "");
    }

    /** Runs it with something to read. */
    public static Result run(List<String> command, Map<String, String> environment, String input) {
        try {
            Path output = Files.createTempFile("it-shell-", ".out");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
                builder.environment().keySet().removeIf(name -> name.startsWith("MYSQL_"));
                builder.environment().put("MYSQL_PROXY_CDS", "use");
                builder.environment().putAll(environment);
                Process process = builder.start();
                try (var to = process.getOutputStream()) {
                    to.write(input.getBytes(StandardCharsets.UTF_8));
                }
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " does not end; it says:\n" + text(output));
                }
                return new Result(process.exitValue(), text(output));
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    /** As UTF-8; clients may print bytes that are none, which become U+FFFD. */
    private static String text(Path output) throws IOException {
        return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    }
}
