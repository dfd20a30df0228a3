package dev.mysqlproxy.api.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mysqlproxy.api.lifecycle.ApiVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Plugins that were compiled against an API of the same major version go on working: what is in its baseline stays.
 * {@code -Dapi.baseline=update} adds what is new to the baseline, {@code -Dapi.baseline=replace} begins it anew,
 * which is for major versions that nobody has yet.
 */
class ApiCompatibilityTest {

    private static final String MAJOR = ApiVersion.CURRENT.replaceFirst("\\..*", "");
    private static final Path BASELINE = Path.of("src", "api", "plugin-api-" + MAJOR + ".txt");
    private static final String HEAD =
            "# What plugins may rely on. Written by ApiCompatibilityTest: see CONTRIBUTING.md.\n";

    @Test
    void theApiIsThatOfItsBaseline() throws Exception {
        ApiText now = ApiText.of(Path.of(ApiVersion.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
        String wish = System.getProperty("api.baseline", "");
        if (wish.equals("replace")) {
            Files.writeString(BASELINE, HEAD + now);
        }
        ApiChange change = ApiChange.between(ApiText.parse(Files.readAllLines(BASELINE)), now);
        if (!change.breaking().isEmpty()) {
            fail("Plugins that work today would break:\n" + ApiChange.lines(change.breaking())
                    + "Keep what they use beside the new, or begin the next major version (ApiVersion). An API that nobody"
                    + " has yet is recorded anew by: mvn -pl plugin-api -am test -Dapi.baseline=replace");
        }
        if (wish.equals("update")) {
            Files.writeString(BASELINE, HEAD + now);
        } else if (!change.none()) {
            fail("The API has grown:\n" + ApiChange.lines(change.additions())
                    + "From now on this stays. Record it by: mvn -pl plugin-api -am test -Dapi.baseline=update");
        }
    }

    @Test
    void whatIsGoneOrChangedBreaksPlugins() {
        ApiText before = ApiText.parse(List.of(
                "interface a.B",
                "    abstract void c(int)",
                "record a.R",
                "    new(int)",
                "    int x()",
                "final class a.Gone"));
        ApiText now = ApiText.parse(List.of(
                "sealed interface a.B", "    abstract void c(long)", "record a.R", "    new(int, int)", "    int x()"));
        ApiChange change = ApiChange.between(before, now);
        assertThat(change.breaking())
                .containsExactlyInAnyOrder(
                        "- final class a.Gone",
                        "- interface a.B\n  + sealed interface a.B",
                        "- a.B abstract void c(int)",
                        "- a.R new(int)");
        assertThat(change.additions()).containsExactlyInAnyOrder("+ a.B abstract void c(long)", "+ a.R new(int, int)");
    }

    @Test
    void pluginsNeedNotDoMoreThanYesterday() {
        ApiText before = ApiText.parse(List.of(
                "interface dev.mysqlproxy.api.hook.ConnectHook",
                "    void mayBeLeftOut()",
                "interface dev.mysqlproxy.api.view.SessionView",
                "    abstract long id()"));
        ApiText now = ApiText.parse(List.of(
                "interface dev.mysqlproxy.api.hook.ConnectHook",
                "    abstract void mayBeLeftOut()",
                "    abstract void required()",
                "    void optional()",
                "interface dev.mysqlproxy.api.view.SessionView",
                "    long id()",
                "    abstract int more()"));
        ApiChange change = ApiChange.between(before, now);
        assertThat(change.breaking())
                .containsExactlyInAnyOrder(
                        "+ dev.mysqlproxy.api.hook.ConnectHook abstract void mayBeLeftOut()",
                        "+ dev.mysqlproxy.api.hook.ConnectHook abstract void required()");
        assertThat(change.additions())
                .containsExactlyInAnyOrder(
                        "+ dev.mysqlproxy.api.hook.ConnectHook void optional()",
                        "+ dev.mysqlproxy.api.view.SessionView abstract int more()");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        ApiText now = ApiText.of(Path.of(ApiVersion.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()));
        assertThat(ApiText.parse(now.toString().lines().toList())).isEqualTo(now);
        assertThat(now.toString())
                .contains(
                        "interface dev.mysqlproxy.api.hook.QueryHook",
                        "abstract dev.mysqlproxy.api.decision.QueryDecision onQuery(",
                        "static String CURRENT");
    }
}
