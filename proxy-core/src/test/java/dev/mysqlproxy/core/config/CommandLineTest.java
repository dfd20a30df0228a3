package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.first;
import static dev.mysqlproxy.core.config.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @Test
    void takesAllFormsOfAValue() throws Exception {
        for (String[] args :
                new String[][] {{"--proxy-address=:4050"}, {"--proxy-address", ":4050"}, {"-P:4050"}, {"-P", ":4050"}
                }) {
            Configuration configuration = load(args);
            assertThat(configuration.get(Samples.ADDRESS)).isEqualTo(":4050");
            assertThat(configuration.isGiven(Samples.ADDRESS)).isTrue();
            assertThat(configuration.source(Samples.ADDRESS)).isEqualTo("command line");
        }
    }

    @ParameterizedTest
    @CsvSource({"--daemon,true", "--daemon=true,true", "--daemon=1,true", "--daemon=false,false", "--daemon=0,false"})
    void readsFlags(String arg, boolean value) throws Exception {
        assertThat(load(arg).get(ChassisOptions.DAEMON)).isEqualTo(value);
        assertThat(first(arg).get(ChassisOptions.DAEMON)).isEqualTo(value);
    }

    @Test
    void readsLettersOfFlagsInOneWord() throws Exception {
        Configuration configuration = load("-V?P:4050");
        assertThat(configuration.get(ChassisOptions.VERSION)).isTrue();
        assertThat(configuration.get(ChassisOptions.HELP)).isTrue();
        assertThat(configuration.get(Samples.ADDRESS)).isEqualTo(":4050");
    }

    @Test
    void keepsTheLastOfASingleValueAndAllOfAList() throws Exception {
        Configuration configuration =
                load("--proxy-address=a", "-b", "one:1,two:2", "-P=b", "--proxy-backend-addresses=three:3");
        assertThat(configuration.get(Samples.ADDRESS)).isEqualTo("=b");
        assertThat(configuration.get(Samples.BACKENDS)).containsExactly("one:1", "two:2", "three:3");
    }

    @Test
    void keepsRepeatedElementsOfOtherListsThanPlugins() throws Exception {
        assertThat(load("-b", "a, ,b,,a").get(Samples.BACKENDS)).containsExactly("a", "b", "a");
    }

    @Test
    void doesNotCutFileNamesAtCommas() throws Exception {
        assertThat(load("--replicant-read-binlogs=a,b", "--replicant-read-binlogs", "/c")
                        .get(Samples.BINLOGS))
                .containsExactly(Path.of("/opt/mysql-proxy/a,b"), Path.of("/c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--plugins=proxy,admin",
                "--plugins=proxy --plugins=admin",
                "--plugins proxy --plugins admin",
                "--plugins= --plugins=proxy,,admin,proxy --plugins=admin"
            })
    void plugins(String commandLine) throws Exception {
        assertThat(first(commandLine.split(" ", -1)).get(ChassisOptions.PLUGINS))
                .containsExactly("proxy", "admin");
        assertThat(load(commandLine.split(" ", -1)).get(ChassisOptions.PLUGINS)).containsExactly("proxy", "admin");
    }

    @Test
    void anEmptyPluginsValueIsAsGoodAsNone() throws Exception {
        Configuration configuration = load("--plugins=");
        assertThat(configuration.get(ChassisOptions.PLUGINS)).containsExactly("proxy");
        assertThat(configuration.isGiven(ChassisOptions.PLUGINS)).isFalse();
    }

    @Test
    void anEmptyTextOrListIsAValue() throws Exception {
        Configuration configuration = load("--admin-username=", "-r", "");
        assertThat(configuration.get(Samples.USERNAME)).isEmpty();
        assertThat(configuration.get(Samples.REPLICAS)).isEmpty();
        assertThat(configuration.isGiven(Samples.REPLICAS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "--x=y,",
        "--x,",
        "-x,",
        "--proxy-adress=:1,proxy-address",
        "--plugin=proxy,plugins",
        "--log_use_syslog,log-use-syslog",
        "--Daemon,daemon",
        "-plugins=proxy,plugins",
        "-basedir=/x,basedir",
        "--proxy-read-only=h,proxy-read-only-backend-addresses",
        "--help-prxy,help-proxy",
        "--dameon,daemon",
        "--admin-usrname=root,admin-username"
    })
    void namesTheUnknownOption(String arg, String near) {
        String hint = near == null ? "" : " - did you mean --" + near + "?";
        assertThat(failure(() -> load(arg)))
                .isEqualTo("Unknown option " + arg + " (use --help to show all options)" + hint);
        assertThatCode(() -> first(arg)).doesNotThrowAnyException();
    }

    @Test
    void doesNotRepeatWhatLooksLikeAPassword() {
        assertThat(failure(() -> load("--admin-pasword=geheim")))
                .isEqualTo("Unknown option --admin-pasword=*** (use --help to show all options)"
                        + " - did you mean --admin-password?");
        assertThat(failure(() -> load("--root-passwd=geheim"))).doesNotContain("geheim");
        assertThat(failure(() -> load("--admin-password", "--geheim"))).contains("--admin-password=***");
    }

    @Test
    void staysOnOneLine() {
        assertThat(failure(() -> load("--x=a\nb\r\u001bc"))).contains("--x=a?b??c");
        assertThat(failure(() -> load("--x=" + "y".repeat(5000)))).hasSizeLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {"word", "-", ""})
    void refusesWordsThatBelongToNothing(String word) {
        assertThat(failure(() -> load(word))).startsWith("Unknown argument " + word + " (options begin with --");
        assertThatCode(() -> first(word)).doesNotThrowAnyException();
    }

    @Test
    void tellsHowToGiveAFlagAValue() {
        assertThat(failure(() -> load("--daemon", "FALSE"))).isEqualTo("Unknown argument FALSE: write --daemon=false");
    }

    @Test
    void twoDashesEndTheOptions() throws Exception {
        assertThat(load("--daemon", "--").get(ChassisOptions.DAEMON)).isTrue();
        assertThat(first("--", "--daemon").get(ChassisOptions.DAEMON)).isFalse();
        assertThat(failure(() -> load("--", "--daemon"))).startsWith("Unknown argument --daemon ");
    }

    @Test
    void wantsAValue() {
        assertThat(failure(() -> load("--log-file"))).isEqualTo("--log-file needs a value (command line)");
        assertThat(failure(() -> load("-P"))).isEqualTo("-P needs a value (command line)");
        assertThat(failure(() -> load("--log-file", "--daemon")))
                .isEqualTo("--log-file needs a value (command line); one that begins with a dash is written"
                        + " --log-file=--daemon");
    }

    @Test
    void takesANegativeNumberOrASingleDashAsAValue() throws Exception {
        assertThat(failure(() -> load("--proxy-connect-timeout", "-1.5")))
                .isEqualTo("--proxy-connect-timeout has to be >= 0, is -1.5 (command line)");
        assertThat(load("-P", "-").get(Samples.ADDRESS)).isEqualTo("-");
    }

    @Test
    void theFirstPassFindsItsOwnAmongTheOthers() throws Exception {
        Configuration configuration = first(
                "--proxy-backend-addresses",
                "a:1",
                "-r",
                "b:2",
                "-Pdaemon",
                "--no-proxy",
                "--plugins",
                "proxy,admin",
                "-basedir=/x",
                "--admin-password=--daemon",
                "--log-level",
                "debug",
                "--help-admin");
        assertThat(configuration.get(ChassisOptions.PLUGINS)).containsExactly("proxy", "admin");
        assertThat(configuration.get(ChassisOptions.LOG_LEVEL)).isEqualTo("debug");
        assertThat(configuration.get(ChassisOptions.DAEMON)).isFalse();
        assertThat(configuration.get(ChassisOptions.BASEDIR)).isEqualTo(Samples.HOME);
        assertThat(configuration.help()).contains(new HelpRequest(false, false, List.of("admin")));
    }

    @Test
    void theOldInitScriptsWordsWork() throws Exception {
        Configuration configuration = load(
                "--daemon",
                "--log-level=info",
                "--log-file=/var/log/mysql-proxy.log",
                "--plugins=proxy",
                "--proxy-backend-addresses=10.0.0.1:3306",
                "--plugins=admin",
                "--user=proxy",
                "--pid-file=/run/mysql-proxy.pid");
        assertThat(configuration.get(ChassisOptions.PLUGINS)).containsExactly("proxy", "admin");
        assertThat(configuration.get(ChassisOptions.PID_FILE)).isEqualTo(Path.of("/run/mysql-proxy.pid"));
        assertThat(configuration.get(ChassisOptions.USER)).isEqualTo("proxy");
        assertThat(configuration.get(Samples.TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(configuration.help()).isEmpty();
    }

    @Test
    void helpComesInThreeForms() throws Exception {
        assertThat(load("-?").help()).contains(new HelpRequest(true, false, List.of()));
        assertThat(load("--help-all").help()).contains(new HelpRequest(false, true, List.of()));
        assertThat(load("--help-admin", "--help-proxy").help())
                .contains(new HelpRequest(false, false, List.of("admin", "proxy")));
        assertThat(failure(() -> load("--help-nothing"))).startsWith("Unknown option --help-nothing ");
        assertThat(failure(() -> load("--help-proxy=x"))).startsWith("Unknown option --help-proxy=x ");
    }
}
