package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.Distribution;
import dev.mysqlproxy.it.proxy.Ports;
import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Life of a script and its hooks, as scripts of 0.8.5 know it. (Errors: HostileScriptsIT.) */
class ScriptLifeCycleIT {
    private static TestServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
    }

    @Test
    @DisplayName("1.2 a script is loaded once for each connection, at its first hook; hooks are looked up each time")
    void loading() {
        try (ProxyProcess proxy = Scripts.before(server, Scripts.ofTests("api/environment.lua"));
                RawClient first = Scripts.login(proxy);
                RawClient second = Scripts.login(proxy)) {
            assertThat(scopes(first)).isEqualTo("1 2 2 2 1 nil");
            assertThat(scopes(first)).isEqualTo("2 3 3 2 2 nil");
            // 1.4 globals, top-level locals and fields of proxy are the connection's; 1.5 proxy.global is one
            assertThat(scopes(second)).isEqualTo("1 2 2 2 3 nil");
            try (RawClient third = Scripts.login(proxy)) {
                assertThat(scopes(third)).isEqualTo("1 2 2 3 4 nil");
            }
        }
    }

    private static String scopes(RawClient client) {
        return String.join(" ", client.query("SHOW SCOPES").rows().get(0).values());
    }

    private static String answering(String text, String padding) {
        return "function read_query(packet) " + padding + "\n"
                + "    if packet:sub(2) == 'version' then\n"
                + "        proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = '" + text + "'}\n"
                + "        return proxy.PROXY_SEND_RESULT\n"
                + "    end\n"
                + "end\n";
    }

    private static String version(RawClient client) {
        return client.query("version").errorText().substring("1105 #07000".length());
    }

    @Test
    @DisplayName("1.3 a changed file is read again for new connections; old ones keep what they have")
    void reload() throws IOException {
        Path script = Scripts.write(folder.resolve("changing.lua"), answering("one", ""));
        try (ProxyProcess proxy = Scripts.before(server, script);
                RawClient first = Scripts.login(proxy)) {
            assertThat(version(first)).isEqualTo("one");

            Scripts.write(script, answering("two", "-- longer"));
            try (RawClient second = Scripts.login(proxy)) {
                assertThat(version(second)).isEqualTo("two");
            }
            assertThat(version(first)).isEqualTo("one");

            Scripts.write(script, "function read_query(packet\n    nonsense here\nend\n");
            Output output = Output.of(proxy);
            assertThat(HostileScriptsIT.firstError(proxy))
                    .isEqualTo("1105 #07000MySQL Proxy Lua script failed to load. Check the error log.");
            output.containing("(critical)", "changing.lua", ":2: ");
            assertThat(version(first)).isEqualTo("one");

            Files.delete(script);
            assertThat(HostileScriptsIT.firstError(proxy)).contains("failed to load");
            Scripts.write(script, answering("three", "-- and still longer"));
            try (RawClient third = Scripts.login(proxy)) {
                assertThat(version(third)).isEqualTo("three");
            }
            assertThat(version(first)).isEqualTo("one");
        }
    }

    @Test
    @DisplayName("1.3 line numbers are the file's, a return at the top level is legal")
    void text() {
        Path script = Scripts.write(
                folder.resolve("returning.lua"),
                "function read_query()\n    error('in line 2')\nend\nif proxy then return end\nerror('not reached')\n");
        try (ProxyProcess proxy = Scripts.before(server, script);
                RawClient client = Scripts.login(proxy)) {
            assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
            proxy.log().await("\\(critical\\).*\\(read_query\\) \\[string \".*\"]:2: in line 2");
        }
    }

    @Test
    @DisplayName("1.4 a required module runs once, in _G, and sees the connection that calls it")
    void modules() throws IOException {
        Path modules = Files.createDirectory(folder.resolve("modules"));
        Scripts.write(modules.resolve("counting.lua"), """
                module("counting", package.seeall)

                print("counting is loaded")
                local calls = 0

                function call()
                    calls = calls + 1
                    return calls .. " " .. proxy.connection.client.username
                end
                """);
        Path script = Scripts.write(folder.resolve("requiring.lua"), """
                local counting = require("counting")

                function read_query(packet)
                    if packet:sub(2) == "version" then
                        proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = counting.call()}
                        return proxy.PROXY_SEND_RESULT
                    end
                end
                """);
        try (ProxyProcess proxy = Scripts.with(script)
                        .backend(server)
                        .options("--lua-path=" + modules + "/?.lua;"
                                + Distribution.home().resolve("lib/mysql-proxy/lua") + "/?.lua")
                        .start();
                RawClient first = Scripts.login(proxy);
                RawClient second = Scripts.login(proxy)) {
            assertThat(version(first)).isEqualTo("1 app");
            assertThat(version(second)).isEqualTo("2 app");
            assertThat(proxy.log().matching("^counting is loaded$")).hasSize(1);
        }
    }

    /** The first script chooses the backend, so that the second one is first asked later. */
    private ProxyProcess afterChooser(String script) {
        Path chooser = Scripts.write(
                folder.resolve("chooser.lua"), "function connect_server() proxy.connection.backend_ndx = 1 end\n");
        return Scripts.before(server, chooser, Scripts.write(folder.resolve("broken.lua"), script));
    }

    @ParameterizedTest
    @CsvSource({"load, function read_query(", "execute, error('broken')"})
    @DisplayName("1.6 a script that cannot run leaves the login alone; read_query gets the error, and the end")
    void brokenWhenFirstNeeded(String failure, String script) {
        try (ProxyProcess proxy = afterChooser(script)) {
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT 1").errorText())
                        .isEqualTo("1105 #07000MySQL Proxy Lua script failed to " + failure + ". Check the error log.");
                assertThat(client.wire().readToEnd()).isEmpty();
            }
            assertThat(proxy.log().matching("\\(critical\\).*broken\\.lua")).isNotEmpty();
            proxy.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    @Test
    @DisplayName("1.6 what failed is tried again at the next hook")
    void triedAgain() {
        String script = "proxy.global.tries = (proxy.global.tries or 0) + 1\n"
                + "if proxy.global.tries < 3 then error('not yet') end\n" + answering("third time", "");
        try (ProxyProcess proxy = afterChooser(script);
                RawClient client = Scripts.login(proxy)) {
            assertThat(version(client)).isEqualTo("third time");
            assertThat(proxy.log().matching("\\(critical\\) \\(lua-error\\)")).isNotEmpty();
        }
    }

    @Test
    @DisplayName("1.8 only numbers and numeric strings decide")
    void returnValues() {
        try (ProxyProcess proxy = Scripts.before(server, Scripts.ofTests("api/eval.lua"));
                RawClient client = Scripts.login(proxy)) {
            String response = "do proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = 'mine'} return ";
            assertThat(client.query(response + "2").errorText()).contains("mine");
            assertThat(client.query(response + "'2'").errorText()).contains("mine");
            for (String nothing : List.of("nil", "'two'", "true", "{2}", "0", "'0'")) {
                assertThat(client.query(response + nothing).errorCode())
                        .as(nothing)
                        .isEqualTo(1064);
            }
        }
    }

    @Test
    @DisplayName("2 the hooks, their order and their arguments")
    void hooks() {
        try (ProxyProcess proxy = Scripts.before(server, Scripts.ofTests("api/hooks.lua"))) {
            Output output = Output.of(proxy);
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT 'plain'").value()).isEqualTo("plain");
                assertThat(client.query("SELECT 'again'").value()).isEqualTo("again");
            }
            output.regex("^hook disconnect_client 0");
            List<String> hooks = output.lines().stream()
                    .filter(line -> line.startsWith("hook ") || line.startsWith("command "))
                    .toList();
            assertThat(hooks.get(0)).isEqualTo("hook connect_server 0 0 false");
            assertThat(hooks.get(1)).isEqualTo("hook read_handshake 0 1 true");
            assertThat(hooks.get(2)).isEqualTo("hook read_auth 0 1 true");
            int at = 3;
            while (hooks.get(at).equals("hook read_auth_result 1 1 true")) {
                at++;
            }
            assertThat(at).isGreaterThan(3);
            assertThat(hooks.subList(at, hooks.size()))
                    .containsExactly(
                            "hook read_query 1 1 true",
                            "command 3 queue 0 response nil",
                            "hook read_query 1 1 true",
                            "command 3 queue 0 response nil",
                            "hook read_query_result 1 1 true",
                            // COM_QUIT is a command, too
                            "hook read_query 1 1 true",
                            "command 1 queue 0 response nil",
                            hooks.get(hooks.size() - 1));
            assertThat(hooks.get(hooks.size() - 1)).startsWith("hook disconnect_client 0");
        }
    }

    @Test
    @DisplayName("2 a script may redefine a hook while it runs")
    void redefinition() {
        try (ProxyProcess proxy = Scripts.before(server, Scripts.ofTests("api/hooks.lua"));
                RawClient client = Scripts.login(proxy);
                RawClient other = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            client.query("SELECT 'redefine'").ok();
            client.query("SELECT 1").ok();
            output.line("redefined");
            Output ofOther = Output.of(proxy);
            other.query("SELECT 1").ok();
            ofOther.regex("^hook read_query 1");
        }
    }

    @Test
    @DisplayName("2 connect_server: the backend it names, and another one when that is down")
    void connectServer() {
        Path script = Scripts.write(folder.resolve("choosing.lua"), """
                local calls = 0

                function connect_server()
                    calls = calls + 1
                    print("call " .. calls .. " state " .. proxy.global.backends[1].state)
                    if calls == 1 then
                        proxy.connection.backend_ndx = 1
                    end
                end
                """);
        try (ProxyProcess proxy = Scripts.with(script)
                        .backend("127.0.0.1:" + Ports.free())
                        .backend(server)
                        .start();
                RawClient client = Scripts.login(proxy)) {
            assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
            proxy.log().await("^call 1 state 0$");
            // again, as the first choice was not to be had
            proxy.log().await("^call 2 state 2$");
            assertThat(proxy.admin("SELECT * FROM backends"))
                    .extracting(row -> row.get("state"))
                    .containsExactly("down", "up");
        }
    }

    @Test
    @DisplayName("2 an unusable response in connect_server")
    void connectServerAnswersNonsense() {
        Path script = Scripts.write(
                folder.resolve("nonsense.lua"),
                "function connect_server() proxy.response = {} return proxy.PROXY_SEND_RESULT end\n");
        try (ProxyProcess proxy = Scripts.before(server, script)) {
            assertThat(HostileScriptsIT.firstError(proxy))
                    .contains("(lua) handling proxy.response failed, check error-log");
        }
    }

    @Test
    @DisplayName("chained scripts have worlds of their own but for proxy.global")
    void chain() {
        Path first = Scripts.write(
                folder.resolve("first.lua"),
                "proxy.global.order = (proxy.global.order or '') .. 'a'\nname = 'first'\n"
                        + "function read_query(packet) print(name .. ' ' .. packet:sub(2)) end\n");
        Path second = Scripts.write(
                folder.resolve("second.lua"),
                "proxy.global.order = (proxy.global.order or '') .. 'b'\nassert(name == nil)\nname = 'second'\n"
                        + "function read_query(packet) print(name .. ' ' .. packet:sub(2))\n"
                        + "  if packet:sub(2) == 'version' then\n"
                        + "    proxy.response = {type = proxy.MYSQLD_PACKET_ERR, errmsg = proxy.global.order}\n"
                        + "    return proxy.PROXY_SEND_RESULT\n  end\nend\n");
        try (ProxyProcess proxy = Scripts.before(server, first, second);
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(version(client)).isEqualTo("ab");
            output.line("first version").line("second version");
        }
    }

    @Test
    @DisplayName("the same results with a state for each thread")
    void statePerThread() {
        try (ProxyProcess proxy = Scripts.with(Scripts.ofTests("user/query-counter.lua"))
                        .backend(server)
                        .options("--lua-states=per-thread", "--event-threads=2")
                        .start();
                RawClient first = Scripts.login(proxy);
                RawClient second = Scripts.login(proxy);
                RawClient third = Scripts.login(proxy)) {
            first.query("SELECT 1").ok();
            second.query("SELECT 2").ok();
            third.query("SELECT 3").ok();
            for (RawClient client : List.of(first, second, third)) {
                assertThat(client.query("SHOW COUNTS").rows()).containsExactly(Map.of("user", "app", "count", "3"));
            }
        }
    }
}
