package dev.mysqlproxy.it.lua;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.it.proxy.ProxyProcess;
import dev.mysqlproxy.it.proxy.SharedServers;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.raw.Wire;
import dev.mysqlproxy.it.server.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script does to itself harms neither the proxy nor other sessions. */
class HostileScriptsIT {
    private static TestServer server;
    private static ProxyProcess traps;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = SharedServers.preferred();
        traps = Scripts.with(Scripts.ofTests("hostile/traps.lua"))
                .backend(server)
                .options("--lua-time-limit=1", "--lua-memory-limit=64")
                .start();
    }

    @AfterAll
    static void stop() {
        traps.close();
    }

    private static ProxyProcess start(String script) {
        return Scripts.before(server, Scripts.ofTests("hostile/" + script + ".lua"));
    }

    /** Endless or too big: stopped, with an error that names script and hook; other sessions go on. */
    @ParameterizedTest(autoCloseArguments = false)
    @ValueSource(
            strings = {
                "loop",
                "loop_in_pcall",
                "loop_in_coroutine",
                "loop_in_java",
                "memory",
                "memory_at_once",
                "memory_in_table",
                "pattern"
            })
    void isStopped(String trap) {
        try (RawClient other = Scripts.login(traps)) {
            Output output = Output.of(traps);
            try (RawClient victim = Scripts.login(traps)) {
                Reply reply = victim.query("TRAP " + trap);
                assertThat(reply.isError()).isTrue();
                assertThat(reply.errorText()).contains("traps.lua", "read_query");
            }
            output.containing("(critical)", "read_query");
            // the traceback shows where it was
            output.regex("traps\\.lua.*:\\d+");
            assertThat(other.query("SELECT 'other'").value()).isEqualTo("other");
        }
        assertThat(traps.isAlive()).isTrue();
    }

    /** An error like any other: the statement goes to the server, which does not know it. */
    @ParameterizedTest(autoCloseArguments = false)
    @ValueSource(strings = {"recursion", "recursion_by_metatable", "error_value", "error_nil"})
    void isAnError(String trap) {
        try (RawClient client = Scripts.login(traps)) {
            Output output = Output.of(traps);
            assertThat(client.query("TRAP " + trap).errorCode()).isEqualTo(1064);
            output.containing("(critical)", "(read_query)");
            assertThat(client.query("TRAP none").errorText()).contains("no trap");
            assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
        }
    }

    @Test
    void stackOverflowSaysSo() {
        try (RawClient client = Scripts.login(traps)) {
            Output output = Output.of(traps);
            assertThat(client.query("TRAP recursion").errorCode()).isEqualTo(1064);
            output.containing("(read_query)", "traps.lua", "stack overflow");
        }
    }

    /**
     * What 5.1 comes to an end with: a comparison that contradicts itself, an overflow that each pcall hands on.
     */
    @ParameterizedTest(autoCloseArguments = false)
    @ValueSource(strings = {"sort", "recursion_in_pcall"})
    void ends(String trap) {
        try (RawClient client = Scripts.login(traps)) {
            assertThat(client.query("TRAP " + trap).isError()).isTrue();
            assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
        }
    }

    @Test
    void javaIsOutOfReach() {
        try (RawClient client = Scripts.login(traps)) {
            assertThat(client.query("TRAP escape").errorText()).contains("found 0");
        }
    }

    @Test
    void metatableOfStringsIsTheScriptsOwn() {
        // a proxy of its own: the script breaks its world, and nothing else
        try (ProxyProcess proxy = start("traps");
                RawClient client = Scripts.login(proxy)) {
            assertThat(client.query("TRAP string_metatable").errorCode()).isEqualTo(1064);
            assertThat(client.query("SELECT 'a'").value()).isEqualTo("a");
            assertThat(proxy.admin("SELECT * FROM backends")).hasSize(1);
            assertThat(client.query("SELECT 'b'").value()).isEqualTo("b");
        }
    }

    @Test
    void failClosedRefusesTheStatement() {
        try (ProxyProcess proxy = Scripts.with(Scripts.ofTests("hostile/traps.lua"))
                        .backend(server)
                        .options("--lua-fail=closed")
                        .start();
                RawClient client = Scripts.login(proxy)) {
            Reply reply = client.query("TRAP error_value");
            assertThat(reply.isError()).isTrue();
            // not the server's complaint: the statement has not reached it
            assertThat(reply.errorCode()).isNotEqualTo(1064);
            proxy.log().await("\\(critical\\).*\\(read_query\\)");
        }
    }

    @Test
    void everyHookFails() {
        try (ProxyProcess proxy = start("every-hook")) {
            try (RawClient client = Scripts.login(proxy)) {
                assertThat(client.query("SELECT 'forwarded'").value()).isEqualTo("forwarded");
                assertThat(client.query("SELECT 'injected'").value()).isEqualTo("injected");
                assertThat(client.query("SELECT 'again'").value()).isEqualTo("again");
            }
            for (String hook : List.of(
                    "connect_server",
                    "read_handshake",
                    "read_auth",
                    "read_auth_result",
                    "read_query",
                    "read_query_result",
                    "disconnect_client")) {
                proxy.log().await("\\(critical\\).*\\(" + hook + "\\) \\[string \".*\"]:\\d+: trouble in " + hook);
            }
            proxy.awaitNothingLeft(Integer.MAX_VALUE);
        }
    }

    @Test
    void wrongReturnValues() {
        try (ProxyProcess proxy = start("wrong-returns");
                RawClient client = Scripts.login(proxy)) {
            for (String name : List.of(
                    "text", "yes", "no", "object", "negative", "zero", "huge", "ignore", "internal", "func", "nan")) {
                assertThat(client.query("SELECT 'return " + name + "'").value()).isEqualTo("return " + name);
            }
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'return send_empty'").value()).isEqualTo("return send_empty");
            output.containing("(critical)");
            // 2.5 counts as 2, PROXY_SEND_RESULT; there is no response to send
            assertThat(client.query("SELECT 'return fraction'").errorText())
                    .isEqualTo("1105 #07000(lua) handling proxy.response failed, check error-log");
        }
    }

    @Test
    void namesOfHooksThatAreNoFunctions() {
        try (ProxyProcess proxy = start("non-functions");
                RawClient client = Scripts.login(proxy)) {
            assertThat(client.query("SELECT 'a'").value()).isEqualTo("a");
            proxy.log().await("read_query.*number");
        }
    }

    @Test
    void syntaxError() {
        assertRefused("syntax-error", "failed to load", "syntax-error.lua", ":4: ");
    }

    @Test
    void errorAtTheTopLevel() {
        assertRefused(
                "top-level-error", "failed to execute", "top-level-error.lua", "attempt to index local 'nothing'");
    }

    private static void assertRefused(String script, String failure, String... logged) {
        try (ProxyProcess proxy = start(script)) {
            Output output = Output.of(proxy);
            assertThat(firstError(proxy))
                    .isEqualTo("1105 #07000MySQL Proxy Lua script " + failure + ". Check the error log.");
            for (String text : logged) {
                output.containing(text);
            }
            output.containing("(critical)");
            // and again: nobody gets through
            assertThat(firstError(proxy)).contains(failure);
            assertThat(proxy.admin("SELECT * FROM backends")).hasSize(1);
        }
    }

    static String firstError(ProxyProcess proxy) {
        try (Wire wire = Wire.connect(ProxyProcess.HOST, proxy.port())) {
            Packet packet = wire.read();
            assertThat(packet.isErr()).isTrue();
            wire.readToEnd();
            return Reply.errorText(packet);
        }
    }

    @Test
    void wrongResponses() {
        try (ProxyProcess proxy = Scripts.before(server, Scripts.ofTests("api/eval.lua"));
                RawClient client = Scripts.login(proxy)) {
            for (String response : List.of(
                    "nil",
                    "42",
                    "'text'",
                    "{}",
                    "{type = 'x'}",
                    "{type = 1}",
                    "{type = {}}",
                    "{type = proxy.MYSQLD_PACKET_RAW}",
                    "{type = proxy.MYSQLD_PACKET_RAW, packets = 1}",
                    "{type = proxy.MYSQLD_PACKET_RAW, packets = {{}}}",
                    "{type = proxy.MYSQLD_PACKET_OK, resultset = {}}",
                    "{type = proxy.MYSQLD_PACKET_OK, resultset = {fields = 1, rows = {}}}",
                    "{type = proxy.MYSQLD_PACKET_OK, resultset = {fields = {}, rows = {}}}",
                    "{type = proxy.MYSQLD_PACKET_OK, resultset = {fields = {1}, rows = {}}}",
                    "{type = proxy.MYSQLD_PACKET_OK, resultset = {fields = {{name = 'a'}}, rows = 1}}",
                    "{type = proxy.MYSQLD_PACKET_OK, resultset = {fields = {{name = 'a'}}, rows = {1}}}")) {
                Reply reply = client.query("do proxy.response = " + response + " return proxy.PROXY_SEND_RESULT");
                assertThat(reply.errorText())
                        .as(response)
                        .contains("(lua) handling proxy.response failed, check error-log");
                assertThat(client.query("SELECT 'alive'").value()).isEqualTo("alive");
            }
        }
    }

    @Test
    void deletedWhileRunning() throws IOException {
        Path script = Scripts.write(
                folder.resolve("short-lived.lua"),
                "function read_query(packet) print('short-lived: ' .. packet:sub(2)) end\n");
        try (ProxyProcess proxy = Scripts.before(server, script);
                RawClient client = Scripts.login(proxy)) {
            Files.delete(script);
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
            output.line("short-lived: SELECT 'x'");
            assertThat(firstError(proxy)).contains("failed to load");
            assertThat(client.query("SELECT 'y'").value()).isEqualTo("y");
        }
    }

    @Test
    void neverThere() {
        try (ProxyProcess proxy = Scripts.before(server, folder.resolve("nowhere.lua"))) {
            assertThat(firstError(proxy)).contains("failed to load");
            proxy.log().await("nowhere\\.lua");
        }
    }

    @Test
    void sandbox() {
        Path script = Scripts.write(folder.resolve("curious.lua"), """
                local function try(name, f)
                    local ok, result = pcall(f)
                    print(name .. " works: " .. tostring(ok and result ~= nil and result ~= false))
                end

                function read_query()
                    try("os.execute", function() return os.execute("true") == 0 end)
                    try("io.open", function() return io.open("/etc/hostname") end)
                    try("io.popen", function() return io.popen("true") end)
                    try("loadfile", function() return loadfile("/etc/hostname") or error() end)
                    try("posix.kill", function() return require("posix").kill(1, 0) == 0 end)
                    try("lfs.attributes", function() return require("lfs").attributes("/etc") end)
                    try("lfs.dir", function() return require("lfs").dir("/etc") end)
                    try("lfs.mkdir", function() return require("lfs").mkdir("/tmp/curious") end)
                    try("string.rep", function() return string.rep("x", 3) end)
                end
                """);
        try (ProxyProcess proxy = Scripts.with(script)
                        .backend(server)
                        .options("--lua-sandbox")
                        .start();
                RawClient client = Scripts.login(proxy)) {
            Output output = Output.of(proxy);
            assertThat(client.query("SELECT 'x'").value()).isEqualTo("x");
            for (String name : List.of(
                    "os.execute",
                    "io.open",
                    "io.popen",
                    "loadfile",
                    "posix.kill",
                    "lfs.attributes",
                    "lfs.dir",
                    "lfs.mkdir")) {
                output.line(name + " works: false");
            }
            output.line("string.rep works: true");
        }
    }
}
