package dev.mysqlproxy.plugin.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard that is shipped, against the manual's list of metrics, which a black-box test compares with a scrape. */
class DashboardTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path MANUAL = ROOT.resolve("docs/manual/metrics.md");
    private static final Path DASHBOARD =
            ROOT.resolve("distribution/src/main/dist/share/mysql-proxy/grafana-dashboard.json");

    private static final Pattern METRIC = Pattern.compile("\\b(mysqlproxy|process)_[a-z0-9_]+");
    private static final Pattern DOCUMENTED =
            Pattern.compile("(?m)^\\| `((mysqlproxy|process)_[a-z0-9_]+)` \\| (\\w+) \\|");

    private final Config dashboard = ConfigFactory.parseFile(
            DASHBOARD.toFile(),
            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setAllowMissing(false));

    /** Names that a scrape has, with the suffixes of histograms. */
    private static Set<String> documented() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher row = DOCUMENTED.matcher(Files.readString(MANUAL));
        while (row.find()) {
            if (row.group(3).equals("histogram")) {
                List.of("_bucket", "_count", "_sum").forEach(suffix -> names.add(row.group(1) + suffix));
            } else {
                names.add(row.group(1));
            }
        }
        return names;
    }

    private static void visit(ConfigValue value, BiConsumer<String, ConfigValue> visitor) {
        if (value instanceof ConfigObject object) {
            object.forEach((key, member) -> {
                visitor.accept(key, member);
                visit(member, visitor);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(element -> visit((ConfigValue) element, visitor));
        }
    }

    private List<String> strings(String key) {
        List<String> found = new ArrayList<>();
        visit(dashboard.root(), (name, value) -> {
            if (name.equals(key) && value.valueType() == ConfigValueType.STRING) {
                found.add((String) value.unwrapped());
            }
        });
        return found;
    }

    @Test
    void everyMetricIsOneThatThereIs() throws IOException {
        Set<String> used = new TreeSet<>();
        List<String> expressions = new ArrayList<>(strings("expr"));
        expressions.addAll(strings("definition"));
        for (String expression : expressions) {
            Matcher name = METRIC.matcher(expression);
            assertThat(name.find()).as(expression).isTrue();
            do {
                used.add(name.group());
            } while (name.find());
        }

        assertThat(used).isNotEmpty().isSubsetOf(documented());
    }

    @Test
    void everyExpressionIsForTheChosenProxies() {
        assertThat(strings("expr")).hasSizeGreaterThan(20).allSatisfy(expression -> {
            assertThat(expression).contains("{job=~\"$job\",instance=~\"$instance\"");
            assertThat(expression.chars().filter(c -> c == '(').count())
                    .isEqualTo(expression.chars().filter(c -> c == ')').count());
        });
    }

    @Test
    void grafanaCanImportIt() {
        assertThat(dashboard.getInt("schemaVersion")).isGreaterThanOrEqualTo(38);
        assertThat(dashboard.getString("title")).isEqualTo("mysql-proxy");
        assertThat(dashboard.getConfigList("templating.list"))
                .extracting(variable -> variable.getString("name"))
                .containsExactly("datasource", "job", "instance", "backend");
        assertThat(strings("uid")).allMatch(uid -> uid.matches("\\$\\{datasource}|mysql-proxy|-- Grafana --"));
    }

    @Test
    void panelsDoNotOverlap() {
        Set<Integer> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (Config panel : dashboard.getConfigList("panels")) {
            assertThat(ids.add(panel.getInt("id"))).isTrue();
            Config place = panel.getConfig("gridPos");
            assertThat(place.getInt("x") + place.getInt("w")).isBetween(1, 24);
            for (int x = 0; x < place.getInt("w"); x++) {
                for (int y = 0; y < place.getInt("h"); y++) {
                    assertThat(cells.add((place.getInt("x") + x) + "/" + (place.getInt("y") + y)))
                            .as(panel.getString("title"))
                            .isTrue();
                }
            }
        }
    }
}
