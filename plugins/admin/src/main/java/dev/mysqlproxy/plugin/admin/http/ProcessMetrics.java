package dev.mysqlproxy.plugin.admin.http;

import dev.mysqlproxy.api.metric.MetricFamily;
import dev.mysqlproxy.api.metric.MetricFamily.Kind;
import dev.mysqlproxy.api.metric.MetricFamily.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The metrics that Prometheus's clients have under the same names in every process. What a system does not tell is
 * left out.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics">Process metrics</a>
 */
final class ProcessMetrics {

    private static final String PLUGIN = "admin";
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final int KIBIBYTE = 1024;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private ProcessMetrics() {}

    /** As they stand. */
    static List<MetricFamily> read() {
        List<MetricFamily> families = new ArrayList<>();
        ProcessHandle.Info process = ProcessHandle.current().info();
        process.totalCpuDuration()
                .map(Duration::toNanos)
                .ifPresent(nanos -> families.add(family(
                        "process_cpu_seconds_total", Kind.COUNTER, "CPU time of user and system.", nanos / NANOS)));
        process.startInstant()
                .ifPresent(start -> families.add(family(
                        "process_start_time_seconds",
                        Kind.GAUGE,
                        "When the process started, in seconds of the epoch.",
                        start.toEpochMilli() / MILLIS)));
        residentBytes()
                .ifPresent(bytes -> families.add(
                        family("process_resident_memory_bytes", Kind.GAUGE, "Memory that is not swapped out.", bytes)));
        descriptors()
                .ifPresent(
                        count -> families.add(family("process_open_fds", Kind.GAUGE, "Open file descriptors.", count)));
        return families;
    }

    private static MetricFamily family(String name, Kind kind, String help, double value) {
        return new MetricFamily(name, kind, help, PLUGIN, List.of(new Sample(Map.of(), value)));
    }

    private static OptionalDouble residentBytes() {
        try (Stream<String> lines = Files.lines(STATUS, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * KIBIBYTE)
                    .findFirst();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }

    private static OptionalDouble descriptors() {
        try (Stream<Path> files = Files.list(DESCRIPTORS)) {
            return OptionalDouble.of((double) files.count());
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
    }
}
