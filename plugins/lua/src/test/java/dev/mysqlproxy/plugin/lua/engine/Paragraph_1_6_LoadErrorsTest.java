package dev.mysqlproxy.plugin.lua.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1.6: errors while a script is loaded. */
class Paragraph_1_6_LoadErrorsTest {

    private static final Reply.Err LOAD =
            Reply.error(1105, "07000", "MySQL Proxy Lua script failed to load. Check the error log.");
    private static final Reply.Err EXECUTE =
            Reply.error(1105, "07000", "MySQL Proxy Lua script failed to execute. Check the error log.");

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    @Test
    void aMissingFile() {
        Path path = folder.resolve("none.lua");
        ScriptHooks hooks = bench.hooks(path);
        assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.answer(LOAD));
        assertThat(bench.log)
                .containsExactly("critical lua_load_file(" + path + ") failed: cannot open " + path
                        + ": No such file or directory");
    }

    @Test
    void aFolder() {
        bench.hooks(folder).onConnect(session);
        assertThat(bench.log.get(0)).startsWith("critical lua_load_file(" + folder + ") failed: cannot read ");
    }

    @Test
    void aSyntaxError() {
        ScriptHooks hooks = bench.hooks("function read_query(\nend");
        assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.answer(LOAD));
        Path path = folder.resolve("script.lua");
        assertThat(bench.log.get(0))
                .startsWith("critical lua_load_file(" + path + ") failed: [string \"")
                .contains(":2: ")
                .contains("near 'end'");
    }

    @Test
    void anErrorOfTheTopLevel() {
        ScriptHooks hooks = bench.hooks("print('before') local n\nprint(n.field)");
        assertThat(bench.printed(() -> assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.answer(EXECUTE))))
                .isEqualTo("before\n");
        assertThat(bench.log.get(0))
                .startsWith("critical (lua-error) [" + folder.resolve("script.lua") + "]\n[string \"")
                .endsWith(":2: attempt to index local 'n' (a nil value)");
    }

    @Test
    void inReadQueryTheSessionIsRefused() {
        assertThat(bench.hooks(folder.resolve("none.lua")).onQuery(session, FakeCommand.query("x")))
                .isEqualTo(QueryDecision.refuse(LOAD));
        assertThat(bench.hooks("error('x')").onQuery(new FakeSession(), FakeCommand.query("x")))
                .isEqualTo(QueryDecision.refuse(EXECUTE));
    }

    @Test
    void theLoginGoesOn() {
        ScriptHooks hooks = bench.hooks("error('x')");
        assertThat(hooks.onHandshake(session, new byte[] {10})).isEqualTo(LoginDecision.proceed());
        assertThat(hooks.onAuth(session, new byte[] {1})).isEqualTo(LoginDecision.proceed());
        assertThat(hooks.onAuthResult(session, new byte[] {0})).isEqualTo(LoginDecision.proceed());
        assertThat(bench.log).as("tried at each hook").hasSize(3);
        hooks.onDisconnect(session, "client-quit");
        assertThat(bench.log).hasSize(3);
    }

    @Test
    void itIsTriedAgainAtTheNextHook() {
        ScriptHooks hooks =
                bench.hooks("proxy.global.n = (proxy.global.n or 0) + 1 if proxy.global.n == 1 then error('once') end"
                        + " print('loaded')");
        assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.answer(EXECUTE));
        assertThat(bench.printed(() -> hooks.onHandshake(session, new byte[] {10})))
                .isEqualTo("loaded\n");
    }

    @Test
    void otherSessionsAreUnharmed() {
        FakeSession good = new FakeSession();
        ScriptHooks hooks = bench.hooks("function read_query() print('fine') end");
        hooks.onConnect(good);
        bench.script("script.lua", "function read_query( print('broken') end");
        assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.answer(LOAD));
        assertThat(bench.printed(() -> hooks.onQuery(good, FakeCommand.query("x"))))
                .isEqualTo("fine\n");
    }
}
