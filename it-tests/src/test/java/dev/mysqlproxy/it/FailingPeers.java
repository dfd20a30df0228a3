package dev.mysqlproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.server.Accounts;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A proxy before the preferred server, which has a table {@code failing}, and what tests of failing peers do with it. */
abstract class FailingPeers {
    static final String LARGE_RESULT = "SELECT REPEAT('x', 50000000)";
    static final Login APP = Login.of(Accounts.APP_USER, Accounts.APP_PASSWORD).schema(Accounts.DATABASE);

    static ProxyProcess proxy;

    @BeforeAll
    static void start() {
        proxy = ProxyProcess.before(SharedServers.preferred());
        try (RawClient client = login(proxy)) {
            client.unrecorded("DROP TABLE IF EXISTS failing");
            client.query("CREATE TABLE failing (id INT)").ok();
        }
        proxy.awaitNothingLeft(Integer.MAX_VALUE);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    static RawClient login(ProxyProcess through) {
        return RawClient.login(ProxyProcess.HOST, through.port(), APP);
    }

    static void send(RawClient client, String sql) {
        client.send(Command.COM_QUERY, client.queryArguments(sql, Map.of()));
    }

    static void awaitState(ProxyProcess of, String state) {
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(of.sessions())
                        .anySatisfy(row -> assertThat(row).containsEntry("state", state)));
    }
}
