package dev.mysqlproxy.plugin.lua.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x.y = 1|t:1: attempt to index global 'x' (a nil value)",
                "local x; x.y = 1|t:1: attempt to index local 'x' (a nil value)",
                "local t = {} t.a.b = 1|t:1: attempt to index field 'a' (a nil value)",
                "local t = {} t.foo()|t:1: attempt to call field 'foo' (a nil value)",
                "local t = {} t:foo()|t:1: attempt to call method 'foo' (a nil value)",
                "local x (function() x() end)()|t:1: attempt to call upvalue 'x' (a nil value)",
                "return 1 + {}|t:1: attempt to perform arithmetic on a table value",
                "local x return 'a' .. x|t:1: attempt to concatenate local 'x' (a nil value)",
                "return {} < {}|t:1: attempt to compare two table values",
                "return 1 < 'x'|t:1: attempt to compare number with string",
                "for i = 1, {} do end|t:1: 'for' limit must be a number",
                "for k in nil do end|t:1: attempt to call a nil value",
                "local t = {} t[nil] = 1|t:1: table index is nil",
                "string.rep()|t:1: bad argument #1 to 'rep' (string expected, got no value)",
                "('x'):rep({})|t:1: bad argument #1 to 'rep' (number expected, got table)",
                "local t = {r = string.rep} t:r()|t:1: calling 'r' on bad self (string expected, got table)",
                "error('m')|t:1: m",
                "error('m', 0)|m",
            })
    void isThatOfLua51(String script, String message) {
        assertThatThrownBy(() -> Script.output(script))
                .isInstanceOf(ScriptError.class)
                .hasMessage(message);
    }

    @Test
    void showsTheHandlerWhereItHappened() {
        String script = "local function f() local x = nil + 1 end\n"
                + "local function g() f() end\n"
                + "print((select(2, xpcall(g, debug.traceback))))";
        assertThat(Script.output(script))
                .startsWith("t:1: attempt to perform arithmetic on a nil value\nstack traceback:\n"
                        + "\tt:1: in function 'f'\n\tt:2: in function <t:2>\n");
    }

    @Test
    void passesOtherValuesThrough() {
        assertThat(Script.output("local t = {} local ok, e = pcall(error, t) print(ok, e == t)"))
                .isEqualTo("false\ttrue\n");
    }

    @Test
    void endsEndlessRecursion() {
        Script script = new Script();
        assertThat(script.run("local function f() return 1 + f() end print(pcall(f))"))
                .isEqualTo("false\tt:1: stack overflow\n");
        assertThat(script.run("print('usable')")).isEqualTo("usable\n");
    }

    @Test
    void needsNoStackForTailCalls() {
        assertThat(Script.output(
                        "local function f(n) if n == 0 then return 'end' end return f(n - 1) end print(f(1e6))"))
                .isEqualTo("end\n");
    }
}
