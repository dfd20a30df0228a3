package dev.mysqlproxy.plugin.lua.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class CoroutineTest {

    @Test
    void handsValuesOver() {
        assertThat(Script.output(
                        "local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b end)"
                                + " print(coroutine.resume(co, 1)) print(coroutine.resume(co, 'x')) print(coroutine.status(co))"
                                + " print(coroutine.resume(co))"))
                .isEqualTo("true\t2\ntrue\tx\ndead\nfalse\tcannot resume dead coroutine\n");
    }

    @Test
    void reportsErrors() {
        assertThat(Script.output("print(coroutine.resume(coroutine.create(function() error('x') end)))"))
                .isEqualTo("false\tt:1: x\n");
    }

    @Test
    void knowsItsStates() {
        assertThat(Script.output("local a a = coroutine.create(function() print(coroutine.status(a))"
                        + " coroutine.wrap(function() print(coroutine.status(a)) end)() coroutine.yield() end)"
                        + " print(coroutine.status(a)) coroutine.resume(a) print(coroutine.status(a))"))
                .isEqualTo("suspended\nrunning\nnormal\nsuspended\n");
    }

    @Test
    void yieldsInsidePcall() {
        assertThat(Script.output(
                        "local f = coroutine.wrap(function() print(pcall(function() coroutine.yield(1) error('e', 0)"
                                + " end)) end) print(f()) f()"))
                .isEqualTo("1\nfalse\te\n");
    }

    @Test
    void cannotYieldOutside() {
        assertThat(Script.output("print(pcall(coroutine.yield))"))
                .isEqualTo("false\tattempt to yield across metamethod/C-call boundary\n");
    }

    @Test
    void holdsNoThreadsAfterItsState() {
        Script script = new Script();
        script.run("for i = 1, 20 do coroutine.wrap(function() coroutine.yield() end)() end");
        assertThat(script.state.coroutines().alive()).isPositive();
        script.state.close();
        await().until(() -> script.state.coroutines().alive() == 0);
    }
}
