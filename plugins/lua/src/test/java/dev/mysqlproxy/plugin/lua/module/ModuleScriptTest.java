package dev.mysqlproxy.plugin.lua.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.ScriptError;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** The modules as scripts use them. */
class ModuleScriptTest {

    private final LuaState state = Libraries.newState();
    private final FakeHost host = new FakeHost();

    static List<StatementExample> examples() {
        return StatementExample.all();
    }

    @BeforeEach
    void install() {
        Modules.install(state, host);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void tokenizesAndNormalises(StatementExample example) {
        state.globals().rawset("sql", ModuleBench.string(example.sql()));

        assertThat(run("""
            local tokenizer = require("mysql.tokenizer")
            local tokens = tokenizer.tokenize(sql)
            local shown = {}
            for i = 1, #tokens do
                shown[i] = tokens[i].token_name:gsub("^TK_", "") .. "{" .. tokens[i].text .. "}"
            end
            assert(tokens[0] == nil and tokens[#tokens + 1] == nil)
            return table.concat(shown, " ")""")).isEqualTo(example.tokens());
        assertThat(run("return tokenizer.normalize(tokenizer.tokenize(sql))")).isEqualTo(example.normalised());
    }

    @ParameterizedTest
    @CsvSource({
        "mysql.tokenizer, tokenizer", "mysql.proto, proto", "mysql.password, password", "chassis, chassis",
        "glib2, glib2", "posix, posix", "lfs, lfs", "lpeg, lpeg",
    })
    void modulesAreLoadedOnceAndKnownByTheirShortName(String name, String global) {
        assertThat(run("return tostring(" + global + ")")).isEqualTo("nil");
        assertThat(run("""
            local m, loaded = require("NAME"), package.loaded
            return tostring(m == SHORT and m == loaded["NAME"] and m == loaded.SHORT and m == require("NAME"))""".replace("NAME", name).replace("SHORT", global))).isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "require('mysql.tokenizer').tokenize(nil) | bad argument #1 to 'tokenize' (string expected, got nil)",
                "require('mysql.tokenizer').tokenize({}) | bad argument #1 to 'tokenize' (string expected, got table)",
                "require('mysql.tokenizer').tokenize() | bad argument #1 to 'tokenize' (string expected, got no value)",
                "x = require('mysql.tokenizer').tokenize('a')[1].foo | tokens[...] has no foo field",
                "require('mysql.proto').from_err_packet('') | network_mysqld_proto_get_err_packet() failed",
                "require('mysql.proto').from_ok_packet('x') | network_mysqld_proto_get_ok_packet() failed",
                "require('mysql.proto').to_response_packet({}) | .server_capabilities has to be set",
                "require('mysql.proto').to_ok_packet(1) | bad argument #1 to 'to_ok_packet' (table expected, got number)",
                "require('chassis').log('x', 'y') | bad argument #1 to 'log' (invalid option 'x')",
                "require('lfs').dir('/nope') | cannot open /nope: No such file or directory",
            })
    void errorsHaveThePositionOfTheCall(String script, String message) {
        assertThatThrownBy(() -> run("\n" + script))
                .isInstanceOf(ScriptError.class)
                .hasMessage("[string \"test\"]:2: " + message);
    }

    @Test
    void aTokenCanBeSetToNilOnly() {
        assertThat(run("""
            local t = require("mysql.tokenizer").tokenize("a b")
            local b = t[2]
            t[2] = nil
            return #t .. tostring(t[2]) .. b.text .. tostring(pcall(function() t[1] = 1 end))""")).isEqualTo("2nilbfalse");
    }

    /** Time that grows faster than the statement would show as steps that do. */
    @Test
    void stepsOfTheTokenizerGrowWithTheStatement() {
        for (String piece : List.of("'", "a.", "/*", "((", "-- \n", "``", "1e", "x ", "\\'")) {
            String script = "local t = require('mysql.tokenizer') t.normalize(t.tokenize(sql))";
            state.globals().rawset("sql", ModuleBench.string(piece.repeat(100_000)));
            state.begin(2_000_000, Long.MAX_VALUE, 100_000_000);
            run(script);
            state.end();
            state.globals().rawset("sql", ModuleBench.string(piece.repeat(1_000_000)));
            state.begin(30_000, Long.MAX_VALUE, 100_000_000);
            assertThatThrownBy(() -> run(script)).isInstanceOf(ScriptStopped.class);
            state.end();
        }
    }

    @Test
    void memoryOfTokensCounts() {
        state.begin(Long.MAX_VALUE, Long.MAX_VALUE, 5_000_000);
        assertThatThrownBy(() -> run("require('mysql.tokenizer').tokenize((','):rep(1000000))"))
                .isInstanceOf(ScriptStopped.class)
                .hasMessageContaining("memory");
        state.end();
    }

    @Test
    void memoryOfPacketsCounts() {
        state.begin(Long.MAX_VALUE, Long.MAX_VALUE, 5_000_000);
        assertThatThrownBy(() -> run("""
            local large, attributes = ("x"):rep(100000), {}
            for i = 1, 200 do attributes[tostring(i)] = large end
            require("mysql.proto").to_response_packet({
                server_capabilities = 0x108200, capabilities = 0x108200, attributes = attributes })""")).isInstanceOf(ScriptStopped.class).hasMessageContaining("memory");
        state.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql.tokenizer", "mysql.proto", "mysql.password", "chassis", "glib2", "posix", "lfs"})
    void argumentsOfAnyTypeAreAnsweredOrLuaErrors(String module) {
        assertThat(run("""
            local values, failed = {true, {}, print, "", "x", 0, coroutine.create(function() end)}, 0
            for name, f in pairs(require("%s")) do
                if type(f) == "function" and name ~= "kill" and name ~= "mkdir" and name ~= "rmdir" then
                    for i = 0, #values do
                        for j = 0, #values do
                            local ok, message = pcall(f, values[i], values[j])
                            assert(ok or type(message) == "string")
                            failed = failed + (ok and 0 or 1)
                        end
                    end
                    pcall(f)
                end
            end
            return tostring(failed > 0)""".formatted(module))).isEqualTo("true");
    }

    @Test
    void sleepEndsWithTheTimeOfTheCall() {
        state.begin(Long.MAX_VALUE, 1_000_000, Long.MAX_VALUE);
        assertThatThrownBy(() -> run("pcall(require('glib2').usleep, 1e12)"))
                .isInstanceOf(ScriptStopped.class)
                .hasMessageContaining("time");
        state.end();
    }

    @Test
    void loggedLinesSayWhereTheyAreFrom() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        state.out(new PrintStream(out, true, StandardCharsets.UTF_8));
        state.run(
                state.load(
                        "\nrequire('chassis').warning('careful')\nprint('one', 'two')\nos.print('three')"
                                .getBytes(StandardCharsets.UTF_8),
                        "/opt/proxy/lib/a.lua",
                        state.globals()),
                LuaValue.NONE);
        run("local function f() print(1) end f()");
        state.run(
                state.load("print(2)".getBytes(StandardCharsets.UTF_8), "@/srv/b.lua", state.globals()), LuaValue.NONE);

        assertThat(host.lines)
                .containsExactly(
                        "WARNING (lib/a.lua:2) careful",
                        "MESSAGE (lib/a.lua:3) one",
                        "MESSAGE ([string \"test\"]:1) 1",
                        "MESSAGE (/srv/b.lua:1) 2");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("three\n");
    }

    @Test
    void statisticsAreTables() {
        host.statistics.put("proxy", Map.of("connections", 3L));
        assertThat(run("""
            local c = require("chassis")
            local all = c.get_stats().proxy
            return c.get_stats("proxy").connections .. all.connections .. tostring(c.get_stats("x"))""")).isEqualTo("33nil");
    }

    @Test
    void challengesAndPasswordsFitTogether() {
        assertThat(run("""
            local proto, password = require("mysql.proto"), require("mysql.password")
            local c = proto.from_challenge_packet(proto.to_challenge_packet({
                server_version = 80036, capabilities = 0x88200, auth_plugin_name = "mysql_native_password" }))
            local double = password.hash(password.hash("secret"))
            local r = password.scramble(c.challenge, password.hash("secret"))
            local login = proto.from_response_packet(proto.to_response_packet({
                server_capabilities = c.capabilities, capabilities = c.capabilities, username = "joe", response = r,
                auth_plugin_name = c.auth_plugin_name }), c.capabilities)
            assert(password.unscramble(c.challenge, login.response, double) == password.hash("secret"))
            return #c.challenge .. login.username .. tostring(password.check(c.challenge, login.response, double))
                .. login.auth_plugin_name""")).isEqualTo("21joetruemysql_native_password");
    }

    @Test
    void fieldsMayComeFromAMetatable() {
        assertThat(run("""
            local fields = setmetatable({}, {__index = function(t, name) return name == "errmsg" and "no" or nil end})
            return require("mysql.proto").to_err_packet(fields):sub(-2)""")).isEqualTo("no");
    }

    @Test
    void foldersAreIterated(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("a"));
        state.globals().rawset("folder", LuaString.valueOf(folder.toString()));
        assertThat(run("""
            local lfs, names = require("lfs"), {}
            for name in lfs.dir(folder) do names[#names + 1] = name end
            table.sort(names)
            return table.concat(names, " ") .. lfs.attributes(folder).mode""")).isEqualTo(". .. adirectory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"posix.kill(1, 0)", "lfs.mkdir('/tmp/x')", "chassis.set_shutdown()"})
    void theSandboxIsClosed(String script) {
        state.sandboxed(true);
        String module = script.substring(0, script.indexOf('.'));
        assertThatThrownBy(() -> run("require('" + module + "') " + script))
                .isInstanceOf(ScriptError.class)
                .hasMessageContaining(" is not allowed in the sandbox");
        assertThat(host.shutdowns).isZero();
    }

    private String run(String script) {
        LuaValue chunk = state.load(script.getBytes(StandardCharsets.ISO_8859_1), "test", state.globals());
        LuaValue result = state.run(chunk, LuaValue.NONE).arg1();
        return result.isnil() ? "" : ModuleBench.text(result);
    }
}
