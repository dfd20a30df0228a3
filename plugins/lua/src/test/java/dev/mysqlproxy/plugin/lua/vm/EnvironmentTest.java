package dev.mysqlproxy.plugin.lua.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

    @TempDir
    Path folder;

    @Test
    void belongsToOneFunction() {
        assertThat(Script.output("local function f() return x end local function g() return x end x = 1"
                        + " setfenv(f, {x = 2}) print(f(), g(), getfenv(f).x, getfenv(g) == _G, getfenv(print) == _G)"))
                .isEqualTo("2\t1\t2\ttrue\ttrue\n");
    }

    @Test
    void isInheritedByFunctionsMadeLater() {
        assertThat(Script.output(
                        "local function f() return function() return x end end setfenv(f, {x = 5}) print(f()())"))
                .isEqualTo("5\n");
    }

    @Test
    void isSetByLevel() {
        assertThat(Script.output("local p = print setfenv(1, {y = 3}) p(y, getfenv)"))
                .isEqualTo("3\tnil\n");
    }

    @Test
    void isWhatModuleChanges() throws IOException {
        Files.writeString(folder.resolve("m.lua"), "module('m', package.seeall)\nfunction f() return _NAME end");
        Script script = new Script();
        script.run("package.path = '" + folder + "/?.lua'");
        assertThat(script.run("print(require('m').f(), m.f(), package.loaded.m == m, f)"))
                .isEqualTo("m\tm\ttrue\tnil\n");
    }

    @Test
    void listsWhereAModuleIsNot() {
        assertThat(Script.output(
                        "package.path = './no/?.lua' package.cpath = './no/?.so' print(pcall(require, 'a.b'))"))
                .isEqualTo("false\tmodule 'a.b' not found:\n\tno field package.preload['a.b']\n\tno file './no/a/b.lua'"
                        + "\n\tno file './no/a/b.so'\n\tno file './no/a.so'\n");
    }

    @Test
    void refusesModulesInC() throws IOException {
        Files.writeString(folder.resolve("c.so"), "");
        Script script = new Script();
        script.run("package.cpath = '" + folder + "/?.so' package.preload.lfs = print");
        assertThat(script.run("print(pcall(require, 'c'))"))
                .contains("error loading module 'c' from file '" + folder + "/c.so'")
                .contains("modules in C cannot be loaded; built in are: lfs");
    }

    @Test
    void keepsMetatablesOfTypesToItself() {
        Script script = new Script();
        script.run("debug.setmetatable(5, {__index = function(_, k) return k end}) string.mine = true");
        assertThat(script.run("print((5).foo, ('').mine)")).isEqualTo("foo\ttrue\n");
        assertThat(Script.output("print(pcall(function() return (5).foo end)) print(('').mine)"))
                .isEqualTo("false\tt:1: attempt to index a number value\nnil\n");
    }

    @Test
    void readsNoFilesInASandbox() {
        Script script = new Script();
        script.state.sandboxed(true);
        assertThat(script.run("print(loadfile('x.lua'))")).isEqualTo("nil\ta sandboxed script must not load files\n");
    }

    @Test
    void looksForModulesWhereItMayInASandbox() throws IOException {
        Files.writeString(folder.resolve("hidden.lua"), "return 1");
        Script script = new Script();
        script.state.sandboxed(true);
        assertThat(script.run("package.path = '" + folder + "/?.lua' print(pcall(require, 'hidden'))"))
                .startsWith("false\tmodule 'hidden' not found");
    }
}
