package dev.mysqlproxy.plugin.lua.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

    private static final long NO_LIMIT = Long.MAX_VALUE;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while true do end",
                "for i = 1, math.huge do end",
                "repeat until false",
                "while true do pcall(function() while true do end end) end",
                "xpcall(function() while true do end end, print)",
                "coroutine.wrap(function() while true do end end)()",
                "local function f() return f() end f()",
                "for x in function() return 1 end do end"
            })
    void stopsLoops(String text) {
        Script script = new Script();
        script.state.begin(1_000_000, NO_LIMIT, NO_LIMIT);
        assertThatThrownBy(() -> script.run(text)).isInstanceOf(ScriptStopped.class);
        assertThat(script.state.traceback()).contains("t:1:");
        script.state.end();
        assertThat(script.run("print(1)")).isEqualTo("1\n");
    }

    @Test
    void stopsAtTheTime() {
        Script script = new Script();
        script.state.begin(NO_LIMIT, 1_000_000, NO_LIMIT);
        assertThatThrownBy(() -> script.run("while true do end")).isInstanceOf(ScriptStopped.class);
    }

    @Test
    void stopsAtTheMemory() {
        Script script = new Script();
        script.state.begin(NO_LIMIT, NO_LIMIT, 10_000_000);
        assertThatThrownBy(() -> script.run("local s = 'x' while true do s = s .. s end"))
                .isInstanceOf(ScriptStopped.class);
    }

    @Test
    void letsEnoughPass() {
        Script script = new Script();
        script.state.begin(1_000_000, NO_LIMIT, NO_LIMIT);
        assertThat(script.run("local n = 0 for i = 1, 10000 do n = n + i end print(n)"))
                .isEqualTo("50005000\n");
    }
}
