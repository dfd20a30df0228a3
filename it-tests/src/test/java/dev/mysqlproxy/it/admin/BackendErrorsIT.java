package dev.mysqlproxy.it.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import dev.mysqlproxy.it.server.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What the admin port says of a server that cannot be reached. */
class BackendErrorsIT {

    @Test
    void saysWhyAServerIsDown() throws SQLException {
        TestServer server = SharedServers.preferred();
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend("127.0.0.1:1")
                        .backend(server)
                        .start();
                AdminClient admin = AdminClient.open(proxy)) {
            assertThat(admin.rows("SELECT state, last_error, last_error_at FROM backends"))
                    .containsExactly("unknown|null|null", "unknown|null|null");
            try (RawClient application = RawClient.login(
                    ProxyProcess.HOST,
                    proxy.port(),
                    Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE))) {
                application.query("DO 1").ok();
            }
            assertThat(
                            admin.one(
                                    "SELECT state, last_error, last_error_at = state_since FROM backends WHERE backend_ndx = 1"))
                    .matches("down\\|.*refused.*\\|(1|true)");
            assertThat(admin.one("SELECT state, last_error, last_error_at FROM backends WHERE backend_ndx = 2"))
                    .isEqualTo("up|null|null");
        }
    }
}
