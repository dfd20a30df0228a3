package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mysqlproxy.it.proxy.LogFile;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Bytes;
import dev.mysqlproxy.it.raw.FakeServer;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.ServerOptions;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import dev.mysqlproxy.it.server.TestServer.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords in the clear, MariaDB's methods, and accounts whose password has expired. */
class OtherMethodsIT {
    private static final long CAN_HANDLE_EXPIRED_PASSWORDS = 1L << 22;
    private static final RawTls ANYBODY = RawTls.trustingAnybody();

    private static ProxyProcess.Setup setup() {
        return ProxyProcess.with()
                .plugins("proxy")
                .options(Certificates.get().proxy().options("proxy-ssl"));
    }

    // --- mysql_clear_password ---------------------------------------------------------------------------------------

    /** Asks everybody for the password as it is, over TLS when the proxy begins it. */
    private static FakeServer asking(BlockingQueue<String> passwords) {
        RawTls tls = RawTls.showing(Certificates.get().localhost().store(), Certificates.STORE_PASSWORD);
        return FakeServer.saying(wire -> {
            byte[] greeting = FakeServer.greeting();
            // CLIENT_SSL, the bit 11 of the flags behind version, thread id and 8 bytes of the nonce
            greeting[1 + FakeServer.VERSION.length() + 1 + 4 + 8 + 1 + 1] |= 8;
            wire.write(0, greeting);
            int next = 2;
            if (wire.read().payload().length == 32) {
                wire.acceptTls(tls);
                wire.read();
                next = 3;
            }
            wire.write(
                    next,
                    new Bytes().bytes(0xfe).textZero("mysql_clear_password").get());
            byte[] password = wire.read().payload();
            passwords.add(new String(password, StandardCharsets.UTF_8));
            wire.write(next + 2, FakeServer.ok());
            FakeServer.linger(wire);
        });
    }

    @ParameterizedTest(name = "client with TLS: {0}, server with TLS: {1}")
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void passwordInTheClearOnlyWhereNobodyHearsIt(boolean clientTls, boolean serverTls) throws Exception {
        BlockingQueue<String> passwords = new LinkedBlockingQueue<>();
        Login login = Login.of("anybody", "top-secret").wanting(Flags.CLASSIC);
        try (FakeServer server = asking(passwords);
                ProxyProcess proxy = setup().backend(
                                server.address() + "?ssl-mode=" + (serverTls ? "required" : "disabled"))
                        .start();
                RawClient client = clientTls
                        ? RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), login, ANYBODY)
                        : RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), login)) {
            if (clientTls && serverTls) {
                assertThat(client.refusal()).isEmpty();
                assertThat(passwords.poll(20, TimeUnit.SECONDS)).isEqualTo("top-secret\0");
                return;
            }
            assertThat(client.refusal())
                    .startsWith("1045 #28000(proxy) Access denied: mysql_clear_password shows the password: use TLS");
            assertThat(client.loginPackets()).hasSize(1);
            assertThat(passwords).isEmpty();
            assertThat(proxy.log().text()).doesNotContain("top-secret");
        }
    }

    // --- MariaDB's --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "parsec"})
    void methodOfMariaDb(String method) throws SQLException {
        Optional<ServerSource> source = Stream.concat(Servers.available().stream(), Servers.others().stream())
                .filter(each -> each.kind() == Kind.MARIADB && each.hasPlugin("auth_" + method))
                .findFirst();
        assumeTrue(source.isPresent(), "no MariaDB with auth_" + method + " on this machine");
        ServerOptions options = ServerOptions.defaults()
                .withTls(ServerOptions.Tls.ON)
                .withArguments("--plugin-load-add=auth_" + method)
                .withInitSql("CREATE USER modern IDENTIFIED VIA " + method + " USING PASSWORD('modern-secret')");
        try (TestServer server = source.get().start(options);
                ProxyProcess proxy = setup().backend(
                                server.host() + ":" + server.port() + "?group=open&ssl-mode=disabled")
                        .backend(server.host() + ":" + server.port() + "?group=secret&ssl-mode=required")
                        .addresses(ProxyProcess.HOST + ":0?group=open", ProxyProcess.HOST + ":0?group=secret")
                        .start()) {
            for (int port : proxy.ports()) {
                for (String sslMode : List.of("disable", "trust")) {
                    String url =
                            "jdbc:mariadb://" + ProxyProcess.HOST + ":" + port + "/?user=modern&sslMode=" + sslMode;
                    try (Connection connection = DriverManager.getConnection(url + "&password=modern-secret");
                            Statement statement = connection.createStatement();
                            ResultSet result = statement.executeQuery("SELECT CURRENT_USER()")) {
                        result.next();
                        assertThat(result.getString(1)).isEqualTo("modern@%");
                    }
                    assertThatThrownBy(() -> DriverManager.getConnection(url + "&password=wrong")
                                    .close())
                            .hasMessageContaining("Access denied for user 'modern'@'127.0.0.1' (using password: YES)");
                }
            }
        }
    }

    // --- expired passwords ------------------------------------------------------------------------------------------

    static List<Kind> kinds() {
        return SecureServers.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void sandboxOfExpiredPasswords(Kind kind) {
        TestServer server = SecureServers.of(kind);
        try (ProxyProcess proxy = setup().backend(server).start()) {
            List<String> direct = sandbox(server, server.port(), Optional.empty());
            assertThat(sandbox(server, proxy.port(), Optional.empty())).isEqualTo(direct);
            assertThat(sandbox(server, proxy.port(), Optional.of(ANYBODY))).isEqualTo(direct);
            assertThat(direct.toString()).contains("1820");
        }
    }

    private static List<String> sandbox(TestServer server, int port, Optional<RawTls> tls) {
        SecureServers.execute(
                server,
                "DROP USER IF EXISTS it_expired",
                "CREATE USER it_expired IDENTIFIED BY 'old-secret' PASSWORD EXPIRE");
        List<String> said = new ArrayList<>();
        for (long flags : List.of(Flags.CLASSIC, Flags.CLASSIC | CAN_HANDLE_EXPIRED_PASSWORDS)) {
            Login login = Login.of("it_expired", "old-secret").wanting(flags);
            try (RawClient client = tls.isPresent()
                    ? RawClient.tryLogin(ProxyProcess.HOST, port, login, tls.get())
                    : RawClient.tryLogin(ProxyProcess.HOST, port, login)) {
                said.add(client.refusal());
                if (client.refusal().isEmpty()) {
                    said.add(client.query("SELECT 1").errorText());
                }
                if (client.refusal().isEmpty() && flags != Flags.CLASSIC) {
                    String renewed = server.kind() == Kind.MYSQL ? "'new-secret'" : "PASSWORD('new-secret')";
                    client.query("SET PASSWORD = " + renewed).ok();
                    said.add(client.query("SELECT CURRENT_USER()").value());
                }
            }
        }
        SecureServers.execute(server, "DROP USER it_expired");
        return said;
    }

    /** Nothing of a password is ever in the log, whatever the level. */
    @Test
    void logsHaveNoPasswords() {
        TestServer server = SecureServers.preferred();
        try (ProxyProcess proxy = setup().backend(server).logLevel("debug").start()) {
            LogFile.Mark mark = proxy.log().mark();
            RawClient.tryLogin(ProxyProcess.HOST, proxy.port(), Login.of("app", "top-secret"), ANYBODY)
                    .close();
            try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
                wire.read();
                wire.write(
                        1,
                        new Bytes().number(4, Flags.CLASSIC).text("top-secret").get());
                assertThat(Reply.errorText(wire.read())).isEqualTo("1043 #08S01Bad handshake");
            }
            assertThat(mark.onlyComplaint()).contains("cause=client-protocol-violation");
            assertThat(proxy.log().text()).doesNotContain("top-secret", "746f70");
        }
    }
}
