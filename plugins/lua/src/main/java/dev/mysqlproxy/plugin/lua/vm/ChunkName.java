package dev.mysqlproxy.plugin.lua.vm;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaString;

/** How a chunk's name is shown in messages: at most 59 bytes. */
public final class ChunkName {

    private static final int SIZE = 60;
    private static final int SYNTAX_SIZE = 80;

    private ChunkName() {}

    /** The name for display, a char per byte. */
    public static String display(LuaString name) {
        return display(name, SIZE);
    }

    /** As {@link #display}, with the 79 bytes that the messages of Lua's compiler have room for. */
    public static String inSyntaxErrors(LuaString name) {
        return display(name, SYNTAX_SIZE);
    }

    private static String display(LuaString name, int size) {
        String source = new String(name.m_bytes, name.m_offset, name.m_length, StandardCharsets.ISO_8859_1);
        if (source.startsWith("=")) {
            return source.substring(1, Math.min(source.length(), size));
        }
        if (source.startsWith("@")) {
            int room = size - 8;
            int length = source.length() - 1;
            return length > room ? "..." + source.substring(source.length() - room) : source.substring(1);
        }
        int end = 0;
        while (end < source.length() && "\n\r\0".indexOf(source.charAt(end)) < 0) {
            end++;
        }
        end = Math.min(end, size - 17);
        boolean whole = end == source.length() || source.charAt(end) == 0;
        return "[string \"" + source.substring(0, end) + (whole ? "" : "...") + "\"]";
    }
}
