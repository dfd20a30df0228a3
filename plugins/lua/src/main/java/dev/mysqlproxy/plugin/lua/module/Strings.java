package dev.mysqlproxy.plugin.lua.module;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaString;

/** Lua's strings are bytes; this is how they meet Java's arrays and texts. */
public final class Strings {

    private Strings() {}

    /** A copy of a string's bytes. */
    public static byte[] bytes(LuaString string) {
        byte[] bytes = new byte[string.m_length];
        string.copyInto(0, bytes, 0, bytes.length);
        return bytes;
    }

    /** A string of these bytes, which must not change any more. */
    public static LuaString lua(byte[] bytes) {
        return LuaString.valueUsing(bytes);
    }

    /** A Java text's UTF-8. */
    public static LuaString lua(String text) {
        return LuaString.valueUsing(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A string for people to read: its bytes as UTF-8, with U+FFFD for what is malformed. */
    public static String text(LuaString string) {
        return new String(bytes(string), StandardCharsets.UTF_8);
    }

    /** One character per byte, the way Lua's error messages carry names. */
    public static String latin1(LuaString string) {
        return new String(bytes(string), StandardCharsets.ISO_8859_1);
    }
}
