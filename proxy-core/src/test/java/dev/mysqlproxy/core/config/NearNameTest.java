package dev.mysqlproxy.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearNameTest {

    @ParameterizedTest
    @CsvSource({"a,a,0", "'',abc,3", "abc,'',3", "abc,acb,1", "abc,axc,1", "abc,abxc,1", "abc,ab,1", "kitten,sitting,3"
    })
    void countsLetters(String from, String to, int distance) {
        assertThat(NearName.distance(from, to)).isEqualTo(distance);
        assertThat(NearName.distance(to, from)).isEqualTo(distance);
    }

    @Test
    void prefersTheNearestAndThenTheAlphabet() {
        assertThat(NearName.of("damon", List.of("demon", "daemon", "salmon"))).contains("daemon");
        assertThat(NearName.of("pluginx", List.of("plugin-dir", "plugins"))).contains("plugins");
    }

    @Test
    void goesOnFromABeginning() {
        assertThat(NearName.of("proxy-b", List.of("proxy-backend-addresses"))).contains("proxy-backend-addresses");
        assertThat(NearName.of("pr", List.of("proxy-backend-addresses"))).isEmpty();
    }

    @Test
    void doesNotGuessWildly() {
        assertThat(NearName.of("x", List.of("user"))).isEmpty();
        assertThat(NearName.of("admin-address", List.of("proxy-address"))).isEmpty();
        assertThat(NearName.of("", List.of("user"))).isEmpty();
        assertThat(NearName.of("u".repeat(100_000), List.of("user"))).isEmpty();
    }
}
