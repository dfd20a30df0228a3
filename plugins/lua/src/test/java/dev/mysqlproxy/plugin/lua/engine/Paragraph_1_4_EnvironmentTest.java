package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1.4: environments and the table {@code proxy}. */
class Paragraph_1_4_EnvironmentTest {

    @TempDir
    Path folder;

    private Bench bench;
    private ScriptHooks hooks;
    private final FakeSession one = new FakeSession();
    private final FakeSession two = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder).with(ScriptOptions.LUA_PATH, folder + "/?.lua");
        hooks = bench.hooks(Bench.EVAL);
    }

    @Test
    void globalsOfAScriptBelongToItsConnection() {
        assertThat(eval(hooks, one, "x = 1 return x")).isEqualTo("1");
        assertThat(eval(hooks, two, "return x")).isEqualTo("nil");
        assertThat(eval(hooks, one, "return x")).isEqualTo("1");
        assertThat(eval(hooks, one, "return rawget(_G, 'x')")).isEqualTo("nil");
    }

    @Test
    void coroutinesOfAScriptEndWithItsConnection() {
        String suspended = "co = coroutine.create(function() coroutine.yield(co) end) coroutine.resume(co)"
                + " proxy.global.co = co return coroutine.status(co)";
        assertThat(eval(hooks, one, suspended)).isEqualTo("suspended");
        hooks.onDisconnect(one, "client-quit");
        assertThat(eval(hooks, two, "return coroutine.status(proxy.global.co)")).isEqualTo("dead");
    }

    @Test
    void readsFallThroughToTheRealGlobals() {
        assertThat(eval(hooks, one, "return getmetatable(getfenv()).__index == _G"))
                .isEqualTo("true");
        assertThat(eval(hooks, one, "_G.y = 5 return y")).isEqualTo("5");
        assertThat(eval(hooks, two, "return y")).isEqualTo("5");
        assertThat(eval(hooks, one, "return rawget(getfenv(), 'proxy')")).isEqualTo("nil");
    }

    @Test
    void oneConnectionCannotChangeTheEnvironmentsOfOthers() {
        eval(hooks, two, "return 1");
        eval(
                hooks,
                one,
                "local get, G = rawget, _G getmetatable(getfenv()).__index = function(t, k) return get(G, k) or k =="
                        + " 'nothing' and k or nil end");
        assertThat(eval(hooks, one, "return nothing")).isEqualTo("nothing");
        assertThat(eval(hooks, two, "return nothing")).isEqualTo("nil");
    }

    @Test
    void proxyIsOneTableForAll() {
        assertThat(eval(hooks, one, "shown = tostring(proxy) _G.shown = shown return shown"))
                .startsWith("table: ");
        assertThat(eval(hooks, two, "return tostring(proxy) == _G.shown and proxy == _G.proxy"))
                .isEqualTo("true");
    }

    @Test
    void fieldsOfProxyBelongToTheConnection() {
        assertThat(eval(hooks, one, "proxy.mine = 7 return proxy.mine")).isEqualTo("7");
        assertThat(eval(hooks, two, "return proxy.mine")).isEqualTo("nil");
        assertThat(eval(hooks, one, "return proxy.mine")).isEqualTo("7");
        assertThat(eval(hooks, one, "return rawget(proxy, 'mine')")).isEqualTo("nil");
        assertThat(eval(hooks, one, "return __proxy.mine")).isEqualTo("7");
        assertThat(eval(hooks, one, "return rawget(__proxy, 'queries') == proxy.queries"))
                .isEqualTo("true");
    }

    @Test
    void anOverwrittenConstantChangesForAll() {
        eval(hooks, one, "proxy.COM_SLEEP = 99");
        assertThat(eval(hooks, two, "return proxy.COM_SLEEP")).isEqualTo("99");
        eval(hooks, two, "proxy.COM_SLEEP = 0");
        assertThat(eval(hooks, one, "return proxy.COM_SLEEP")).isEqualTo("0");
    }

    @Test
    void theRedirectionIsOutOfReach() {
        assertThat(eval(hooks, one, "return getmetatable(proxy)")).isEqualTo("false");
        assertThat(eval(hooks, one, "return setmetatable(proxy, {})")).contains("protected metatable");
        assertThat(eval(hooks, one, "return getmetatable(proxy.queries)")).isEqualTo("false");
        assertThat(eval(hooks, one, "return getmetatable(proxy.connection)")).isEqualTo("false");
        assertThat(eval(hooks, one, "return getmetatable(proxy.global.backends)"))
                .isEqualTo("false");
    }

    @Test
    void theDebugLibraryCannotChangeItEither() {
        for (String object : new String[] {"proxy", "proxy.queries", "proxy.connection", "proxy.global.backends"}) {
            assertThat(eval(hooks, one, "debug.getmetatable(" + object + ").__index = print"))
                    .as(object)
                    .startsWith("ERR:");
            assertThat(eval(hooks, one, "rawset(debug.getmetatable(" + object + "), '__index', print)"))
                    .as(object)
                    .startsWith("ERR:");
        }
        assertThat(eval(hooks, one, "debug.setmetatable(proxy.queries, {})")).startsWith("ERR:");
        assertThat(eval(hooks, two, "return #proxy.queries .. #proxy.global.backends .. proxy.connection.backend_ndx"))
                .isEqualTo("000");
    }

    @Test
    void objectsAreUserdata() {
        assertThat(eval(hooks, one, "return type(proxy.queries)")).isEqualTo("userdata");
        assertThat(eval(hooks, one, "return tostring(proxy.connection)")).startsWith("userdata: ");
        assertThat(eval(hooks, one, "return proxy.queries == proxy.queries")).isEqualTo("true");
        assertThat(eval(hooks, one, "return proxy.queries == proxy.connection")).isEqualTo("false");
        assertThat(eval(hooks, one, "return type(proxy.response)")).isEqualTo("table");
        assertThat(eval(hooks, one, "local t = {[proxy.queries] = 'q'} return t[proxy.queries]"))
                .isEqualTo("q");
    }

    @Test
    void aRequiredFileSeesTheConnectionAtHand() {
        bench.script("counter.lua", """
            local calls = 0
            shared = 'in _G'
            local M = {}
            function M.count()
                calls = calls + 1
                proxy.seen = (proxy.seen or 0) + 1
                return calls .. ' ' .. proxy.seen
            end
            return M
            """);
        assertThat(eval(hooks, one, "return require('counter').count()")).isEqualTo("1 1");
        assertThat(eval(hooks, two, "return require('counter').count()")).isEqualTo("2 1");
        assertThat(eval(hooks, one, "return require('counter').count()")).isEqualTo("3 2");
        assertThat(eval(hooks, two, "return shared .. tostring(rawget(_G, 'shared') == shared)"))
                .isEqualTo("in _Gtrue");
    }

    @Test
    void aModuleUnderProxyEndsUpInTheConnectionThatRequiredIt() {
        bench.script("thing.lua", "module('proxy.thing', package.seeall) function name() return 'thing' end");
        assertThat(eval(hooks, one, "require('thing') return proxy.thing.name()"))
                .isEqualTo("thing");
        assertThat(eval(hooks, two, "require('thing') return proxy.thing")).isEqualTo("nil");
        assertThat(eval(hooks, two, "return package.loaded['proxy.thing'].name()"))
                .isEqualTo("thing");
    }

    @Test
    void twoScriptsOfOneSessionHaveEachTheirOwn() {
        Path first = bench.script("a.lua", "who = 'a' proxy.who = 'a' function read_query() print(who, proxy.who) end");
        Path second =
                bench.script("b.lua", "who = 'b' proxy.who = 'b' function read_query() print(who, proxy.who) end");
        ScriptHooks both = bench.hooks(first, second);
        assertThat(bench.printed(() -> {
                    both.onQuery(one, FakeCommand.query("x"));
                    both.onQuery(one, FakeCommand.query("x"));
                }))
                .isEqualTo("a\ta\nb\tb\na\ta\nb\tb\n");
    }

    @Test
    void anotherSessionsObjectsAnswerWithAnError() {
        one.server = new FakeServer(1);
        assertThat(eval(hooks, one, "proxy.global.c = proxy.connection return proxy.global.c.backend_ndx"))
                .isEqualTo("1");
        assertThat(eval(hooks, two, "return proxy.global.c.backend_ndx"))
                .startsWith("ERR:")
                .contains("another session");
        assertThat(eval(hooks, two, "proxy.global.c.backend_ndx = 0")).startsWith("ERR:");
        assertThat(eval(hooks, two, "return proxy.global.c.client.username")).startsWith("ERR:");
        hooks.onDisconnect(one, "client-quit");
        assertThat(eval(hooks, two, "return proxy.global.c.server")).startsWith("ERR:");
        assertThat(one.calls).isEmpty();
    }
}
