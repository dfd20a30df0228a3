package dev.mysqlproxy.plugin.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {

    @Test
    void withoutAHostItIsTheLoopbackAddress() {
        InetSocketAddress address = HttpAddress.parse(":4042");

        assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        assertThat(address.getPort()).isEqualTo(4042);
    }

    @Test
    void starIsEveryAddress() {
        assertThat(HttpAddress.parse("*:4042").getAddress().isAnyLocalAddress()).isTrue();
        assertThat(HttpAddress.parse("0.0.0.0:4042").getAddress().isAnyLocalAddress())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:0, 127.0.0.1, 0", "[::1]:4042, 0:0:0:0:0:0:0:1, 4042", "localhost:65535, 127.0.0.1, 65535"})
    void others(String text, String address, int port) {
        assertThat(HttpAddress.parse(text).getAddress().getHostAddress()).isEqualTo(address);
        assertThat(HttpAddress.parse(text).getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4042",
                "localhost",
                ":",
                ":x",
                ":65536",
                ":-1",
                "::1:4042",
                "[::1]",
                "host.invalid:4042",
                ":+1"
            })
    void notAnAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpAddress.parse(text));
    }
}
