package dev.mysqlproxy.plugin.lua.module.proto;

import dev.mysqlproxy.plugin.lua.module.Strings;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.util.function.LongConsumer;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** A packet's fields as a Lua table. Texts that are empty are absent; unsigned 64 bit numbers become doubles. */
final class Fields {

    private static final double TWO_TO_63 = 0x1p63;
    private static final byte[] NOTHING = {};

    private final LuaTable table;
    private final LongConsumer building;

    /** A new table. */
    Fields() {
        this(new PucTable(), bytes -> {});
    }

    /**
     * A script's table.
     *
     * @param building is told of bytes before they are copied, and may throw
     */
    Fields(LuaTable table, LongConsumer building) {
        this.table = table;
        this.building = building;
    }

    /** A table that is a field, or part of one. */
    Fields inner(LuaTable inner) {
        return new Fields(inner, building);
    }

    LuaTable table() {
        return table;
    }

    /** Sets a number, unsigned. */
    Fields put(String name, long value) {
        return put(name, unsigned(value));
    }

    /** Sets text, unless it is empty. */
    Fields put(String name, byte[] value) {
        return value.length == 0 ? this : put(name, Strings.lua(value));
    }

    Fields put(String name, LuaValue value) {
        table.rawset(LuaString.valueOf(name), value);
        return this;
    }

    static LuaValue unsigned(long value) {
        return value >= 0 ? LuaValue.valueOf((double) value) : LuaValue.valueOf(((value >>> 1) | (value & 1)) * 2.0);
    }

    boolean has(String name) {
        return !get(name).isnil();
    }

    /** An integer, cut to 64 bits. */
    long number(String name, long otherwise) {
        LuaValue value = get(name);
        if (value.isnil()) {
            return otherwise;
        }
        LuaValue number = value.tonumber();
        if (number.isnil()) {
            throw new LuaError("." + name + " has to be a number");
        }
        return integer(number.todouble());
    }

    /** Text, of which numbers have some too; nothing for nil. */
    byte[] bytes(String name) {
        LuaValue value = get(name);
        if (value.isnil()) {
            return NOTHING;
        }
        if (value instanceof LuaString || value.isnumber()) {
            return copy(value);
        }
        throw new LuaError("." + name + " has to be a string");
    }

    /** The bytes of a value that is a string or a number. */
    byte[] copy(LuaValue value) {
        LuaString string = value.strvalue();
        building.accept(string.m_length);
        return Strings.bytes(string);
    }

    /** A table, or null for nil. */
    LuaTable table(String name) {
        LuaValue value = get(name);
        if (value.isnil()) {
            return null;
        }
        if (value instanceof LuaTable inner) {
            return inner;
        }
        throw new LuaError("." + name + " has to be a table");
    }

    private LuaValue get(String name) {
        return table.get(LuaString.valueOf(name));
    }

    private static long integer(double value) {
        return value >= TWO_TO_63 ? (long) (value - TWO_TO_63) + Long.MIN_VALUE : (long) value;
    }
}
