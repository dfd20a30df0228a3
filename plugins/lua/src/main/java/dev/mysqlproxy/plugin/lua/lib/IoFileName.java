package dev.mysqlproxy.plugin.lua.lib;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.luaj.vm2.LuaString;

/** Names of files, environment variables and commands: bytes in Lua, text in the platform's charset in Java. */
final class IoFileName {

    private static final Charset PLATFORM = platform();

    private IoFileName() {}

    private static Charset platform() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /** Up to the first NUL, as every C function reads it. */
    static String text(LuaString name) {
        int end = name.m_offset;
        while (end < name.m_offset + name.m_length && name.m_bytes[end] != 0) {
            end++;
        }
        return new String(name.m_bytes, name.m_offset, end - name.m_offset, PLATFORM);
    }

    static LuaString bytes(String text) {
        return LuaString.valueUsing(text.getBytes(PLATFORM));
    }

    /** A path as the kernel sees it: Java drops a final slash and takes no name for the working directory. */
    static Path path(LuaString name) throws IOException {
        String text = text(name);
        if (text.isEmpty()) {
            throw new NoSuchFileException(text);
        }
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw new NoSuchFileException(text);
        }
        if (text.endsWith("/") && Files.exists(path) && !Files.isDirectory(path)) {
            throw IoFileError.thrown(IoFileError.NOT_A_DIRECTORY);
        }
        return path;
    }

    /** These bytes with ASCII text behind them. */
    static LuaString joined(LuaString start, String end) {
        byte[] tail = end.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.m_length + tail.length];
        System.arraycopy(start.m_bytes, start.m_offset, all, 0, start.m_length);
        System.arraycopy(tail, 0, all, start.m_length, tail.length);
        return LuaString.valueUsing(all);
    }
}
