package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static dev.mysqlproxy.core.config.Samples.load;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.option.Option;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueReaderTest {

    private static final Option<Integer> ANY =
            Option.integer("any", Integer.MIN_VALUE, Integer.MAX_VALUE, "any").build();

    @ParameterizedTest
    @CsvSource({"2,2000000000", "2.5,2500000000", ".5,500000000", "3.,3000000000", "+1,1000000000", "0.000000001,1"})
    void readsSeconds(String text, long nanos) throws Exception {
        assertThat(load("--proxy-connect-timeout=" + text).get(Samples.TIMEOUT)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2s", "1e3", ".", "NaN", "Infinity", "0x1", " 1", "1 ", "9999999999999999"})
    void refusesOtherSeconds(String text) {
        assertThat(failure(() -> load("--proxy-connect-timeout=" + text)))
                .isEqualTo("--proxy-connect-timeout has to be a number of seconds from 0 to 3600, is " + text
                        + " (command line)");
    }

    @ParameterizedTest
    @CsvSource({
        "0,'>= 1'",
        "-3,'>= 1'",
        "1025,<= 1024",
        "999999999999999999,<= 1024",
        "many,a whole number from 1 to 1024",
        "1.5,a whole number from 1 to 1024",
        "9999999999999999999999,a whole number from 1 to 1024",
        "\u0661,a whole number from 1 to 1024"
    })
    void refusesNumbersOutOfRange(String text, String accepted) {
        assertThat(failure(() -> load("--event-threads=" + text)))
                .isEqualTo("--event-threads has to be " + accepted + ", is " + text + " (command line)");
    }

    @Test
    void readsAllIntegers() throws Exception {
        for (String text : List.of("-2147483648", "0", "+7", "2147483647")) {
            Object value = new ValueReader(Path.of("/")).read(Given.text(ANY, Source.COMMAND_LINE, text));
            assertThat(value).isEqualTo(Integer.valueOf(text));
        }
        assertThat(failure(
                        () -> new ValueReader(Path.of("/")).read(Given.text(ANY, Source.COMMAND_LINE, "2147483648"))))
                .isEqualTo("--any has to be <= 2147483647, is 2147483648 (command line)");
    }

    @Test
    void namesTheChoices() throws Exception {
        assertThat(load("--log-level=critical").get(ChassisOptions.LOG_LEVEL)).isEqualTo("critical");
        for (String text : List.of("Debug", "info ", "warn")) {
            assertThat(failure(() -> load("--log-level=" + text)))
                    .isEqualTo("--log-level has to be one of error, critical, warning, message, info, debug, is " + text
                            + " (command line)");
        }
        assertThat(failure(() -> load("--log-format="))).endsWith("one of text, json, is empty (command line)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "on", "2"})
    void refusesOtherFlags(String text) {
        assertThat(failure(() -> load("--daemon=" + text)))
                .isEqualTo("--daemon has to be true or false, is " + text + " (command line)");
    }

    @Test
    void pathsBeginInTheBaseFolder() throws Exception {
        assertThat(load("--log-file=log/a").get(ChassisOptions.LOG_FILE)).isEqualTo(Path.of("/opt/mysql-proxy/log/a"));
        assertThat(load("--log-file=log/a", "--basedir=/srv").get(ChassisOptions.LOG_FILE))
                .isEqualTo(Path.of("/srv/log/a"));
        assertThat(load("--log-file=/a", "--basedir=/srv").get(ChassisOptions.LOG_FILE))
                .isEqualTo(Path.of("/a"));
        assertThat(failure(() -> load("--log-file=")))
                .isEqualTo("--log-file has to be a file name, is empty" + " (command line)");
        assertThat(failure(() -> load("--log-file=a\0b"))).contains("has to be a file name, is a?b (command line)");
        assertThat(failure(() -> load("--replicant-read-binlogs=")))
                .startsWith("--replicant-read-binlogs has to be a list of file names")
                .endsWith("is empty (command line)");
    }

    @Test
    void theBaseFolderIsAbsolute() {
        assertThat(failure(() -> load("--basedir=lib")))
                .isEqualTo("--basedir has to be an absolute path, is lib (command line)");
        assertThat(failure(() -> load("--basedir="))).contains("--basedir", "empty");
    }

    @Test
    void defaultPathsBeginInTheBaseFolderToo() throws Exception {
        Option<Path> one = Option.path("one", "x").defaultsTo(Path.of("a")).build();
        Option<List<Path>> many = Option.paths("many", "x")
                .defaultsTo(List.of(Path.of("b"), Path.of("/c")))
                .build();
        Configuration configuration = Configuration.load(
                List.of("--basedir=/srv"), Samples.PLACES, List.of(new OptionGroup("x", "x", List.of(one, many))));
        assertThat(configuration.get(one)).isEqualTo(Path.of("/srv/a"));
        assertThat(configuration.get(many)).containsExactly(Path.of("/srv/b"), Path.of("/c"));
    }

    @Test
    void neverShowsASecret() {
        Option<Integer> pin = Option.integer("pin", 0, 9, "x").secret().build();
        assertThat(failure(() -> Configuration.load(
                        List.of("--pin=4711"), Samples.PLACES, List.of(new OptionGroup("x", "x", List.of(pin))))))
                .isEqualTo("--pin has to be <= 9, is *** (command line)");
    }
}
