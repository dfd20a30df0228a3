package dev.mysqlproxy.plugin.lua.lib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.plugin.lua.vm.ScriptStopped;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

class TableLibTest {

    private final LuaState state = Cases.state();

    @Test
    void concatenatesTextAndNumbers() {
        LuaTable list = list(text("a"), LuaValue.valueOf(2.5), LuaValue.valueOf(1e15));

        assertThat(table("concat", list, text(", ")).arg1().tojstring()).isEqualTo("a, 2.5, 1e+15");
        assertThat(table("concat", list, text("-"), LuaValue.valueOf(2), LuaValue.valueOf(2))
                        .arg1()
                        .tojstring())
                .isEqualTo("2.5");
        assertThat(table("concat", new PucTable()).arg1().tojstring()).isEmpty();
    }

    @Test
    void namesWhatCannotBeConcatenated() {
        assertThatThrownBy(() -> table("concat", list(new PucTable())))
                .isInstanceOf(LuaError.class)
                .hasMessage("invalid value (table) at index 1 in table for 'concat'");
        assertThatThrownBy(() -> table("concat", list(), text(""), LuaValue.ONE, LuaValue.valueOf(3)))
                .isInstanceOf(LuaError.class)
                .hasMessage("invalid value (nil) at index 1 in table for 'concat'");
    }

    @Test
    void insertsAndRemoves() {
        LuaTable list = list(text("a"), text("c"));
        table("insert", list, LuaValue.valueOf(2), text("b"));
        table("insert", list, text("d"));

        assertThat(shown(list)).isEqualTo("a b c d");
        assertThat(table("remove", list).arg1().tojstring()).isEqualTo("d");
        assertThat(table("remove", list, LuaValue.ONE).arg1().tojstring()).isEqualTo("a");
        assertThat(shown(list)).isEqualTo("b c");
        assertThat(table("remove", list, LuaValue.valueOf(9)).narg()).isZero();
        assertThat(table("remove", new PucTable()).narg()).isZero();
    }

    @Test
    void complainsInLuasWords() {
        assertThatThrownBy(() -> table("insert", list()))
                .isInstanceOf(LuaError.class)
                .hasMessage("wrong number of arguments to 'insert'");
        assertThatThrownBy(() -> table("setn", list(), LuaValue.ONE))
                .isInstanceOf(LuaError.class)
                .hasMessage("'setn' is obsolete");
        assertThatThrownBy(() -> table("foreach", list(), LuaValue.NIL))
                .isInstanceOf(LuaError.class)
                .hasMessage("bad argument #2 to '?' (function expected, got nil)");
    }

    @Test
    void sorts() {
        Random random = new Random(4);
        for (int size = 0; size < 60; size++) {
            int[] numbers = random.ints(size, 0, 30).toArray();
            LuaTable list =
                    list(IntStream.of(numbers).mapToObj(LuaValue::valueOf).toArray(LuaValue[]::new));

            table("sort", list);

            int[] sorted = IntStream.rangeClosed(1, size)
                    .map(at -> list.get(at).toint())
                    .toArray();
            assertThat(sorted).containsExactly(IntStream.of(numbers).sorted().toArray());
        }
    }

    @Test
    void leavesEqualItemsWhereLuaDoes() {
        LuaValue byFirstLetter = Native.of(
                "order",
                args -> LuaValue.valueOf(
                        args.checkjstring(1).charAt(0) < args.checkjstring(2).charAt(0)));
        LuaTable list = list(text("b1"), text("a1"), text("b2"), text("a2"), text("c1"), text("b3"), text("a3"));

        table("sort", list, byFirstLetter);

        assertThat(shown(list)).isEqualTo("a3 a1 a2 b3 b2 b1 c1");
    }

    @Test
    void endsWithAnOrderThatIsNone() {
        LuaValue always = Native.of("always", args -> LuaValue.TRUE);
        LuaTable list = list(IntStream.range(0, 100).mapToObj(LuaValue::valueOf).toArray(LuaValue[]::new));

        assertThatThrownBy(() -> table("sort", list, always))
                .isInstanceOf(LuaError.class)
                .hasMessage("invalid order function for sorting");
    }

    @Test
    void passesOnWhatTheOrderThrows() {
        LuaValue failing = Native.of("failing", args -> {
            throw new LuaError("no order today");
        });

        assertThatThrownBy(() -> table("sort", list(LuaValue.ONE, LuaValue.ZERO), failing))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("no order today");
    }

    @Test
    void sortsWhatHasAnOrder() {
        assertThatThrownBy(() -> table("sort", list(new PucTable(), new PucTable())))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("attempt to compare two table values");
        assertThatThrownBy(() -> table("sort", list(LuaValue.ONE, text("x"))))
                .isInstanceOf(LuaError.class)
                .hasMessageContaining("attempt to compare string with number");
    }

    @Test
    void paysForItsLoops() {
        LuaTable list = list(LuaValue.ONE);
        state.begin(100_000, Long.MAX_VALUE, Long.MAX_VALUE);

        assertThatThrownBy(() -> table("insert", list, LuaValue.valueOf(Integer.MIN_VALUE), LuaValue.ONE))
                .isInstanceOf(ScriptStopped.class);
    }

    @Test
    void visitsAll() {
        LuaValue secondOnly = Native.of("visit", args -> args.arg(1).toint() == 2 ? args.arg(2) : LuaValue.NIL);
        LuaTable list = list(text("a"), text("b"), text("c"));

        assertThat(table("foreach", list, secondOnly).arg1().tojstring()).isEqualTo("b");
        assertThat(table("foreachi", list, secondOnly).arg1().tojstring()).isEqualTo("b");
        assertThat(table("getn", list).arg1().toint()).isEqualTo(3);
        list.set(LuaValue.valueOf(10.5), LuaValue.ONE);
        assertThat(table("maxn", list).arg1().todouble()).isEqualTo(10.5);
    }

    private Varargs table(String function, LuaValue... args) {
        return Cases.call(state, "table", function, args);
    }

    private static LuaTable list(LuaValue... items) {
        LuaTable list = new PucTable(items.length, 0);
        for (int at = 0; at < items.length; at++) {
            list.rawset(at + 1, items[at]);
        }
        return list;
    }

    private String shown(LuaTable list) {
        return table("concat", list, text(" ")).arg1().tojstring();
    }

    private static LuaValue text(String text) {
        return LuaValue.valueOf(text);
    }
}
