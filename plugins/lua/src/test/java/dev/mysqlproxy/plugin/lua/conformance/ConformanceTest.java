package dev.mysqlproxy.plugin.lua.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Asks our interpreter what PUC Lua 5.1.5 was asked and compares every byte of the answers. The differences we keep are
 * in differences.txt with their reasons; one that is no difference any more has to leave that list.
 */
class ConformanceTest {

    private static final List<String> AREAS = List.of(
            "basic",
            "coroutine",
            "debug",
            "env",
            "errors",
            "format",
            "io",
            "luaj",
            "math",
            "meta",
            "os",
            "package",
            "pattern",
            "string",
            "syntax",
            "syntax-errors",
            "table");

    private static final TimeZone ZONE = TimeZone.getDefault();

    @BeforeAll
    static void expectationsAreInUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }

    @AfterAll
    static void restoreZone() {
        TimeZone.setDefault(ZONE);
    }

    /** Name of a probe to the reason why our answer is another. */
    static Map<String, String> differences() {
        Map<String, String> differences = new TreeMap<>();
        for (String line : Probe.resource("differences.txt").split("\n")) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                differences.put(parts[0], parts[1]);
            }
        }
        return differences;
    }

    @TestFactory
    Stream<DynamicContainer> answers() {
        Map<String, String> differences = differences();
        return AREAS.stream()
                .map(area -> DynamicContainer.dynamicContainer(
                        area,
                        Probe.ofArea(area).stream()
                                .map(probe -> DynamicTest.dynamicTest(
                                        probe.name(), () -> check(probe, differences.get(probe.name()))))));
    }

    private static void check(Probe probe, String reason) {
        String answer = probe.answer();
        if (reason == null) {
            assertThat(answer).as(probe.source()).isEqualTo(probe.expected());
        } else {
            assertThat(answer)
                    .as("this is no difference any more: take it off differences.txt")
                    .isNotEqualTo(probe.expected());
        }
    }

    @Test
    void everyListedDifferenceIsAProbe() {
        Set<String> names = new HashSet<>();
        AREAS.forEach(area -> Probe.ofArea(area).forEach(probe -> names.add(probe.name())));
        assertThat(names).containsAll(differences().keySet());
        assertThat(names).hasSizeGreaterThan(450);
    }
}
