package dev.mysqlproxy.plugin.lua.lib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

class StringLibTest {

    private final LuaState state = Cases.state();

    @Test
    void becomesTheMethodsOfStrings() {
        assertThat(state.stringMetatable().get(LuaValue.INDEX)).isSameAs(Cases.library(state, "string"));
    }

    @Test
    void replacesByFunctions() {
        LuaValue swap = Native.of("swap", args -> args.arg(2).concat(args.arg(1)));

        Varargs result = string("gsub", text("hello world"), text("(o)(.?)"), swap);

        assertThat(result.arg1().tojstring()).isEqualTo("hell owrold");
        assertThat(result.arg(2).toint()).isEqualTo(2);
    }

    @Test
    void keepsTheMatchForFalseAndNil() {
        LuaValue none = Native.of("none", args -> LuaValue.NONE);
        LuaValue no = Native.of("no", args -> LuaValue.FALSE);

        assertThat(string("gsub", text("abc"), text("b"), none).arg1().tojstring())
                .isEqualTo("abc");
        assertThat(string("gsub", text("abc"), text("b"), no).arg1().tojstring())
                .isEqualTo("abc");
    }

    @Test
    void replacesByTablesAndTheirIndex() {
        LuaTable table = new PucTable();
        table.set("a", LuaValue.valueOf(1));
        LuaTable meta = new PucTable();
        meta.set(LuaValue.INDEX, Native.of("index", args -> text("?")));
        table.setmetatable(meta);

        assertThat(string("gsub", text("abc"), text("%w"), table).arg1().tojstring())
                .isEqualTo("1??");
    }

    @Test
    void refusesReplacementsThatAreNoText() {
        LuaValue table = Native.of("table", args -> new PucTable());

        assertThatThrownBy(() -> string("gsub", text("abc"), text("b"), table))
                .isInstanceOf(LuaError.class)
                .hasMessage("invalid replacement value (a table)");
    }

    @Test
    void stopsAPatternThatTakesForever() {
        LuaString subject = text("a".repeat(100));
        LuaString pattern = text("a*a*a*a*a*a*a*a*a*a*b");
        state.begin(1_000_000, Long.MAX_VALUE, Long.MAX_VALUE);

        assertThatThrownBy(() -> string("find", subject, pattern)).isInstanceOf(ScriptStopped.class);
    }

    @Test
    void refusesAPatternTooDeepForTheStack() {
        LuaString pattern = text("a?".repeat(100_000));

        assertThatThrownBy(() -> string("find", text("a".repeat(100_000)), pattern))
                .isInstanceOf(LuaError.class)
                .hasMessage("pattern too complex");
    }

    @Test
    void matchesLongSubjectsWithoutDepth() {
        LuaString subject = text("a".repeat(1_000_000) + "b");

        assertThat(string("find", subject, text("^a*b$")).arg(2).toint()).isEqualTo(1_000_001);
        assertThat(string("find", subject, text("^.-b$")).arg(2).toint()).isEqualTo(1_000_001);
        assertThat(string("find", subject, text("ab"), LuaValue.ONE, LuaValue.TRUE)
                        .arg1()
                        .toint())
                .isEqualTo(1_000_000);
    }

    @Test
    void buildsNoMoreThanItMay() {
        state.begin(Long.MAX_VALUE, Long.MAX_VALUE, 1_000_000);

        assertThatThrownBy(() -> string("rep", text("x"), LuaValue.valueOf(2_000_000)))
                .isInstanceOf(ScriptStopped.class);
    }

    @Test
    void refusesTextThatNoArrayHolds() {
        assertThatThrownBy(() -> string("rep", text("xyz"), LuaValue.valueOf(2_000_000_000)))
                .isInstanceOf(LuaError.class)
                .hasMessage("not enough memory");
    }

    @Test
    void dumpsNothing() {
        assertThatThrownBy(() -> string("dump", Native.of("f", args -> LuaValue.NONE)))
                .isInstanceOf(LuaError.class)
                .hasMessage("unable to dump given function");
    }

    @Test
    void gfindIsGmatch() {
        Varargs found = string("gfind", text("k=v"), text("(%w)=(%w)")).arg1().invoke();

        assertThat(found.arg(2).tojstring()).isEqualTo("v");
    }

    private Varargs string(String function, LuaValue... args) {
        return Cases.call(state, "string", function, args);
    }

    private static LuaString text(String text) {
        return LuaString.valueOf(text);
    }
}
