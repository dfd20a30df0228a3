package dev.mysqlproxy.plugin.lua.lib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaValue;

class MathLibTest {

    private final LuaState state = Cases.state();

    @Test
    void drawsFromTheWholeInterval() {
        Set<Integer> dice = new HashSet<>();
        for (int throwing = 0; throwing < 1000; throwing++) {
            dice.add(draw(state, LuaValue.valueOf(6)).toint());
            assertThat(draw(state).todouble()).isGreaterThanOrEqualTo(0).isLessThan(1);
            assertThat(draw(state, LuaValue.valueOf(-2), LuaValue.valueOf(2)).toint())
                    .isBetween(-2, 2);
        }
        assertThat(dice).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    }

    @Test
    void drawsFromTheWidestInterval() {
        double drawn = draw(state, LuaValue.valueOf(Integer.MIN_VALUE), LuaValue.valueOf(Integer.MAX_VALUE))
                .todouble();

        assertThat(drawn).isBetween((double) Integer.MIN_VALUE, (double) Integer.MAX_VALUE);
    }

    @Test
    void repeatsItselfFromASeedInEachState() {
        LuaState other = Cases.state();
        seed(state, 7);
        seed(other, 7);
        double first = draw(state).todouble();

        assertThat(draw(other).todouble()).isEqualTo(first);
        assertThat(draw(state).todouble()).isNotEqualTo(first);
        seed(state, 7);
        assertThat(draw(state).todouble()).isEqualTo(first);
    }

    @Test
    void knowsItsConstants() {
        assertThat(Cases.library(state, "math").get("pi").tojstring()).isEqualTo("3.1415926535898");
        assertThat(Cases.library(state, "math").get("huge").tojstring()).isEqualTo("inf");
    }

    private static void seed(LuaState state, int seed) {
        Cases.call(state, "math", "randomseed", LuaValue.valueOf(seed));
    }

    private static LuaValue draw(LuaState state, LuaValue... args) {
        return Cases.call(state, "math", "random", args).arg1();
    }
}
