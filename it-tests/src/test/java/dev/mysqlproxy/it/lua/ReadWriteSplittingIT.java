package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.ServerSource;
import dev.mysqlproxy.it.server.Servers;
import dev.mysqlproxy.it.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What reads may go to the other server, and what must not. The other one replicates nothing, so that it shows. */
class ReadWriteSplittingIT {
    /** Logins until the pool of the primary is filled. */
    private static final int FILL = 8;

    static List<ServerSource> sources() {
        return Servers.available();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("sources")
    void splits(ServerSource source) {
        TestServer primary = SharedServers.of(source);
        Scripts.directly(primary, "CREATE TABLE test.split (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
        try (TestServer replica = source.start();
                ProxyProcess proxy = Scripts.with(Scripts.ofDistribution("rw-splitting.lua"))
                        .backend(primary)
                        .options("--proxy-read-only-backend-addresses=" + replica.host() + ":" + replica.port())
                        .start()) {
            String written = "" + primary.port();
            String read = "" + replica.port();
            fill(proxy);
            // now that the primary has more connections than there are clients, logins go to the replica
            await().until(() -> port(proxy).equals(read));
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT @@port").value()).isEqualTo(read);
                assertThat(client.query("(SELECT @@port)").isError()).isFalse();

                client.query("INSERT INTO split (v) VALUES (1)").ok();
                assertThat(client.query("SELECT LAST_INSERT_ID()").value()).isEqualTo("1");
                assertThat(client.query("SELECT @@port FOR UPDATE").value()).isEqualTo(written);
                assertThat(client.query("SELECT GET_LOCK('split', 0) + @@port - @@port")
                                .value())
                        .isEqualTo("1");
                assertThat(client.query("SELECT RELEASE_LOCK('split')").value()).isEqualTo("1");
            }
            try (RawClient client = Scripts.login(proxy)) {
                client.query("BEGIN").ok();
                assertThat(client.query("SELECT @@port").value()).isEqualTo(written);
                String thread = client.query("SELECT CONNECTION_ID()").value();
                assertThat(client.query("SELECT nonsense").errorCode()).isEqualTo(1054);
                assertThat(client.query("SELECT CONNECTION_ID()").value()).isEqualTo(thread);
                client.query("UPDATE split SET v = 2").ok();
                client.query("ROLLBACK").ok();
                assertThat(client.query("SELECT @@port").value()).isEqualTo(read);
            }
            try (RawClient client = Scripts.login(proxy)) {
                client.query("SET @mine = 17").ok();
                assertThat(client.query("SELECT @mine").value()).isEqualTo("17");
                client.query("CREATE TEMPORARY TABLE test.own (id INT)").ok();
                assertThat(client.query("SELECT COUNT(*) FROM own").value()).isEqualTo("0");
                assertThat(client.query("SELECT SQL_CALC_FOUND_ROWS 1 UNION SELECT 2 LIMIT 1")
                                .rows())
                        .hasSize(1);
                assertThat(client.query("SELECT FOUND_ROWS()").value()).isEqualTo("2");
                int statement = client.prepare("SELECT ? + 0").ok().statementId();
                assertThat(client.execute(statement, 0, "5").isError()).isFalse();
            }
            // nothing of that is left to the next one
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT @mine").value()).isNull();
                client.query("/* nothing */").ok();
                assertThat(client.query("SELECT DATABASE()").value()).isEqualTo("test");
            }
            assertThat(proxy.log().matching("\\(critical\\) .*\\((read|connect|disconnect)_"))
                    .isEmpty();
            assertThat(proxy.log().matching("staying on the same backend")).isEmpty();
        } finally {
            Scripts.directly(primary, "DROP TABLE test.split");
        }
    }

    private static String port(ProxyProcess proxy) {
        try (RawClient client = Scripts.login(proxy)) {
            return client.query("SELECT @@port").value();
        }
    }

    private static void fill(ProxyProcess proxy) {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < FILL; i++) {
            clients.add(Scripts.login(proxy));
        }
        clients.forEach(RawClient::close);
    }
}
