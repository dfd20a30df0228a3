package dev.mysqlproxy.plugin.lua.module.lpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What the stored cases cannot tell: limits, sizes, registration, and functions that newer LPegs do not have. */
class LpegTest {

    private final LuaState state = Libraries.newState();

    @BeforeEach
    void load() {
        Lpeg.loader(state).invoke(LuaString.valueOf("lpeg"));
    }

    private Varargs run(String source) {
        byte[] chunk = ("local l, rep = lpeg, string.rep; " + source).getBytes(StandardCharsets.ISO_8859_1);
        return state.run(state.load(chunk, "=test", state.globals()), LuaValue.NONE);
    }

    private String text(String source) {
        return run(source).arg1().tojstring();
    }

    @Test
    void isGlobalAndLoaded() {
        LuaValue module = state.globals().rawget(LuaString.valueOf("lpeg"));
        assertThat(module.istable()).isTrue();
        assertThat(state.loaded().rawget(LuaString.valueOf("lpeg"))).isSameAs(module);
    }

    @Test
    void openRegistersNothing() {
        LuaState other = Libraries.newState();
        assertThat(Lpeg.open(other).rawget(LuaString.valueOf("match")).isfunction())
                .isTrue();
        assertThat(other.globals().rawget(LuaString.valueOf("lpeg")).isnil()).isTrue();
    }

    @Test
    void takesAllOfSixteenMebibytes() {
        String subject = "local s = rep('ab', 8388608) ";
        assertThat(text(subject + "return l.match(l.P(1)^0, s)")).isEqualTo("16777217");
        assertThat(text(subject + "return l.match((l.P'ab' + 'ac')^0, s)")).isEqualTo("16777217");
        assertThat(text(subject + "return #l.match(l.C(l.S'ab'^0), s)")).isEqualTo("16777216");
    }

    @Test
    void needsNoJavaStackForLongSubjects() throws InterruptedException {
        String[] result = new String[1];
        Runnable match = () -> result[0] = text("return #l.match(l.Ct{ l.C(1) * l.V(1) + -1 }, rep('a', 100000))");
        Thread small = new Thread(null, match, "small stack", 256 * 1024);
        small.start();
        small.join();
        assertThat(result[0]).isEqualTo("100000");
    }

    @Test
    void stopsGrammarsThatRunAway() {
        state.begin(2_000_000, Long.MAX_VALUE, Long.MAX_VALUE);
        String exponential = "return pcall(l.match,"
                + " l.P{ l.V'a' * 'x', a = 'a' * l.V'a' * 'b' + 'a' * l.V'a' * 'c' + '' }, rep('a', 60))";
        assertThatThrownBy(() -> run(exponential)).isInstanceOf(ScriptStopped.class);
    }

    @Test
    void stopsListsOfCapturesThatGrow() {
        state.begin(Long.MAX_VALUE, Long.MAX_VALUE, 8 << 20);
        assertThatThrownBy(() -> run("return pcall(l.match, l.Ct(l.C(1)^0), rep('a', 1000000))"))
                .isInstanceOf(ScriptStopped.class);
    }

    @Test
    void stopsTextsThatGrow() {
        state.begin(Long.MAX_VALUE, Long.MAX_VALUE, 8 << 20);
        assertThatThrownBy(() -> run(
                        "local x = rep('x', 100000)" + " return pcall(l.match, l.Cs((l.P(1) / x)^0), rep('a', 10000))"))
                .isInstanceOf(ScriptStopped.class);
    }

    @Test
    void refusesPatternsThatWouldNotFit() {
        assertThatThrownBy(() -> run("return l.P(1e9)"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("too big");
        assertThatThrownBy(() -> run("return l.P'ab'^1e9"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("too big");
        assertThatThrownBy(() -> run("return l.P'ab'^-1e9"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("too big");
        assertThatThrownBy(() -> run("local p = l.P'a' for i = 1, 40 do p = p * p end return p"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("too big");
    }

    @Test
    void refusesCapturesNestedTooDeep() {
        String nested = "local p = l.P'a'^0 for i = 1, %d do p = l.Ct(p) end return type(l.match(p, 'a'))";
        assertThat(text(nested.formatted(201))).isEqualTo("table");
        assertThatThrownBy(() -> run(nested.formatted(202)))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("subcapture nesting too deep");
    }

    @Test
    void refusesTextsNestedTooDeep() {
        String nested = "l.setmaxstack(100000) local g = l.P{ l.Cs('a' * l.V(1) * 'b' + '') }"
                + " return l.match(g, rep('a', %1$d) .. rep('b', %1$d))";
        assertThat(text(nested.formatted(300))).hasSize(600);
        assertThatThrownBy(() -> run(nested.formatted(5000)))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("subcapture nesting too deep");
    }

    @Test
    void refusesPatternsNestedTooDeep() {
        assertThatThrownBy(() -> run("local p = l.P'a' for i = 1, 300000 do p = -p end return l.match(p, 'a')"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("pattern nested too deep");
    }

    @Test
    void stackLimitBelongsToOneState() {
        LuaState other = Libraries.newState();
        Lpeg.loader(other).invoke(LuaString.valueOf("lpeg"));
        String deep = "return l.match(l.P{ 'a' * l.V(1) * 'b' + '' }, rep('a', 1000) .. rep('b', 1000))";
        assertThat(text("l.setmaxstack(10000) " + deep)).isEqualTo("2001");
        byte[] chunk = ("local l, rep = lpeg, string.rep; " + deep).getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> other.run(other.load(chunk, "=test", other.globals()), LuaValue.NONE))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("backtrack stack overflow (current limit is 400)");
    }

    @Test
    void knowsFunctionsOfOldVersions() {
        assertThat(text("return l.match(l.span'ab', 'abac')")).isEqualTo("4");
        assertThat(text("return l.match(l.span(l.R'az'), 'abac1')")).isEqualTo("5");
        assertThat(text("return select('#', l.print(l.P'a'))")).isEqualTo("0");
        String sum = "local n = l.R'09'^1 / tonumber local function add(a, b) return a + b end"
                + " return l.match(l.Ca(n * ('+' * n / add)^0), '1+20+300')";
        assertThat(text(sum)).isEqualTo("321");
    }

    @Test
    void errorsNameTheFunction() {
        assertThatThrownBy(() -> run("return l.R('abc')"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("bad argument #1 to 'R' (range must have two characters)");
        assertThatThrownBy(() -> run("return l.match(l.V'x', '')"))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("test:1: rule 'x' used outside a grammar");
    }

    @Test
    void aPatternServesAgainAfterAnError() {
        String twice = "local fail = true"
                + " local p = l.C(1) / function(c) if fail then error('no', 0) end return c .. c end"
                + " local ok = pcall(l.match, p, 'a') fail = false return tostring(ok) .. l.match(p, 'a')";
        assertThat(text(twice)).isEqualTo("falseaa");
    }

    @Test
    void aMatchInsideOfAMatchIsItsOwn() {
        String nested = "local word = l.C(l.R'az'^1) local p = l.Ct((l.Cmt(word, function(s, i, w)"
                + " return true, (l.match(l.Cs((l.P'a' / 'A' + 1)^0), w)) end) + 1)^0)"
                + " return table.concat(l.match(p, 'banana, bar'), ' ')";
        assertThat(text(nested)).isEqualTo("bAnAnA bAr");
    }
}
