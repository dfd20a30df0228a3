package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.testkit.FakeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 8: that modules are within reach, and where files are looked for. */
class Paragraph_8_ModulesTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    private String run(String chunk) {
        return eval(bench.hooks(Bench.EVAL), new FakeSession(), chunk);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mysql.tokenizer", "mysql.proto", "mysql.password", "chassis", "glib2", "posix", "lfs", "lpeg"})
    void builtInModules(String name) {
        assertThat(run("return type(require('" + name + "'))")).isEqualTo("table");
    }

    @Test
    void filesAreLookedForInTheInstallation() throws IOException {
        Path modules = Files.createDirectories(folder.resolve("lib/mysql-proxy/lua/proxy"));
        Files.writeString(modules.resolve("mine.lua"), "return {name = 'mine'}");
        // LUA_PATH of whoever runs this test comes before the installation's
        String expected = System.getenv("LUA_PATH") == null ? "mine" : null;
        if (expected != null) {
            assertThat(run("return require('proxy.mine').name")).isEqualTo(expected);
            assertThat(run("return package.path")).isEqualTo(folder + "/lib/mysql-proxy/lua/?.lua");
        }
    }

    @Test
    void theOptionsDecide() {
        bench.with(ScriptOptions.LUA_PATH, "/a/?.lua;;").with(ScriptOptions.LUA_CPATH, "/a/?.so");
        assertThat(run("return package.path")).startsWith("/a/?.lua;./?.lua;").doesNotContain(";;");
        assertThat(run("return package.cpath")).isEqualTo("/a/?.so");
    }

    @Test
    void chassisWritesToTheLogAndCounts() {
        assertThat(run("local c = require('chassis') c.message('hello') return c.get_stats('lua').hook_calls"))
                .isEqualTo("1");
        assertThat(run("return require('chassis').get_stats('chassis').lua_mem_bytes > 0"))
                .isEqualTo("true");
        assertThat(run("return require('chassis').get_stats('none')")).isEqualTo("nil");
    }

    @Test
    void printGoesToStandardOutput() {
        ScriptHooks hooks = bench.hooks("function read_query() print('a', 1, nil) end");
        assertThat(bench.printed(() -> hooks.onQuery(new FakeSession(), FakeCommand.query("x"))))
                .isEqualTo("a\t1\tnil\n");
    }
}
