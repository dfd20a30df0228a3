package dev.mysqlproxy.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.raw.Flags;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.RawTls;
import dev.mysqlproxy.it.server.Accounts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The admin port's own TLS. */
class AdminTlsIT {
    private static final Login ADMIN = Login.of(ProxyProcess.ADMIN_USER, ProxyProcess.ADMIN_PASSWORD);

    private static ProxyProcess start(String mode) {
        Certificates.Pair own = Certificates.get().proxy();
        return ProxyProcess.with()
                .backend("127.0.0.1:1")
                .options("--admin-ssl-mode=" + mode)
                .options(own.options("admin-ssl"))
                .start();
    }

    private static RawClient open(ProxyProcess proxy, Optional<RawTls> tls) {
        return tls.isPresent()
                ? RawClient.tryLogin(ProxyProcess.HOST, proxy.adminPort(), ADMIN, tls.get())
                : RawClient.tryLogin(ProxyProcess.HOST, proxy.adminPort(), ADMIN);
    }

    private static String cli(ProxyProcess proxy, String mode) {
        return MySqlCli.run(
                        proxy.adminPort(),
                        ProxyProcess.ADMIN_USER,
                        ProxyProcess.ADMIN_PASSWORD,
                        "SELECT * FROM version",
                        "--ssl-mode=" + mode)
                .output();
    }

    @Test
    void preferred() {
        try (ProxyProcess proxy = start("preferred")) {
            for (Optional<RawTls> tls : List.of(
                    Optional.<RawTls>empty(),
                    Optional.of(RawTls.trusting(Certificates.get().ca())))) {
                try (RawClient client = open(proxy, tls)) {
                    assertThat(client.refusal()).isEmpty();
                    assertThat(client.query("SHOW BACKENDS").rows().get(0)).containsEntry("address", "127.0.0.1:1");
                    assertThat(client.wire().tls().isPresent()).isEqualTo(tls.isPresent());
                }
            }
            if (MySqlCli.isThere()) {
                assertThat(cli(proxy, "REQUIRED")).contains("1.0.0").doesNotContain("SSL");
                assertThat(cli(proxy, "DISABLED")).contains("1.0.0");
            }
        }
    }

    @Test
    void required() {
        try (ProxyProcess proxy = start("required")) {
            try (RawClient client = open(proxy, Optional.empty())) {
                assertThat(client.refusal()).startsWith("3159 #HY000(proxy) Connections using insecure transport");
            }
            try (RawClient client = open(proxy, Optional.of(RawTls.trustingAnybody()))) {
                assertThat(client.refusal()).isEmpty();
            }
            if (MySqlCli.isThere()) {
                assertThat(cli(proxy, "REQUIRED")).contains("1.0.0");
                assertThat(cli(proxy, "DISABLED")).startsWith("ERROR 3159 (HY000): (proxy) Connections using insecure");
            }
        }
    }

    @Test
    void disabled() {
        try (ProxyProcess proxy = start("disabled");
                RawClient client = open(proxy, Optional.empty())) {
            assertThat(client.greeting().capabilities() & Flags.CLIENT_SSL).isZero();
            assertThat(client.refusal()).isEmpty();
            if (MySqlCli.isThere()) {
                assertThat(cli(proxy, "REQUIRED")).contains("SSL is required but the server doesn't support it");
            }
        }
    }

    /** A wrong password is refused over TLS as without. */
    @Test
    void wrongPassword() {
        try (ProxyProcess proxy = start("required")) {
            RawTls tls = RawTls.trustingAnybody();
            for (Login login : List.of(
                    Login.of(ProxyProcess.ADMIN_USER, "wrong"),
                    Login.of(Accounts.APP_USER, ProxyProcess.ADMIN_PASSWORD))) {
                try (RawClient client = RawClient.tryLogin(ProxyProcess.HOST, proxy.adminPort(), login, tls)) {
                    assertThat(client.refusal()).startsWith("1045 #28000Access denied for user '" + login.user());
                }
            }
        }
    }
}
