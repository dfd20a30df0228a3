package dev.mysqlproxy.plugin.lua.binding;

import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Between Java's values and Lua's. */
final class Values {

    private static final double TWO_TO_64 = 0x1p64;
    private static final LuaString EMPTY = LuaString.valueUsing(new byte[0]);

    private Values() {}

    /** Text as UTF-8. */
    static LuaString of(String text) {
        return text.isEmpty() ? EMPTY : LuaString.valueUsing(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Text as UTF-8, nil for nothing and for empty text. */
    static LuaValue orNil(String text) {
        return text.isEmpty() ? LuaValue.NIL : of(text);
    }

    /** Text as UTF-8, nil for nothing. */
    static LuaValue orNil(Optional<String> text) {
        return text.isPresent() ? of(text.get()) : LuaValue.NIL;
    }

    /** A 64 bit number without sign. */
    static LuaValue unsigned(long value) {
        return LuaValue.valueOf(value >= 0 ? (double) value : (double) value + TWO_TO_64);
    }

    /** A number out of a script, for 64 bits without sign; 0 for what is no number. */
    static long unsigned(LuaValue value) {
        LuaValue number = value.tonumber();
        double wanted = number.isnil() ? 0 : number.todouble();
        return wanted >= 0x1p63 ? (long) (wanted - TWO_TO_64) : (long) wanted;
    }

    /** Text for people: a string's UTF-8, a number's digits, else the type's name. */
    static String shown(LuaValue value) {
        return value instanceof LuaString || value.type() == LuaValue.TNUMBER ? value.tojstring() : value.typename();
    }

    /** The integer that a field is set to, which has to be a number. */
    static int assignedInteger(LuaValue value) {
        LuaValue number = value.tonumber();
        if (number.isnil()) {
            throw new BadArgument(3, "number expected, got " + value.typename());
        }
        return (int) (long) number.todouble();
    }

    /** A number used as index, which has to be one; 0 when it is out of an int's range. */
    static int index(LuaValue key) {
        LuaValue number = key.tonumber();
        if (number.isnil()) {
            throw new BadArgument(2, "number expected, got " + key.typename());
        }
        double index = number.todouble();
        return index >= 1 && index <= Integer.MAX_VALUE ? (int) index : 0;
    }

    /** The bytes of a string, shared with it where it is the whole of its array. Not to be changed. */
    static byte[] bytes(LuaString string) {
        if (string.m_offset == 0 && string.m_length == string.m_bytes.length) {
            return string.m_bytes;
        }
        byte[] bytes = new byte[string.m_length];
        string.copyInto(0, bytes, 0, bytes.length);
        return bytes;
    }
}
