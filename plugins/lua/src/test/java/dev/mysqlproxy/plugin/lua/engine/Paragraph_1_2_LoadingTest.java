package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.api.view.CommandType;
import dev.mysqlproxy.testkit.FakeCommand;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1.2: when a script is loaded, and how its hooks are found. */
class Paragraph_1_2_LoadingTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    @Test
    void nothingIsLoadedBeforeTheFirstHook() {
        ScriptHooks hooks = bench.hooks(folder.resolve("not-there.lua"));
        assertThat(bench.log).isEmpty();
        assertThat(hooks.onConnect(new FakeSession())).isInstanceOf(ConnectDecision.Answer.class);
        assertThat(bench.log).hasSize(1);
    }

    @Test
    void theTopLevelRunsOnceForEachConnection() {
        ScriptHooks hooks = bench.hooks("print('loaded')");
        FakeSession first = new FakeSession();
        assertThat(bench.printed(() -> {
                    hooks.onConnect(first);
                    hooks.onHandshake(first, new byte[] {10});
                    hooks.onQuery(first, FakeCommand.query("x"));
                    hooks.onDisconnect(first, "client-quit");
                }))
                .isEqualTo("loaded\n");
        assertThat(bench.printed(() -> hooks.onConnect(new FakeSession()))).isEqualTo("loaded\n");
    }

    @Test
    void anyHookLoadsTheScript() {
        ScriptHooks hooks = bench.hooks("print('loaded') function read_query() print('query') end");
        assertThat(bench.printed(() -> hooks.onQuery(new FakeSession(), FakeCommand.query("x"))))
                .isEqualTo("loaded\nquery\n");
    }

    @Test
    void aSessionThatNeverRanTheScriptDoesNotLoadItAtItsEnd() {
        ScriptHooks hooks = bench.hooks("print('loaded') function disconnect_client() print('end') end");
        assertThat(bench.printed(() -> hooks.onDisconnect(new FakeSession(), "client-quit")))
                .isEmpty();
    }

    @Test
    void aScriptMayRedefineItsHooks() {
        ScriptHooks hooks = bench.hooks("""
            function read_query()
                print("one")
                read_query = function() print("two") read_query = nil end
            end
            """);
        FakeSession session = new FakeSession();
        assertThat(bench.printed(() -> {
                    for (int i = 0; i < 4; i++) {
                        assertThat(hooks.onQuery(session, FakeCommand.query("x")))
                                .isEqualTo(QueryDecision.forward());
                    }
                }))
                .isEqualTo("one\ntwo\n");
        assertThat(bench.log).isEmpty();
    }

    @Test
    void allCommandsAreWatched() {
        assertThat(bench.hooks("").commandTypes()).isEqualTo(EnumSet.allOf(CommandType.class));
    }

    @Test
    void hooksOfARequiredFileAreFoundThroughTheGlobals() {
        bench.script("helper.lua", "function read_query(packet) print('helper ' .. packet:sub(2)) end");
        bench.with(ScriptOptions.LUA_PATH, folder + "/?.lua");
        ScriptHooks hooks = bench.hooks("require('helper')");
        assertThat(bench.printed(() -> {
                    hooks.onQuery(new FakeSession(), FakeCommand.query("a"));
                    hooks.onQuery(new FakeSession(), FakeCommand.query("b"));
                }))
                .isEqualTo("helper a\nhelper b\n");
    }

    @Test
    void strictGlobalsDoNotMatter() {
        ScriptHooks hooks =
                bench.hooks("setmetatable(_G, {__index = function(t, k) error('undeclared ' .. k, 2) end})");
        FakeSession session = new FakeSession();
        hooks.onConnect(session);
        assertThat(hooks.onQuery(session, FakeCommand.query("x"))).isEqualTo(QueryDecision.forward());
        assertThat(bench.log).isEmpty();
    }

    @Test
    void whatBelongsToASessionCanBeCollected() {
        ScriptHooks hooks = bench.hooks("function read_query(p) kept = kept or {} kept[#kept + 1] = p end");
        List<WeakReference<Object>> states = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            FakeSession session = new FakeSession();
            hooks.onConnect(session);
            hooks.onQuery(session, FakeCommand.query("x"));
            states.add(new WeakReference<>(session.state.values().iterator().next()));
            hooks.onDisconnect(session, "client-quit");
        }
        for (int i = 0; i < 100 && states.stream().anyMatch(state -> state.get() != null); i++) {
            System.gc();
        }
        assertThat(states).allSatisfy(state -> assertThat(state.get()).isNull());
    }

    @Test
    void whatBelongsToASessionGoesWithIt() {
        ScriptHooks hooks = bench.hooks(Bench.EVAL);
        FakeSession session = new FakeSession();
        assertThat(Bench.eval(hooks, session, "return 1")).isEqualTo("1");
        assertThat(session.state).hasSize(1);
        hooks.onDisconnect(session, "client-quit");
        assertThat(session.state).isEmpty();
    }
}
