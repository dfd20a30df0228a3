package dev.mysqlproxy.plugin.lua.engine;

import static dev.mysqlproxy.plugin.lua.engine.Bench.injected;
import static dev.mysqlproxy.plugin.lua.engine.Bench.okSummary;
import static dev.mysqlproxy.plugin.lua.engine.Bench.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.api.decision.Injection;
import dev.mysqlproxy.api.decision.Reply;
import dev.mysqlproxy.api.decision.ResultDecision;
import dev.mysqlproxy.plugin.lua.binding.Response;
import dev.mysqlproxy.testkit.FakeCommand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 2: read_query_result. */
class Paragraph_2_ReadQueryResultTest {

    private static final FakeResult OK = FakeResult.ok((byte) 0, (byte) 0, (byte) 0, (byte) 2, (byte) 0);

    @TempDir
    Path folder;

    private Bench bench;
    private ScriptHooks hooks;
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    /** Appends three queries that need their results, or not; then the body is the hook. */
    private Injection inject(boolean needed, String body) {
        String options = "{resultset_is_needed = " + needed + "}";
        hooks = bench.hooks("function read_query(p) for i = 1, 3 do proxy.queries:append(i, p .. i, " + options
                + ") end" + " return proxy.PROXY_SEND_QUERY end function read_query_result(inj, ...) " + body + " end");
        return injected(hooks.onQuery(session, FakeCommand.query("Q")));
    }

    private ResultDecision finish(Injection injection) {
        return result(hooks, session, injection, okSummary(), injection.resultNeeded() ? OK : null);
    }

    private static int next(ResultDecision decision) {
        assertThat(decision.more()).hasSizeLessThan(2);
        return decision.more().isEmpty() ? 0 : decision.more().get(0).id();
    }

    @Test
    void theQueueIsSentOneAfterTheOther() {
        Injection first = inject(true, "print(inj.id, inj.query, #proxy.queries, select('#', ...))");
        assertThat(bench.printed(() -> {
                    ResultDecision one = finish(first);
                    assertThat(one).isInstanceOf(ResultDecision.Pass.class);
                    ResultDecision two = finish(one.more().get(0));
                    ResultDecision three = finish(two.more().get(0));
                    assertThat(three).isEqualTo(ResultDecision.pass());
                }))
                .isEqualTo("1\t\3Q1\t2\t0\n2\t\3Q2\t1\t0\n3\t\3Q3\t0\t0\n");
    }

    @Test
    void withoutTheHookTheQueueIsSentToo() {
        hooks = bench.hooks(
                "function read_query(p) proxy.queries:append(1, p) proxy.queries:append(2, p) return 1 end");
        ResultDecision decision = finish(injected(hooks.onQuery(session, FakeCommand.query("Q"))));
        assertThat(next(decision)).isEqualTo(2);
    }

    @Test
    void theQueueMayBeResetAndAddedTo() {
        ResultDecision reset = finish(inject(true, "proxy.queries:reset()"));
        assertThat(reset).isEqualTo(ResultDecision.pass());
        ResultDecision prepended = finish(inject(true, "if inj.id < 9 then proxy.queries:prepend(9, 'x') end"));
        assertThat(next(prepended)).isEqualTo(9);
        assertThat(next(finish(prepended.more().get(0)))).isEqualTo(2);
        Injection only = inject(true, "if inj.id == 1 then proxy.queries:reset() proxy.queries:append(7, 'x') end");
        assertThat(next(finish(only))).isEqualTo(7);
    }

    @Test
    void sendResultReplaces() {
        ResultDecision decision = finish(inject(true, "proxy.response = {type = 0, insert_id = 5} return 2"));
        assertThat(((ResultDecision.Replace) decision).reply()).isEqualTo(new Reply.Ok(0, 5, 0, ""));
        assertThat(next(decision)).isEqualTo(2);
    }

    @Test
    void anUnusableResponseIsAnError() {
        ResultDecision decision = finish(inject(true, "proxy.response = {} return proxy.PROXY_SEND_RESULT"));
        assertThat(((ResultDecision.Replace) decision).reply()).isEqualTo(Response.UNUSABLE);
    }

    @Test
    void ignoreResultDrops() {
        ResultDecision decision = finish(inject(true, "return proxy.PROXY_IGNORE_RESULT"));
        assertThat(decision).isInstanceOf(ResultDecision.Ignore.class);
        assertThat(next(decision)).isEqualTo(2);
    }

    @Test
    void withoutABufferedResultNothingCanBeChanged() {
        for (String body : List.of("return 4", "proxy.response = {type = 0} return 2", "return 1", "return 77")) {
            bench.log.clear();
            ResultDecision decision = finish(inject(false, body));
            assertThat(decision).isInstanceOf(ResultDecision.Pass.class);
            assertThat(next(decision)).isEqualTo(2);
            assertThat(bench.log.get(bench.log.size() - 1))
                    .startsWith("critical (read_query_result)")
                    .contains("tries to modify the resultset, but hasn't asked to buffer it");
        }
    }

    @Test
    void otherNumbersDropTheResultWhenAnotherIsToCome() {
        ResultDecision decision = finish(inject(true, "return 77"));
        assertThat(decision).isInstanceOf(ResultDecision.Ignore.class);
        assertThat(next(decision)).isEqualTo(2);
        assertThat(bench.log.get(0)).contains("returned 77");
        ResultDecision last = finish(inject(true, "proxy.queries:reset() return 77"));
        assertThat(last).as("the client gets an answer").isEqualTo(ResultDecision.pass());
    }

    @Test
    void theResponseOfAnEarlierHookIsStillThere() {
        hooks = bench.hooks("function read_query(p) proxy.response = {type = 0, insert_id = 9}"
                + " proxy.queries:append(1, p, {resultset_is_needed = true}) return 1 end"
                + " function read_query_result() return proxy.PROXY_SEND_RESULT end");
        ResultDecision decision = finish(injected(hooks.onQuery(session, FakeCommand.query("Q"))));
        assertThat(((ResultDecision.Replace) decision).reply()).isEqualTo(new Reply.Ok(0, 9, 0, ""));
    }

    @Test
    void connectionCloseClosesAfterTheAnswer() {
        finish(inject(true, "proxy.connection.connection_close = true"));
        assertThat(session.closing).isTrue();
        assertThat(session.calls).containsExactly("close true");
    }

    @Test
    void aResultGoesToTheScriptThatInjected() {
        Path a = bench.script("a.lua", "function read_query_result() print('a') end");
        Path b = bench.script(
                "b.lua",
                "function read_query(p) proxy.queries:append(1, p) return 1 end"
                        + " function read_query_result() print('b') end");
        hooks = bench.hooks(a, b);
        assertThat(bench.printed(() -> finish(injected(hooks.onQuery(session, FakeCommand.query("Q"))))))
                .isEqualTo("b\n");
    }

    @Test
    void aNewCommandForgetsWhatWasOnItsWay() {
        Injection old = inject(true, "print('never')");
        hooks.onQuery(session, FakeCommand.query("Q"));
        assertThat(bench.printed(() -> assertThat(finish(old)).isEqualTo(ResultDecision.pass())))
                .isEmpty();
    }

    @Test
    void theObjectsEndWithTheHook() {
        Injection first = inject(
                true,
                "if kept then print(pcall(function() return kept.resultset end)) print(pcall(function() return"
                        + " result.raw end)) print(pcall(rows)) print(kept.id) end kept = kept or inj result = result or"
                        + " inj.resultset rows = rows or result.rows or function() end");
        Injection second = finish(first).more().get(0);
        String printed = bench.printed(() -> finish(second));
        assertThat(printed.lines().toList()).hasSize(4);
        assertThat(printed.lines().toList().get(0)).startsWith("false").contains("read_query_result");
        assertThat(printed.lines().toList().get(1)).startsWith("false");
        assertThat(printed.lines().toList().get(3)).isEqualTo("1");
    }
}
