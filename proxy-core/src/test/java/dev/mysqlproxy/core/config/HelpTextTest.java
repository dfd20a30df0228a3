package dev.mysqlproxy.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.option.Option;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelpTextTest {

    private static final List<OptionGroup> GROUPS = List.of(ChassisOptions.GROUP, Samples.PROXY, Samples.ADMIN);
    private static final String MAIN = HelpText.of(new HelpRequest(true, false, List.of()), GROUPS);
    private static final String ALL = HelpText.of(new HelpRequest(false, true, List.of()), GROUPS);

    @Test
    void mainHelpHasTheChassisOptionsAndNamesTheRest() {
        for (Option<?> option : ChassisOptions.GROUP.options()) {
            assertThat(MAIN).containsOnlyOnce("--" + option.name() + suffix(option));
        }
        assertThat(MAIN)
                .startsWith("Usage:\n  mysql-proxy [OPTION...]\n")
                .contains("-V, --version ", "-?, --help ", "--help-proxy ", "--help-admin ", "--log-level=WORD")
                .contains("(default: message)", "(default: 4096)", "(default: 10)", "(default: proxy)")
                .doesNotContain("--proxy-address");
    }

    private static String suffix(Option<?> option) {
        return option.kind() == Option.Kind.FLAG ? " " : "=";
    }

    @Test
    void aPluginsHelpHasItsOptionsOnly() {
        String text = HelpText.of(new HelpRequest(false, false, List.of("proxy", "none")), GROUPS);
        assertThat(text)
                .contains("\nproxy-module:\n", "-P, --proxy-address=TEXT", "(default: 127.0.0.1:3306)")
                .doesNotContain("--daemon", "--admin-username");
    }

    @Test
    void allHelpHasAll() {
        assertThat(ALL).contains("\nApplication Options:\n", "\nproxy-module:\n", "\nadmin-module:\n", "--daemon ");
    }

    @Test
    void isAlignedAndNarrow() {
        assertThat(ALL.lines()).allSatisfy(line -> {
            assertThat(line).hasSizeLessThanOrEqualTo(80).doesNotEndWith(" ");
        });
        List<String> proxy = HelpText.of(new HelpRequest(false, false, List.of("proxy")), GROUPS)
                .lines()
                .dropWhile(line -> !line.equals("proxy-module:"))
                .toList();
        assertThat(proxy)
                .containsSubsequence(
                        "  -P, --proxy-address=TEXT     where to listen (default: :4040)",
                        "  -b, --proxy-backend-addresses=A,B,...",
                        "                               read/write servers (default: 127.0.0.1:3306)");
    }

    @Test
    void wrapsLongTexts() {
        Option<String> wordy = Option.text("wordy", "word ".repeat(40).strip() + " " + "x".repeat(90))
                .build();
        String text = HelpText.of(
                new HelpRequest(false, false, List.of("w")),
                List.of(ChassisOptions.GROUP, new OptionGroup("w", "w", List.of(wordy))));
        List<String> lines =
                text.lines().dropWhile(line -> !line.equals("w:")).skip(1).toList();
        assertThat(lines).hasSizeGreaterThan(3);
        assertThat(String.join(" ", lines).replaceAll("\\s+", " ").strip()).isEqualTo("--wordy=TEXT " + wordy.help());
        assertThat(lines.subList(0, lines.size() - 1))
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    }

    @Test
    void tellsNoSecrets() {
        Option<String> secret =
                Option.text("key", "the key").defaultsTo("geheim").secret().build();
        List<OptionGroup> groups = List.of(ChassisOptions.GROUP, new OptionGroup("k", "k", List.of(secret)));
        assertThat(HelpText.of(new HelpRequest(false, true, List.of()), groups)).doesNotContain("geheim", "***");
        assertThat(OptionsManual.markdown(groups)).doesNotContain("geheim", "***");
    }

    @Test
    void theManualHasARowForEachOption() {
        String manual = OptionsManual.markdown(GROUPS);
        assertThat(manual)
                .startsWith("## Application Options\n\n| option | short | value | default | meaning |\n|---|")
                .contains("\n## proxy-module\n")
                .contains("| `--proxy-address` | `-P` | a text | `:4040` | where to listen |\n")
                .contains("| `--daemon` |  | flag | off | ")
                .contains("| `--event-threads` |  | a whole number from 1 to 1024 |  | ")
                .contains("| `--handshake-timeout` |  | a number of seconds from 0.1 to 86400 | `10` | ");
        assertThat(manual.lines().filter(line -> line.startsWith("| `--")))
                .hasSize(ChassisOptions.GROUP.options().size()
                        + Samples.PROXY.options().size()
                        + Samples.ADMIN.options().size());
        assertThat(manual).doesNotContain(Path.of("").toAbsolutePath().toString());
    }

    @Test
    void theManualKeepsItsTable() {
        Option<String> piped = Option.text("piped", "a|b").defaultsTo("c|d").build();
        assertThat(OptionsManual.markdown(List.of(new OptionGroup("p", "p", List.of(piped)))))
                .contains("| `--piped` |  | a text | `c\\|d` | a\\|b |\n");
    }
}
