package dev.mysqlproxy.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.listener.Networks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

    private static Networks networks(String... texts) {
        return Networks.of(List.of(texts));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.1.2.3/8, 10.9.9.9, true",
        "10.0.0.0/9, 10.127.0.1, true",
        "10.0.0.0/9, 10.128.0.1, false",
        "10.0.0.4/31, 10.0.0.5, true",
        "10.0.0.4/31, 10.0.0.6, false",
        "10.0.0.4, 10.0.0.4, true",
        "10.0.0.4/32, 10.0.0.5, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, ::1, false",
        "*, 203.0.113.1, true",
        "*, ::1, true",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "::1, ::1, true",
        "::1/127, ::, true",
        "::/0, 10.0.0.1, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
        "::ffff:10.0.0.0/104, 10.0.0.1, true",
        "::ffff:10.0.0.0/104, 11.0.0.1, false",
        "::ffff:10.0.0.1, 10.0.0.1, true",
    })
    void contains(String network, String address, boolean expected) throws UnknownHostException {
        assertThat(networks(network).contains(InetAddress.getByName(address))).isEqualTo(expected);
        assertThat(networks(network).containsUnix()).isFalse();
    }

    @Test
    void several() throws UnknownHostException {
        Networks both = networks("10.0.0.0/8", "unix", "::1");
        assertThat(both.contains(InetAddress.getByName("10.1.1.1"))).isTrue();
        assertThat(both.contains(InetAddress.getByName("::1"))).isTrue();
        assertThat(both.contains(InetAddress.getByName("::2"))).isFalse();
        assertThat(both.containsUnix()).isTrue();
        assertThat(networks("*").containsUnix()).isFalse();
        assertThat(both.isEmpty()).isFalse();
        assertThat(networks().isEmpty()).isTrue();
        assertThat(networks("unix").isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lan",
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "10.0.0.0/33",
                "10.0.0.0/",
                "10.0.0.0/a",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
                "/8",
                "::1/129",
                "fe80::1%eth0",
                "[::1]",
                "1::2::3",
                "::ffff:10.0.0.0/95",
                "**",
                "UNIX",
                "10.0.0.0 /8"
            })
    void nonsense(String text) {
        assertThatThrownBy(() -> networks("*", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "' is not a network");
    }
}
