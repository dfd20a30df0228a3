package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionChange;
import dev.mysqlproxy.api.lifecycle.ProxyControl.OptionInfo;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeOptionsTest {

    private static final Option<Integer> SIZE = Option.integer("audit-queue", 1, 100, "lines that may wait")
            .defaultsTo(10)
            .changeable()
            .build();
    private static final Option<List<String>> USERS =
            Option.list("audit-users", "whom to watch").changeable().build();
    private static final Option<String> KEY =
            Option.text("audit-key", "a secret").secret().changeable().build();
    private static final Option<String> FIXED =
            Option.text("audit-fixed", "for ever").build();
    private static final OptionGroup AUDIT = new OptionGroup("audit", "audit-module", List.of(SIZE, USERS, KEY, FIXED));

    @TempDir
    private Path dir;

    private static RuntimeOptions options(String... args) throws StartException {
        return new RuntimeOptions(Configuration.load(List.of(args), Samples.PLACES, List.of(Samples.PROXY, AUDIT)));
    }

    private static OptionInfo info(RuntimeOptions options, String name) {
        return options.options().stream()
                .filter(info -> info.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // --- values and changes -----------------------------------------------------------------------------------------

    @Test
    void beginsWithWhatTheStartFound() throws Exception {
        RuntimeOptions options = options("--audit-queue=7");
        assertThat(options.get(SIZE)).isEqualTo(7);
        assertThat(options.isGiven(SIZE)).isTrue();
        assertThat(options.isGiven(USERS)).isFalse();
        assertThat(options.find(FIXED)).isEmpty();
        assertThat(info(options, "audit-queue")).isEqualTo(new OptionInfo("audit-queue", "7", "command line", true));
        assertThat(info(options, "audit-fixed")).isEqualTo(new OptionInfo("audit-fixed", "", "default", false));
        assertThatThrownBy(() -> options.get(FIXED)).isInstanceOf(IllegalStateException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> options.get(Samples.USERNAME));
    }

    @Test
    void aChangeIsSeenByAllAndToldToWhoAsked() throws Exception {
        RuntimeOptions options = options();
        List<Object> told = new ArrayList<>();
        options.onChange("audit", SIZE, size -> told.add(size + " instead of " + options.get(SIZE)));
        options.onChange("audit", USERS, told::add);

        OptionChange change = options.set("audit-queue", "25", "root");

        assertThat(change.option()).isEqualTo("audit-queue");
        assertThat(change.from()).isEqualTo("10");
        assertThat(change.to()).isEqualTo("25");
        assertThat(change.effect())
                .startsWith("holds at once")
                .endsWith("lost at the next start, as there is no --saved-config to keep it in");
        assertThat(options.get(SIZE)).isEqualTo(25);
        assertThat(options.isGiven(SIZE)).isTrue();
        assertThat(info(options, "audit-queue").source())
                .matches("SET by root at \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        options.set("audit-users", "app, web", "root");
        assertThat(options.get(USERS)).containsExactly("app", "web");
        assertThat(told).containsExactly("25 instead of 10", List.of("app", "web"));
    }

    @Test
    void aPlanChangesNothing() throws Exception {
        RuntimeOptions options = options("--audit-queue=7");
        options.onChange("audit", SIZE, size -> {
            throw new IllegalStateException("told of a plan");
        });
        OptionChange plan = options.plan("audit-queue", "8");
        assertThat(plan.from()).isEqualTo("7");
        assertThat(plan.to()).isEqualTo("8");
        assertThat(plan.effect()).contains("the command line has its way again");
        assertThat(options.get(SIZE)).isEqualTo(7);
    }

    @Test
    void whatMakesNoSenseIsRefusedInASentence() throws Exception {
        RuntimeOptions options = options();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.plan("audit-quewe", "1"))
                .withMessage("there is no option audit-quewe; did you mean audit-queue?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.set("audit-fixed", "x", "root"))
                .withMessageStartingWith("option audit-fixed cannot change while the proxy runs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.plan("audit-queue", "101"))
                .withMessage("audit-queue has to be <= 100, is 101 (SET)");
    }

    @Test
    void secretsAreNotShown() throws Exception {
        RuntimeOptions options = options("--audit-key=geheim");
        OptionChange change = options.set("audit-key", "anders", "root");
        assertThat(change.toString()).doesNotContain("geheim", "anders").contains("***");
        assertThat(options.get(KEY)).isEqualTo("anders");
        assertThat(options.options().toString()).doesNotContain("anders");
    }

    @Test
    void whoRefusesStopsAChangeForAll() throws Exception {
        RuntimeOptions options = options();
        List<Integer> told = new ArrayList<>();
        options.onChange("audit", SIZE, told::add);
        options.onChange("audit", SIZE, size -> {
            if (size > 50) {
                throw new IllegalArgumentException("no more than 50 on this machine");
            }
            if (size == 13) {
                throw new IllegalStateException("bad luck");
            }
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.set("audit-queue", "60", "root"))
                .withMessage("no more than 50 on this machine");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.set("audit-queue", "13", "root"))
                .withMessageContaining("plugin audit failed to take the new value")
                .withMessageContaining("bad luck");
        assertThat(told).containsExactly(60, 10, 13, 10);
        assertThat(options.get(SIZE)).isEqualTo(10);
        assertThat(info(options, "audit-queue").source()).isEqualTo("default");
    }

    @Test
    void onlyWhatIsDeclaredChangeableCanBeListenedTo() throws Exception {
        RuntimeOptions options = options();
        assertThatIllegalArgumentException().isThrownBy(() -> options.onChange("audit", FIXED, value -> {}));
    }

    // --- plugins that come and go -----------------------------------------------------------------------------------

    private static Option<Integer> newSize() {
        return Option.integer("late-size", 1, 100, "of a plugin that comes late")
                .defaultsTo(1)
                .changeable()
                .build();
    }

    @Test
    void aLatePluginFindsItsOptionsInTheFiles() throws Exception {
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "late-size=5");
        RuntimeOptions options = options("--defaults-file=" + ini, "-P", ":4444");
        Option<Integer> size = newSize();
        options.addPlugin(new OptionGroup("late", "late-module", List.of(size)));
        assertThat(options.get(size)).isEqualTo(5);
        assertThat(info(options, "late-size").source()).isEqualTo(ini + ":2");
        assertThat(options.get(Samples.ADDRESS)).isEqualTo(":4444");
    }

    @Test
    void aPluginThatComesBackFindsWhatWasSet() throws Exception {
        RuntimeOptions options = options();
        Option<Integer> first = newSize();
        OptionGroup older = new OptionGroup("late", "late-module", List.of(first));
        options.addPlugin(older);
        List<Integer> told = new ArrayList<>();
        options.onChange("late", first, told::add);
        options.set("late-size", "9", "root");

        Option<Integer> second = newSize();
        options.addPlugin(new OptionGroup("late", "late-module", List.of(second)));
        assertThat(options.get(first)).isEqualTo(9);
        assertThat(options.get(second)).isEqualTo(9);
        options.set("late-size", "10", "root");
        assertThat(options.get(second)).isEqualTo(10);
        options.removePlugin(older);
        assertThatIllegalArgumentException().isThrownBy(() -> options.get(first));
        assertThat(options.get(second)).isEqualTo(10);
        assertThat(told).containsExactly(9);
    }

    @Test
    void aPluginThatHasGoneIsNotKnownAnyMore() throws Exception {
        RuntimeOptions options = options();
        OptionGroup late = new OptionGroup("late", "late-module", List.of(newSize()));
        options.addPlugin(late);
        options.removePlugin(late);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.set("late-size", "2", "root"))
                .withMessageStartingWith("there is no option late-size");
        assertThat(options.options()).extracting(OptionInfo::name).doesNotContain("late-size");
    }

    @Test
    void namesOfOthersAreRefused() throws Exception {
        RuntimeOptions options = options();
        Option<String> taken = Option.text("audit-key", "not mine").build();
        assertThat(failure(() -> options.addPlugin(new OptionGroup("late", "late-module", List.of(taken)))))
                .contains("--audit-key is declared twice");
        assertThatIllegalArgumentException().isThrownBy(() -> options.get(taken));
    }

    // --- saving -----------------------------------------------------------------------------------------------------

    @Test
    void whatWasSavedHoldsAtTheNextStart() throws Exception {
        Path saved = dir.resolve("saved.cnf");
        Path ini = file(dir, "p.cnf", "[mysql-proxy]", "audit-queue=3", "saved-config=" + saved);
        RuntimeOptions options = options("--defaults-file=" + ini);
        assertThat(options.set("audit-queue", "4", "root").effect())
                .endsWith("lost at the next start unless SAVE CONFIG keeps it");
        options.set("audit-users", "a\\,b, c", "root");
        options.set("audit-key", " with blanks\tand more ", "root");
        assertThat(options.save(List.of())).isEqualTo(saved);

        RuntimeOptions next = options("--defaults-file=" + ini);
        assertThat(next.get(SIZE)).isEqualTo(4);
        assertThat(info(next, "audit-queue").source()).startsWith(saved + ":");
        assertThat(next.get(USERS)).isEqualTo(options.get(USERS));
        assertThat(next.get(KEY)).isEqualTo(" with blanks\tand more ");
        assertThat(options("--defaults-file=" + ini, "--audit-queue=5").get(SIZE))
                .isEqualTo(5);
    }

    @Test
    void whatWasSavedBeforeIsKept() throws Exception {
        Path saved = file(
                dir,
                "saved.cnf",
                "[mysql-proxy]",
                "audit-queue=4",
                "gone-plugins-option=größe, 5 \\\\",
                "audit-queue=6");
        RuntimeOptions options = options("--saved-config=" + saved);
        assertThat(options.get(SIZE)).isEqualTo(6);
        options.set("audit-users", "app", "root");
        options.save(List.of());
        assertThat(saved)
                .content()
                .contains("\naudit-queue=6\n", "\ngone-plugins-option=größe, 5 \\\\\n", "\naudit-users=app\n");
    }

    @Test
    void withoutAFileThereIsNothingToSaveTo() throws Exception {
        RuntimeOptions options = options();
        assertThatThrownBy(() -> options.save(List.of()))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no file to save to: start the proxy with --saved-config=FILE");
    }

    @Test
    void theTypesOfValuesAreThoseOfTheirOptions() throws Exception {
        RuntimeOptions options = options();
        options.set("handshake-timeout", "2.5", "root");
        assertThat(options.get(ChassisOptions.HANDSHAKE_TIMEOUT)).isEqualTo(Duration.ofMillis(2500));
    }
}
