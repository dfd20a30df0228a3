package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.TestServer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tutorials in which clients share server connections. */
class PoolingTutorialsIT {

    static List<TestServer> servers() {
        return SharedServers.all();
    }

    private static ProxyProcess start(TestServer server, String tutorial) {
        return Scripts.before(server, Scripts.ofDistribution("tutorial-" + tutorial + ".lua"));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void pooling(TestServer server) {
        try (ProxyProcess proxy = start(server, "pooling")) {
            Output output = Output.of(proxy);
            String thread;
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SHOW POOL").rows())
                        .extracting(row -> String.join(" ", row.values()))
                        .containsExactly("1 " + server.host() + ":" + server.port() + " 1 4");
                thread = client.query("SELECT CONNECTION_ID()").value();
                output.regex("^backend 1: thread " + thread + ", fresh = (true|false)$");
                client.query("BEGIN").ok();
                assertThat(client.query("SHOW POOL").rows().get(0)).containsEntry("idle", "0");
                client.query("ROLLBACK").ok();
                assertThat(client.query("SHOW POOL").rows().get(0)).containsEntry("idle", "1");
            }
            // it outlives its client, and there is room for a second one
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SHOW POOL").rows().get(0)).containsEntry("idle", "2");
                assertThat(client.query("SELECT 'pooled'").value()).isEqualTo("pooled");
                output.regex("^backend 1: thread \\d+, fresh = false$");
            }
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void keepalive(TestServer server) {
        try (ProxyProcess proxy = start(server, "keepalive")) {
            Output output = Output.of(proxy);
            try (RawClient first = Scripts.login(proxy);
                    RawClient second = Scripts.login(proxy)) {
                output.line("[connect_server] ")
                        .line("  [1].connected_clients = 0")
                        .line("  [1].idling_connections = 0")
                        .line("  [1] open new connection");
                assertThat(first.query("SELECT 'one'").value()).isEqualTo("one");
                assertThat(second.query("SELECT DATABASE()").value()).isEqualTo("test");
                output.line("[read_query]").line("  authed backend = 1").line("  used db = test");

                first.query("BEGIN").ok();
                String thread = first.query("SELECT CONNECTION_ID()").value();
                assertThat(second.query("SELECT CONNECTION_ID()").value()).isNotEqualTo(thread);
                assertThat(first.query("SELEC").errorCode()).isEqualTo(1064);
                assertThat(first.query("SELECT CONNECTION_ID()").value()).isEqualTo(thread);
                first.query("COMMIT").ok();

                second.query("SET @kept = 'kept'").ok();
                first.query("SELECT 1").ok();
                assertThat(second.query("SELECT @kept").value()).isEqualTo("kept");
                assertThat(first.query("SELECT @kept").value()).isNull();
            }
            output.line("[disconnect_client]");
            try (RawClient third = Scripts.login(proxy)) {
                assertThat(third.query("SELECT 'three'").value()).isEqualTo("three");
            }
        }
    }
}
