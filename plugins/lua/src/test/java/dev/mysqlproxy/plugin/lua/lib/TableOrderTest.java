package dev.mysqlproxy.plugin.lua.lib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mysqlproxy.plugin.lua.vm.PucTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaBoolean;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Replays what Lua 5.1 did to tables with random keys. A line is a table: sizes of its constructor, then keys set and
 * removed, lengths, and the order in which traversals met the keys, which remove and assign as they go.
 */
class TableOrderTest {

    @Test
    void keepsLuasOrderAndBorders() throws IOException {
        List<String> lines = Cases.lines("table-order.tsv");
        assertThat(lines).hasSizeGreaterThan(300);
        for (String line : lines) {
            replay(line.split("\t", -1));
        }
    }

    private static void replay(String[] steps) {
        int items = Integer.parseInt(steps[0].substring(1));
        int named = Integer.parseInt(steps[1].substring(1));
        int number = Integer.parseInt(steps[2].substring(1));
        LuaTable table = new PucTable(items, named);
        for (int at = 1; at <= named; at++) {
            table.rawset(LuaValue.valueOf("h" + at), LuaValue.valueOf(at));
        }
        for (int at = items; at >= 1; at--) {
            table.rawset(at, (at + number) % 3 == 0 ? LuaValue.NIL : LuaValue.valueOf("v"));
        }
        for (int at = 3; at < steps.length; at++) {
            step(table, steps[at].charAt(0), steps[at].substring(1), String.join("\t", steps));
        }
    }

    private static void step(LuaTable table, char kind, String rest, String line) {
        switch (kind) {
            case '+' -> table.set(key(rest), LuaValue.TRUE);
            case '-' -> table.set(key(rest), LuaValue.NIL);
            case '#' -> assertThat(table.length()).as(line).isEqualTo(Integer.parseInt(rest));
            case 'T' -> assertThat(order(table, true)).as(line).isEqualTo(rest);
            case 'P' -> assertThat(order(table, false)).as(line).isEqualTo(rest);
            default -> throw new IllegalArgumentException(line);
        }
    }

    private static String order(LuaTable table, boolean changing) {
        List<String> seen = new ArrayList<>();
        Varargs entry = table.next(LuaValue.NIL);
        while (!entry.isnil(1)) {
            seen.add(name(entry.arg1()));
            if (changing && seen.size() % 3 == 0) {
                table.set(entry.arg1(), LuaValue.NIL);
            } else if (changing && seen.size() % 2 == 0) {
                table.set(entry.arg1(), LuaValue.FALSE);
            }
            entry = table.next(entry.arg1());
        }
        return String.join("\u0001", seen);
    }

    private static LuaValue key(String text) {
        String rest = text.substring(1);
        return switch (text.charAt(0)) {
            case 'i' -> LuaValue.valueOf(Integer.parseInt(rest));
            case 'n' -> LuaString.valueOf(rest).tonumber();
            case 'b' -> LuaValue.valueOf(rest.equals("T"));
            default -> LuaValue.valueOf(rest);
        };
    }

    private static String name(LuaValue key) {
        if (key instanceof LuaBoolean) {
            return key.toboolean() ? "bT" : "bF";
        }
        if (key instanceof LuaString) {
            return "s" + key.tojstring();
        }
        return key.isinttype()
                ? "i" + key.toint()
                : "n" + Cases.format("%.17g", key).tojstring();
    }

    @Test
    void refusesKeysThatAreNone() {
        LuaTable table = new PucTable();

        assertThatThrownBy(() -> table.set(LuaValue.NIL, LuaValue.ONE))
                .isInstanceOf(LuaError.class)
                .hasMessage("table index is nil");
        assertThatThrownBy(() -> table.set(LuaValue.valueOf(Double.NaN), LuaValue.ONE))
                .isInstanceOf(LuaError.class)
                .hasMessage("table index is NaN");
        assertThatThrownBy(() -> table.next(LuaValue.valueOf("absent")))
                .isInstanceOf(LuaError.class)
                .hasMessage("invalid key to 'next'");
        assertThat(table.get(LuaValue.NIL)).isEqualTo(LuaValue.NIL);
    }

    @Test
    void findsNumbersByValue() {
        LuaTable table = new PucTable();
        table.set(LuaValue.valueOf(-0.0), LuaValue.ONE);
        table.set(LuaValue.valueOf(3e9), LuaValue.valueOf(2));

        assertThat(table.get(0)).isEqualTo(LuaValue.ONE);
        assertThat(table.get(LuaValue.valueOf(3_000_000_000.0)).toint()).isEqualTo(2);
        assertThat(table.get(LuaValue.valueOf("0"))).isEqualTo(LuaValue.NIL);
        assertThat(table.keyCount()).isEqualTo(2);
    }

    @Test
    void objectsAreThemselves() {
        LuaTable table = new PucTable();
        List<LuaTable> keys = new ArrayList<>();
        for (int at = 0; at < 500; at++) {
            keys.add(new PucTable());
            table.set(keys.get(at), LuaValue.valueOf(at));
        }
        for (int at = 0; at < 500; at++) {
            assertThat(table.get(keys.get(at)).toint()).isEqualTo(at);
        }
        assertThat(table.get(new PucTable())).isEqualTo(LuaValue.NIL);
        assertThat(table.keyCount()).isEqualTo(500);
    }

    @Test
    void insertsAndRemovesItems() {
        LuaTable table = new PucTable();
        table.insert(1, LuaValue.valueOf("b"));
        table.insert(1, LuaValue.valueOf("a"));
        table.insert(0, LuaValue.valueOf("c"));

        assertThat(table.remove(1).tojstring()).isEqualTo("a");
        assertThat(table.concat(LuaString.valueOf("-"), 1, table.length()).tojstring())
                .isEqualTo("b-c");
        assertThat(table.unpack().narg()).isEqualTo(2);
    }

    @Test
    void weakEntriesVanishWithTheirObjects() {
        LuaTable keys = weak("k");
        LuaTable values = weak("v");
        LuaTable kept = new PucTable();
        keys.set(kept, LuaValue.ONE);
        values.set(1, kept);
        values.set(LuaValue.valueOf("name"), LuaValue.valueOf("a string is no object"));
        for (int at = 2; at < 50; at++) {
            keys.set(new PucTable(), LuaValue.valueOf(at));
            values.set(at, new PucTable());
        }

        for (int tries = 0; tries < 100 && keys.keyCount() + values.keyCount() > 3; tries++) {
            System.gc();
        }

        assertThat(keys.keyCount()).isEqualTo(1);
        assertThat(keys.get(kept)).isEqualTo(LuaValue.ONE);
        assertThat(values.keyCount()).isEqualTo(2);
        assertThat(values.get(1)).isSameAs(kept);
        assertThat(values.length()).isEqualTo(1);
    }

    private static LuaTable weak(String mode) {
        LuaTable meta = new PucTable();
        meta.set("__mode", LuaValue.valueOf(mode));
        LuaTable table = new PucTable();
        table.setmetatable(meta);
        return table;
    }
}
