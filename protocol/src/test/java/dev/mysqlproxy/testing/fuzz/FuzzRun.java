package dev.mysqlproxy.testing.fuzz;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A run as system properties want it: {@code fuzz.seed} (always the same unless given), {@code fuzz.millis} for each
 * target, and {@code fuzz.outcomes}, a directory to which an input for each outcome is written for the corpus.
 */
public final class FuzzRun {

    private static final long SEED = Long.getLong("fuzz.seed", 20_040);
    private static final Duration TIME = Duration.ofMillis(Long.getLong("fuzz.millis", 2_000));
    private static final String OUTCOMES = System.getProperty("fuzz.outcomes", "");
    private static final Path FINDINGS = Path.of(System.getProperty("fuzz.findings", "target/fuzz-findings"));

    private FuzzRun() {}

    /** Fails with a report, which is also written to {@code target/fuzz-findings}, when there is a finding. */
    public static void of(FuzzTarget target) {
        of(target, 1);
    }

    /** The same for one that gets so many times the time of others. */
    public static void of(FuzzTarget target, int weight) {
        Fuzzer fuzzer = new Fuzzer(target, SEED);
        long start = System.nanoTime();
        Optional<Finding> finding = fuzzer.run(TIME.multipliedBy(weight));
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "fuzz %s: seed %d, %d inputs, %.0f a second, %d outcomes%n",
                target.name(),
                SEED,
                fuzzer.executions(),
                fuzzer.executions() / seconds,
                fuzzer.outcomes().size());
        if (!OUTCOMES.isEmpty()) {
            save(Path.of(OUTCOMES), fuzzer, target.name());
        }
        if (finding.isPresent()) {
            String report = "seed " + SEED + ": " + finding.get().report();
            StringWriter trace = new StringWriter();
            finding.get().problem().printStackTrace(new PrintWriter(trace));
            append(FINDINGS, target.name() + ".txt", report + "\n" + trace + "\n");
            throw new AssertionError(report, finding.get().problem());
        }
    }

    private static void save(Path directory, Fuzzer fuzzer, String name) {
        StringBuilder lines = new StringBuilder();
        fuzzer.outcomes()
                .forEach((outcome, input) -> lines.append("# ")
                        .append(outcome.replaceAll("[\\p{Cntrl}]", "?"))
                        .append('\n')
                        .append(HexFormat.of().formatHex(input))
                        .append('\n'));
        append(directory, name + ".txt", lines.toString());
    }

    private static void append(Path directory, String file, String text) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
