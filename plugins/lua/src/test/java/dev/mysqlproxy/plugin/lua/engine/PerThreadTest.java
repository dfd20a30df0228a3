package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.api.view.BackendView;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Lua state for each event loop. */
class PerThreadTest {

    @TempDir
    Path folder;

    private Bench bench;
    private ScriptHooks hooks;
    private final FakeSession here = new FakeSession();
    private final FakeSession there = new FakeSession();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();

    @BeforeEach
    void start() {
        bench = new Bench(folder).with(ScriptOptions.LUA_STATES, "per-thread");
        hooks = bench.hooks(Bench.EVAL);
    }

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    private String here(String chunk) {
        return eval(hooks, here, chunk);
    }

    private String there(String chunk) throws Exception {
        Future<String> value = loop.submit(() -> eval(hooks, there, chunk));
        return value.get(20, TimeUnit.SECONDS);
    }

    @Test
    void theWorldsAreTwo() throws Exception {
        here("_G.mine = 1");
        assertThat(there("return _G.mine")).isEqualTo("nil");
        assertThat(here("return _G.mine")).isEqualTo("1");
    }

    @Test
    void valuesOfGlobalAreSeenAtOnce() throws Exception {
        here("proxy.global.n = 5 proxy.global.s = 'text' proxy.global.b = true");
        assertThat(there("return proxy.global.n .. proxy.global.s .. tostring(proxy.global.b)"))
                .isEqualTo("5texttrue");
        there("proxy.global.n = nil");
        assertThat(here("return proxy.global.n")).isEqualTo("nil");
    }

    @Test
    void tablesBecomeShared() throws Exception {
        here("proxy.global.t = {1, 2, sub = {x = 'deep'}}");
        assertThat(there("return #proxy.global.t .. proxy.global.t.sub.x")).isEqualTo("2deep");
        there("proxy.global.t.sub.x = 'changed' proxy.global.t[3] = 3 table.insert(proxy.global.t, 4)");
        assertThat(here("return proxy.global.t.sub.x .. #proxy.global.t .. table.concat(proxy.global.t, ',')"))
                .isEqualTo("changed41,2,3,4");
        assertThat(here("local t = {1} proxy.global.t = t t[1] = 2 return proxy.global.t[1]"))
                .as("a copy")
                .isEqualTo("1");
        assertThat(here("local a = {} a.self = a proxy.global.t = a return proxy.global.t.self == proxy.global.t"))
                .isEqualTo("true");
        assertThat(here("local x = proxy.global.t proxy.global.u = x return proxy.global.u == proxy.global.t"))
                .isEqualTo("true");
    }

    @Test
    void theyAreTraversed() throws Exception {
        there("proxy.global.t = {10, 20, a = 1}");
        assertThat(here("local n, s = 0, 0 for k, v in pairs(proxy.global.t) do n = n + 1 s = s + v end return"
                        + " n .. ' ' .. s"))
                .isEqualTo("3 31");
        assertThat(here("local s = 0 for i, v in ipairs(proxy.global.t) do s = s + v end return s"))
                .isEqualTo("30");
        assertThat(here("local ks = {} for k in pairs(proxy.global) do ks[#ks + 1] = k end table.sort(ks)"
                        + " return table.concat(ks, ' ')"))
                .isEqualTo("backends config t");
        assertThat(here("return next({}) == nil and next(proxy.global.config)")).isEqualTo("nil");
        assertThat(here("return type(proxy.global) .. type(proxy.global.t)")).isEqualTo("tabletable");
        assertThat(here("for k in pairs(proxy.global.t) do proxy.global.t[k] = nil end return next(proxy.global.t)"))
                .isEqualTo("nil");
    }

    @Test
    void whatCannotBeSharedSaysSo() {
        assertThat(here("proxy.global.f = function() end"))
                .contains("--lua-states=per-thread")
                .endsWith("not a function");
        assertThat(here("proxy.global.t = {f = print}")).endsWith("not a function");
        assertThat(here("proxy.global.q = proxy.queries")).endsWith("not a userdata");
        assertThat(here("proxy.global.t = setmetatable({}, {})")).endsWith("table with a metatable");
        assertThat(here("proxy.global.g = proxy.global")).startsWith("ERR:");
        assertThat(here("proxy.global[{}] = 1")).startsWith("ERR:").contains("as a key");
        assertThat(here("setmetatable(proxy.global, {})")).startsWith("ERR:").contains("metatable");
        assertThat(here("return getmetatable(proxy.global)")).isEqualTo("nil");
        assertThat(here("proxy.global[nil] = 1")).contains("index is nil");
    }

    @Test
    void backendsAndConfig() throws Exception {
        bench.backends.add("10.0.0.1:3306", BackendView.Type.RW);
        here("proxy.global.config.rwsplit = {min = 4}");
        assertThat(there("return proxy.global.config.rwsplit.min .. #proxy.global.backends"))
                .isEqualTo("41");
        here("proxy.global.backends = 5");
        assertThat(here("return #proxy.global.backends")).isEqualTo("1");
        assertThat(there("proxy.global.backends[1].state = 2 return proxy.global.backends[1].state"))
                .isEqualTo("2");
        assertThat(here("return proxy.global.backends[1].state")).isEqualTo("2");
    }

    @Test
    void eachOperationIsWhole() throws Exception {
        here("proxy.global.t = {}");
        Future<String> other = loop.submit(() -> eval(
                hooks,
                there,
                "for i = 1, 20000 do proxy.global.t['a' .. i % 50] = i proxy.global.t['a' .. i % 7] = nil end"));
        here("for i = 1, 20000 do proxy.global.t['b' .. i % 50] = i local v = proxy.global.t['a' .. i % 50]"
                + " if v ~= nil and type(v) ~= 'number' then error('torn') end end");
        other.get(20, TimeUnit.SECONDS);
        assertThat(here("local n = 0 for k, v in pairs(proxy.global.t) do if k:sub(1, 1) == 'b' then n = n + 1"
                        + " end end return n"))
                .isEqualTo("50");
    }

    @Test
    void theScriptIsCompiledOnce() throws Exception {
        here("return 1");
        assertThat(there("return 1")).isEqualTo("1");
        Path path = folder.resolve("script.lua");
        assertThat(bench.scope().cache().get(path))
                .isSameAs(bench.scope().cache().get(path));
        assertThat(bench.log).isEmpty();
    }
}
