package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.RawClient.Login;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.TestServer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin port answered by a script. */
class AdminScriptIT {
    private static TestServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
    }

    @Test
    void scriptOfTheDistribution() {
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend(server)
                        .options("--admin-lua-script=" + Scripts.ofDistribution("admin.lua"))
                        .start();
                RawClient admin = proxy.openAdmin()) {
            assertThat(admin.query("SELECT * FROM help").rows())
                    .extracting(row -> row.get("command") + ": " + row.get("description"))
                    .containsExactly(
                            "SELECT * FROM help: shows this help",
                            "SELECT * FROM backends: lists the backends and their state");
            assertThat(admin.query("select * from BACKENDS").rows()).containsExactly(backend("unknown", "0"));
            try (RawClient client = Scripts.login(proxy)) {
                client.query("SELECT 1").ok();
                assertThat(admin.query("SELECT * FROM backends").rows()).containsExactly(backend("up", "1"));
            }
            assertThat(admin.query("SHOW VERSION").errorText())
                    .isEqualTo("1105 #07000use 'SELECT * FROM help' to see the supported commands");
            assertThat(admin.command(0x0e, new byte[0]).errorText())
                    .isEqualTo("1105 #07000[admin] we only handle text-based queries (COM_QUERY)");
            assertThat(admin.query("SELECT * FROM help").rows()).hasSize(2);
        }
    }

    private static Map<String, String> backend(String state, String clients) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("backend_ndx", "1");
        row.put("address", server.host() + ":" + server.port());
        row.put("state", state);
        row.put("type", "rw");
        row.put("uuid", null);
        row.put("connected_clients", clients);
        return row;
    }

    /** One world: what a proxy script puts into proxy.global an admin script finds there, and the reverse. */
    @Test
    void sharesTheWorldOfTheProxysScripts() {
        Path proxyScript = Scripts.write(folder.resolve("proxy.lua"), """
                function read_query(packet)
                    proxy.global.seen = (proxy.global.seen or 0) + 1
                    if proxy.global.closed then
                        proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = proxy.global.closed}
                        return proxy.PROXY_SEND_RESULT
                    end
                end
                """);
        Path adminScript = Scripts.write(folder.resolve("admin.lua"), """
                local answers = {
                    seen = function()
                        proxy.response = {
                            type = proxy.MYSQLD_PACKET_OK,
                            resultset = {
                                fields = {{name = "seen", type = proxy.MYSQL_TYPE_LONG}},
                                rows = {{proxy.global.seen}},
                            },
                        }
                        return proxy.PROXY_SEND_RESULT
                    end,
                    close = function()
                        proxy.global.closed = "closed for today"
                        proxy.response = {type = proxy.MYSQLD_PACKET_OK}
                        return proxy.PROXY_SEND_RESULT
                    end,
                    down = function()
                        proxy.global.backends[1].state = proxy.BACKEND_STATE_DOWN
                        proxy.response = {type = proxy.MYSQLD_PACKET_OK}
                        return proxy.PROXY_SEND_RESULT
                    end,
                    nothing = function() end,
                    other = function() return proxy.PROXY_SEND_QUERY end,
                    fail = function() error("on purpose") end,
                }

                function read_query(packet)
                    return answers[packet:sub(2)]()
                end
                """);
        try (ProxyProcess proxy = Scripts.with(proxyScript)
                        .backend(server)
                        .options("--admin-lua-script=" + adminScript)
                        .start();
                RawClient client = Scripts.login(proxy)) {
            client.query("SELECT 1").ok();
            client.query("SELECT 2").ok();
            try (RawClient admin = proxy.openAdmin()) {
                assertThat(admin.query("seen").value()).isEqualTo("2");
                admin.query("close").ok();
                assertThat(client.query("SELECT 3").errorText()).contains("closed for today");
            }
            // without a result set of the script there is an error, and the end
            for (String wrong : List.of("nothing", "other", "fail")) {
                try (RawClient admin = proxy.openAdmin()) {
                    Reply reply = admin.query(wrong);
                    assertThat(reply.errorText()).contains("need a resultset + proxy.PROXY_SEND_RESULT");
                    admin.wire().readToEnd();
                }
            }
        }
    }

    @Test
    void loginIsStillTheProxys() {
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend(server)
                        .options("--admin-lua-script=" + Scripts.ofDistribution("admin.lua"))
                        .start();
                RawClient refused = RawClient.tryLogin(
                        ProxyProcess.HOST, proxy.adminPort(), Login.of(ProxyProcess.ADMIN_USER, "wrong"))) {
            Packet last = refused.loginPackets().get(refused.loginPackets().size() - 1);
            assertThat(last.isErr()).isTrue();
            assertThat(Reply.errorText(last)).startsWith("1045 #28000");
        }
    }

    @Test
    void brokenScript() {
        Path broken = Scripts.write(folder.resolve("broken.lua"), "function read_query(\n");
        try (ProxyProcess proxy = ProxyProcess.with()
                        .backend(server)
                        .options("--admin-lua-script=" + broken)
                        .start();
                RawClient admin = proxy.openAdmin()) {
            assertThat(admin.query("SELECT * FROM backends").errorText())
                    .isEqualTo("1105 #07000MySQL Proxy Lua script failed to load. Check the error log.");
            admin.wire().readToEnd();
            proxy.log().await("broken\\.lua");
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
            }
        }
    }
}
