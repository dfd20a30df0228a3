package dev.mysqlproxy.plugin.lua.lib;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaDouble;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Our own classes in the place of two of LuaJ's. */
class LuaStringTest {

    @Test
    void areOursAndNotLuaJs() {
        assertThat(LuaDouble.valueOf(1 / 3.0).tojstring()).isEqualTo("0.33333333333333");
        assertThat(LuaString.valueOf("\u20ac").tojstring()).isEqualTo("\u20ac");
    }

    @Test
    void comparesBytesUnsigned() {
        LuaString high = bytes(0x80);
        LuaString low = bytes(0x7f);

        assertThat(low.lt_b(high)).isTrue();
        assertThat(high.lt_b(low)).isFalse();
        assertThat(bytes('a').lt_b(bytes('a', 0))).isTrue();
        assertThat(bytes('a', 0, 'b').lteq_b(bytes('a', 0, 'a'))).isFalse();
        assertThat(bytes('a', 0, 'b').gteq_b(bytes('a', 0, 'b'))).isTrue();
    }

    @Test
    void equalsByContent() {
        LuaString inside = LuaString.valueUsing(new byte[] {1, 2, 3, 4}, 1, 2);

        assertThat(inside).isEqualTo(bytes(2, 3)).hasSameHashCodeAs(bytes(2, 3));
        assertThat(inside.raweq(bytes(2, 4))).isFalse();
        assertThat(LuaString.valueOf("1").raweq(LuaValue.ONE)).isFalse();
    }

    @Test
    void hashesAllBytesOfLongStrings() {
        Set<Integer> hashes = new HashSet<>();
        byte[] bytes = new byte[128];
        for (int at = 0; at < bytes.length; at++) {
            byte[] other = bytes.clone();
            other[at] = 1;
            hashes.add(LuaString.valueUsing(other).hashCode());
        }
        assertThat(hashes).hasSizeGreaterThan(120);
    }

    @Test
    void keepsNoLargeArrayForASmallPart() {
        LuaString packet = LuaString.valueUsing(new byte[1 << 20]);

        assertThat(packet.substring(10, 20).m_bytes).hasSize(10);
        assertThat(packet.substring(1, 1 << 20).m_bytes).isSameAs(packet.m_bytes);
    }

    @Test
    void copiesWhatMayChange() {
        byte[] bytes = {'a', 'b'};
        LuaString text = LuaString.valueOf(bytes);
        bytes[0] = 'x';

        assertThat(text.tojstring()).isEqualTo("ab");
    }

    @Test
    void decodesWhatIsNoUtf8Somehow() {
        assertThat(bytes('a', 0xff, 'b').tojstring()).isEqualTo("a\ufffdb");
        assertThat(bytes('a', 0xff).isValidUtf8()).isFalse();
        assertThat(LuaString.valueOf("\ud83d\ude00").m_length).isEqualTo(4);
    }

    @Test
    void calculatesWithText() {
        assertThat(LuaString.valueOf(" 0x10 ").add(LuaValue.ONE).toint()).isEqualTo(17);
        assertThat(LuaString.valueOf("7").mod(LuaValue.valueOf(-3)).toint()).isEqualTo(-2);
        assertThat(LuaString.valueOf("2").pow(0.5).todouble()).isEqualTo(Math.sqrt(2));
    }

    @Test
    void integersOfAnyKindAreTheSame() {
        assertThat(LuaValue.valueOf(2.0)).isInstanceOf(LuaInteger.class);
        assertThat(LuaValue.valueOf(3e9)).isInstanceOf(LuaDouble.class);
        assertThat(LuaValue.valueOf(-0.0).tojstring()).isEqualTo("-0");
        assertThat(LuaValue.valueOf(-0.0).eq_b(LuaValue.ZERO)).isTrue();
    }

    @Test
    void signsNaNAsTheProcessorDoes() {
        LuaValue nan = LuaDouble.ddiv(0, 0);

        assertThat(nan.tojstring()).isEqualTo("-nan");
        assertThat(nan.neg().tojstring()).isEqualTo("nan");
        assertThat(nan.neg().neg().tojstring()).isEqualTo("-nan");
        assertThat(nan.eq_b(nan)).isFalse();
    }

    private static LuaString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) values[at];
        }
        return LuaString.valueUsing(bytes);
    }
}
