package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.eval;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.hook.Hook;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1.1 and 1.5: one scope for the process, {@code proxy.global}. */
class Paragraph_1_5_GlobalTest {

    @TempDir
    Path folder;

    private Bench bench;
    private ScriptHooks hooks;
    private final FakeSession one = new FakeSession();
    private final FakeSession two = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
        hooks = bench.hooks(Bench.EVAL);
    }

    @Test
    void itStartsWithConfigAndBackends() {
        assertThat(eval(hooks, one, """
            local keys = {}
            for k, v in pairs(proxy.global) do keys[#keys + 1] = k .. '=' .. type(v) end
            table.sort(keys)
            return table.concat(keys, ' ')
            """)).isEqualTo("backends=userdata config=table");
        assertThat(eval(hooks, one, "return next(proxy.global.config)")).isEqualTo("nil");
    }

    @Test
    void anythingMayBeStoredAndOthersSeeIt() {
        eval(hooks, one, "proxy.global.f = function() return 'called' end proxy.global.t = {1, 2, 3}");
        assertThat(eval(hooks, two, "return proxy.global.f() .. #proxy.global.t"))
                .isEqualTo("called3");
        hooks.onDisconnect(one, "client-quit");
        assertThat(eval(hooks, two, "return proxy.global.f()")).isEqualTo("called");
    }

    @Test
    void itSurvivesAReload() {
        eval(hooks, one, "proxy.global.count = 5");
        bench.script("script.lua", Bench.EVAL + "\n-- longer now\n");
        assertThat(eval(hooks, two, "return proxy.global.count")).isEqualTo("5");
    }

    @Test
    void backendsComeBackWhenAScriptStarts() {
        eval(hooks, one, "proxy.global.backends = nil");
        assertThat(eval(hooks, one, "return proxy.global.backends")).isEqualTo("nil");
        assertThat(eval(hooks, two, "return #proxy.global.backends")).isEqualTo("0");
    }

    @Test
    void proxyAndAdminScriptsShareIt() {
        ScriptHandler admin = new ScriptHandler(bench.script("admin.lua", Bench.EVAL), bench.scope());
        eval(hooks, one, "proxy.global.from = 'proxy'");
        Reply reply = admin.onCommand(two, FakeCommand.query("return proxy.global.from"));
        assertThat(Bench.text(((Reply.ByteRows) reply).rows().get(0).get(0))).isEqualTo("proxy");
    }

    @Test
    void allEnginesOfAProcessShareTheScope() {
        LuaScriptEngine first = new LuaScriptEngine();
        LuaScriptEngine second = new LuaScriptEngine();
        Path path = bench.script("s.lua", Bench.EVAL);
        Hook proxy = first.hooks(List.of(path), bench.context);
        ScriptHandler admin = (ScriptHandler) second.handler(path, bench.context);
        eval((ScriptHooks) proxy, one, "proxy.global.x = 1");
        Reply reply = admin.onCommand(two, FakeCommand.query("return proxy.global.x"));
        assertThat(Bench.text(((Reply.ByteRows) reply).rows().get(0).get(0))).isEqualTo("1");
        assertThat(first.suffix()).isEqualTo(".lua");

        Bench other = new Bench(folder);
        Hook elsewhere = first.hooks(List.of(path), other.context);
        assertThat(eval((ScriptHooks) elsewhere, new FakeSession(), "return proxy.global.x"))
                .isEqualTo("nil");
    }

    @Test
    void hooksOfSeveralLoopsRunOneAfterTheOther() throws Exception {
        ScriptHooks counting = bench.hooks(bench.script("count.lua", """
            function read_query()
                local before = proxy.global.count or 0
                for _ = 1, 50 do proxy.mine = (proxy.mine or 0) + 1 end
                proxy.global.count = before + 1
            end
            """));
        ExecutorService loops = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                FakeSession session = new FakeSession();
                done.add(loops.submit(() -> {
                    for (int n = 0; n < 500; n++) {
                        counting.onQuery(session, FakeCommand.query("x"));
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            loops.shutdownNow();
        }
        assertThat(bench.log).isEmpty();
        assertThat(eval(hooks, one, "return proxy.global.count")).isEqualTo("2000");
    }

    @Test
    void theLockIsFreeBetweenHooks() {
        eval(hooks, one, "return 1");
        eval(hooks, one, "error('x')");
        assertThat(bench.scope().world().lock().isLocked()).isFalse();
        assertThat(bench.scope().world().lock().isFair()).isFalse();
    }
}
