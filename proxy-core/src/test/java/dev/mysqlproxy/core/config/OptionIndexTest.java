package dev.mysqlproxy.core.config;

import static dev.mysqlproxy.core.config.Samples.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.option.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionIndexTest {

    @Test
    void refusesANameOfTwoPlugins() {
        assertThat(failure(() -> load(Option.flag("proxy-address", "x").build())))
                .isEqualTo("option --proxy-address is declared twice: by proxy and by mine; leave one of them out of"
                        + " --plugins");
        assertThat(failure(() -> load(Option.flag("daemon", "x").build()))).contains("--daemon", "chassis", "mine");
    }

    @Test
    void refusesALetterOfTwoPlugins() {
        assertThat(failure(() -> load(Option.flag("port", "x").shortName('P').build())))
                .startsWith("option -P is declared twice: by proxy and by mine");
    }

    @Test
    void refusesWhatWouldHideHelp() {
        assertThat(failure(() -> load(Option.flag("help-proxy", "x").build()))).contains("--help-proxy");
        assertThat(failure(() -> Configuration.load(
                        List.of(), Samples.PLACES, List.of(new OptionGroup("all", "all", List.of())))))
                .contains("--help-all");
    }

    private static void load(Option<?> option) throws Exception {
        Configuration.load(
                List.of(), Samples.PLACES, List.of(Samples.PROXY, new OptionGroup("mine", "mine", List.of(option))));
    }
}
