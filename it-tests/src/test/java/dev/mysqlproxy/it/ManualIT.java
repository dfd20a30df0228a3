package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual that comes with the distribution lists the options that the distribution has. */
class ManualIT {

    /** A line of the help: {@code "  -P, --proxy-address=TEXT  Where ..."}. */
    private static final Pattern IN_HELP =
            Pattern.compile("^ {2}(?:-(.), | {4})--([a-z][a-z0-9-]*)", Pattern.MULTILINE);

    /** A row of the manual: {@code "| `--proxy-address` | `-P` | ..."}. */
    private static final Pattern IN_MANUAL =
            Pattern.compile("^\\| `--([a-z][a-z0-9-]*)` \\| (?:`-(.)`)? *\\|", Pattern.MULTILINE);

    @Test
    void optionsAndShortFormsAreThoseOfTheHelp() throws IOException {
        String help = Shell.run(
                        List.of(Distribution.command().toString(), "--plugins=proxy,admin", "--help-all"), Map.of())
                .ok()
                .output();
        String manual = Files.readString(
                Distribution.home().resolve("docs").resolve("manual").resolve("running.md"));

        Map<String, String> inHelp = new TreeMap<>();
        for (MatchResult option : IN_HELP.matcher(help).results().toList()) {
            inHelp.put(option.group(2), letter(option.group(1)));
        }
        // one for each plugin there is, which the manual says in a sentence
        inHelp.keySet().removeAll(List.of("help-proxy", "help-admin"));
        Map<String, String> inManual = new TreeMap<>();
        for (MatchResult option : IN_MANUAL.matcher(manual).results().toList()) {
            inManual.put(option.group(1), letter(option.group(2)));
        }

        assertThat(inHelp).containsKeys("plugins", "proxy-address", "admin-address");
        assertThat(inManual).isEqualTo(inHelp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auditing", "query-analysis"})
    void optionsOfPluginsAreOnTheirPages(String plugin) throws IOException {
        String help = Shell.run(
                        List.of(Distribution.command().toString(), "--plugins=" + plugin, "--help-" + plugin), Map.of())
                .ok()
                .output();
        String page = Files.readString(
                Distribution.home().resolve("docs").resolve("manual").resolve(plugin + ".md"));
        Pattern option = Pattern.compile("--(" + plugin + "-[a-z-]*[a-z])");

        assertThat(names(option, page)).isNotEmpty().isEqualTo(names(option, help));
    }

    private static Set<String> names(Pattern option, String text) {
        return option.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String letter(String found) {
        return found == null ? "" : found;
    }
}
