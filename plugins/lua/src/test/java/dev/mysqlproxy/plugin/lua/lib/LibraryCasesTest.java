package dev.mysqlproxy.plugin.lua.lib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Calls of string, math, tonumber and tostring: a line has function, arguments, and Lua 5.1's results or error. */
class LibraryCasesTest {

    private static final int MOST_MATCHES = 50;

    private final LuaState state = Cases.state();

    @Test
    void answersAsLuaDoes() throws IOException {
        List<String> lines = Cases.lines("library-cases.tsv");
        assertThat(lines).hasSizeGreaterThan(3000);
        List<String> different = new ArrayList<>();
        for (String line : lines) {
            List<String> fields = Arrays.asList(line.split("\t", -1));
            int mark = Math.max(fields.lastIndexOf("=>"), fields.lastIndexOf("!!"));
            LuaValue[] args = Cases.values(fields.subList(1, mark));
            Varargs wanted = LuaValue.varargsOf(Cases.values(fields.subList(mark + 1, fields.size())));
            List<String> answer = answer(fields.get(0), args);
            if (!answer.equals(Cases.shown(wanted))) {
                different.add(line + "   BUT " + answer);
            }
        }
        assertThat(different).isEmpty();
    }

    private List<String> answer(String function, LuaValue[] args) {
        try {
            return Cases.shown(call(function, args));
        } catch (LuaError error) {
            return List.of("string " + error.getMessage());
        }
    }

    private Varargs call(String function, LuaValue[] args) {
        return switch (function) {
            case "tonumber" ->
                args.length == 1 || args[1].toint() == 10
                        ? args[0].tonumber()
                        : ((LuaString) args[0]).tonumber(args[1].toint());
            case "tostring" -> args[0].tostring();
            case "gmatch" -> matches(args);
            default -> {
                LuaTable string = Cases.library(state, "string");
                LuaTable library = string.get(function).isnil() ? Cases.library(state, "math") : string;
                yield library.get(function).invoke(LuaValue.varargsOf(args));
            }
        };
    }

    /** The first two captures of each match, as text. */
    private Varargs matches(LuaValue[] args) {
        LuaValue iterator = Cases.call(state, "string", "gmatch", args).arg1();
        List<LuaValue> found = new ArrayList<>();
        for (Varargs match = iterator.invoke(); !match.isnil(1); match = iterator.invoke()) {
            found.add(match.arg1().tostring());
            if (!match.isnil(2)) {
                found.add(match.arg(2).tostring());
            }
            if (found.size() > MOST_MATCHES) {
                break;
            }
        }
        return LuaValue.varargsOf(found.toArray(LuaValue[]::new));
    }
}
