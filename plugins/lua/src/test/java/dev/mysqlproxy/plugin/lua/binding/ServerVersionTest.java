package dev.mysqlproxy.plugin.lua.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerVersionTest {

    @ParameterizedTest
    @CsvSource({
        "5.5.5, 50505",
        "5.5.5-log, 50505",
        "5.5.5-10.11.8-MariaDB-1, 101108",
        "11.4.5-MariaDB, 110405",
        "8.0.36, 80036",
        "9.7.1-community, 90701",
        "5.0.99-agent-admin, 50099",
        "unknown, 0",
        "'', 0",
        "8.0, 0",
    })
    void numbers(String text, int number) {
        assertThat(ServerVersion.number(text).toint()).isEqualTo(number);
    }
}
