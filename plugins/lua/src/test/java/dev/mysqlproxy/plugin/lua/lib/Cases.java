package dev.mysqlproxy.plugin.lua.lib;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** What Lua 5.1 answered to calls of its library, stored as lines of text. */
final class Cases {

    private Cases() {}

    static List<String> lines(String resource) throws IOException {
        try (InputStream in = Cases.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }

    /** A state with the three libraries. */
    static LuaState state() {
        LuaState state = new LuaState();
        StringLib.install(state);
        TableLib.install(state);
        MathLib.install(state);
        return state;
    }

    static LuaTable library(LuaState state, String name) {
        return state.globals().get(LuaString.valueOf(name)).checktable();
    }

    static Varargs call(LuaState state, String library, String function, LuaValue... args) {
        return library(state, library).get(LuaString.valueOf(function)).invoke(LuaValue.varargsOf(args));
    }

    static LuaString format(String format, LuaValue value) {
        return call(state(), "string", "format", LuaString.valueOf(format), value)
                .arg1()
                .strvalue();
    }

    static LuaValue[] values(List<String> texts) {
        return texts.stream().map(Cases::value).toArray(LuaValue[]::new);
    }

    private static LuaValue value(String text) {
        return switch (text.charAt(0)) {
            case 'z' -> LuaValue.NIL;
            case 'T' -> LuaValue.TRUE;
            case 'F' -> LuaValue.FALSE;
            case 'n' -> LuaString.valueOf(text.substring(1)).tonumber();
            default -> LuaString.valueUsing(unescaped(text.substring(1)));
        };
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == '\\') {
                bytes.write(Integer.parseInt(text.substring(at + 1, at + 3), 16));
                at += 2;
            } else {
                bytes.write(text.charAt(at));
            }
        }
        return bytes.toByteArray();
    }

    /** Type and text of each value, numbers with all their digits. */
    static List<String> shown(Varargs values) {
        String[] texts = new String[values.narg()];
        Arrays.setAll(texts, at -> shown(values.arg(at + 1)));
        return List.of(texts);
    }

    private static String shown(LuaValue value) {
        if (value.isnil() || value.isboolean()) {
            return value.tojstring();
        }
        LuaString text = value.type() == LuaValue.TSTRING ? value.checkstring() : format("%.17g", value);
        byte[] bytes = Arrays.copyOfRange(text.m_bytes, text.m_offset, text.m_offset + text.m_length);
        return value.typename() + " " + new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
