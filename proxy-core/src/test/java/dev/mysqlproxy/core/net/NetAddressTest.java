package dev.mysqlproxy.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.unix.DomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetAddressTest {

    @ParameterizedTest
    @CsvSource({
        "db1:3307, db1, 3307, db1:3307",
        "db1, db1, 3306, db1:3306",
        ":4040, '', 4040, :4040",
        "'  db1:3307 ', db1, 3307, db1:3307",
        "10.0.0.1:0, 10.0.0.1, 0, 10.0.0.1:0",
        "10.0.0.1:65535, 10.0.0.1, 65535, 10.0.0.1:65535",
        "[::1]:3307, ::1, 3307, [::1]:3307",
        "[::1], ::1, 3306, [::1]:3306",
        "[FE80::1%eth0]:1, fe80::1%eth0, 1, [fe80::1%eth0]:1",
    })
    void hostsAndPorts(String text, String host, int port, String shown) {
        NetAddress address = NetAddress.parse(text);
        assertThat(address).isEqualTo(new NetAddress.Tcp(host, port)).hasToString(shown);
        assertThat(NetAddress.parse(shown)).isEqualTo(address);
    }

    @Test
    void paths() {
        assertThat(NetAddress.parse("/run/mysqld/mysqld.sock"))
                .isEqualTo(new NetAddress.Unix("/run/mysqld/mysqld.sock"))
                .hasToString("/run/mysqld/mysqld.sock");
        String longest = "/" + "x".repeat(NetAddress.LONGEST_UNIX_PATH - 1);
        assertThat(NetAddress.parse(longest)).isEqualTo(new NetAddress.Unix(longest));
    }

    @Test
    void abstractNames() {
        NetAddress address = NetAddress.parse("@proxy");
        assertThat(address).isEqualTo(new NetAddress.Abstract("proxy")).hasToString("@proxy");
        DomainSocketAddress socket = ((NetAddress.Local) address).socketAddress();
        assertThat(socket.path()).isEqualTo("\0proxy");
        assertThat(NetAddress.shown(socket)).isEqualTo("@proxy");
        assertThat(NetAddress.shown(new DomainSocketAddress("/p/x"))).isEqualTo("/p/x");
        assertThat(NetAddress.shown(new DomainSocketAddress(""))).isEmpty();
        String longest = "@" + "x".repeat(NetAddress.LONGEST_UNIX_PATH);
        assertThat(NetAddress.parse(longest)).hasToString(longest);
        assertThatThrownBy(() -> NetAddress.parse(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than 107 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"          | the address is empty",
                "\"   \"       | the address is empty",
                "@           | '@' needs the name of an abstract socket after it",
                "db1:        | the port in 'db1:' is not a number",
                "db1:x       | the port in 'db1:x' is not a number",
                "db1:33O6    | the port in 'db1:33O6' is not a number",
                "db1:99999999999 | the port in 'db1:99999999999' is not a number",
                "db1:-1      | the port in 'db1:-1' is not within 0 to 65535",
                "db1:65536   | the port in 'db1:65536' is not within 0 to 65535",
                "::1         | '::1' looks like an IPv6 address: write it as [address]:port",
                "fe80::1:3306 | 'fe80::1:3306' looks like an IPv6 address: write it as [address]:port",
                "[::1        | '[::1' has no ] after the IPv6 address",
                "[::1]3306   | '[::1]3306' needs the form [address]:port",
                "[::1]:      | the port in '[::1]:' is not a number",
            })
    void nonsense(String text, String message) {
        assertThatThrownBy(() -> NetAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void pathsThatAreTooLong() {
        assertThatThrownBy(() -> NetAddress.parse("/" + "x".repeat(NetAddress.LONGEST_UNIX_PATH)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than 107 bytes");
        // bytes, not characters
        assertThatThrownBy(() -> NetAddress.parse("/" + "\u00fc".repeat(60)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
