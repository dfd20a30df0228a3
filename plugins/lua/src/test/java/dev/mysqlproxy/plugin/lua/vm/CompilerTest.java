package dev.mysqlproxy.plugin.lua.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaString;

class CompilerTest {

    private static void refused(String source, String message) {
        assertThatThrownBy(
                        () -> LuaState.compile(source.getBytes(StandardCharsets.ISO_8859_1), LuaString.valueOf("=t")))
                .isInstanceOf(ScriptError.class)
                .hasMessage(message);
    }

    @Test
    void saysWhatIsWrongAsLua51Does() {
        refused("x", "t:1: '=' expected near '<eof>'");
        refused("x = ", "t:1: unexpected symbol near '<eof>'");
        refused("x = 'abc", "t:1: unfinished string near '<eof>'");
        refused("x = 3x", "t:1: malformed number near '3x'");
    }

    @Test
    void refusesWhatLua51DoesNotKnow() {
        refused("goto x", "t:1: '=' expected near 'x'");
        refused("::a::", "t:1: unexpected symbol near ':'");
        refused("break", "t:1: no loop to break near '<eof>'");
        refused("f\n(1)", "t:2: ambiguous syntax (function call x new statement) near '('");
        refused("; x = 1", "t:1: unexpected symbol near ';'");
    }

    @Test
    void namesWhatAnEndWouldClose() {
        refused("if x then\n\n", "t:3: 'end' expected (to close 'if' at line 1) near '<eof>'");
    }

    @Test
    void stopsAtDeepNesting() {
        refused("x = " + "(".repeat(300) + "1" + ")".repeat(300), "t:1: chunk has too many syntax levels");
    }

    @Test
    void loadsNoBytecode() {
        refused("\033Lua", "t: bytecode is not loaded");
    }

    @Test
    void keepsTheBytesOfStrings() {
        assertThat(Script.output("print('\u00e4\u0080\u00ff', #'a\\0b', '\\65\\q')"))
                .isEqualTo("\u00e4\u0080\u00ff\t3\tAq\n");
    }

    @Test
    void takesGotoForAName() {
        assertThat(Script.output("local goto = 1; print(goto)")).isEqualTo("1\n");
    }

    @Test
    void givesOldVarargFunctionsTheirArg() {
        assertThat(Script.output("function f(...) return arg.n, arg[2] end print(f(1, 'b', nil))"))
                .isEqualTo("3\tb\n");
        assertThat(Script.output("function f(...) return arg, ... end print(f(1))"))
                .isEqualTo("nil\t1\n");
    }

    @Test
    void shortensNames() {
        assertThat(ChunkName.display(LuaString.valueOf("@" + "/d".repeat(50))))
                .hasSize(55)
                .startsWith("...");
        assertThat(ChunkName.display(LuaString.valueOf("x = 1\ny = 2"))).isEqualTo("[string \"x = 1...\"]");
        assertThat(ChunkName.display(LuaString.valueOf("=name"))).isEqualTo("name");
    }
}
