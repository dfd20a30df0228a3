package dev.mysqlproxy.plugin.lua.module.lfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.luaj.vm2.LuaString;

/** Names of files: bytes for Lua, text in the platform's character set for Java. */
final class Names {

    private static final Charset PLATFORM = platform();

    private Names() {}

    private static Charset platform() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /** The path of this name, which ends at a NUL if it has one. */
    static Path path(LuaString name) throws IOException {
        int length = 0;
        while (length < name.m_length && name.m_bytes[name.m_offset + length] != 0) {
            length++;
        }
        if (length == 0) {
            throw new NoSuchFileException("");
        }
        try {
            CharBuffer text = PLATFORM.newDecoder().decode(ByteBuffer.wrap(name.m_bytes, name.m_offset, length));
            return Path.of(text.toString());
        } catch (CharacterCodingException | InvalidPathException e) {
            throw new FileSystemException(null, null, "Invalid or incomplete multibyte or wide character");
        }
    }

    /** A name for Lua. */
    static LuaString lua(String name) {
        return LuaString.valueUsing(name.getBytes(PLATFORM));
    }
}
