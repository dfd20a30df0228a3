package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.injected;
import static dev.mysqlproxy.plugin.lua.engine.Bench.okSummary;
import static dev.mysqlproxy.plugin.lua.engine.Bench.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.api.decision.ConnectDecision;
import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.LoginDecision;
import dev.mysqlproxy.api.decision.QueryDecision;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.api.script.ScriptOptions;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 1.7: errors of hooks, and hooks that are none. */
class Paragraph_1_7_HookErrorsTest {

    private static final String FAILING = """
        function connect_server() error("in connect") end
        function read_handshake() error("in handshake") end
        function read_auth() error("in auth") end
        function read_auth_result() error("in auth result") end
        function read_query(packet)
            if packet:sub(2) == "inject" then
                proxy.queries:append(1, "\\3SELECT 1", {resultset_is_needed = true})
                proxy.queries:append(2, "\\3SELECT 2", {resultset_is_needed = true})
                return proxy.PROXY_SEND_QUERY
            end
            error("in query")
        end
        function read_query_result() error("in result") end
        function disconnect_client() error("in disconnect") end
        """;

    @TempDir
    Path folder;

    private Bench bench;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    @Test
    void anErrorIsNoDecision() {
        ScriptHooks hooks = bench.hooks(FAILING);
        assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.proceed());
        assertThat(hooks.onHandshake(session, new byte[] {10})).isEqualTo(LoginDecision.proceed());
        assertThat(hooks.onAuth(session, new byte[] {1})).isEqualTo(LoginDecision.proceed());
        assertThat(hooks.onAuthResult(session, new byte[] {0})).isEqualTo(LoginDecision.proceed());
        assertThat(hooks.onQuery(session, FakeCommand.query("x"))).isEqualTo(QueryDecision.forward());
        hooks.onDisconnect(session, "client-quit");
        assertThat(bench.log).hasSize(6);
        String[] names = {
            "connect_server", "read_handshake", "read_auth", "read_auth_result", "read_query", "disconnect_client"
        };
        for (int i = 0; i < names.length; i++) {
            assertThat(bench.log.get(i))
                    .startsWith("critical (" + names[i] + ") [string \"")
                    .contains(": in ");
        }
    }

    @Test
    void theMessageHasNoTraceback() {
        bench.hooks("function read_query() error('boom') end").onQuery(session, FakeCommand.query("x"));
        assertThat(bench.log.get(0)).endsWith(":1: boom").doesNotContain("traceback");
    }

    @Test
    void aResultIsForwardedAndTheQueueGoesOn() {
        ScriptHooks hooks = bench.hooks(FAILING);
        Injection first = injected(hooks.onQuery(session, FakeCommand.query("inject")));
        ResultDecision decision = result(hooks, session, first, okSummary(), FakeResult.ok((byte) 0));
        assertThat(decision).isInstanceOf(ResultDecision.Pass.class);
        assertThat(decision.more()).hasSize(1);
        assertThat(decision.more().get(0).id()).isEqualTo(2);
        assertThat(bench.log.get(0)).startsWith("critical (read_query_result) ").endsWith("in result");
    }

    @Test
    void whatIsThrownNeedNotBeText() {
        bench.hooks("function read_query() error({}) end").onQuery(session, FakeCommand.query("x"));
        bench.hooks("function read_query() error() end").onQuery(new FakeSession(), FakeCommand.query("x"));
        bench.hooks("function read_query() error(42, 0) end").onQuery(new FakeSession(), FakeCommand.query("x"));
        assertThat(bench.log)
                .containsExactly(
                        "critical (read_query) (error object is a table value)",
                        "critical (read_query) (error object is a nil value)",
                        "critical (read_query) 42");
    }

    @Test
    void queriesOfAFailedHookAreForgottenAtTheNext() {
        ScriptHooks hooks = bench.hooks("""
            function read_query(packet)
                print(#proxy.queries)
                proxy.queries:append(1, packet)
                error("after append")
            end
            """);
        assertThat(bench.printed(() -> {
                    hooks.onQuery(session, FakeCommand.query("a"));
                    hooks.onQuery(session, FakeCommand.query("b"));
                }))
                .isEqualTo("0\n0\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42", "'text'", "{}", "true", "false"})
    void aNameThatIsNoFunctionIsNoHook(String value) {
        ScriptHooks hooks = bench.hooks("read_query = " + value);
        assertThat(hooks.onQuery(session, FakeCommand.query("x"))).isEqualTo(QueryDecision.forward());
        assertThat(bench.log).hasSize(1);
        assertThat(bench.log.get(0)).startsWith("message (read_query) is a ").contains("not a function");
    }

    @Test
    void withFailClosedAFailingQueryIsRefused() {
        ScriptHooks hooks = bench.with(ScriptOptions.LUA_FAIL, "closed").hooks(FAILING);
        assertThat(hooks.onConnect(session)).isEqualTo(ConnectDecision.proceed());
        Path path = folder.resolve("script.lua");
        assertThat(hooks.onQuery(session, FakeCommand.query("x")))
                .isEqualTo(QueryDecision.answer(
                        Reply.error(1105, "07000", "(lua) " + path + ": read_query failed, check error-log")));
    }

    @Test
    void troubleOfTheProxyIsLeftToIt() {
        session.trouble = new IllegalStateException("not now");
        String script = "function read_query() pcall(function() proxy.connection.backend_ndx = 0 end) end";
        ScriptHooks open = bench.hooks(script);
        assertThatThrownBy(() -> open.onQuery(session, FakeCommand.query("x"))).isSameAs(session.trouble);
        assertThat(bench.scope().world().lock().isLocked()).isFalse();
        ScriptHooks closed =
                new Bench(folder).with(ScriptOptions.LUA_FAIL, "closed").hooks(script);
        session.state.clear();
        assertThat(closed.onQuery(session, FakeCommand.query("x"))).isInstanceOf(QueryDecision.Answer.class);
    }

    @Test
    void aStackOverflowIsAnErrorLikeAnyOther() {
        ScriptHooks hooks =
                bench.hooks("local function deep(n) return 1 + deep(n) end function read_query() deep(1) end");
        assertThat(hooks.onQuery(session, FakeCommand.query("x"))).isEqualTo(QueryDecision.forward());
        assertThat(bench.log.get(0)).contains("stack overflow");
        assertThat(hooks.onQuery(session, FakeCommand.query("x"))).isEqualTo(QueryDecision.forward());
        assertThat(bench.log).hasSize(2);
    }
}
