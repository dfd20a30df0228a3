package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.injected;
import static dev.mysqlproxy.plugin.lua.engine.Bench.okSummary;
import static dev.mysqlproxy.plugin.lua.engine.Bench.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.api.view.QuerySummary;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one call of a hook may use, and what happens when it uses more. */
class LimitsTest {

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder)
                .with(ScriptOptions.LUA_INSTRUCTIONS, 200_000)
                .with(ScriptOptions.LUA_TIME_LIMIT, Duration.ofSeconds(60))
                .with(ScriptOptions.LUA_MEMORY_LIMIT, 4);
    }

    private String stopped(String hook) {
        return "(lua) " + folder.resolve("script.lua") + ": " + hook + " was stopped: ";
    }

    @Test
    void anEndlessLoopIsStoppedAndOtherSessionsGoOn() {
        ScriptHooks hooks = bench.hooks(
                "function read_query(p) if p:sub(2) == 'loop' then while true do end end print('fine') end");
        QueryDecision decision = hooks.onQuery(session, FakeCommand.query("loop"));
        Reply.Err error = (Reply.Err) ((QueryDecision.Answer) decision).reply();
        assertThat(error.code()).isEqualTo(1105);
        assertThat(error.message()).startsWith(stopped("read_query"));
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0))
                .startsWith("critical (read_query) " + folder.resolve("script.lua"))
                .contains("stack traceback:")
                .contains(":1: ");
        assertThat(bench.printed(() -> {
                    hooks.onQuery(session, FakeCommand.query("x"));
                    hooks.onQuery(new FakeSession(), FakeCommand.query("x"));
                }))
                .isEqualTo("fine\nfine\n");
    }

    @Test
    void pcallDoesNotKeepAScriptRunning() {
        ScriptHooks hooks =
                bench.hooks("function read_query() while true do pcall(function() while true do end end) end end");
        assertThat(hooks.onQuery(session, FakeCommand.query("x"))).isInstanceOf(QueryDecision.Answer.class);
    }

    private static String refusal(ConnectDecision decision) {
        return ((Reply.Err) ((ConnectDecision.Answer) decision).reply()).message();
    }

    @Test
    void allHooksAreStopped() {
        ScriptHooks hooks = bench.hooks("""
            local function loop() while true do end end
            connect_server, read_handshake, disconnect_client = loop, loop, loop
            read_auth, read_auth_result = loop, loop
            """);
        assertThat(refusal(hooks.onConnect(session))).startsWith(stopped("connect_server"));
        assertThat(((LoginDecision.Refuse) hooks.onHandshake(session, new byte[] {10}))
                        .error()
                        .message())
                .startsWith(stopped("read_handshake"));
        assertThat(((LoginDecision.Refuse) hooks.onAuth(session, new byte[] {1}))
                        .error()
                        .message())
                .startsWith(stopped("read_auth"));
        assertThat(((LoginDecision.Refuse) hooks.onAuthResult(session, new byte[] {0}))
                        .error()
                        .message())
                .startsWith(stopped("read_auth_result"));
        hooks.onDisconnect(session, "client-quit");
        assertThat(bench.log).hasSize(5);
    }

    @Test
    void aTopLevelThatLoopsIsStopped() {
        ScriptHooks hooks = bench.hooks("while true do end");
        assertThat(refusal(hooks.onConnect(session))).startsWith(stopped("connect_server"));
    }

    @Test
    void aCoroutineThatLoopsIsStoppedAndTheStateWorksOn() {
        ScriptHooks hooks = bench.hooks("function read_query(p) if p:sub(2) == 'loop' then"
                + " coroutine.wrap(function() while true do end end)() end"
                + " print(coroutine.wrap(function() coroutine.yield('fine') end)()) end");
        for (int i = 0; i < 3; i++) {
            assertThat(hooks.onQuery(session, FakeCommand.query("loop"))).isInstanceOf(QueryDecision.Answer.class);
            assertThat(bench.printed(() -> hooks.onQuery(session, FakeCommand.query("x"))))
                    .isEqualTo("fine\n");
        }
    }

    @Test
    void errorsDoNotUseUpTheStack() {
        ScriptHooks hooks = bench.hooks("function read_query(p) if p:sub(2) == 'x' then error('x') end"
                + " proxy.response = setmetatable({}, {__index = function() error('r') end}) return 2 end");
        for (int i = 0; i < 8000; i++) {
            hooks.onQuery(session, FakeCommand.query(i % 2 == 0 ? "x" : "response"));
        }
        assertThat(bench.log).hasSize(8000).allSatisfy(line -> assertThat(line).doesNotContain("overflow"));
    }

    @Test
    void aResultHookThatLoops() {
        ScriptHooks hooks = bench.hooks(
                "function read_query(p) proxy.queries:append(1, p, {resultset_is_needed = p:sub(2) == 'keep'})"
                        + " proxy.queries:append(2, p) return 1 end function read_query_result() while true do end end");
        Injection kept = injected(hooks.onQuery(session, FakeCommand.query("keep")));
        ResultDecision decision = result(hooks, session, kept, okSummary(), FakeResult.ok((byte) 0));
        assertThat(((Reply.Err) ((ResultDecision.Replace) decision).reply()).message())
                .startsWith(stopped("read_query_result"));
        assertThat(decision.more()).isEmpty();
        Injection streamed = injected(hooks.onQuery(session, FakeCommand.query("stream")));
        assertThat(result(hooks, session, streamed, okSummary(), null)).isEqualTo(ResultDecision.pass());
    }

    @Test
    void memory() {
        ScriptHooks hooks =
                bench.hooks("function read_query() local s = ('x'):rep(1024) for i = 1, 20 do s = s .. s end end");
        Reply.Err error = (Reply.Err) ((QueryDecision.Answer) hooks.onQuery(session, FakeCommand.query("x"))).reply();
        assertThat(error.message()).startsWith(stopped("read_query")).contains("memory");
    }

    @Test
    void theQueueIsMemoryToo() {
        ScriptHooks hooks = bench.with(ScriptOptions.LUA_INSTRUCTIONS, 0)
                .hooks("function read_query(p) while true do proxy.queries:append(1, p) end end");
        Reply.Err error = (Reply.Err) ((QueryDecision.Answer) hooks.onQuery(session, FakeCommand.query("x"))).reply();
        assertThat(error.message()).contains("memory");
    }

    @Test
    void rowsAreMemoryToo() {
        String[] row = {"x".repeat(100_000)};
        String[][] rows = new String[60][];
        Arrays.fill(rows, row);
        FakeResult large = FakeResult.of(new String[] {"a"}, rows);
        ScriptHooks hooks =
                bench.hooks("function read_query(p) proxy.queries:append(1, p, {resultset_is_needed = true})"
                        + " return 1 end function read_query_result(inj) for row in inj.resultset.rows do end end");
        Injection injection = injected(hooks.onQuery(session, FakeCommand.query("x")));
        QuerySummary summary = FakeResult.summary(QuerySummary.Status.OK, 1, rows.length, 2);
        ResultDecision decision = result(hooks, session, injection, summary, large);
        assertThat(((Reply.Err) ((ResultDecision.Replace) decision).reply()).message())
                .contains("memory");
    }

    @Test
    void limitsAreForEachCall() {
        ScriptHooks hooks =
                bench.hooks("function read_query() for i = 1, 20000 do local x = i * 2 end print('done') end");
        assertThat(bench.printed(() -> {
                    for (int i = 0; i < 50; i++) {
                        hooks.onQuery(session, FakeCommand.query("x"));
                    }
                }))
                .hasSize(50 * "done\n".length());
        assertThat(bench.log).isEmpty();
    }

    @Test
    void aSandboxHasNoWayOut() {
        bench.with(ScriptOptions.LUA_SANDBOX, true);
        ScriptHooks hooks = bench.hooks(Bench.EVAL);
        for (String chunk : new String[] {
            "return io.open('/etc/passwd')", "return os.execute('true')", "return require('posix').kill(1, 0)",
        }) {
            assertThat(Bench.eval(hooks, session, chunk)).as(chunk).startsWith("ERR:");
        }
        for (String name : new String[] {"luajava", "java", "Java", "dofile_java"}) {
            assertThat(Bench.eval(hooks, session, "return " + name)).isEqualTo("nil");
        }
    }
}
